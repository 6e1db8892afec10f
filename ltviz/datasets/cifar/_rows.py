"""What is known of each published training image by itself: its label, and the beginning of its hash.

A long-tailed subset has another hash than the whole. With these rows, 8 bytes for each of the 50,000 images, it is
known without the whole whether each of its images is the published one, and whether it is the choice that it names.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from ltviz.datasets.cifar.read import Split


def known(dataset: str) -> np.ndarray:
    """Return the rows of a data set's published training images: (50000, 8) uint8, as `rows_of` gives them."""
    return np.load(Path(__file__).with_name(f"{dataset}_rows.npy"), allow_pickle=False)


def rows_of(split: Split) -> np.ndarray:
    """Return for each image its label and the first 7 bytes of the SHA-256 of its pixels: (N, 8) uint8."""
    hashes = b"".join(hashlib.sha256(image.tobytes()).digest()[:7] for image in split.images)
    return np.column_stack([split.labels.astype(np.uint8), np.frombuffer(hashes, np.uint8).reshape(-1, 7)])
