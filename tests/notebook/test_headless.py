"""Notebooks that run without a reader: a picture and a line about the sliders, no widget and nothing large."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbconvert import HTMLExporter

from ltviz.course import runner
from ltviz.figures.export import chrome
from ltviz.notebook import _still

CALLS = ("'margin_bound', imbalance=50", "'decision_map', loss='ldam'", "'class_counts', theme='dark'")
LIMIT = 350_000  # bytes of one picture's output
NEEDS_CHROME = pytest.mark.skipif(chrome() is None and not os.environ.get("CI"), reason="needs Chrome or Chromium")


def book(path: Path, *cells: str) -> Path:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, path)
    return path


def calls() -> list[str]:
    return ["import ltviz", *(f"ltviz.explore({call})" for call in CALLS)]


def check(path: Path) -> None:
    """Each explorer left a picture and the line, and no trace of a widget."""
    notebook = nbformat.read(path, as_version=4)
    assert "widgets" not in notebook.metadata
    assert path.stat().st_size < LIMIT * len(CALLS)
    cells = [cell for cell in notebook.cells if "explore(" in cell.source]
    assert len(cells) == len(CALLS)
    for cell in cells:
        picture, line = cell.outputs
        assert set(picture.data) == {"image/png", "text/plain", _still.EXPLORER}
        assert len(picture.data["image/png"]) < LIMIT
        assert "ltviz play" in line.data["text/markdown"]
        assert "JupyterLab" in line.data["text/plain"]


def run(tmp_path: Path, *command: str) -> None:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "IPYTHONDIR": str(tmp_path), "MPLBACKEND": "agg"}
    environment.pop("PLOTLY_RENDERER", None)
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.thorough
@NEEDS_CHROME
@pytest.mark.slow
def test_papermill(tmp_path: Path) -> None:
    book(tmp_path / "in.ipynb", *calls())
    run(tmp_path, "papermill", "in.ipynb", "out.ipynb", "--no-progress-bar")
    check(tmp_path / "out.ipynb")


@NEEDS_CHROME
@pytest.mark.slow
def test_nbconvert(tmp_path: Path) -> None:
    book(tmp_path / "in.ipynb", *calls())
    run(tmp_path, "nbconvert", "--to", "notebook", "--execute", "in.ipynb", "--output", "out.ipynb")
    check(tmp_path / "out.ipynb")
    page, _ = HTMLExporter(template_name="basic").from_filename(str(tmp_path / "out.ipynb"))
    assert page.count("data:image/png;base64") == len(CALLS)
    assert page.count("ltviz play") == len(CALLS)


@pytest.mark.slow
def test_a_lesson(tmp_path: Path) -> None:
    path = book(
        tmp_path / "x.ipynb",
        "seed = 0",
        *calls(),
        "explorer = ltviz.explore('margin_bound')",
        "explorer.move(imbalance=10)\n(explorer.state['imbalance'] < 20, explorer.close())",
        "'end of x'",
    )
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(notebook, path)
    outcome = runner.run(path, tmp_path / "out", timeout=120)
    assert (outcome.code, outcome.message) == (0, "ok")
    text, page = outcome.notebook.read_text(encoding="utf-8"), outcome.page.read_text(encoding="utf-8")
    assert "widget-view" not in text
    assert "plotly" not in text.replace(_still.HOW, "")
    assert page.count("ltviz play") == len(CALLS)
    assert (page.count("<svg") + page.count("data:image/")) >= len(CALLS) or chrome() is None
    assert "(True, None)" in text


def test_without_a_browser_plotly_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    from ltviz.explorers import CARDS

    monkeypatch.delenv("PLOTLY_RENDERER", raising=False)
    monkeypatch.setattr("ltviz.figures.export.chrome", lambda: None)
    card, state = CARDS["margin_bound"].start()
    picture, line = _still.bundles(card, state, "auto")
    assert set(picture) == {_still.PLOTLY, "text/plain"}
    assert set(line) == {"text/markdown", "text/plain"}


def test_counts_that_a_page_reads_again_are_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    from ltviz.core.counts import ClassCounts
    from ltviz.explorers import CARDS

    monkeypatch.setattr("ltviz.figures.export.chrome", lambda: None)
    given = {"counts": ClassCounts([25, 151, 15], names=["a", "b", "c"])}
    card, state = CARDS["weight_curve"].start(given)
    told = _still.bundles(card, state, "auto", given)[0][_still.EXPLORER]["given"]
    assert told == {"counts": [25, 151, 15]}
    assert CARDS["weight_curve"].start(told)[1]["counts"] == "25,151,15"
