"""A moving picture of an explorer: one dial goes there and back, for a slide or a README."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from ltviz.core.checks import one_of
from ltviz.core.errors import BadInput, MissingExtra
from ltviz.core.files import write_bytes
from ltviz.explorers import CARDS
from ltviz.figures.export import chrome

FRAMES = 28  # on the way there; the way back shows them again
MILLISECONDS = 80
_COLOURS = 48

_MOVE = """([name, value]) => {
  const explorer = document.querySelector(".ltviz").ltviz;
  explorer.guess?.close();
  explorer.set(name, value);
}"""


def film(
    page: Path, name: str, dial: str, out: Path, *, width: int = 760, progress: Callable[[int, int], None] | None = None
) -> Path:
    """Write a GIF of an explorer's picture and numbers while a dial moves from end to end and back.

    Parameters
    ----------
    page : Path
        The explorer's page, as `write_site` makes it.
    name, dial : str
        The explorer, and one of its page's number dials.
    out : Path
        The file.
    width : int
        Of the picture, in pixels.
    progress : callable, optional
        Called with (frames done, frames in all).

    Raises
    ------
    BadInput
        For a dial that the page does not have.
    MissingExtra
        Without playwright or Chromium.
    """
    card, _ = CARDS[name].fixed().start()
    values = card.dials[one_of("dial", dial, tuple(card.dials))].values
    if len(values) < 2 or isinstance(values[0], (str, bool)):
        raise BadInput(f"{dial!r} of {name} has no slider on the page; take one that moves")
    found = chrome()
    if found is None:
        raise MissingExtra("a film needs Chrome or Chromium; install one (Debian, Ubuntu: apt install chromium)")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise MissingExtra("a film needs playwright: pip install playwright") from error
    from PIL import Image

    places = np.unique(np.linspace(0, len(values) - 1, FRAMES).round().astype(int))
    frames = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=["--no-sandbox"])
        view = browser.new_page(viewport={"width": width, "height": 1000}, color_scheme="light")
        view.goto(page.resolve().as_uri())
        view.wait_for_function("document.querySelector('.ltviz')?.ltviz?.drawn")
        for done, place in enumerate(places, 1):
            view.evaluate(_MOVE, [dial, values[place]])
            picture = view.locator(".ltviz .picture, .ltviz .numbers")
            boxes = [box for k in range(picture.count()) if (box := picture.nth(k).bounding_box())]
            top, bottom = boxes[0]["y"], max(box["y"] + box["height"] for box in boxes)
            clip: Any = {"x": 0, "y": max(0.0, top - 8), "width": width, "height": bottom - top + 16}
            shot = Image.open(BytesIO(view.screenshot(clip=clip))).convert("RGB")
            frames.append(shot)
            if progress is not None:
                progress(done, len(places))
        browser.close()
    size = (width, max(frame.height for frame in frames))
    even = [Image.new("RGB", size, "white") for _ in frames]
    for canvas, frame in zip(even, frames, strict=True):
        canvas.paste(frame, (0, 0))
    palette = even[len(even) // 2].quantize(_COLOURS)
    still = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in even]
    loop = [*still, *still[-2:0:-1]]
    content = BytesIO()
    loop[0].save(
        content, "GIF", save_all=True, append_images=loop[1:], duration=MILLISECONDS, loop=0, optimize=True, disposal=1
    )
    return write_bytes(out, content.getvalue())
