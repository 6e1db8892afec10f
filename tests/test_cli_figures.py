"""The commands that draw: flags from controls, files beside each other, losses of one's own, no browser."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import ltviz
from ltviz.cli import run
from ltviz.losses import _registry
from ltviz.views import VIEWS, compute

ROOT = Path(ltviz.__file__).parents[1]
FALSE = shutil.which("false") or "/bin/false"  # a browser that ends at once
OWN = '''
"""Cross-entropy with half of the logits."""
from ltviz.core.params import Param
from ltviz.losses.ce import CE


class {name}(CE):
    """Cross-entropy of shrunken logits.

    Equation
    --------
    L = CE( share * z )
    """

    title = "Half"
    source = "a test"
    params = {{"share": Param(0.5, 0.0, 1.0, 0.1, "what is left of the logits")}}
    neutral = {{"share": 1.0}}

    def adjust(self, scores, labels):
        """Shrink."""
        return self.share * scores
'''


FORKED = """
import json, os, sys
import kaleido, plotly.graph_objects, torch, ltviz.figures.export, ltviz.gallery  # what costs seconds is imported once
from ltviz.cli import run
for k, words in enumerate(json.loads(sys.argv[1])):
    child = os.fork()
    if child == 0:
        os.dup2(os.open(f"{k}.err", os.O_WRONLY | os.O_CREAT), 2)
        sys.exit(run(words))  # with all that Python says at its end
    with open(f"{k}.code", "w") as file:
        file.write(str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])))
"""


def calls(*commands: list[str], cwd: Path, **env: str) -> Iterator[tuple[int, str]]:
    """Run ltviz in processes of their own, one after another; yield the exit code and what was said of each."""
    subprocess.run(
        [sys.executable, "-c", FORKED, json.dumps(commands)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", **env},
        stdout=subprocess.DEVNULL,
        cwd=cwd,
        timeout=120,
        check=True,
    )
    for k in range(len(commands)):
        yield int((cwd / f"{k}.code").read_text()), (cwd / f"{k}.err").read_text(encoding="utf-8")


Call = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Run ltviz in this process, each time without the losses of files read before."""

    def called(*words: str) -> subprocess.CompletedProcess[str]:
        monkeypatch.setattr(_registry, "_OWN", {})
        code = run(list(words))
        return subprocess.CompletedProcess(words, code, *capsys.readouterr())

    return called


@pytest.mark.parametrize("view", VIEWS)
def test_every_control_is_a_flag(view: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["figure", view, "--help"]) == 0
    out = capsys.readouterr().out
    for name in VIEWS[view].controls:
        assert f"--{name.replace('_', '-')}" in out
    for name in ("--format", "--width", "--font-size", "--theme", "--out"):
        assert out.count(f"  {name} ") + out.count(f"  {name}\n") == 1, f"{view} has a control of the name {name}"


@pytest.mark.parametrize("name", ltviz.losses.names())
def test_every_parameter_is_a_flag(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["figure", "loss_anatomy", "--loss", name, "--help"]) == 0
    out = capsys.readouterr().out
    for param in ltviz.losses()[name].params:
        assert f"--{param.replace('_', '-')} " in out or f"--{param.replace('_', '-')}/" in out


def test_figure_writes_what_was_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "mit Leerzeichen ä"
    flags = ["--loss", "ldam", "--max-margin", "0.3", "--classes", "4", "--format", "html,json", "--out", str(out)]
    assert run(["figure", "loss_anatomy", *flags]) == 0
    assert capsys.readouterr().out.split("\n")[:-1] == [str(out / f"loss_anatomy.{kind}") for kind in ("html", "json")]
    content = json.loads((out / "loss_anatomy.json").read_text(encoding="utf-8"))
    assert content["state"]["loss"] == "ldam(max_margin=0.3)"
    assert content["state"]["classes"] == 4
    assert content["versions"]["ltviz"] == ltviz.__version__
    words = content["command"].split()
    assert words[:3] == ["ltviz", "figure", "loss_anatomy"]


