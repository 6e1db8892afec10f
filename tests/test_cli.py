"""The command line: what it lists, explains and says about the machine, and its exit codes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import ltviz
from ltviz.cli import COMMANDS, _names, run
from ltviz.explorers import CARDS
from ltviz.views import VIEWS, compute

FALSE = shutil.which("false") or "/bin/false"  # a browser that ends at once


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([command, "--help"]) == 0
    assert "Usage: ltviz" in capsys.readouterr().out


def test_no_command_and_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    out = capsys.readouterr().out
    assert all(name in out for name in COMMANDS)
    assert run(["--version"]) == 0
    assert ltviz.__version__ in capsys.readouterr().out


def test_list_names_everything(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["list"]) == 0
    out = capsys.readouterr().out
    for kind, names in _names.KINDS.items():
        found = names()
        assert f"{kind} ({len(found)})" in out
        assert found, kind
        for name, sentence in found.items():
            assert f"  {name}" in out
            assert sentence, f"{kind}: {name} has no sentence"


@pytest.mark.parametrize("kind", _names.KINDS)
def test_list_one_kind(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["list", kind]) == 0
    assert capsys.readouterr().out.startswith(f"{kind} (")


@pytest.mark.parametrize("name", ltviz.losses.names())
def test_explain_every_loss(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", name]) == 0
    out = capsys.readouterr().out
    cls = ltviz.losses()[name]
    for title in (
        "Equation",
        "Changes, relative to",
        "Where they coincide",
        "Parameters",
        "Source",
        "Where it appears",
    ):
        assert title in out
    assert "no Equation section" not in out
    assert all(param in out for param in cls.params)
    assert f"ltviz figure loss_anatomy --loss {name}" in out


@pytest.mark.parametrize("name", ltviz.losses.names())
def test_the_commands_that_explain_prints_work(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each view is computed at its tiny state, with the loss that the command names."""
    assert run(["explain", name]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines() if line.startswith("  ltviz figure")]
    cls = ltviz.losses()[name]
    assert lines or {"peers", "teacher"} & {*cls.fields()}, "only what looks at other nets is in no figure by itself"
    assert [line[2] for line in lines] == [view for view, each in VIEWS.items() if each.shows(cls)]
    moves = bool(cls.params) and {*cls.fields()} <= {"logits", "cosine"} and not cls.draws
    assert (["ltviz", "figure", "boundary_shift", "--loss", name] in lines) == moves
    for _, command, view, flag, loss in lines:
        assert (command, flag, loss) == ("figure", "--loss", name)
        compute(view, **VIEWS[view].tiny, loss=loss)


@pytest.mark.thorough(every=6)
@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        pytest.param(name, sentence, id=f"{kind}/{name}")
        for kind, names in _names.KINDS.items()
        if kind != "losses"
        for name, sentence in names().items()
    ],
)
def test_explain_everything_else(name: str, sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", name]) == 0
    assert sentence.split()[0] in capsys.readouterr().out


def test_explorers_are_named_and_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert _names.explorers() == {name: card.question for name, card in CARDS.items()}
    run(["explain", "margin_bound"])
    out = capsys.readouterr().out
    assert "margin_bound (view)" in out
    assert "margin_bound (explorer)" in out
    assert "imbalance n₁ / n₂" in out
    assert "ltviz play margin_bound" in out
    assert 'ltviz.explore("margin_bound")' in out


def test_explain_says_what_changes_and_where_they_meet(capsys: pytest.CaptureFixture[str]) -> None:
    run(["explain", "ldam"])
    out = capsys.readouterr().out
    assert "adjust()" in out
    assert "pointwise()" not in out
    assert "at max_margin = 0.0 it is cross-entropy of scale times the cosines" in out
    assert "site/reference/ltviz/losses/ldam.html" in out


def test_explain_an_unknown_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "ldma"]) == 2
    assert "Did you mean 'ldam'" in capsys.readouterr().err


def test_explain_a_lesson_by_its_number(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "04"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("04_margins (notebook)\n  4 · Margins\n\n  Lesson 3")


def test_doctor(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor"]) == 0
    out = capsys.readouterr().out
    assert all(word in out for word in ("Python", "torch", "Chrome", "GPU"))


def test_doctor_starts_the_browser(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("BROWSER_PATH", FALSE)
    assert run(["doctor", "--has-browser"]) == 1
    assert run(["doctor"]) == 0
    out = capsys.readouterr().out
    assert f"{FALSE} (does not start)" in out
    assert "Everything works" not in out


def test_doctor_without_a_browser(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("ltviz.cli.doctor.find_browser", lambda: None)
    assert run(["doctor"]) == 0
    assert "SVG, PNG and PDF will not be written" in capsys.readouterr().out
    assert run(["doctor", "--has-browser"]) == 1


def test_notebooks_without_a_browser_say_so_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from ltviz.course import runner

    def ran(path: Path, out: Path, **given: object) -> runner.Outcome:
        return runner.Outcome(runner.Code.OK, "ok", page=out / "x.html", missing="no browser")

    monkeypatch.setattr(runner, "run", ran)
    assert run(["notebooks", "04", "4", "01", "--out", str(tmp_path)]) == 0
    err = capsys.readouterr().err
    assert err.count("Note: pages without pictures: no browser") == 1
    assert err.count("04_margins ... ok") == 1, "a lesson named twice runs once"


def test_notebooks_exit_codes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["77"], ["04", "-p", "sede=1"], ["04", "-p", "seed=one"], ["04", "-p", "seed"]):
        assert run(["notebooks", *words, "--out", str(tmp_path / "out")]) == 2
    assert not (tmp_path / "out").exists()
    assert "Error" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("p95", "words", "code"), [(1.0, [], 0), (99.0, [], 0), (1.0, ["--check"], 0), (99.0, ["--check"], 1)]
)
def test_bench_toy(
    p95: float, words: list[str], code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from ltviz.bench import toy

    row = toy.Row("linear", "ldam", 500, 0.5, p95, 100.0, 10.0)
    monkeypatch.setattr(toy, "toy", lambda check, progress: toy.BenchResult((row,)))
    assert run(["bench", "toy", *words]) == code
    assert "linear" in capsys.readouterr().out
