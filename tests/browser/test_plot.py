"""The chart of the explorers: ticks, places, marks and hands, in a real browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from ltviz import web
from ltviz.figures.themes import DASHES, MARKERS

THIN, MINUS = "\N{NARROW NO-BREAK SPACE}", "\N{MINUS SIGN}"
PAGE = """<!doctype html><meta charset="utf-8"><style>body {{ margin: 10px; font-family: sans-serif }}</style>
<div id="host" style="width: {width}px"></div><script>{script}
const look = {look}, host = document.getElementById("host"), told = [];
const texts = () => [...host.querySelectorAll("text")].map((each) => each.textContent);
</script>"""


@pytest.fixture(scope="module")
def sheet(browser: Any) -> Iterator[Any]:
    """The one page on which plot after plot is drawn; its errors are in `wrong`."""
    made = browser.new_page(viewport={"width": 800, "height": 700}, device_scale_factor=2, has_touch=True)
    made.wrong = []
    made.on("pageerror", lambda error: made.wrong.append(str(error)))
    yield made
    made.close()


def cleared(sheet: Any, width: int = 600) -> Any:
    script, look = web.script("plot", pictures=[]), json.dumps(web.looks()["light"])
    sheet.goto("about:blank")  # nothing of the plot before stays
    sheet.set_content(PAGE.format(width=width, script=script, look=look))
    return sheet


@pytest.fixture
def page(sheet: Any) -> Iterator[Any]:
    yield cleared(sheet)
    wrong = [sheet.wrong.pop() for _ in sheet.wrong[:]]
    assert not wrong


def ticks(page: Any, axis: dict[str, Any], room: float, pixels: float = 400) -> list[str]:
    call = "([axis, pixels, room]) => Ticks.of(axis, pixels, () => room).map(({text}) => text)"
    return list(page.evaluate(call, [axis, pixels, room]))


@pytest.mark.parametrize(
    ("low", "high", "room", "wanted"),
    [
        (0, 1, 79, ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (-6, 12, 80, [f"{MINUS}5", "0", "5", "10"]),
        (-20_000, 20_000, 90, [f"{MINUS}20{THIN}000", f"{MINUS}10{THIN}000", "0", f"10{THIN}000", f"20{THIN}000"]),
        (0.0001, 0.0007, 100, ["0.0002", "0.0004", "0.0006"]),
    ],
)
def test_linear_ticks(page: Any, low: float, high: float, room: float, wanted: list[str]) -> None:
    assert ticks(page, {"low": low, "high": high}, room) == wanted


@pytest.mark.parametrize(
    ("low", "high", "room", "wanted"),
    [
        (1, 10_000, 60, ["1", "10", "100", f"1{THIN}000", f"10{THIN}000"]),
        (1, 100, 60, ["1", "2", "5", "10", "20", "50", "100"]),
        (0.001, 1000, 130, ["0.001", "0.1", "10", f"1{THIN}000"]),
        (20, 60, 60, ["20", "30", "40", "50", "60"]),
    ],
)
def test_log_ticks(page: Any, low: float, high: float, room: float, wanted: list[str]) -> None:
    assert ticks(page, {"low": low, "high": high, "log": True}, room) == wanted


def test_whole_numbers_only(page: Any) -> None:
    assert ticks(page, {"low": -0.5, "high": 1.5, "whole": True}, 20) == ["0", "1"]


@pytest.mark.parametrize("width", [180, 320, 900])
@pytest.mark.parametrize("x", [{"low": 0, "high": 123_456}, {"low": 0.8, "high": 2e6, "log": True}])
def test_labels_never_touch_and_stay_inside(sheet: Any, width: int, x: dict[str, Any]) -> None:
    page = cleared(sheet, width)
    found = page.evaluate(
        """(x) => {
        const title = "a title of several words (its unit)";
        const plot = new Plot(host, {x: {...x, title}, y: {low: -5, high: 5, title: "y"}});
        plot.begin(look);
        plot.legend(["one", "another one", "a third of them"].map((name) => ({name, colour: "red", dash: "dot"})));
        const {left, right} = host.getBoundingClientRect();
        return {left, right, boxes: [...host.querySelectorAll("text")].map((each) => {
          const box = each.getBoundingClientRect();
          return [box.left, box.right, box.top, box.bottom];
        })};
      }""",
        x,
    )
    boxes = found["boxes"]
    assert all(found["left"] - 1 <= box[0] and box[1] <= found["right"] + 1 for box in boxes)
    for i, a in enumerate(boxes):
        for b in boxes[:i]:
            assert a[1] <= b[0] or b[1] <= a[0] or a[3] <= b[2] + 3 or b[3] <= a[2] + 3


@pytest.mark.parametrize("log", [False, True])
def test_places_come_back(page: Any, log: bool) -> None:
    back = page.evaluate(
        """(log) => {
        const plot = new Plot(host, {x: {low: 3, high: 20000, log}, y: {low: 0.01, high: 7, log}});
        plot.begin(look);
        const {left, top, width, height} = plot.box;
        const ends = [plot.px(3) - left, plot.px(20000) - left - width, plot.py(7) - top, plot.py(0.01) - top - height];
        return [ends, [3, 50, 19999].map((x) => plot.dx(plot.px(x))), [0.01, 1, 6].map((y) => plot.dy(plot.py(y)))];
      }""",
        log,
    )
    assert back[0] == pytest.approx([0, 0, 0, 0], abs=1e-6)
    assert back[1] == pytest.approx([3, 50, 19999])
    assert back[2] == pytest.approx([0.01, 1, 6])


def test_equal_scales(page: Any) -> None:
    unit = page.evaluate("""() => {
      const plot = new Plot(host, {x: {low: 0, high: 4}, y: {low: 0, high: 3}, equal: true});
      plot.begin(look);
      return [plot.px(1) - plot.px(0), plot.py(0) - plot.py(1)];
    }""")
    assert unit[0] == pytest.approx(unit[1])


def test_every_marker_and_dash_of_the_themes(page: Any) -> None:
    names = page.evaluate("""() => {
      const plot = new Plot(host);
      plot.begin(look);
      const paths = look.markers.map((marker) => Marks.path(marker, 0, 0, 5));
      look.dashes.forEach((dash) => plot.line([0, 1], [0, 1], {dash}));
      return [Marks.names, paths.length - new Set(paths).size, look.dashes.map((dash) => Marks.dash(dash, 3) ?? null)];
    }""")
    assert names[0] == list(MARKERS)
    assert names[1] == 0
    assert names[2][0] is None
    assert len(set(names[2])) == len(DASHES)


def test_elements_are_used_again_and_leftovers_go(page: Any) -> None:
    count = page.evaluate("""async () => {
      const plot = new Plot(host, {x: {title: "x"}, y: {title: "y"}});
      const draw = async (lines, height) => {
        plot.begin(look, {y: {high: height}});
        plot.legend([{name: "a", colour: "red", dash: "solid"}]);
        for (let i = 0; i < lines; i++) plot.line([0, 1], [0, i]);
        await null;
        return [...plot.elements.parent.children];
      };
      const first = await draw(3, 5), again = await draw(3, 5), fewer = await draw(1, 5), other = await draw(2, 70);
      const lines = [...plot.elements.parent.querySelectorAll("[clip-path]")].length;
      return [first.length - again.length, first.filter((each, i) => each !== again[i]).length,
        again.length - fewer.length, lines, other.length === plot.elements.nodes.length];
    }""")
    assert count == [0, 0, 2, 2, True]


def test_lines_break_where_a_value_is_missing(page: Any) -> None:
    d = page.evaluate("""() => {
      const plot = new Plot(host, {bare: true});
      plot.begin(look);
      return plot.path([0, 0.1, 0.2, 0.3, 0.4], [0, 0.5, NaN, 1e9, -Infinity]);
    }""")
    assert d.count("M") == 2
    assert "NaN" not in d
    assert "Infinity" not in d


def test_an_image_fills_the_box_sharply_from_the_foot_up(page: Any) -> None:
    colours = page.evaluate("""() => {
      const plot = new Plot(host, {x: {low: 0, high: 1}, y: {low: 0, high: 1}});
      plot.begin(look);
      plot.image(1, 2, new Uint8ClampedArray([255, 0, 0, 255, 0, 0, 255, 255]));
      const {canvas, cells, box} = plot, pen = cells.getContext("2d");
      const at = (row) => [...pen.getImageData(0, row, 1, 1).data];
      const [seen, place] = [cells.getBoundingClientRect(), plot.hit.getBoundingClientRect()];
      const off = ["left", "top", "right", "bottom"].map((side) => Math.abs(seen[side] - place[side]));
      return [at(0), at(1), canvas.width / box.width, Math.max(...off)];
    }""")
    assert colours[0] == [0, 0, 255, 255]  # the second row on top
    assert colours[1] == [255, 0, 0, 255]
    assert colours[2] == pytest.approx(2, abs=0.01)  # of the layer above: a pixel of the screen each
    assert colours[3] < 0.5


def test_powers_of_ten_have_small_ticks(page: Any) -> None:
    wide, tight = (page.evaluate(f"Ticks.between({{low: 2, high: 2000, log: true}}, {letters})") for letters in (30, 9))
    assert tight == [10, 100, 1000]
    assert wide == [*range(2, 10), *range(10, 100, 10), *range(100, 1000, 100), 1000, 2000]
    assert page.evaluate("Ticks.between({low: 2, high: 2000}, 30)") == []


def test_a_plot_without_a_grid_keeps_its_ticks(page: Any) -> None:
    found = page.evaluate("""() => [true, false].map((grid) => {
      const plot = new Plot(host, {grid});
      plot.begin(look);
      const paths = [...plot.svg.querySelectorAll("path")];
      const labels = plot.svg.querySelectorAll("text").length;
      return [paths.some((each) => each.getAttribute("stroke") === look.grid), labels];
    })""")
    assert [grid for grid, _ in found] == [True, False]
    assert found[0][1] == found[1][1] > 4


DRAG = """(log) => {
  window.plot = new Plot(host, {x: {low: 1, high: 100, log}, y: {low: 0, high: 10}});
  plot.onDrag((at) => told.push(at), {both: true});
  plot.onClick((at) => told.push({...at, click: true}));
  plot.begin(look);
}"""
WHERE = """([x, y]) => {
  const {left, top} = plot.svg.getBoundingClientRect();
  return [left + plot.px(x), top + plot.py(y)];
}"""


@pytest.mark.parametrize("log", [False, True])
def test_drag_by_mouse(page: Any, log: bool) -> None:
    page.evaluate(DRAG, log)
    page.mouse.move(*page.evaluate(WHERE, [10, 5]))
    page.mouse.down()
    page.mouse.move(*page.evaluate(WHERE, [40, 2]), steps=4)
    page.mouse.move(5000, 5)  # far outside: the pointer is kept, the place stays in the box
    page.mouse.up()
    told = page.evaluate("told")
    assert [each["start"] for each in told] == [True] + [False] * (len(told) - 1)
    assert [each["done"] for each in told] == [False] * (len(told) - 1) + [True]
    assert (told[0]["x"], told[0]["y"]) == pytest.approx((10, 5), rel=0.02)
    assert (told[-3]["x"], told[-3]["y"]) == pytest.approx((40, 2), rel=0.02)
    assert (told[-1]["x"], told[-1]["y"]) == pytest.approx((100, 10))
    assert not any(each.get("click") for each in told)


def test_drag_by_touch(page: Any) -> None:
    page.evaluate(DRAG, False)
    assert page.evaluate("getComputedStyle(plot.hit).touchAction") == "none"
    assert page.evaluate("getComputedStyle(plot.svg).touchAction") == "auto"  # beside the box a finger scrolls the page
    page.evaluate("document.body.style.height = '3000px'")  # so that a finger could scroll
    fingers = page.context.new_cdp_session(page)
    for kind, x in (("touchStart", 20), ("touchMove", 40), ("touchMove", 60), ("touchEnd", None)):
        places = [] if x is None else [dict(zip("xy", page.evaluate(WHERE, [x, x / 10]), strict=True))]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})
    told = page.evaluate("told")
    assert told[0]["start"]
    assert told[0]["x"] == pytest.approx(20, abs=1)
    assert told[-1]["done"]
    assert told[-1]["x"] == pytest.approx(60, abs=1)


def test_click(page: Any) -> None:
    page.evaluate(DRAG, False)
    page.keyboard.down("Shift")
    page.mouse.click(*page.evaluate(WHERE, [30, 4]))
    clicks = [each for each in page.evaluate("told") if each.get("click")]
    assert len(clicks) == 1
    assert clicks[0]["shift"]
    assert (clicks[0]["x"], clicks[0]["y"]) == pytest.approx((30, 4), rel=0.03)


def test_a_plot_without_hands_takes_no_pointer(page: Any) -> None:
    assert page.evaluate("""() => {
      const plot = new Plot(host);
      plot.begin(look);
      const [touch, hidden] = [getComputedStyle(plot.hit).touchAction, plot.svg.getAttribute("aria-hidden")];
      return [touch, plot.hit.style.pointerEvents, hidden];
    }""") == ["auto", "none", "true"]


def test_legend_makes_room_first(page: Any) -> None:
    said = page.evaluate("""() => {
      const plot = new Plot(host);
      plot.begin(look);
      const before = plot.box.top;
      plot.legend([{name: "a", fill: "red"}]);
      const after = plot.box.top;
      plot.line([0, 1], [0, 1]);
      try { plot.legend([]); } catch (error) { return [after - before, error.message]; }
    }""")
    assert said[0] > 10
    assert "right after begin" in said[1]
