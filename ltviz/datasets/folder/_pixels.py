"""Image files as pixels: decoded by Pillow, upright, without transparency, the square in the middle, in one size."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ltviz.core.errors import DataError

if TYPE_CHECKING:
    from PIL.Image import Image

# By their content, whatever a file is called: nothing that starts another program, as Pillow does for EPS.
_FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF", "PPM")
_MOST_PIXELS = 2**26  # of one image
_WORKERS = min(8, os.cpu_count() or 1)


def squares(paths: Sequence[Path], size: int) -> tuple[np.ndarray, set[tuple[int, int]], dict[Path, str]]:
    """Return images as uint8 (N, size, size, 3), the widths and heights that they had, and what is wrong with some.

    An image is turned as its EXIF orientation says, laid on white where it is transparent, cut to the largest square
    in its middle, and resized (bicubic) unless it has the size already. Of a film, the first picture counts.
    """

    def one(path: Path) -> tuple[np.ndarray, tuple[int, int]] | str:
        try:
            return _square(path, size)
        except _Refused as error:
            return str(error)
        except Exception as error:  # Pillow's readers raise whatever a damaged file leads them to
            return _reason(error, path)

    with warnings.catch_warnings(), ThreadPoolExecutor(_WORKERS) as workers:
        warnings.simplefilter("ignore")  # of metadata that Pillow cannot read; what matters is checked here
        pixels = np.zeros((len(paths), size, size, 3), np.uint8)
        shapes, faults = set[tuple[int, int]](), dict[Path, str]()
        for row, (path, made) in enumerate(zip(paths, workers.map(one, paths), strict=True)):
            if isinstance(made, str):
                faults[path] = made
            else:
                pixels[row], shape = made
                shapes.add(shape)
    return pixels, shapes, faults


class _Refused(DataError):
    """An image that could be read and is not taken."""


def _reason(error: Exception, path: Path) -> str:
    from PIL import UnidentifiedImageError

    if isinstance(error, UnidentifiedImageError):
        return f"it is no image of the kinds {', '.join(_FORMATS)}" if path.stat().st_size else "it is empty"
    told = error.strerror if isinstance(error, OSError) and error.strerror else str(error) or type(error).__name__
    return told[:200]


def _square(path: Path, size: int) -> tuple[np.ndarray, tuple[int, int]]:
    from PIL import Image, ImageOps

    with Image.open(path, formats=_FORMATS) as file:
        if file.width * file.height > _MOST_PIXELS:
            raise _Refused(f"it has {file.width} x {file.height} pixels, more than {_MOST_PIXELS:,}: make it smaller")
        shape = file.size
        file.draft(None, (2 * size, 2 * size))  # of a JPEG, no more is decoded than is needed
        image = _rgb(ImageOps.exif_transpose(file))
        if image.size != (size, size):
            side = min(image.size)
            left, top = (image.width - side) // 2, (image.height - side) // 2
            middle = image.crop((left, top, left + side, top + side))
            image = middle.resize((size, size), Image.Resampling.BICUBIC)
        return np.asarray(image), shape


def _rgb(image: Image) -> Image:
    """Return an image of any kind in red, green and blue."""
    from PIL import Image as images

    if image.mode == "I" or image.mode.startswith("I;16"):
        values = np.asarray(image).astype(np.int64)
        if not 0 <= values.min() <= values.max() < 2**16:
            raise _Refused("its pixels are numbers beyond 16 bits; save it with 8 or 16")
        image = images.fromarray((values >> 8).astype(np.uint8))
    elif image.mode == "F":
        raise _Refused(
            "its pixels are floating point numbers, of which no one knows what is white; save it with 8 bits"
        )
    if image.has_transparency_data:
        clear = image.convert("RGBA")
        image = images.alpha_composite(images.new("RGBA", clear.size, "white"), clear)
    return image.convert("RGB")