def test_the_command_in_the_json_redraws_it(tmp_path: Path) -> None:
    flags = ["--loss", "ldam(max_margin=0.3)", "--classes", "4", "--format", "json"]
    assert run(["figure", "loss_anatomy", *flags, "--out", str(tmp_path / "a")]) == 0
    first = (tmp_path / "a" / "loss_anatomy.json").read_bytes()
    again = shlex.split(json.loads(first)["command"])[1:]
    assert run([*again, "--format", "json", "--out", str(tmp_path / "b")]) == 0
    assert (tmp_path / "b" / "loss_anatomy.json").read_bytes() == first


def test_two_themes_and_a_width(tmp_path: Path) -> None:
    base = ["figure", "class_counts", "--format", "html", "--classes", "4"]
    assert run([*base, "--theme", "dark", "--out", str(tmp_path / "a")]) == 0
    assert run([*base, "--theme", "paper", "--width", "85mm", "--font-size", "8", "--out", str(tmp_path / "b")]) == 0
    first, second = ((tmp_path / k / "class_counts.html").read_text(encoding="utf-8") for k in "ab")
    assert first != second


def test_a_height_and_no_title(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base = ["figure", "class_counts", "--format", "html", "--classes", "4"]
    assert run([*base, "--height", "20cm", "--title", "none", "--out", str(tmp_path / "a")]) == 0
    page = (tmp_path / "a" / "class_counts.html").read_text(encoding="utf-8")
    assert "height:max(756px" in page
    assert r"\u003cb\u003eThe most frequent" not in page
    for height, said in (("20", "must be from 100"), ("3cm", "must be at least"), ("tall", "must be a number")):
        assert run([*base, "--height", height, "--out", str(tmp_path / "b")]) == 2
        assert f"height {said}" in capsys.readouterr().err
        assert not (tmp_path / "b").exists()


def test_a_loss_of_ones_own(tmp_path: Path, own: Call) -> None:
    file = tmp_path / "mine.py"
    file.write_text(OWN.format(name="HalfLogits"), encoding="utf-8")
    drawn = own(
        *("figure", "loss_anatomy", "--loss-file", str(file), "--share", "0.25", "--classes", "3"),
        *("--format", "json", "--out", str(tmp_path)),
    )
    assert drawn.returncode == 0, drawn.stderr
    content = json.loads((tmp_path / "loss_anatomy.json").read_text(encoding="utf-8"))
    assert content["state"]["loss"] == "half_logits(share=0.25)"
    again = own(*shlex.split(content["command"])[1:], "--format", "json", "--out", str(tmp_path / "again"))
    assert again.returncode == 0, again.stderr
    assert (tmp_path / "again" / "loss_anatomy.json").read_bytes() == (tmp_path / "loss_anatomy.json").read_bytes()
    told = own("explain", "half_logits", "--loss-file", str(file))
    assert "L = CE( share * z )" in told.stdout


def test_check_loss_passes_and_fails(tmp_path: Path, own: Call) -> None:
    from ltviz.losses import ldam

    good = tmp_path / "good.py"
    text = Path(ldam.__file__).read_text(encoding="utf-8").replace("class LDAM(", "class MyLDAM(")
    good.write_text(text, encoding="utf-8")
    passed = own("check-loss", str(good))
    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert "my_ldam" in passed.stdout
    bad = tmp_path / "bad.py"
    bad.write_text(text.replace("class MyLDAM(", "class BadLDAM(").replace("scores - margin", "scores + margin", 1))
    failed = own("check-loss", str(bad))
    assert failed.returncode == 1, failed.stdout + failed.stderr
    assert "failed" in failed.stdout


def test_a_bad_loss_file(tmp_path: Path, own: Call) -> None:
    (tmp_path / "x.py").write_text("1 / 0")
    told = own("check-loss", str(tmp_path / "x.py"))
    assert told.returncode == 2
    assert "ZeroDivisionError" in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize(
    "words", [("check-loss",), ("figure", "loss_anatomy", "--loss-file"), ("explain", "ce", "--loss-file")]
)
def test_a_loss_file_that_ends_python(
    words: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "ends.py").write_text("import sys; sys.exit(0)")
    assert run([*words, str(tmp_path / "ends.py")]) == 2
    assert "ends.py does not run: SystemExit: 0" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "said"), [("import sys; sys.exit(0)", "SystemExit: 0"), ("return [][3]", "IndexError: list index")]
)
def test_a_hook_that_raises(line: str, said: str, tmp_path: Path, own: Call) -> None:
    file = tmp_path / "mine.py"
    file.write_text(OWN.format(name="Slips").replace("return self.share * scores", line), encoding="utf-8")
    checked = own("check-loss", str(file))
    assert checked.returncode == 1
    assert said in checked.stdout
    drawn = own("figure", "loss_anatomy", "--loss-file", str(file), "--format", "json", "--out", str(tmp_path / "out"))
    assert drawn.returncode == 1
    assert f"mine.py, line {len(file.read_text().splitlines())}, raised {said}" in drawn.stderr
    assert "Traceback" not in drawn.stderr
    assert drawn.stdout == ""


