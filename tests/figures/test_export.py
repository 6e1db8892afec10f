"""Files of figures: whole, of the right size, without a request, and again only where something changed."""

from __future__ import annotations

import asyncio
import json
import re
import struct
from pathlib import Path

import plotly.graph_objects as go
import pytest

from ltviz import gallery
from ltviz.core.errors import BadInput, DataError, MissingExtra
from ltviz.figures import export
from ltviz.figures._svg import compact
from ltviz.figures.themes import DARK, LIGHT, PAPER, PROJECTOR, blank, label

EVIL = [
    "<script>alert(1)</script>",
    "<a href=javascript:alert(1)>x</a>",
    r"$\href{javascript:alert(1)}{x}$",
    "x" * 10_000,
    "שלום \u202e 🙂",
    "</div><img src=x onerror=alert(1)>",
]
needs_chrome = pytest.mark.skipif(export.chrome() is None, reason="no Chrome or Chromium on this machine")


@pytest.fixture
def figure() -> go.Figure:
    return blank(LIGHT, "A title", x="x (m)", y="y (s)").add_scatter(x=[1, 2], y=[3, 4], name="a")


@pytest.mark.parametrize(
    ("width", "px"), [("85mm", 321.26), ("900px", 900), (900, 900), ("17cm", 642.5), ("6in", 576), ("300", 300)]
)
def test_widths(width: str | float, px: float) -> None:
    assert export.pixels(width) == pytest.approx(px, abs=0.05)


@pytest.mark.parametrize("width", ["85km", "", "-5mm", "1mm", "nan", "1e9", "mm"])
def test_bad_widths(width: str) -> None:
    with pytest.raises(BadInput, match="width"):
        export.pixels(width)


def test_formats_are_checked_and_ordered() -> None:
    assert export.formats("png, html,json") == ("html", "png", "json")
    with pytest.raises(BadInput, match="'svg'"):
        export.formats("svgg")


def test_a_vector_picture_says_each_thing_once() -> None:
    """As plotly writes points: the same marks stand at the same places, and words are left alone."""
    style = ' style="opacity: 0.45; stroke-width: 0px; fill: rgb(0, 114, 178); fill-opacity: 1;"'
    head = '<svg xmlns:xlink="x" style=""><g class="trace scatter trace9a" style="opacity: 1;">'
    points = "".join(
        f'<path class="point" transform="translate({k}.12345678,{k})" d="M1,0"{style}/>' for k in (1, 2, 3)
    )
    other = '<path class="point" transform="translate(9,9)" d="M2,0"/>'
    said = "</g><text>0.123456 rgb(1, 2, 3)</text></svg>"
    dense = 'style="opacity:0.45;stroke-width:0px;fill:#0072b2;fill-opacity:1"'
    assert compact(head + points + other + said) == (
        '<svg xmlns:xlink="x"><g class="trace scatter trace9a" style="opacity:1">'
        f'<defs><path id="point9a-0" d="M1,0" {dense}/></defs>'
        '<use xlink:href="#point9a-0" x="1.123" y="1"/><use xlink:href="#point9a-0" x="2.123" y="2"/>'
        '<use xlink:href="#point9a-0" x="3.123" y="3"/>'
        f'<defs><path id="point9a-1" d="M2,0"/></defs><use xlink:href="#point9a-1" x="9" y="9"/>{said}'
    )


def test_html_is_the_same_twice_and_asks_for_nothing(figure: go.Figure, tmp_path: Path) -> None:
    first, second = tmp_path / "a" / "view", tmp_path / "b" / "view"
    for stem in (first, second):
        export.write(figure, stem, "html", caption="What?")
    text = first.with_suffix(".html").read_text(encoding="utf-8")
    assert text == second.with_suffix(".html").read_text(encoding="utf-8")
    assert not re.search(r"""(?:src|href)\s*=\s*["'](?:https?:)?//""", text)
    assert 'src="plotly.min.js"' in text
    assert '"remove":["sendChartToCloud"]' in text.replace(" ", ""), "no button that uploads the figure"
    assert "plotlyServerURL" not in text
    assert (tmp_path / "a" / "plotly.min.js").stat().st_size > 1_000_000


