"""Key press to painted, in JupyterLab and in static pages, beside plotly: ``ltviz bench explorer``."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ltviz.bench import opponent, pages
from ltviz.bench.opponent import GRID, SLIDERS
from ltviz.bench.pages import WATCH
from ltviz.core.errors import MissingExtra
from ltviz.notebook import lab

MOVES = 36
LAB_P50, LAB_P95, PAGE_P95, RATIO, FIRST_MS, PATH_MS = 25.0, 60.0, 20.0, 4.0, 100.0, 1500.0

_PATH = """(name) => {
  const explorer = document.querySelector(".ltviz").ltviz;
  const [fits, stops] = [explorer.entries.get("fit"), explorer.values(name).length];
  let begun = null;
  addEventListener("keydown", (event) => { begun ??= event.timeStamp; }, true);
  const receive = explorer.receive.bind(explorer);
  explorer.receive = (message) => {
    receive(message);
    if (begun !== null && fits.size >= stops) window.ltvizPath ??= [performance.now() - begun, stops];
  };
  explorer.source.onmessage = (message) => explorer.receive(message);
}"""


@dataclass(frozen=True)
class Row:
    """Moves of one slider by one way of drawing.

    Parameters
    ----------
    way, slider : str
        Who draws, and what moves.
    updated, painted : ndarray
        Milliseconds from key press until the plot is changed, and until it is on the screen.
    sent, received : float
        Bytes per move from and to the browser, over the kernel's socket.
    """

    way: str
    slider: str
    updated: np.ndarray
    painted: np.ndarray
    sent: float = 0.0
    received: float = 0.0

    @property
    def p50(self) -> float:
        """Median of `painted`."""
        return float(np.percentile(self.painted, 50))

    @property
    def p95(self) -> float:
        """95th percentile of `painted`."""
        return float(np.percentile(self.painted, 95))


@dataclass(frozen=True)
class ExplorerBench:
    """What `explorer` measured: rows, for the slider that refits the first stop and the whole path, and every page."""

    rows: tuple[Row, ...]
    first: float
    path: float
    stops: int
    pages: tuple[pages.Page, ...]

    def _row(self, way: str, slider: str) -> Row:
        return next(row for row in self.rows if (row.way, row.slider) == (way, slider))

    @property
    def missed(self) -> tuple[str, ...]:
        """The reaches that are missed, in words."""
        told = []

        def ask(what: str, value: float, most: float) -> None:
            if not value <= most:
                told.append(f"{what} {value:.0f} > {most:g} ms")

        for slider in SLIDERS:
            ours, theirs = self._row("JupyterLab, ltviz", slider), self._row("JupyterLab, FigureWidget", slider)
            ask(f"JupyterLab, {slider}: p50", ours.p50, LAB_P50)
            ask(f"JupyterLab, {slider}: p95", ours.p95, LAB_P95)
            if not theirs.p50 >= RATIO * ours.p50:
                told.append(f"{slider}: {theirs.p50 / ours.p50:.1f} times faster than the FigureWidget, not {RATIO:g}")
            ask(f"page, {slider}: p95", self._row("page, ltviz", slider).p95, PAGE_P95)
        ask("first stop", self.first, FIRST_MS)
        ask(f"path of {self.stops} stops", self.path, PATH_MS)
        return (*told, *(each for page in self.pages for each in page.missed))

    def table(self) -> str:
        """Return the measurements as text."""
        head = f"{'':26} {'slider':20} updated p50/p95   painted p50/p95   bytes sent, received   ratio"
        lines = [f"key press to painted, {MOVES} moves, {GRID} x {GRID} cells (ms)", head]
        for row in self.rows:
            updated = "/".join(f"{value:.1f}" for value in np.percentile(row.updated, [50, 95]))
            theirs = self._row("JupyterLab, FigureWidget", row.slider)
            ratio = "" if row is theirs else f"{theirs.p50 / row.p50:.1f}"
            painted = f"{row.p50:.1f}/{row.p95:.1f}"
            wire = f"{row.sent:10.0f} {row.received:9.0f}"
            lines.append(f"{row.way:26} {row.slider:20} {updated:>15}   {painted:>15}   {wire}   {ratio:>5}")
        lines.append(
            f"first stop after the first key: {self.first:.0f} ms; path of {self.stops} stops: {self.path:.0f} ms"
        )
        lines += ["", pages.table(self.pages)]
        return "\n".join([*lines, *(f"missed: {each}" for each in self.missed)])


def explorer(write: Callable[[Path], dict[str, Path]], progress: Callable[[str], None] | None = None) -> ExplorerBench:
    """Measure both sliders by all ways and every page, in one run on this machine.

    Parameters
    ----------
    write : callable
        Folder -> the static pages written there, by the explorers' names.
    progress : callable, optional
        Told one line per way.

    Raises
    ------
    MissingExtra
        Without playwright or Chromium.
    """
    if reason := lab.missing():
        raise MissingExtra(reason)
    from playwright.sync_api import sync_playwright

    rows, timed = [], (float("nan"), float("nan"), 0)
    tell = progress or (lambda line: None)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        home = Path(folder)
        tell("writing the static pages")
        written = write(home / "pages")
        address = written["decision_map"].as_uri()
        with lab.Lab(home / "lab") as jupyter:
            chromium = lab.browser(driver)
            context = chromium.new_context(viewport={"width": 1400, "height": 1000})
            for slider, (keywords, dial) in SLIDERS.items():
                given = ", ".join(f"{key}={value!r}" for key, value in keywords.items())
                tell(f"JupyterLab, FigureWidget: {slider}")
                cell = f"from ltviz.bench.opponent import figure_widget\nfigure_widget({slider!r})"
                lab_page = jupyter.open(context, [cell])
                lab_page.wait_for_selector(".js-plotly-plot .main-svg")
                rows.append(_measured("JupyterLab, FigureWidget", slider, lab_page, ".noUi-handle", ours=False))
                lab_page.close()
                tell(f"JupyterLab, ltviz: {slider}")
                lab_page = jupyter.open(context, [f"import ltviz\nltviz.explore('decision_map', {given})"])
                handle = _opened(lab_page, dial)
                if slider != "tau, no refit":
                    timed = _path(lab_page, handle, dial)
                rows.append(_measured("JupyterLab, ltviz", slider, lab_page, handle, ours=True))
                lab_page.close()
                tell(f"page, ltviz: {slider}")
                static = context.new_page()
                static.goto(f"{address}#" + "&".join(f"{key}={value}" for key, value in keywords.items()))
                rows.append(_measured("page, ltviz", slider, static, _opened(static, dial), ours=True))
                static.close()
            context.close()
        others = {
            pages.FLOOR: opponent.floor(home / "floor.html"),
            pages.PLOTLY: opponent.page(home / "plotly.html"),
        }
        measured = pages.measured(chromium, others | written, tell)
        chromium.close()
    return ExplorerBench(tuple(rows), *timed, measured)


def _opened(page: Any, dial: str) -> str:
    """Wait for an explorer's first drawing and return the selector of a dial's slider."""
    page.wait_for_function("document.querySelector('.ltviz')?.ltviz?.drawn > 0")
    page.evaluate("for (const more of document.querySelectorAll('.ltviz details')) more.open = true")
    return f"css=[id$='-{dial}']"


def _path(page: Any, handle: str, dial: str) -> tuple[float, float, int]:
    """Return the milliseconds from the first key to the first stop painted and to the last of the path, and stops."""
    page.evaluate(WATCH, True)
    page.evaluate(_PATH, dial)
    page.locator(handle).focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("window.ltvizMoves.length && window.ltvizPath")
    first, path, stops = page.evaluate("[ltvizMoves[0][1], ...ltvizPath]")
    return first, path, stops


def _measured(way: str, slider: str, page: Any, handle: str, *, ours: bool) -> Row:
    """Press arrow keys one by one, each when the one before is on the screen."""
    page.evaluate(WATCH, ours)
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    count = {"Sent": 0.0, "Received": 0.0}

    def heard(way: str) -> Callable[[Any], None]:
        def add(event: Any) -> None:
            frame = event["response"]
            count[way] += len(frame["payloadData"]) * (1.0 if frame["opcode"] == 1 else 0.75)  # binary is in base64

        return add

    page.locator(handle).first.focus()
    for done in range(-3, MOVES):  # the first few warm up
        if done == 0:
            for each in count:
                wire.on(f"Network.webSocketFrame{each}", heard(each))
        page.keyboard.press("ArrowLeft" if (done + 3) // 10 % 2 else "ArrowRight")  # stays within the slider
        page.wait_for_function("(n) => window.ltvizMoves.length >= n", arg=done + 4)
        page.wait_for_timeout(25 + 7 * (done % 5))  # not in step with the screen
    page.wait_for_timeout(300)
    moves = np.array(page.evaluate("window.ltvizMoves"))[3:]
    return Row(way, slider, moves[:, 0], moves[:, 1], count["Sent"] / MOVES, count["Received"] / MOVES)