def test_files_of_an_earlier_run_are_not_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base = ["figure", "class_counts", "--format", "json", "--out", str(tmp_path)]
    assert run(base) == 0
    capsys.readouterr()
    assert run([*base, "--width", "1km"]) == 2
    assert capsys.readouterr().out == ""


def test_the_last_seed(tmp_path: Path) -> None:
    """Studies take further seeds behind the given one."""
    tiny = [f"--{name}={value}" for name, value in VIEWS["decision_map"].tiny.items()]
    flags = ["--seed", str(2**32 - 1), "--format", "json", "--out", str(tmp_path)]
    assert run(["figure", "decision_map", "--losses", "ce", *tiny, *flags]) == 0
    compute("boundary_shift", **VIEWS["boundary_shift"].tiny, seed=2**32 - 1)


def test_figures_only_some(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["figures", "--only", "margin_bound,class_c*", "--format", "html,json", "--out", str(tmp_path)]
    assert run(command) == 0
    assert capsys.readouterr().err.count("drawn") == 2
    assert {"class_counts.html", "class_counts.json", "margin_bound.html", "index.html"} <= set(os.listdir(tmp_path))
    assert run(command) == 0
    assert capsys.readouterr().err.count("kept") == 2
    assert run([*command, "--force"]) == 0
    assert capsys.readouterr().err.count("drawn") == 2


def test_a_figure_that_fails_does_not_stop_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from ltviz.studies import class_counts

    def broken(**given: object) -> None:
        raise ArithmeticError("nothing to count")

    monkeypatch.setattr(class_counts, "class_counts", broken)
    assert run(["figures", "--only", "class_counts,margin_bound", "--format", "json", "--out", str(tmp_path)]) == 1
    assert "nothing to count" in capsys.readouterr().err
    assert (tmp_path / "margin_bound.json").exists()


def test_without_a_browser_pages_and_numbers_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("ltviz.figures.export.chrome", lambda: None)
    command = ["figures", "--only", "class_counts", "--out", str(tmp_path)]
    assert run(command) == 0
    assert "Chromium" in capsys.readouterr().err
    assert {"class_counts.html", "class_counts.json"} <= set(os.listdir(tmp_path))
    assert run([*command, "--force", "--format", "png"]) == 1, "what was asked for by name is missing"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_browser_that_does_not_start(tmp_path: Path) -> None:
    one = ["figure", "class_counts", "--out", "one"]
    all_ = ["figures", "--only", "class_counts,margin_bound", "--out", "all"]
    by_name = ["--format", "png,json"]
    first, again, asked, *of_all = calls(
        *(one, one, [*one, *by_name], all_, all_, [*all_, *by_name]), cwd=tmp_path, BROWSER_PATH=FALSE
    )
    for code, said in (first, again, *of_all[:2]):
        assert code == 0
        assert said.count(f"Note: static pictures (svg, png, pdf) need a Chrome or Chromium that starts: {FALSE}") == 1
        assert not any(word in said for word in ("Traceback", "Task", "BrowserFailedError"))
    for folder in ("one", "all"):
        assert (tmp_path / folder / "class_counts.html").is_file()
        assert (tmp_path / folder / "class_counts.json").is_file()
    assert of_all[1][1].count(" kept") == 2, "nothing had changed"
    assert [asked[0], of_all[2][0]] == [1, 1], "what was asked for by name is missing"
