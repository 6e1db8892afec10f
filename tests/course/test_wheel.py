"""What is installed: the students' lessons without solutions, which run where nothing else of the repository is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from ltviz.course import lessons, student

ROOT = Path(lessons.__file__).parents[2]
SHIPPED = "ltviz/_shipped/notebooks/"
# Where Python looks first: no address but this machine's own answers, as for a class without a network.
ALONE = """
import socket
connect = socket.socket.connect
def local(self, address):
    if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "localhost", "::1"):
        raise OSError(f"no network: {address}")
    return connect(self, address)
socket.socket.connect = local
"""
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    pytest.importorskip("hatchling", reason="hatchling comes with the development extra")
    place = tmp_path_factory.mktemp("wheel")
    words = [sys.executable, "-B", "-m", "hatchling", "build", "-t", "wheel", "-d", str(place)]
    before = sorted(ROOT.iterdir())
    subprocess.run(words, cwd=ROOT, check=True, capture_output=True, timeout=120)
    assert sorted(ROOT.iterdir()) == before
    (found,) = place.glob("*.whl")
    return zipfile.ZipFile(found)


def test_the_wheel_holds_every_lesson_and_no_solution(wheel: zipfile.ZipFile) -> None:
    shipped = {name.removeprefix(SHIPPED): name for name in wheel.namelist() if name.startswith(SHIPPED)}
    assert sorted(shipped) == [lesson.name for lesson in lessons.lessons()]
    for lesson in lessons.lessons():
        text = wheel.read(shipped[lesson.name]).decode("utf-8")
        assert text == student.student_text(lesson.read_text(encoding="utf-8"))
        assert "BEGIN SOLUTION" not in text
    holds = {name for name in wheel.namelist() if name.endswith(".py") and b"### BEGIN SOLUTION" in wheel.read(name)}
    assert holds == {"ltviz/course/student.py"}  # the words that it looks for


def test_what_the_build_asks_needs_nothing_installed() -> None:
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import ltviz.course.student"
    subprocess.run([sys.executable, "-I", "-S", "-c", code], check=True, timeout=60)


@pytest.mark.thorough
def test_a_students_lesson_runs_from_the_wheel_alone(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    """Outside of the repository, without network, each exercise unanswered; its numbers are those that are shipped."""
    wheel.extractall(tmp_path / "site")
    (tmp_path / "site" / "sitecustomize.py").write_text(ALONE, encoding="utf-8")
    away = {"PYTHONPATH": str(tmp_path / "site"), "BROWSER_PATH": os.devnull, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "ltviz", "notebooks", "10", "-p", "fast=true", "--out", "out"],
        cwd=tmp_path,
        env={**os.environ, **away},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    executed = json.loads(next((tmp_path / "out").glob("10_*.ipynb")).read_text(encoding="utf-8"))
    checks = [cell for cell in executed["cells"] if "check" in student.tags(cell)]
    assert all("not yet" in json.dumps(cell["outputs"]) for cell in checks)
    assert str(ROOT) not in json.dumps(executed)
