"""What is done to an epoch's images, on their device and all at once: the papers' basic and strong augmentation."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ltviz.core.errors import BadInput
from ltviz.training._autoaugment import cifar_policy

# In shares of an image's side, so that images of any size are changed alike; in whole pixels, but at least one.
BORDER = 4 / 32  # around an image, from which the crop is taken; as far does a floating point image move
HOLE = 16 / 32  # the side of Cutout's square
TURN = 15.0  # degrees
NOISE = 0.05  # standard deviation, of values in [0, 1]


def none(images: Tensor, rows: np.ndarray, epoch: int, seed: int) -> Tensor:
    """Return the images of an epoch's rows as they are; see `basic`."""
    _checked(images)
    return images[torch.from_numpy(rows).to(images.device)]


def basic(images: Tensor, rows: np.ndarray, epoch: int, seed: int) -> Tensor:
    """Return an epoch's images, each cropped at random from itself on a black border and flipped half the time.

    The border is black before normalising, as in the papers' code, and an eighth of the side: 4 pixels of 32. One
    gather does both.

    Parameters
    ----------
    images : Tensor (N, H, W, 3)
        uint8, on any device.
    rows : ndarray (M,)
        The epoch's rows, in order; a row that comes twice is drawn for twice.
    epoch : int
        From 0.
    seed : int
        With the epoch it decides every crop and flip; the draws are the same on every device.

    Returns
    -------
    Tensor (M, H, W, 3)
        uint8, a copy.

    Raises
    ------
    BadInput
        For images that are not uint8 (N, H, W, 3).

    Source
    ------
    He et al. 2016 (arXiv 1512.03385), section 4.2; the LDAM code's cifar_train.py (RandomCrop(32, padding=4),
    RandomHorizontalFlip).
    """
    _checked(images)
    _, height, width, _ = images.shape
    draw = np.random.default_rng([seed, epoch, 2])
    above, beside = _pixels(BORDER, height), _pixels(BORDER, width)
    top, left = (draw.integers(2 * border + 1, size=len(rows)) for border in (above, beside))
    flipped = draw.integers(2, size=len(rows)).astype(bool)
    tall, wide = height + 2 * above, width + 2 * beside
    # A column runs from `first` upwards, or downwards where the image is flipped.
    first, way = np.where(flipped, left + width - 1, left), np.where(flipped, -1, 1)
    start = _on(images, (np.asarray(rows, np.int64) * tall + top) * wide + first)
    across = _on(images, way)[:, None] * torch.arange(width, device=images.device)
    down = torch.arange(height, device=images.device) * wide
    pixel = (start[:, None, None] + down[:, None] + across[:, None, :]).flatten()
    padded = F.pad(images, (0, 0, beside, beside, above, above)).view(-1, 3)
    return padded.index_select(0, pixel).view(len(rows), height, width, 3)


def strong(images: Tensor, rows: np.ndarray, epoch: int, seed: int) -> Tensor:
    """Return an epoch's images after crop and flip, AutoAugment's CIFAR policy, and Cutout, in this order.

    Parameters, returns and errors are those of `basic`.

    Source
    ------
    The DBM code's cifar/aug/autoaug.py; Cubuk et al. 2019 (arXiv 1805.09501), table 7; DeVries and Taylor 2017
    (arXiv 1708.04552): one hole of 16 x 16 pixels of 32 x 32, black before normalising, its centre anywhere.
    """
    return cutout(varied(images, rows, epoch, seed), np.random.default_rng([seed, epoch, 4]))


def varied(images: Tensor, rows: np.ndarray, epoch: int, seed: int) -> Tensor:
    """Return an epoch's images after crop, flip and AutoAugment's CIFAR policy; see `basic` and `strong`."""
    return cifar_policy(basic(images, rows, epoch, seed), np.random.default_rng([seed, epoch, 3]))


