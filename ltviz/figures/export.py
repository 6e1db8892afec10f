"""Write one figure as an interactive page, a vector or pixel picture, or a PDF of exactly its size."""

from __future__ import annotations

import asyncio
import contextlib
import html
import logging
import os
import re
import signal
import threading
import time
from collections.abc import Coroutine, Iterable
from pathlib import Path
from types import TracebackType
from typing import Any

import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

from ltviz.core.checks import number, one_of
from ltviz.core.errors import BadInput, LtvizError, MissingExtra
from ltviz.core.files import scratch, write_bytes
from ltviz.figures._svg import compact

STATIC = ("svg", "png", "pdf")
FORMATS = ("html", *STATIC)
SCRIPT = "plotly.min.js"
PIXELS = {"px": 1.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0, "pt": 96 / 72}
_POLITE = 10.0  # seconds that the browser has to end by itself
CHROME = (
    "static pictures (svg, png, pdf) need Chrome or Chromium and none was found; html and json do not. "
    "Install one: `apt install chromium` (Debian, Ubuntu), `brew install --cask google-chrome` (macOS), "
    "`winget install Google.Chrome` (Windows), or `kaleido_get_chrome` (anywhere, downloads 150 MB)"
)

FAILED = (
    "static pictures (svg, png, pdf) need a Chrome or Chromium that starts: {path} was found but did not start{why}; "
    "html and json need none. Run it by hand to see why, install another one, or name a good one in BROWSER_PATH"
)


def pixels(length: str | float, name: str = "width") -> float:
    """Return a width or height such as ``"85mm"``, ``"900px"`` or ``900`` in pixels (96 to the inch).

    Raises
    ------
    BadInput
        For another unit, or outside 100 to 10 000 pixels.
    """
    text = str(length).strip()
    match = re.fullmatch(r"([0-9]*\.?[0-9]+)\s*(px|mm|cm|in|pt)?", text)
    if match is None:
        raise BadInput(f"{name} must be a number with a unit of px, mm, cm, in or pt, such as 85mm; got {length!r}")
    value = float(match[1]) * PIXELS[match[2] or "px"]
    try:
        return float(number(name, value, 100, 10_000, unit="px"))
    except BadInput as error:
        raise BadInput(f"{name} must be from 100 to 10000 px (26 mm to 2645 mm); got {length!r}") from error


def formats(names: str | Iterable[str]) -> tuple[str, ...]:
    """Return the formats of a list such as ``"html,svg"``, each checked, in their usual order."""
    words = [w.strip() for w in names.split(",")] if isinstance(names, str) else list(names)
    chosen = {one_of("format", word, (*FORMATS, "json")) for word in words}
    return tuple(f for f in (*FORMATS, "json") if f in chosen)


def chrome() -> str | None:
    """Return the path of the Chrome or Chromium that would draw static pictures, or None."""
    try:
        from choreographer.browsers.chromium import Chromium
    except ImportError:
        return None
    found = Chromium.find_browser(skip_local=False)
    return str(found) if found and Path(found).is_file() else None


class Camera:
    """One headless browser for all static pictures of a run, started by the first one.

    Raises
    ------
    MissingExtra
        From `start` and `shoot`, where there is no Chrome or Chromium, or it does not start.

    Examples
    --------
    >>> with Camera() as camera:                                              # doctest: +SKIP
    ...     write(figure, "figures/margin_curve", "svg", camera=camera)
    """

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._server: Any = None
        self._driver: Any = None  # the server, also while it starts
        self._scratch = contextlib.ExitStack()  # what the browser writes

    def __enter__(self) -> Camera:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self._server is not None:
                with contextlib.suppress(LtvizError):  # the pictures are drawn: one that does not end in time is killed
                    self._wait(self._server.close(), _POLITE)
        finally:
            self._end()

    def shoot(self, figure: go.Figure, kind: str, width: float, height: float, scale: float = 1.0) -> bytes:
        """Return the picture of a figure as bytes."""
        if self._server is None:
            self.start()
        options = {"format": kind, "width": width, "height": height, "scale": scale}
        content = figure.to_dict()
        content["layout"].pop("updatemenus", None)  # a picture's buttons do nothing
        drawn = bytes(self._wait(self._server.calc_fig(content, opts=options), 120))
        return compact(drawn.decode()).encode() if kind == "svg" else drawn

    def start(self, seconds: float = 90) -> None:
        """Start the browser, which may take so many seconds."""
        path = chrome()
        if path is None:
            raise MissingExtra(CHROME)
        try:
            from ltviz.figures._driver import Driver
        except ImportError as error:
            raise MissingExtra("static pictures (svg, png, pdf) need kaleido: pip install kaleido") from error

        # the driver reports half a message of a browser that is ending, with a traceback, and goes on
        logging.getLogger("choreographer").setLevel(logging.CRITICAL)
        # a loop of our own in a thread: it works inside Jupyter's running loop too, and a browser that dies
        # ends in a timeout instead of a hang
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="ltviz-camera", daemon=True)
        self._thread.start()

        # a snap's browser sees no other place for temporary files than one in the home folder
        home = Path.home() if "snap" in path else None

        async def begin() -> Any:
            place = self._scratch.enter_context(scratch("browser", home))
            server = self._driver = Driver(place)
            try:
                await asyncio.wait_for(server.open(), seconds)
            except BaseException:
                _kill(server)  # one that hangs would not answer a polite request to end
                with contextlib.suppress(Exception):
                    await asyncio.wait_for(server.close(), 2)
                self._driver = None
                raise
            return server

        try:
            self._server = self._wait(begin(), seconds + 10)
        except Exception as error:  # a program of another's: whatever it says, there are no pictures
            self._end()
            why = f" ({error.strerror})" if isinstance(error, OSError) and error.strerror else ""
            raise MissingExtra(FAILED.format(path=path, why=why)) from error

    def _end(self) -> None:
        """End the loop and its thread; tasks that the driver left behind are ended first, or each would complain."""
        if self._loop is None or self._thread is None:
            return

        async def settle() -> None:
            left = asyncio.all_tasks() - {asyncio.current_task()}
            for task in left:
                task.cancel()
            await asyncio.wait(left, timeout=5) if left else None

        until = time.monotonic() + 2  # whoever ends while the browser starts waits for its process, or it would stay
        while self._driver is not None and not hasattr(self._driver, "subprocess") and time.monotonic() < until:
            time.sleep(0.01)
        _kill(self._driver)
        with contextlib.suppress(LtvizError):
            self._wait(settle(), 10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
        self._scratch.close()
        self._loop = self._thread = self._server = self._driver = None

    def _wait(self, work: Coroutine[Any, Any, Any], seconds: float) -> Any:
        assert self._loop is not None
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(seconds)
        except TimeoutError as error:
            future.cancel()
            raise LtvizError(
                f"the headless browser gave no picture within {seconds:g} s; try again, or choose --format html,json"
            ) from error


def _kill(driver: Any) -> None:
    """End a browser with all its processes, if it still runs."""
    process = getattr(driver, "subprocess", None)
    if process is not None and process.poll() is None:
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL) if os.name == "posix" else process.kill()


