"""AutoAugment's policy for CIFAR-10, on all images of an epoch at once, with Pillow's arithmetic.

Images are uint8 (n, H, W, 3); an operation takes them and a strength for each (n,), float64 on their device. Which
images an operation meets is drawn on the host, so nothing waits for the device.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

FILL = 128  # the grey that comes in where an image is moved away

# (operation, probability, level 0..9) twice: Cubuk et al. 2019 (arXiv 1805.09501), table 7.
POLICY = (
    (("invert", 0.1, 7), ("contrast", 0.2, 6)),
    (("rotate", 0.7, 2), ("translate_x", 0.3, 9)),
    (("sharpness", 0.8, 1), ("sharpness", 0.9, 3)),
    (("shear_y", 0.5, 8), ("translate_y", 0.7, 9)),
    (("autocontrast", 0.5, 8), ("equalize", 0.9, 2)),
    (("shear_y", 0.2, 7), ("posterize", 0.3, 7)),
    (("color", 0.4, 3), ("brightness", 0.6, 7)),
    (("sharpness", 0.3, 9), ("brightness", 0.7, 9)),
    (("equalize", 0.6, 5), ("equalize", 0.5, 1)),
    (("contrast", 0.6, 7), ("sharpness", 0.6, 5)),
    (("color", 0.7, 7), ("translate_x", 0.5, 8)),
    (("equalize", 0.3, 7), ("autocontrast", 0.4, 8)),
    (("translate_y", 0.4, 3), ("sharpness", 0.2, 6)),
    (("brightness", 0.9, 6), ("color", 0.2, 8)),
    (("solarize", 0.5, 2), ("invert", 0.0, 3)),
    (("equalize", 0.2, 0), ("autocontrast", 0.6, 0)),
    (("equalize", 0.2, 8), ("equalize", 0.6, 4)),
    (("color", 0.9, 9), ("equalize", 0.6, 6)),
    (("autocontrast", 0.8, 4), ("solarize", 0.2, 8)),
    (("brightness", 0.1, 3), ("color", 0.7, 0)),
    (("solarize", 0.4, 5), ("autocontrast", 0.9, 3)),
    (("translate_y", 0.9, 9), ("translate_y", 0.7, 9)),
    (("autocontrast", 0.9, 2), ("solarize", 0.8, 3)),
    (("equalize", 0.8, 8), ("invert", 0.1, 3)),
    (("translate_y", 0.7, 9), ("autocontrast", 0.9, 1)),
)


def invert(images: Tensor, strength: Tensor) -> Tensor:
    """Return 255 - x."""
    return 255 - images


def solarize(images: Tensor, strength: Tensor) -> Tensor:
    """Invert the values from the threshold on."""
    return torch.where(images < _each(strength), images, 255 - images)


def posterize(images: Tensor, strength: Tensor) -> Tensor:
    """Keep the leading bits."""
    mask = 256 - (2 ** (8 - strength)).to(torch.int16)
    return (images & _each(mask)).to(torch.uint8)


def autocontrast(images: Tensor, strength: Tensor) -> Tensor:
    """Stretch each channel to 0..255; a channel of one value stays."""
    low, high = images.amin((1, 2), keepdim=True), images.amax((1, 2), keepdim=True)
    span = (high - low).double()
    scale = 255 / span.clamp_min(1)
    stretched = (images * scale - low * scale).clamp(0, 255).to(torch.uint8)
    return torch.where(span > 0, stretched, images)


def equalize(images: Tensor, strength: Tensor) -> Tensor:
    """Spread each channel's values evenly over 0..255, in whole steps; one that holds few values stays."""
    n, height, width, _ = images.shape
    values = images.permute(0, 3, 1, 2).reshape(n * 3, -1).long()
    counts = torch.zeros(n * 3, 256, dtype=torch.long, device=images.device)
    counts.scatter_add_(1, values, torch.ones_like(values))
    last = counts.gather(1, values.amax(1, keepdim=True))
    step = (height * width - last) // 255
    table = ((step // 2 + counts.cumsum(1) - counts) // step.clamp_min(1)).clamp_max(255)
    spread = torch.where(step > 0, table.gather(1, values), values)
    return spread.to(torch.uint8).view(n, 3, height, width).permute(0, 2, 3, 1)


def brightness(images: Tensor, strength: Tensor) -> Tensor:
    """Blend with black."""
    return _blend(torch.zeros_like(images), images, strength)


def color(images: Tensor, strength: Tensor) -> Tensor:
    """Blend with the image's grey."""
    return _blend(_grey(images), images, strength)


def contrast(images: Tensor, strength: Tensor) -> Tensor:
    """Blend with the mean of the image's grey."""
    mean = (_grey(images).double().mean((1, 2), keepdim=True) + 0.5).floor()
    return _blend(mean, images, strength)


def sharpness(images: Tensor, strength: Tensor) -> Tensor:
    """Blend with the smoothed image; its border is not smoothed."""
    kernel = torch.ones(3, 3, device=images.device)
    kernel[1, 1] = 5
    wide = images.permute(0, 3, 1, 2).float()
    inner = F.conv2d(wide.flatten(0, 1)[:, None], kernel[None, None])  # sums of whole numbers: exact
    smooth = wide.clone()
    smooth[:, :, 1:-1, 1:-1] = (inner / 13 + 0.5).floor().view(*wide.shape[:2], *inner.shape[-2:])
    return _blend(smooth.permute(0, 2, 3, 1), images, strength)


def translate_x(images: Tensor, strength: Tensor) -> Tensor:
    """Move along a row by this share of its length, to the nearest pixel."""
    one, zero = torch.ones_like(strength), torch.zeros_like(strength)
    return _nearest(images, (one, zero, strength * images.shape[2], zero, one, zero))


def translate_y(images: Tensor, strength: Tensor) -> Tensor:
    """Move along a column by this share of its length, to the nearest pixel."""
    one, zero = torch.ones_like(strength), torch.zeros_like(strength)
    return _nearest(images, (one, zero, zero, zero, one, strength * images.shape[1]))


def rotate(images: Tensor, strength: Tensor) -> Tensor:
    """Turn counter-clockwise by degrees about the middle, to the nearest pixel."""
    height, width = images.shape[1:3]
    cosine, sine = torch.cos(torch.deg2rad(strength)), -torch.sin(torch.deg2rad(strength))
    middle = width / 2, height / 2
    right = middle[0] - cosine * middle[0] - sine * middle[1]
    down = middle[1] + sine * middle[0] - cosine * middle[1]
    return _nearest(images, (cosine, sine, right, -sine, cosine, down))


def shear_y(images: Tensor, strength: Tensor) -> Tensor:
    """Move each column by this share of its place, bicubic with a = -1; only rows mix, as columns stay in place."""
    n, height, width, _ = images.shape
    at = torch.arange(max(height, width), device=images.device) + 0.5
    row = strength[:, None, None] * at[:width] + at[:height, None]  # (n, H, W), the row that is read
    inside = (row >= 0) & (row < height)
    base = (row - 0.5).floor()
    part = (row - 0.5 - base).float()[..., None]
    column = torch.arange(width, device=images.device).expand(n, height, width)
    image = torch.arange(n, device=images.device)[:, None, None]

    def tap(step: int) -> Tensor:
        return images[image, (base.long() + step).clamp(0, height - 1), column].float()

    before, here, after, beyond = (tap(step) for step in (-1, 0, 1, 2))
    first, second = -before + after, 2 * (before - here) + after - beyond
    third = -before + here - after + beyond
    mixed = here + part * (first + part * (second + part * third))
    grey = torch.full_like(images, FILL)
    return torch.where(inside[..., None], mixed.clamp(0, 255).to(torch.uint8), grey)


Operation = Callable[[Tensor, Tensor], Tensor]
# An operation, its strengths at level 0 and level 9, and how the level's strength is used.
OPERATIONS: dict[str, tuple[Operation, float, float, str]] = {
    "invert": (invert, 0, 0, "as it is"),
    "autocontrast": (autocontrast, 0, 0, "as it is"),
    "equalize": (equalize, 0, 0, "as it is"),
    "solarize": (solarize, 256, 0, "as it is"),
    "posterize": (posterize, 8, 4, "whole"),
    "rotate": (rotate, 0, 30, "as it is"),
    "translate_x": (translate_x, 0, 150 / 331, "either sign"),
    "translate_y": (translate_y, 0, 150 / 331, "either sign"),
    "shear_y": (shear_y, 0, 0.3, "either sign"),
    "brightness": (brightness, 0, 0.9, "about 1"),
    "color": (color, 0, 0.9, "about 1"),
    "contrast": (contrast, 0, 0.9, "about 1"),
    "sharpness": (sharpness, 0, 0.9, "about 1"),
}


def strength_of(name: str, level: np.ndarray, sign: np.ndarray) -> np.ndarray:
    """Return what an operation is given at levels 0..9 (n,) and signs -1 or 1 (n,), float64."""
    _, low, high, use = OPERATIONS[name]
    value = np.linspace(low, high, 10)[level]
    if use == "whole":
        return np.round(value)
    return {"as it is": value, "either sign": sign * value, "about 1": 1 + sign * value}[use]


def cifar_policy(images: Tensor, draw: np.random.Generator) -> Tensor:
    """Return the images after one of the 25 pairs of operations each, every operation with its probability.

    Parameters
    ----------
    images : Tensor (n, H, W, 3)
        uint8; changed in place.
    draw : numpy Generator
        Draws the pairs, whether each operation happens, and the signs.

    Source
    ------
    Cubuk et al. 2019 (arXiv 1805.09501), table 7; the ranges of the levels, the grey and rotation without a random
    sign as in the DBM code's cifar/aug/autoaug.py.
    """
    pair, met = draw.integers(len(POLICY), size=len(images)), draw.random((2, len(images)))
    sign = draw.choice([-1.0, 1.0], size=(2, len(images)))
    for half in (0, 1):
        names, chances, levels = (np.array(column) for column in zip(*(both[half] for both in POLICY), strict=True))
        found, which = np.unique(names, return_inverse=True)
        operation = np.where(met[half] < chances[pair], which[pair], -1)
        for k, name in enumerate(found.tolist()):
            rows = np.flatnonzero(operation == k)
            if len(rows):
                strength = strength_of(name, levels[pair[rows]], sign[half, rows])
                chosen = torch.from_numpy(rows).to(images.device, non_blocking=True)
                given = torch.from_numpy(strength).to(images.device, non_blocking=True)
                images.index_copy_(0, chosen, OPERATIONS[name][0](images[chosen], given))
    return images


def _each(strength: Tensor) -> Tensor:
    return strength[:, None, None, None]


def _grey(images: Tensor) -> Tensor:
    """Return Pillow's "L" of the images, (n, H, W, 1), int32."""
    red, green, blue = images.int().unbind(-1)
    return ((19595 * red + 38470 * green + 7471 * blue + 0x8000) >> 16)[..., None]


def _blend(plain: Tensor, images: Tensor, strength: Tensor) -> Tensor:
    """Return plain + strength (images - plain), cut off to whole numbers 0..255."""
    base = plain.float()
    return (base + _each(strength).float() * (images.float() - base)).clamp(0, 255).to(torch.uint8)


def _nearest(images: Tensor, matrix: tuple[Tensor, ...]) -> Tensor:
    """Return, for each place (x, y), the pixel at (a x + b y + c, d x + e y + f), in 1/65536 pixels as Pillow does."""
    n, height, width, _ = images.shape
    x, y = torch.arange(width, device=images.device), torch.arange(height, device=images.device)[:, None]

    def source(a: Tensor, b: Tensor, c: Tensor) -> Tensor:
        start = c + 0.5 * a + 0.5 * b
        across, down, first = ((65536 * each + 0.5).floor().long()[:, None, None] for each in (a, b, start))
        return (first + down * y + across * x) >> 16  # (n, H, W)

    column, row = source(*matrix[:3]), source(*matrix[3:])
    inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
    image = torch.arange(n, device=images.device)[:, None, None]
    moved = images[image, row.clamp(0, height - 1), column.clamp(0, width - 1)]
    return torch.where(inside[..., None], moved, torch.full_like(images, FILL))
