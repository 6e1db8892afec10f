"""The images that a trainer is given: as a tensor, with their augmentation and what normalises them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from ltviz.core.checks import number
from ltviz.core.errors import BadInput
from ltviz.training.augment import AUGMENTATIONS, OF_FLOATS
from ltviz.training.epoch import Augment


def tensor_of(values: Tensor | np.ndarray) -> Tensor:
    """Return a tensor as it is, an array as a tensor of its own."""
    # A copy: an array may be mapped from a file that only allows reading, which a tensor cannot express.
    return values if isinstance(values, Tensor) else torch.from_numpy(np.array(values))


def alike(images: Tensor, training: Tensor) -> Tensor:
    """Return images to predict if they are of the training images' type and shape, and at least one."""
    if images.dtype != training.dtype or images.shape[1:] != training.shape[1:] or len(images) == 0:
        raise BadInput(
            f"images must be {training.dtype} (N, {', '.join(map(str, training.shape[1:]))}) like those of the "
            f"training; got {images.dtype} {tuple(images.shape)}"
        )
    return images


def augmentation(name: str, pixels: bool) -> Augment:
    """Return the augmentation of that name, for images of that kind."""
    if name not in {**AUGMENTATIONS, **OF_FLOATS}:
        raise BadInput(f"augmentation must be one of {', '.join({**AUGMENTATIONS, **OF_FLOATS})}; got {name!r}")
    known = AUGMENTATIONS if pixels else OF_FLOATS
    if name not in known:
        kind = "pixels: give images as uint8 (N, H, W, 3)" if name in AUGMENTATIONS else "floating point images"
        raise BadInput(f"the recipe's augmentation is {name!r}, which is of {kind}; here there are {', '.join(known)}")
    return known[name]


def normalising(
    mean: Sequence[float] | np.ndarray | None, std: Sequence[float] | np.ndarray | None, pixels: bool
) -> tuple[Tensor, Tensor]:
    """Return factor and shift (3, 1, 1) that take 0..255 to normalised values."""
    if not pixels and (mean is not None or std is not None):
        raise BadInput("mean and std are for uint8 images; floating point ones are taken as they are")
    middle = [0.0] * 3 if mean is None else [number(f"mean[{c}]", m, 0, 1) for c, m in enumerate(mean)]
    spread = [1.0] * 3 if std is None else [number(f"std[{c}]", s, 1e-6, 1) for c, s in enumerate(std)]
    if not len(middle) == len(spread) == 3:
        raise BadInput(f"mean and std must have three values, one a channel; got {len(middle)} and {len(spread)}")
    wide = torch.tensor([middle, spread], dtype=torch.float64).view(2, 3, 1, 1)
    return (1 / (255 * wide[1])).float(), (-wide[0] / wide[1]).float()
