"""The process beside that which writes the site: what it is told, what they share, and that it never outlives it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from ltviz.explorers import Card, Table
from ltviz.site import beside, build, second

NAMES = ("margin_bound",)
VIEWS = ("class_counts", "margin_curve", "mm_margin", "weight_curve")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What would be started; in its place stands a process that sleeps for a minute."""
    real, told = subprocess.Popen, []

    def popen(words: list[str], **how: Any) -> Any:
        told.append((words[1:], how["env"]))
        code = "import time\ntime.sleep(60)" if '"force":true' in words[-1] else "print('drawn')"
        return real([sys.executable, "-c", code], **how)

    monkeypatch.setattr(beside.subprocess, "Popen", popen)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    return told


def test_it_is_told_all_and_is_waited_for(told: list[Any], tmp_path: Path) -> None:
    with beside.helped(tmp_path, NAMES, VIEWS, "dark", False) as second:
        folder = second.shared.folder
        assert not second.done
        second.wait()
        assert second.done
    assert not folder.exists()
    ((words, environment),) = told
    assert words[:2] == ["-m", "ltviz.site.second"]
    asked = {"names": [*NAMES], "views": [*VIEWS], "theme": "dark", "force": False}
    assert json.loads(words[2]) == {"out": str(tmp_path), "shared": str(folder), **asked}
    assert environment["OMP_NUM_THREADS"] == "1"


def test_it_ends_with_the_work_that_fails(told: list[Any], tmp_path: Path) -> None:
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt), beside.helped(tmp_path, NAMES, VIEWS, "light", True) as second:
        raise KeyboardInterrupt
    assert second.process.poll() is not None
    assert time.monotonic() - begun < 30


@pytest.mark.parametrize(("names", "views", "cores"), [(NAMES, VIEWS[:2], 2), (NAMES, VIEWS, 1), ((), (), 2)])
def test_little_work_or_one_core_starts_none(
    told: list[Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    names: tuple[str, ...],
    views: tuple[str, ...],
    cores: int,
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    with beside.helped(tmp_path, names, views, "light", False) as second:
        second.wait()
        assert not second.done
        assert second.shared.take("margin_bound"), "then every page is free"
    assert told == []


def test_a_page_is_computed_by_whoever_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(state: Any) -> None:
        raise RuntimeError("no numbers")

    asked: list[str] = []

    def card(name: str, entry: Any = None) -> Card:
        return Card(
            name, name, name, "bound", {}, {"a": Table((), entry or (lambda state: asked.append(name)))}, "", dict
        )

    cards = {name: card(name, broken if name == "broken" else None) for name in ("first", "broken", "last", "stands")}
    for module in (second, build):
        monkeypatch.setattr(module, "CARDS", cards)
    build.write_page("stands", tmp_path)
    shared = beside.Shared(tmp_path / "shared")
    shared.folder.mkdir()
    assert shared.take("first")
    told = {"out": str(tmp_path), "shared": str(shared.folder), "names": [*cards], "views": [], "theme": "light"}
    assert second.work({**told, "force": False}) == 0
    assert asked == ["stands", "last"], "what stands is not computed again, nor what the other process has taken"
    assert [name for name in cards if shared.take(name)] == ["stands"]
    assert {name: shared.left(name) is not None for name in cards} == {name: name == "last" for name in cards}, (
        "who breaks here is left to the first process, which says why"
    )
    build.write_page("last", tmp_path, content=shared.left("last"))
    assert asked == ["stands", "last"]
    page = tmp_path / "explore" / "last.html"
    whole = page.read_bytes()
    assert build.write_page("last", tmp_path, force=True)
    assert page.read_bytes() == whole


def test_a_stamp_changes_with_any_file_of_a_figure(tmp_path: Path) -> None:
    (tmp_path / "dark").mkdir()
    before = beside.stamps(tmp_path, VIEWS)
    assert before == dict.fromkeys(VIEWS, 0)
    (tmp_path / "dark" / "mm_margin.svg").write_text("", encoding="utf-8")
    (tmp_path / "mm_margins.svg").write_text("", encoding="utf-8")
    after = beside.stamps(tmp_path, VIEWS)
    assert [name for name in VIEWS if before[name] != after[name]] == ["mm_margin"]
