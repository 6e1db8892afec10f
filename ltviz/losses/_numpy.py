"""The plain float64 pieces that the losses' references share: slow, obvious, and apart from torch."""

from __future__ import annotations

import numpy as np


def log_softmax(scores: np.ndarray) -> np.ndarray:
    """Return log softmax over the classes, (B, C)."""
    shifted = np.asarray(scores, np.float64) - np.max(scores, axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def weighted(point: np.ndarray, labels: np.ndarray, class_weight: np.ndarray) -> np.ndarray:
    """Return w_i point_i / mean_batch(w), the arithmetic of ``reduction="none"``."""
    weight = np.asarray(class_weight, np.float64)[labels]
    return weight * point / weight.mean()


def cross_entropy(scores: np.ndarray, labels: np.ndarray, class_weight: np.ndarray) -> np.ndarray:
    """Return weighted cross-entropy by row, (B,)."""
    rows = np.arange(len(labels))
    return weighted(-log_softmax(scores)[rows, labels], labels, class_weight)
