"""The gallery's pages in a browser: nothing asked of another machine, nothing too wide, all by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ltviz import gallery, views
from ltviz.figures import export


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("figures")
    report = gallery.write_all(out, "margin_bound,class_counts", "html,svg")
    assert not report.failed
    return out


@pytest.fixture(scope="module")
def contexts(browser: Any) -> Iterator[dict[str, Any]]:
    """One for each colour scheme, each with a page that keeps its process alive between tests."""
    made = {scheme: browser.new_context(color_scheme=scheme) for scheme in ("light", "dark")}
    for each in made.values():
        each.new_page()
    yield made
    for each in made.values():
        each.close()


@pytest.mark.thorough(every=3)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", ["index", "margin_bound"])
def test_a_page(folder: Path, contexts: Any, name: str, width: int, scheme: str) -> None:
    page = contexts[scheme].new_page()
    page.set_viewport_size({"width": width, "height": 844})
    asked, wrong = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto((folder / f"{name}.html").as_uri(), wait_until="networkidle")
    assert asked
    assert all(url.startswith(("file://", "data:", "blob:")) for url in asked)
    assert not wrong
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if name == "index":
        assert {url.rsplit("/", 2)[-2] for url in asked if url.endswith(".svg")} == {
            "dark" if scheme == "dark" else folder.name
        }
    else:
        assert page.locator(".main-svg").count() > 0
    page.close()


def test_the_index_by_keyboard(folder: Path, contexts: Any) -> None:
    page = contexts["light"].new_page()
    page.goto((folder / "index.html").as_uri())
    links = page.locator("a:not([tabindex='-1'])").count()
    seen = set()
    for _ in range(links):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.href"))
        assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"
    assert {url.rsplit("/", 1)[-1] for url in seen} == {
        f"{name}.{kind}" for name in ("margin_bound", "class_counts") for kind in ("html", "svg", "json")
    }
    assert all(alt.endswith("?") for alt in page.locator("img").evaluate_all("all => all.map(each => each.alt)"))
    page.close()


def test_a_legend_follows_plots_of_a_fixed_shape(contexts: Any, tmp_path: Path) -> None:
    figure = views.show("decision_map", **views.VIEWS["decision_map"].tiny)
    export.write(figure, tmp_path / "decision_map", "html")
    page = contexts["light"].new_page()
    page.set_viewport_size({"width": 1200, "height": 1400})
    page.goto((tmp_path / "decision_map.html").as_uri(), wait_until="networkidle")
    below, legend = (page.locator(each).first.bounding_box() for each in (".xtitle", ".legend"))
    assert 0 < legend["y"] - (below["y"] + below["height"]) < 40
    page.close()


def test_a_button_of_the_margin_curve(contexts: Any, tmp_path: Path) -> None:
    export.write(views.show("margin_curve"), tmp_path / "margin_curve", "html")
    page = contexts["light"].new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto((tmp_path / "margin_curve.html").as_uri(), wait_until="networkidle")
    named = []
    for k in (1, 0):
        page.locator(".updatemenu-button").nth(k).click()
        page.wait_for_function(f"document.querySelectorAll('.xaxislayer-above').length == {4 if k else 2}")
        named.append(page.locator(".legend .traces").count())
    assert named == [0, 4], "panels of one curve have titles, curves in one plot a legend"
    assert not wrong
    page.close()


def test_the_index_knows_the_size_of_each_picture(tmp_path: Path) -> None:
    (tmp_path / "margin_curve.svg").write_text(
        '<svg class="main-svg" xmlns="x" width="901" height="577" style=""></svg>'
    )
    head = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
    (tmp_path / "margin_bound.png").write_bytes(head + (1802).to_bytes(4, "big") + (1156).to_bytes(4, "big"))
    text = gallery.write_index(tmp_path).read_text(encoding="utf-8")
    assert 'width="901" height="577"' in text
    assert 'width="901" height="578"' in text
