"""A folder of images as a user may have one: coloured shapes, a class in each sub-folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

COUNTS = {"circle": 30, "square": 20, "stripe": 10}
SIDE = 16


def make(home: Path) -> Path:
    """Write 60 images of three shapes and return the folder."""
    generator = np.random.default_rng(0)
    for name, count in COUNTS.items():
        (home / name).mkdir(parents=True)
        for k in range(count):
            image = Image.new("RGB", (SIDE, SIDE), tuple(generator.integers(0, 120, 3).tolist()))
            pen = ImageDraw.Draw(image)
            left, top = generator.integers(0, SIDE // 2, 2).tolist()
            box, colour = (
                (left, top, left + SIDE // 2, top + SIDE // 2),
                tuple(generator.integers(130, 256, 3).tolist()),
            )
            if name == "stripe":
                pen.line(box, colour, 3)
            else:
                (pen.ellipse if name == "circle" else pen.rectangle)(box, colour)
            image.save(home / name / f"{k:02}.png")
    return home
