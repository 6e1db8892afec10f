"""Promises of the README: light to import, at home on any machine, and alive without what is optional."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import ltviz

ROOT = Path(ltviz.__file__).parents[1]
HEAVY = ("torch", "numpy", "pandas", "sklearn", "plotly", "kaleido", "IPython", "ipywidgets", "papermill", "scipy")
OPTIONAL = (
    "plotly",
    "kaleido",
    "ipywidgets",
    "anywidget",
    "papermill",
    "nbconvert",
    "jupyterlab",
    "torchvision",
    "pandas",
)


def python(code: str, *words: str, **env: str) -> str:
    """Run code in a fresh interpreter and return what it wrote."""
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", **env},
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_import_is_light() -> None:
    code = f"import ltviz, sys; sys.stdout.write(' '.join(m for m in {HEAVY} if m in sys.modules))"
    assert python(code) == ""


def test_import_takes_less_than_0_3_s() -> None:
    """Processor time, which other programs on the machine do not lengthen."""
    code = (
        "import time; t = time.process_time(); import ltviz; ltviz.losses.names; "
        "import sys; sys.stdout.write(str(time.process_time() - t))"
    )
    assert min(float(python(code)) for _ in range(3)) < 0.3


def test_list_imports_no_torch_and_takes_less_than_0_7_s() -> None:
    code = (
        "import sys, io, time, contextlib\n"
        "with contextlib.redirect_stdout(io.StringIO()):\n"
        "    from ltviz.cli import run\n"
        "    assert run(['list']) == 0\n"
        "loaded = [m for m in ('torch', 'plotly', 'sklearn', 'pandas', 'scipy', 'papermill') if m in sys.modules]\n"
        "sys.stdout.write(f'{time.process_time()} {loaded}')"
    )
    runs = [python(code).split(maxsplit=1) for _ in range(3)]
    assert runs[0][1] == "[]"
    assert min(float(seconds) for seconds, _ in runs) < 0.7


@pytest.mark.parametrize("command", ["list", "figure class_counts --format html,json --classes 4 --out"])
def test_a_plain_terminal(command: str, tmp_path: Path) -> None:
    """LANG=C, HOME unset, 32 columns, a folder with a space and umlauts, a home that cannot be written."""
    place = tmp_path / "Käse und Brot"
    place.mkdir()
    env = {"PATH": os.environ["PATH"], "LANG": "C", "LC_ALL": "C", "COLUMNS": "32", "PYTHONPATH": str(ROOT)}
    words = command.split() + ([str(place / "aus gabe")] if command.endswith("--out") else [])
    done = subprocess.run(
        [sys.executable, "-m", "ltviz", *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=env,
        cwd=place,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    if command == "list":
        assert max(len(line) for line in done.stdout.splitlines()) <= 32
    else:
        assert sorted(path.name for path in (place / "aus gabe").glob("class_counts*")) == [
            "class_counts.html",
            "class_counts.json",
        ]


def test_an_ascii_terminal() -> None:
    python("from ltviz.cli import run; assert run(['explain', 'ldam']) == 0", PYTHONIOENCODING="ascii")


_WITHOUT = """
import io, os, sys, contextlib
import torch
for blocked in sys.argv[1:]:
    assert not any(name.partition(".")[0] == blocked for name in sys.modules), f"{blocked} is here already"
for blocked in sys.argv[1:]:  # each in a copy of this process: what costs seconds is imported once
    child = os.fork()
    if child == 0:
        sys.modules[blocked] = None
        if blocked not in ("plotly", "kaleido"):  # to the others a browser is all the same; these never start it
            os.environ["BROWSER_PATH"] = os.devnull
        import ltviz
        from ltviz.cli import run
        from ltviz.views import compute
        with contextlib.redirect_stdout(io.StringIO()):
            assert run(["list"]) == 0
            assert run(["doctor"]) == 0
        assert ltviz.make_loss("ldam", [100, 10]).max_margin == 0.5
        assert compute("class_counts", classes=4) is not None
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0, blocked
from ltviz.datasets import digits
from ltviz.runs.digits import train
train("erm", digits.load(), epochs=1)
slow = {"sklearn", "torch._dynamo"} & set(sys.modules)
assert not slow, f"a short training imports {slow}, which takes longer than it"
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_without_an_optional_package() -> None:
    """Losses, studies, `list` and `doctor` live without any of them, and training without what is slow to import."""
    python(_WITHOUT, *OPTIONAL)


