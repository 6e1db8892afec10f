"""A contact sheet: one row of images for each class, with its name and count."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ltviz.datasets._base import DataSet

if TYPE_CHECKING:
    from PIL.Image import Image

ROWS, COLUMNS = 5, 12
_TILE, _GAP, _LEFT, _TOP, _SIZE, _LETTERS = 64, 4, 210, 44, 18, 22


def contact_sheets(data: DataSet) -> tuple[Image, Image]:
    """Return sheets of the most frequent and of the rarest classes, with the first images that are trained on.

    The most frequent class is on top of both. A row with fewer images than columns shows all that the class has.
    """
    falling = data.counts.by_frequency
    rows = min(ROWS, len(falling) // 2)
    return _sheet(data, falling[:rows], "head"), _sheet(data, falling[-rows:], "tail")


def _sheet(data: DataSet, classes: np.ndarray, part: str) -> Image:
    """Draw the rows of some classes."""
    from PIL import Image, ImageDraw, ImageFont

    cell = _TILE + _GAP
    size = (_LEFT + COLUMNS * cell + _GAP, _TOP + len(classes) * cell + _GAP)
    picture = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(picture)
    font, small = ImageFont.load_default(_SIZE), ImageFont.load_default(_SIZE - 4)
    title = f"{data.name} {data.profile} {data.imbalance:g}: {part} of {len(data.counts)} classes"
    pen.text((_GAP * 2, 12), title, "black", font)
    for row, class_id in enumerate(classes.tolist()):
        top = _TOP + row * cell
        images = data.take(np.flatnonzero(data.labels("train") == class_id)[:COLUMNS], "train")
        name = data.class_names[class_id].replace("_", " ")
        name = name if len(name) <= _LETTERS else f"{name[: _LETTERS - 1]}…"
        pen.text((_GAP * 2, top + 10), name, "black", font)
        pen.text((_GAP * 2, top + 34), _counted(data.counts[class_id]), "#595959", small)
        for column, image in enumerate(images):
            way = Image.Resampling.NEAREST if len(image) <= _TILE else Image.Resampling.BOX
            tile = Image.fromarray(image).resize((_TILE, _TILE), way)
            picture.paste(tile, (_LEFT + column * cell, top))
    return picture


def _counted(count: int) -> str:
    return f"{count} training image{'' if count == 1 else 's'}"
