"""The commands that draw: flags from controls, files beside each other, losses of one's own, no browser."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
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


def call(*words: str, env: dict[str, str] | None = None, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run ltviz in a process of its own."""
    more = {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", **(env or {})}
    return subprocess.run(
        [sys.executable, "-m", "ltviz", *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, **more} if env is None else {"PATH": os.environ["PATH"], **more},
        cwd=cwd,
        timeout=120,
        check=False,
    )


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


@pytest.mark.parametrize("command", [["figure", "class_counts"], ["figures", "--only", "class_counts,margin_bound"]])
def test_a_browser_that_does_not_start(command: list[str], tmp_path: Path) -> None:
    env = {**os.environ, "BROWSER_PATH": FALSE}
    for done in (call(*command, "--out", str(tmp_path), env=env) for _ in range(2)):
        assert done.returncode == 0
        assert (
            done.stderr.count(f"Note: static pictures (svg, png, pdf) need a Chrome or Chromium that starts: {FALSE}")
            == 1
        )
        assert not any(word in done.stderr for word in ("Traceback", "Task", "BrowserFailedError"))
        assert (tmp_path / "class_counts.html").is_file()
        assert (tmp_path / "class_counts.json").is_file()
    if command[0] == "figures":
        assert done.stderr.count(" kept") == 2, "nothing had changed"
    assert call(*command, "--out", str(tmp_path), "--format", "png,json", env=env).returncode == 1
