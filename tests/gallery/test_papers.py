"""The figures of the papers: every plate can be drawn, says what is whose, and gives the same numbers twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from ltviz import gallery, views
from ltviz.cli import run
from ltviz.core.errors import BadInput
from ltviz.views import papers
from ltviz.views.papers import Paper, Plate

CHEAP = Paper(
    "A <paper>",
    "Somewhere 2020",
    (
        Plate("one", "margin_bound", "The paper's bound; the curve is ours."),
        Plate("two", "margin_bound", "At another imbalance.", {"imbalance": 10.0}),
    ),
)


@pytest.mark.parametrize("name", papers.names())
def test_every_plate_can_be_drawn(name: str) -> None:
    paper = papers.find(name)
    assert paper.title
    assert paper.source[-4:].isdigit() or "arXiv" in paper.source
    assert len({plate.name for plate in paper.plates}) == len(paper.plates) >= 4
    for plate in paper.plates:
        full = views.state(plate.view, plate.state, strict=True)
        assert all(full[key] == value for key, value in plate.state.items())
        assert plate.caption.endswith(".")
    told = " ".join(plate.caption for plate in paper.plates)
    assert "paper" in told
    assert any(word in told for word in ("ours", "here", "exact fit"))


def test_an_unknown_paper() -> None:
    with pytest.raises(BadInput, match="paper must be one of 'dbm', 'elm', 'ldam', 'mm'; got 'ldan'. Did you mean"):
        papers.find("ldan")


def test_a_page_with_captions_and_the_same_numbers_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(papers, "find", lambda name: CHEAP)
    command = ["figures", "--paper", "ldam", "--format", "json,html", "--out", str(tmp_path)]
    assert run(command) == 0
    folder = tmp_path / "ldam"
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert "<h1>A &lt;paper&gt;</h1>" in page
    assert "Somewhere 2020." in page
    assert all(plate.caption.replace("'", "&#x27;") in page for plate in CHEAP.plates)
    first = {path.name: path.read_bytes() for path in folder.glob("*.json")}
    assert {"one.json", "two.json"} <= set(first)
    assert run([*command, "--force"]) == 0
    assert {path.name: path.read_bytes() for path in folder.glob("*.json")} == first
    assert gallery.write_paper("ldam", folder, "html").kept == ["one", "two"]
    capsys.readouterr()
    assert run([*command, "--only", "margin_*"]) == 2
    assert "--paper draws the figures of that paper" in capsys.readouterr().err