@pytest.mark.parametrize("evil", EVIL)
def test_names_are_plain_text(evil: str, tmp_path: Path) -> None:  # reliability row 72
    shown = label(evil)
    assert "<" not in shown
    assert "$" not in shown
    assert len(label("x" * 10_000)) == 40
    figure = blank(LIGHT, label(evil), x=label(evil), y="y").add_scatter(x=[1], y=[1], name=label(evil))
    export.write(figure, tmp_path / "view", "html", caption=evil)
    text = (tmp_path / "view.html").read_text(encoding="utf-8")
    body = text.split("</style>")[1]
    assert "<script>alert" not in body
    assert "<img" not in body
    assert "<a href=javascript" not in body


class Wrong(go.Figure):
    def to_dict(self) -> dict:
        return {"data": 5, "layout": {}}


def named_by_chance(svg: bytes) -> bytes:
    """The picture without the names that plotly draws at random for its parts."""
    return re.sub(rb"((?:id|class|href)=\"|url\()[^\")]*", rb"\1", svg)


@needs_chrome
def test_static_pictures_have_the_asked_size(
    figure: go.Figure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import kaleido

    loaded, back = [], kaleido.Kaleido._return_kaleido_tab

    async def counted(self, tab):
        loaded.append(tab)
        await back(self, tab)

    monkeypatch.setattr(kaleido.Kaleido, "_return_kaleido_tab", counted)
    with export.Camera() as camera:
        files = export.write(figure, tmp_path / "view", "svg,png,pdf", size=(321, 200), camera=camera)
        # one page draws all of them, and knows nothing of those before; one that failed is left
        assert not loaded
        again = camera.shoot(figure, "svg", 321, 200)
        assert named_by_chance(again) == named_by_chance(files[0].read_bytes())
        with pytest.raises(Exception, match="non-array figure data"):
            camera.shoot(Wrong(), "svg", 321, 200)
        assert len(loaded) == 1
    assert [file.suffix for file in files] == [".svg", ".png", ".pdf"]
    svg = files[0].read_text(encoding="utf-8")
    assert 'width="321"' in svg
    assert 'height="200"' in svg
    assert "http" not in svg.replace("http://www.w3.org", "")
    assert struct.unpack(">II", files[1].read_bytes()[16:24]) == (642, 400)
    pdf = files[2].read_bytes()
    boxes = re.findall(rb"/MediaBox\s*\[([^\]]*)\]", pdf)
    assert len(boxes) == 1, "one page"
    wide, high = (float(number) for number in boxes[0].split()[2:])
    assert (wide, high) == (pytest.approx(321 * 0.75, abs=1), pytest.approx(200 * 0.75, abs=1))


@needs_chrome
def test_a_browser_that_does_not_end_costs_no_picture(figure: go.Figure, monkeypatch: pytest.MonkeyPatch) -> None:
    import kaleido

    async def hangs(self) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(kaleido.Kaleido, "close", hangs)
    monkeypatch.setattr(export, "_POLITE", 0.1)
    with export.Camera() as camera:
        assert camera.shoot(figure, "svg", 321, 200).startswith(b"<svg")
        process = camera._driver.subprocess
        assert process.poll() is None
    assert process.wait(10) is not None


def test_without_chrome_html_is_written_and_the_message_helps(
    figure: go.Figure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # reliability row 74
    monkeypatch.setattr(export, "chrome", lambda: None)
    with pytest.raises(MissingExtra, match="apt install chromium"):
        export.write(figure, tmp_path / "view", "html,png")
    assert (tmp_path / "view.html").is_file()
    assert not (tmp_path / "view.png").exists()


def test_the_gallery_without_chrome_writes_html_json_and_the_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "chrome", lambda: None)
    report = gallery.write_all(tmp_path, "margin_bound, class_counts")
    assert "apt install chromium" in report.missing
    assert report.drawn == ["class_counts", "margin_bound"]
    assert not report.failed
    for name in report.drawn:
        assert (tmp_path / f"{name}.html").is_file()
        assert json.loads((tmp_path / f"{name}.json").read_text(encoding="utf-8"))["view"] == name
        assert not list(tmp_path.rglob(f"{name}.svg"))
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert '<iframe src="margin_bound.html"' in page
    assert not re.search(r"https?://", page)


def test_only_what_changed_is_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = lambda **more: gallery.write_all(tmp_path, "margin_bound,class_counts", "html,json", **more)  # noqa: E731
    assert write().drawn == ["class_counts", "margin_bound"]
    before = {path.name: path.read_bytes() for path in tmp_path.glob("*.json")}
    assert write().kept == ["class_counts", "margin_bound"]
    (tmp_path / "margin_bound.html").unlink()
    assert write().drawn == ["margin_bound"]
    content = json.loads(before["class_counts.json"])
    assert content["command"] == "ltviz figure class_counts"
    assert content["versions"]["numpy"]
    assert "seed" in content
    (tmp_path / "class_counts.json").write_text("{broken", encoding="utf-8")
    assert write().drawn == ["class_counts"]
    assert write(theme="dark").drawn == ["class_counts", "margin_bound"]
    assert write(theme="dark", force=True).drawn == ["class_counts", "margin_bound"]
    assert {path.name: path.read_bytes() for path in tmp_path.glob("*.json")} == before
    monkeypatch.setattr(gallery, "versions", lambda: {"numpy": "0"})
    assert write(theme="dark").drawn == ["class_counts", "margin_bound"]


def test_a_view_that_fails_does_not_stop_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**given):
        raise RuntimeError("no")

    monkeypatch.setattr("ltviz.studies.class_counts.class_counts", broken)
    seen = []
    report = gallery.write_all(
        tmp_path, ["class_counts", "margin_bound"], "html", progress=lambda *event: seen.append(event)
    )
    assert report.failed == {"class_counts": "RuntimeError: no"}
    assert report.drawn == ["margin_bound"]
    assert seen == [(1, 2, "class_counts", "failed"), (2, 2, "margin_bound", "drawn")]