def cutout(images: Tensor, draw: np.random.Generator) -> Tensor:
    """Return images (M, H, W, 3) with a black hole in each, half as high and wide, its centre drawn anywhere in it."""
    m, height, width, _ = images.shape
    row, column = _on(images, draw.integers(height, size=m)), _on(images, draw.integers(width, size=m))
    inside = _near(row, height)[:, :, None] & _near(column, width)[:, None, :]
    return images.masked_fill(inside[..., None], 0)


def gathered(images: Tensor, rows: np.ndarray, epoch: int, seed: int) -> Tensor:
    """Return the floating point images (N, channels, H, W) of an epoch's rows as they are; see `basic`."""
    return images[torch.from_numpy(rows).to(images.device)]


def shifted(images: Tensor, rows: np.ndarray, epoch: int, seed: int) -> Tensor:
    """Return an epoch's floating point images, each moved both ways by up to an eighth on a black border, with noise.

    Parameters, but for the images (N, channels, H, W), are those of `basic`.
    """
    draw = np.random.default_rng([seed, epoch, 2])
    height, width = images.shape[2:]
    above, beside = _pixels(BORDER, height), _pixels(BORDER, width)
    top, left = (_on(images, draw.integers(2 * border + 1, size=len(rows))) for border in (above, beside))
    noise = draw.standard_normal((len(rows), *images.shape[1:])).astype(np.float32)
    wide = F.pad(gathered(images, rows, epoch, seed), (beside, beside, above, above))
    down = top[:, None] + torch.arange(height, device=images.device)
    across = left[:, None] + torch.arange(width, device=images.device)
    each = torch.arange(len(rows), device=images.device)[:, None, None]
    moved = wide.movedim(1, -1)[each, down[:, :, None], across[:, None, :]].movedim(-1, 1)
    return moved + NOISE * _on(images, noise).to(moved)


def turned(images: Tensor, rows: np.ndarray, epoch: int, seed: int) -> Tensor:
    """Return an epoch's floating point images, each turned about its middle and moved, on black.

    By up to `TURN` either way and up to an eighth of each side, bilinear. Parameters, but for the images
    (N, channels, H, W), are those of `basic`.
    """
    draw = np.random.default_rng([seed, epoch, 2])
    angle = draw.uniform(-1, 1, len(rows)) * np.deg2rad(TURN)
    across, down = 2 * BORDER * draw.uniform(-1, 1, (2, len(rows)))  # the grid's unit is half a side
    taken = gathered(images, rows, epoch, seed)
    cosine, sine = np.cos(angle), np.sin(angle)
    ratio = images.shape[2] / images.shape[3]  # of the grid's units: so that a turn bends no shape
    where = np.stack([[cosine, -sine * ratio, across], [sine / ratio, cosine, down]])  # (2, 3, M)
    grid = F.affine_grid(_on(images, where.transpose(2, 0, 1)).to(taken), list(taken.shape), align_corners=False)
    return F.grid_sample(taken, grid, align_corners=False)


AUGMENTATIONS = {"none": none, "basic": basic, "strong": strong, "varied": varied}  # of pixels
# Of images that are floating point, such as the digits.
OF_FLOATS = {"none": gathered, "shift": shifted, "varied": turned}


def _near(centre: Tensor, size: int) -> Tensor:
    """Return which of `size` places lie in the hole around each centre (M,): (M, size)."""
    hole = _pixels(HOLE, size)
    off = torch.arange(size, device=centre.device) - centre[:, None]
    return (off >= -(hole // 2)) & (off < hole - hole // 2)


def _pixels(share: float, side: int) -> int:
    return max(1, round(share * side))


def _on(images: Tensor, numbers: np.ndarray) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(numbers)).to(images.device, non_blocking=True)


def _checked(images: Tensor) -> None:
    if images.dtype != torch.uint8 or images.ndim != 4 or images.shape[-1] != 3:
        raise BadInput(
            f"images must be uint8 (N, height, width, 3), as they are augmented in pixels; got {images.dtype} "
            f"{tuple(images.shape)}"
        )