def test_without_plotly_a_figure_says_so() -> None:
    code = (
        "import sys; sys.modules['plotly'] = None\n"
        "import ltviz\n"
        "try:\n    ltviz.show('class_counts')\n"
        "except ImportError as error:\n    sys.stdout.write(str(error))"
    )
    assert "plotly" in python(code)


def test_the_same_command_in_two_processes_gives_the_same_bytes(tmp_path: Path) -> None:
    for folder in "ab":
        python(
            "from ltviz.cli import run\n"
            f"flags = ['--format', 'html,json', '--out', {str(tmp_path / folder)!r}]\n"
            "assert run(['figure', 'class_counts', *flags]) == 0",
            PYTHONHASHSEED=str(ord(folder)),
        )
    for kind in ("html", "json"):
        first, second = ((tmp_path / folder / f"class_counts.{kind}").read_bytes() for folder in "ab")
        assert first == second


def test_a_figure_holds_no_date_and_no_path(tmp_path: Path) -> None:
    from ltviz.cli import run

    assert run(["figure", "class_counts", "--format", "json", "--out", str(tmp_path)]) == 0
    text = (tmp_path / "class_counts.json").read_text(encoding="utf-8")
    assert str(ROOT) not in text
    assert str(tmp_path) not in text


def test_the_sums_of_data_fit() -> None:
    from ltviz.core.files import sha256

    data = ROOT / "data"
    lines = (data / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    sums = {name: digest for digest, name in (line.split(maxsplit=1) for line in lines)}
    found = {path.relative_to(data).as_posix(): sha256(path) for path in data.rglob("*") if path.is_file()}
    del found["SHA256SUMS"]
    assert sums == found


def test_the_commands_of_the_readme_exist() -> None:
    from ltviz.cli import COMMANDS

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = "\n".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL))
    used = set(re.findall(r"`ltviz ([a-z-]+)", text)) | set(re.findall(r"^ltviz ([a-z-]+)", blocks, re.MULTILINE))
    assert len(used) > 7
    assert used <= set(COMMANDS)
    targets = set(re.findall(r"^make ([a-z]+)", blocks, re.MULTILINE))
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert {"figures", "test"} <= targets
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in targets)


def test_what_contributors_are_told_is_there() -> None:
    """Commands, files and folders; and one kind for each folder in which one file is one thing."""
    from ltviz.cli import COMMANDS

    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert set(re.findall(r"[`\n]ltviz ([a-z-]+)", text)) <= set(COMMANDS)
    paths = re.findall(r"(?:ltviz|tests|notebooks)/[\w./<>]*[\w/]", text)
    assert len(paths) > 20
    for path in paths:
        assert (ROOT / path.partition("<")[0].partition("NN")[0].rpartition("/")[0]).is_dir(), path
        assert "<" in path or "NN" in path or (ROOT / path).exists(), path
    kinds = {path.parent.relative_to(ROOT / "tests" / "added") for path in ROOT.glob("tests/added/*/**/*.py")}
    for folder in {each.as_posix() for each in kinds if each.parts[0] == "ltviz"}:
        assert f"{folder}/" in text, folder
    for link in re.findall(r"\]\(([^)#]+)", text):
        assert (ROOT / link).exists(), link


def test_torch_is_pinned_and_no_private_path_is() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert "torch==2.13.0" in lines
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!]+", line) for line in lines if not line.startswith("#"))
