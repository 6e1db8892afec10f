"""The bench's verdict: what it says is missed is missed, and nothing else; its opponent shows the same map."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ltviz.bench import explorer, opponent, pages
from ltviz.cli import run
from ltviz.site import write_site
from ltviz.studies.decision_map import decision_map

WAYS = {"JupyterLab, FigureWidget": 120.0, "JupyterLab, ltviz": 12.0, "page, ltviz": 10.0}


def measured(**changed: float) -> explorer.ExplorerBench:
    rows = tuple(
        explorer.Row(way, slider, np.full(36, 5.0), np.full(36, changed.get(way, usual)))
        for way, usual in WAYS.items()
        for slider in explorer.SLIDERS
    )
    slow = changed.get("slowed", 1.0)
    opened = tuple(
        pages.Page(name, slowed, np.full(3, slow * most), np.full(24, slow * pages.PAINTED_P95_MS[slowed]))
        for name in ("margin_bound", pages.PLOTLY, pages.FLOOR)
        for slowed, most in pages.OPENED_MS.items()
    )
    return explorer.ExplorerBench(rows, changed.get("first", 50.0), changed.get("path", 300.0), 41, opened)


def test_what_reaches_all_misses_nothing() -> None:
    assert measured().missed == ()
    assert "10.0" in measured().table()
    assert "41 stops" in measured().table()
    assert "300, 16.7/16.7" in measured().table()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"JupyterLab, ltviz": 61.0}, ["p50", "p95", "times faster"]),
        ({"JupyterLab, ltviz": 26.0, "JupyterLab, FigureWidget": 500.0}, ["p50"]),
        ({"JupyterLab, FigureWidget": 40.0}, ["times faster"]),
        ({"page, ltviz": 21.0}, ["page"]),
        ({"first": 101.0}, ["first stop"]),
        ({"path": 1501.0}, ["path of 41 stops"]),
        ({"path": float("nan")}, ["path of 41 stops"]),
        ({"slowed": 1.1}, [f"margin_bound, slowed {n} times: {what}" for n in (1, 4) for what in ("opened", "p95")]),
    ],
)
def test_each_reach_can_be_missed(changed: dict[str, float], said: list[str]) -> None:
    missed = " | ".join(measured(**changed).missed)
    assert all(word in missed for word in said), missed
    assert pages.PLOTLY not in missed
    assert pages.FLOOR not in missed


@pytest.mark.parametrize(("path", "code"), [(300.0, 0), (1501.0, 1)])
def test_check_is_the_exit_code(monkeypatch: pytest.MonkeyPatch, path: float, code: int) -> None:
    asked: list[Any] = []

    def fake(page: Any, progress: Any) -> explorer.ExplorerBench:
        asked.append(page)
        return replace(measured(), path=path)

    monkeypatch.setattr(explorer, "explorer", fake)
    assert run(["bench", "explorer", "--check"]) == code
    assert run(["bench", "explorer"]) == 0
    assert len(asked) == 2


def test_the_opponent_shows_the_same_map(tmp_path: Path) -> None:
    box = opponent.figure_widget("max_margin, refits")
    handle, figure = box.children
    handle.value = handle.max
    shown = np.array(figure.data[0].z)
    view = decision_map(losses="ldam(max_margin=1.0)", scene="separable", resolution=opponent.GRID)
    assert (shown == view.panels[0].regions).mean() >= 0.999
    assert len(figure.data) == 3
    for each in (handle, figure, box):
        each.close()


@pytest.mark.thorough
def test_a_page_of_ours_and_one_of_plotlys_are_opened_and_moved(
    browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, few in {"OPENINGS": 1, "MOVES": 2, "WARM": 1}.items():
        monkeypatch.setattr(pages, name, few)
    write_site(tmp_path, "weight_curve", figures=False)
    files = {
        pages.FLOOR: opponent.floor(tmp_path / "floor.html"),
        pages.PLOTLY: opponent.page(tmp_path / "plotly.html"),
        "ours": tmp_path / "explore" / "weight_curve.html",
    }
    rows = pages.measured(browser, files, lambda line: None)
    assert [(row.name, row.slowed) for row in rows] == [(name, slowed) for name in files for slowed in (1, 4)]
    for row in rows:
        assert len(row.opened) == pages.OPENINGS, row.name
        assert len(row.painted) % pages.MOVES == 0 < len(row.painted)
        assert (row.opened > 0).all()
        assert (row.painted > 0).all()
