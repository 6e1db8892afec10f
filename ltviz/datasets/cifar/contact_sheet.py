"""A contact sheet: one row of images for each class, with its name and count."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ltviz.datasets.cifar._set import Cifar

if TYPE_CHECKING:
    from PIL.Image import Image

ROWS, COLUMNS = 5, 12
_SCALE, _GAP, _LEFT, _TOP, _SIZE = 2, 4, 210, 44, 18


def head_and_tail(cifar: Cifar) -> tuple[Image, Image]:
    """Return sheets of the most frequent and of the rarest classes, with the first images that are trained on.

    The most frequent class is on top of both. A row with fewer images than columns shows all that the class has.
    """
    falling = cifar.counts.by_frequency
    rows = min(ROWS, len(falling) // 2)
    return _sheet(cifar, falling[:rows], "head"), _sheet(cifar, falling[-rows:], "tail")


def _sheet(cifar: Cifar, classes: np.ndarray, part: str) -> Image:
    """Draw the rows of some classes."""
    from PIL import Image, ImageDraw, ImageFont

    cell = 32 * _SCALE + _GAP
    size = (_LEFT + COLUMNS * cell + _GAP, _TOP + len(classes) * cell + _GAP)
    picture = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(picture)
    font, small = ImageFont.load_default(_SIZE), ImageFont.load_default(_SIZE - 4)
    title = f"{cifar.name} {cifar.profile} {cifar.imbalance:g}: {part} of {len(cifar.counts)} classes"
    pen.text((_GAP * 2, 12), title, "black", font)
    for row, class_id in enumerate(classes.tolist()):
        top = _TOP + row * cell
        images = cifar.train_images[np.flatnonzero(cifar.train_labels == class_id)[:COLUMNS]]
        pen.text((_GAP * 2, top + 10), cifar.class_names[class_id].replace("_", " "), "black", font)
        pen.text((_GAP * 2, top + 34), _counted(cifar.counts[class_id]), "#595959", small)
        for column, image in enumerate(images):
            tile = Image.fromarray(image).resize((32 * _SCALE, 32 * _SCALE), Image.Resampling.NEAREST)
            picture.paste(tile, (_LEFT + column * cell, top))
    return picture


def _counted(count: int) -> str:
    return f"{count} training image{'' if count == 1 else 's'}"
