"""How soon an explorer's page can be moved, and how soon a key is painted, also where the processor is slowed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ltviz.core.errors import LtvizError

OPENINGS, MOVES, WARM = 3, 12, 3
OPENED_MS = {1: 300.0, 4: 1000.0}  # by how many times the processor is slowed: from the address to the drawn picture
PAINTED_P95_MS = {1: 16.7, 4: 50.0}
PLOTLY, FLOOR = "plotly's page", "a page of one word"  # with what ours are compared; what measuring itself takes
_PATIENCE = 120.0  # seconds, for one opening or one key

# From the page's beginning to the first moment after the frame that shows the picture and its controls.
_OPENED = """
const look = () => {
  const ours = document.querySelector("section.ltviz")?.ltviz?.drawn;
  if (!ours && !document.querySelector(".js-plotly-plot .main-svg")) return requestAnimationFrame(look);
  requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      window.ltvizOpened = performance.now();
      console.debug("ltviz: opened");
    };
    channel.port2.postMessage(0);
  });
};
requestAnimationFrame(look);
"""

# From the key's own time stamp to the first moment after the frame that shows what it did.
WATCH = """(ours) => {
  const moves = window.ltvizMoves = [];
  let key = null;
  addEventListener("keydown", (event) => { key = event.timeStamp; }, true);
  const drawn = () => {
    if (key === null) return;
    const [begun, updated] = [key, performance.now()];
    key = null;
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => {
        moves.push([updated - begun, performance.now() - begun]);
        console.debug("ltviz: moved");
      };
      channel.port2.postMessage(0);
    });
  };
  if (!ours) return document.querySelector(".js-plotly-plot").on("plotly_afterplot", drawn);
  const explorer = document.querySelector(".ltviz").ltviz;
  const draw = explorer.draw.bind(explorer);
  explorer.draw = () => {
    const before = explorer.drawn;
    const done = draw();
    if (explorer.drawn !== before) drawn();
    return done;
  };
}"""


@dataclass(frozen=True)
class Page:
    """One page on a processor slowed so many times.

    Parameters
    ----------
    name : str
        The explorer, `PLOTLY` or `FLOOR`.
    slowed : int
        1 is this machine as it is.
    opened : ndarray
        Milliseconds until the picture and its controls are on the screen, for each opening.
    painted : ndarray
        Milliseconds from a key press until what it did is on the screen, over all sliders in sight.
    """

    name: str
    slowed: int
    opened: np.ndarray
    painted: np.ndarray

    @property
    def numbers(self) -> tuple[float, float, float]:
        """Median of `opened`, median of `painted`, 95th percentile of `painted`."""
        p50, p95 = np.percentile(self.painted, [50, 95])
        return float(np.median(self.opened)), float(p50), float(p95)

    @property
    def missed(self) -> tuple[str, ...]:
        """The reaches that are missed, in words; pages that are not ours have none to keep."""
        if self.name in (PLOTLY, FLOOR):
            return ()
        opened, _, p95 = self.numbers
        where = f"{self.name}, slowed {self.slowed} times"
        pairs = (("opened", opened, OPENED_MS[self.slowed]), ("p95", p95, PAINTED_P95_MS[self.slowed]))
        return tuple(f"{where}: {what} {value:.0f} > {most:g} ms" for what, value, most in pairs if not value <= most)


def table(rows: tuple[Page, ...]) -> str:
    """Return the measurements as text: a line per page."""
    lines = [f"{'page: opened, painted p50/p95 (ms)':36} " + "  ".join(f"{f'slowed {n} times':>22}" for n in OPENED_MS)]
    for name in dict.fromkeys(row.name for row in rows):
        of = {row.slowed: row.numbers for row in rows if row.name == name}
        cells = (f"{f'{of[n][0]:.0f}, {of[n][1]:.1f}/{of[n][2]:.1f}':>22}" for n in OPENED_MS)
        lines.append(f"{name:36} " + "  ".join(cells))
    return "\n".join(lines)


def measured(chromium: Any, pages: Mapping[str, Path], progress: Callable[[str], None]) -> tuple[Page, ...]:
    """Open each page and press the arrow keys on each of its sliders.

    Parameters
    ----------
    chromium : Browser
        As `ltviz.notebook.lab.browser` gives it.
    pages : mapping
        Name -> the page's file.
    progress : callable
        Told each name.
    """
    context = chromium.new_context(viewport={"width": 1280, "height": 720})
    context.add_init_script(_OPENED)
    rows = []
    for name, path in pages.items():
        progress(f"page: {name}")
        rows += [_page(context, name, path, slowed) for slowed in OPENED_MS]
    context.close()
    return tuple(rows)


def _page(context: Any, name: str, path: Path, slowed: int) -> Page:
    opened, painted = [], np.empty(0)
    for turn in range(OPENINGS):
        page = context.new_page()
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slowed})
        _heard(page, "ltviz: opened", partial(page.goto, path.as_uri(), wait_until="commit"), f"{name} did not open")
        opened.append(page.evaluate("window.ltvizOpened"))
        if turn == OPENINGS - 1:
            painted = _moved(page, name)
        page.close()
    return Page(name, slowed, np.array(opened), painted)


def _moved(page: Any, name: str) -> np.ndarray:
    """Answer what is asked, and move every slider in sight to and fro; where there is none, every choice."""
    ours = name != PLOTLY
    show = page.get_by_role("button", name="Show the truth")
    if show.count():
        show.click()
        page.wait_for_timeout(1000)  # what walks to the truth has arrived
    page.evaluate(WATCH, ours)
    done = 0
    sliders = page.locator(".panel input[type=range]:visible" if ours else "input[type=range]").all()
    for control in sliders or page.locator(".panel select:visible").all():
        control.focus()
        for key in _to_and_fro(control, MOVES if done else MOVES + WARM):
            _heard(page, "ltviz: moved", partial(page.keyboard.press, key), f"{name}: a key drew nothing")
            done += 1
            page.wait_for_timeout(25 + 7 * (done % 5))  # not in step with the screen
    return np.array(page.evaluate("window.ltvizMoves"))[WARM:, 1]


def _to_and_fro(control: Any, moves: int) -> Iterator[str]:
    """Yield keys that each move the control: on to an end, back to the other, and on."""
    slides = control.evaluate("(each) => each.type === 'range'")
    on, back = ("ArrowRight", "ArrowLeft") if slides else ("ArrowDown", "ArrowUp")
    place = "+each.value, +each.min, +each.max" if slides else "each.selectedIndex, 0, each.length - 1"
    key = on
    for _ in range(moves):
        now, low, high = control.evaluate(f"(each) => [{place}]")
        key = on if now <= low else back if now >= high else key
        yield key


def _heard(page: Any, words: str, act: Callable[[], Any], otherwise: str) -> None:
    """Act, and wait until the page says these words: to ask it again and again would slow what is measured."""
    from playwright.sync_api import TimeoutError as Late

    try:
        with page.expect_console_message(lambda told: told.text == words, timeout=1000 * _PATIENCE):
            act()
    except Late as error:
        raise LtvizError(f"{otherwise} within {_PATIENCE:g} s") from error