def page(figure: go.Figure, name: str, caption: str) -> str:
    """Return the interactive page of a figure; `plotly.min.js` is expected beside it."""
    # the lines of its titles and legend were broken for its width: a smaller window scrolls, a larger one stretches
    wide, high = figure.layout.width or 700, figure.layout.height or 420
    figure = go.Figure(figure).update_layout(width=None, height=None, autosize=True)
    plot = figure.to_html(
        include_plotlyjs=SCRIPT,
        full_html=False,
        div_id=name,  # plotly's own is random, and two writes of one figure would differ
        config={
            "displaylogo": False,
            "toImageButtonOptions": {"format": "svg", "filename": name},
        },
        default_height="100%",
    )
    height = "100vh - 6rem"
    if any(axis.scaleanchor for axis in figure.select_yaxes()):
        # plots of a fixed shape grow with their width; height alone would part them from their legend
        margin = figure.layout.margin
        slope = (high - (margin.t or 0) - (margin.b or 0)) / (wide - (margin.l or 0) - (margin.r or 0))
        height = f"{high:g}px + {slope:.4g}*(min(100vw,1200px) - {wide:g}px)"
    layout = figure.layout.template.layout
    ground, ink = layout.paper_bgcolor or "#FFFFFF", layout.font.color or "#000000"
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{html.escape(name)}</title>\n'
        f"<style>html,body{{height:100%;margin:0;background:{ground};color:{ink};font-family:sans-serif}}"
        "main{max-width:1200px;margin:auto}section{overflow-x:auto}"
        "section:focus-visible{outline:3px solid;outline-offset:-3px}"
        "p{margin:0;padding:.5rem 1rem 1rem;line-height:1.45}"
        f"section>div{{min-width:{wide:g}px;height:max({high:g}px,calc({height}))}}</style>\n"
        f'</head>\n<body><main><section tabindex="0" aria-label="{html.escape(caption or name)}"><div>{plot}</div>'
        f"</section>\n<p>{html.escape(caption)}</p></main></body>\n</html>\n"
    )


def write(
    figure: go.Figure,
    stem: str | Path,
    kinds: str | Iterable[str] = "html",
    *,
    caption: str = "",
    size: tuple[float, float] = (900, 560),
    camera: Camera | None = None,
) -> list[Path]:
    """Write one figure in some formats and return the files.

    Parameters
    ----------
    figure : plotly Figure
        What to write.
    stem : str or Path
        Folder and name without the ending.
    kinds : str or iterable of str
        Some of html, svg, png (two pixels for each of the figure's) and pdf (the page is the figure).
    caption : str
        The sentence below the interactive page.
    size : tuple of float
        Width and height in pixels, 96 to the inch.
    camera : Camera, optional
        The browser to use; without one, a browser is started and ended here.

    Raises
    ------
    MissingExtra
        Where a static picture is asked for without Chrome or Chromium; html is written before.
    """
    stem = Path(stem)
    written: list[Path] = []
    wanted = [kind for kind in formats(kinds) if kind != "json"]
    script = stem.parent / SCRIPT
    if "html" in wanted and not (script.is_file() and script.read_bytes() == plotly_script()):
        write_bytes(script, plotly_script())
    with contextlib.ExitStack() as stack:
        for kind in wanted:
            if kind in STATIC and camera is None:
                camera = stack.enter_context(Camera())
            content = render(figure, stem.name, kind, caption=caption, size=size, camera=camera)
            written.append(write_bytes(stem.with_name(f"{stem.name}.{kind}"), content))
    return written


def plotly_script() -> bytes:
    """Return the file that stands beside interactive pages, from which they draw."""
    return get_plotlyjs().encode()


def render(
    figure: go.Figure,
    name: str,
    kind: str,
    *,
    caption: str = "",
    size: tuple[float, float] = (900, 560),
    camera: Camera | None = None,
) -> bytes:
    """Return one file of a figure; all but an interactive page need a camera."""
    if kind == "html":
        return page(figure, name, caption).encode()
    assert camera is not None
    return camera.shoot(figure, kind, *size, 2.0 if kind == "png" else 1.0)
