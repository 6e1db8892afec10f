"""The process that draws figures while pages are computed: what it is told, and that it never outlives its work."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from ltviz.site import beside

VIEWS = ("class_counts", "margin_curve", "mm_margin", "weight_curve")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What would be started; in its place stands a process that sleeps for a minute."""
    real, told = subprocess.Popen, []

    def popen(words: list[str], **how: Any) -> Any:
        told.append((words[1:], how["env"]))
        code = "import time\ntime.sleep(60)" if "--force" in words else "print('drawn')"
        return real([sys.executable, "-c", code], **how)

    monkeypatch.setattr(beside.subprocess, "Popen", popen)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    return told


def test_it_draws_the_same_files_and_is_waited_for(told: list[Any], tmp_path: Path) -> None:
    with beside.drawing(tmp_path, VIEWS, "dark", False) as process:
        assert process is not None
    assert process.returncode == 0
    ((words, environment),) = told
    assert words == [
        *("-m", "ltviz", "figures", "--only", ",".join(VIEWS), "--format", "html,svg"),
        *("--theme", "dark", "--out", str(tmp_path)),
    ]
    assert environment["OMP_NUM_THREADS"] == "1"


def test_it_ends_with_the_work_that_fails(told: list[Any], tmp_path: Path) -> None:
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt), beside.drawing(tmp_path, VIEWS, "light", True) as process:
        raise KeyboardInterrupt
    assert process.poll() is not None
    assert time.monotonic() - begun < 30


@pytest.mark.parametrize(("views", "cores"), [(VIEWS[:3], 2), (VIEWS, 1), ((), 2)])
def test_a_few_figures_or_one_core_start_none(
    told: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, views: tuple[str, ...], cores: int
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    with beside.drawing(tmp_path, views, "light", False) as process:
        assert process is None
    assert told == []


def test_a_stamp_changes_with_any_file_of_a_figure(tmp_path: Path) -> None:
    (tmp_path / "dark").mkdir()
    before = beside.stamps(tmp_path, VIEWS)
    assert before == dict.fromkeys(VIEWS, 0)
    (tmp_path / "dark" / "mm_margin.svg").write_text("", encoding="utf-8")
    (tmp_path / "mm_margins.svg").write_text("", encoding="utf-8")
    after = beside.stamps(tmp_path, VIEWS)
    assert [name for name in VIEWS if before[name] != after[name]] == ["mm_margin"]
