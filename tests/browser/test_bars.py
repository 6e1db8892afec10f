"""Bars that a hand drags: the profile follows in a page, and counts of one's own are taken where there are such."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ltviz import site

EXPLORER = "document.querySelector('section.ltviz').ltviz"
NAMES = ("class_counts", "rare_margins", "rare_weights")


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    assert not site.write_site(folder, ",".join(NAMES), figures=False).failed
    return folder


@pytest.fixture(scope="module")
def page(browser: Any) -> Iterator[Any]:
    page = browser.new_page(viewport={"width": 1280, "height": 800}, bypass_csp=True, reduced_motion="reduce")
    yield page
    page.close()


def opened(page: Any, out: Path, name: str) -> None:
    page.goto((out / "explore" / f"{name}.html").as_uri())
    page.wait_for_function(f"{EXPLORER}.drawn")
    page.get_by_role("button", name="Skip").click()


def drag(page: Any, plot: str, at: tuple[float, float], to: float) -> None:
    """From a place in a plot, in units of its axes, to another height; the axes stay meanwhile."""
    place = page.evaluate(
        f"""([x, y, to]) => {{
      const plot = {EXPLORER}.picture.{plot};
      const {{left, top}} = plot.svg.getBoundingClientRect();
      return [left + plot.px(x), top + plot.py(y), top + plot.py(to)];
    }}""",
        [*at, to],
    )
    page.mouse.move(place[0], place[1])
    page.mouse.down()
    page.mouse.move(place[0], place[2], steps=4)
    page.mouse.up()


def test_a_dragged_bar_becomes_a_count_of_ones_own(page: Any, out: Path) -> None:
    opened(page, out, "class_counts")
    drag(page, "bars", (3, 500), 3100)
    counts = [int(each) for each in page.evaluate(f"{EXPLORER}.state.counts").split(",")]
    assert counts[3] == pytest.approx(3100, abs=60)
    assert (counts[0], counts[1], counts[9]) == (5000, 2997, 50)
    drag(page, "bars", (0, 5000), 600)
    assert page.evaluate(f"{EXPLORER}.told.values.imbalance") == pytest.approx(counts[3] / 50)


def test_in_a_page_the_profile_follows_the_hand(page: Any, out: Path) -> None:
    opened(page, out, "rare_margins")
    drag(page, "bars.plot", (9, 50), 250)
    page.wait_for_function(f"{EXPLORER}.state.imbalance === 20")
    assert page.evaluate(f"{EXPLORER}.told.values.ldam") == pytest.approx(20**0.25, rel=1e-3)
    drag(page, "bars.plot", (0, 5000), 1000)
    page.wait_for_function(f"{EXPLORER}.state.largest === 1000")
    assert page.evaluate(f"{EXPLORER}.state.imbalance") == 20


def test_a_bar_follows_the_hand_whichever_dial_the_picture_draws_along(page: Any, out: Path) -> None:
    opened(page, out, "rare_weights")
    drag(page, "bars.plot", (9, 50), 250)
    page.wait_for_function(f"{EXPLORER}.state.imbalance === 20")
    assert page.evaluate(f"{EXPLORER}.touched") == "beta", "and the stops of the curve are fetched for these counts"