def test_a_file_in_the_folders_place_and_an_unknown_name(tmp_path: Path) -> None:
    (tmp_path / "figures").write_text("mine", encoding="utf-8")
    with pytest.raises(DataError, match="is a file"):
        gallery.write_all(tmp_path / "figures", "margin_bound")
    assert (tmp_path / "figures").read_text(encoding="utf-8") == "mine"
    with pytest.raises(BadInput, match="margin_bound"):
        gallery.chosen("margin_boundd")
    assert gallery.chosen("margin_b*") == ["margin_bound"]


@pytest.mark.parametrize("bad", [{"theme": "night"}, {"width": "1km"}, {"font_size": 0}, {"font_size": "8"}])
def test_bad_styles(bad: dict) -> None:
    with pytest.raises(BadInput):
        gallery.Style(**bad)


@needs_chrome
def test_the_light_gallery_has_dark_twins(tmp_path: Path) -> None:
    report = gallery.write_all(tmp_path, "margin_bound", "svg")
    assert not report.missing
    light, dark = (tmp_path / "margin_bound.svg").read_text(), (tmp_path / "dark" / "margin_bound.svg").read_text()
    assert "#14181d" in dark
    assert "#14181d" not in light
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert 'srcset="dark/margin_bound.svg" media="(prefers-color-scheme: dark)"' in page


@pytest.mark.parametrize("theme", [LIGHT, DARK, PROJECTOR, PAPER], ids=lambda theme: theme.name)
def test_themes_can_be_read(theme) -> None:
    assert _contrast(theme.ink, theme.paper) >= 7
    assert _contrast(theme.muted, theme.paper) >= 4.5
    assert len(set(theme.palette)) == 16
    # the first six series are told apart on this ground, by more than colour
    assert all(_contrast(theme.colour(i), theme.paper) >= 2 for i in range(6))
    looks = {(theme.colour(i), theme.dash(i)) for i in range(56)}
    marks = {(theme.colour(i), theme.marker(i)) for i in range(88)}
    assert (len(looks), len(marks)) == (56, 88)


def test_the_projector_has_at_most_thirty_lines_on_the_screen() -> None:
    assert 560 / PROJECTOR.size <= 30


def _contrast(one: str, other: str) -> float:
    """WCAG's ratio of two colours' luminances."""

    def light(colour: str) -> float:
        parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)
