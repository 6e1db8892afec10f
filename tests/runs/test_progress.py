"""What a training says: on a terminal of 80 columns, and where there is none."""

from __future__ import annotations

import errno
import io
import os
import re
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from ltviz import methods
from ltviz.datasets.cifar import Cifar
from ltviz.runs import progress, recording
from ltviz.runs.progress import Progress, several, slowly
from ltviz.runs.recorded import Job, Shared, train, train_all

from .conftest import FAST, SMALL

ROW = {"epoch": 0, "loss": 1.5, "balanced": 0.25, "by_group": {"many": 0.5, "medium": 0.25, "few": None}}
Read = Callable[[], str]


@contextmanager
def _terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Read]:
    """Put a terminal of 80 columns in the place of stderr; what it was sent can be read afterwards."""
    pty, termios, fcntl = (pytest.importorskip(name) for name in ("pty", "termios", "fcntl"))
    inner, outer = pty.openpty()
    fcntl.ioctl(outer, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    parts: list[bytes] = []

    def drain() -> None:
        while True:
            try:
                part = os.read(inner, 4096)
            except OSError:  # the other end is closed
                return
            if not part:
                return
            parts.append(part)

    reader = threading.Thread(target=drain)
    with os.fdopen(outer, "w") as terminal, monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", terminal)
        reader.start()
        yield lambda: b"".join(parts).decode()
    reader.join()
    os.close(inner)


def drawn(text: str) -> list[str]:
    """Return each line as it stood for a moment."""
    return [line.rstrip() for line in re.split(r"[\r\n]+", re.sub(r"\x1b\[\w", "", text)) if line.strip()]


def test_80_columns_hold_everything(tiny: Cifar, monkeypatch: pytest.MonkeyPatch) -> None:
    """Loss, balanced accuracy, its groups, images/s and time left; the longest name, the longest numbers."""
    monkeypatch.setattr(progress, "TELL_EVERY", 0.0)
    name = max(methods.METHODS, key=len)
    with _terminal(monkeypatch) as read:
        train(SMALL[name], tiny, epochs=2, seed=1, progress=True, **FAST)
    lines = drawn(read())
    assert max(map(len, lines)) <= 80
    assert f"{name} seed 1: 2 epochs, on cpu, fp32" in lines
    number = r"\d+\.\d"
    told = rf"epoch 2 of 2: loss {number}\d\d; balanced {number} %: medium {number}, few {number}"
    assert any(re.fullmatch(told, line) for line in lines)
    bars = [line for line in lines if "%|" in line]
    assert any(re.fullmatch(rf"{name} seed 1: +\d+%\|.*\| +{number}\d images/s, \d\d:\d\d left", bar) for bar in bars)


def test_the_longest_lines_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    row = {**ROW, "epoch": 198, "loss": 12.3456, "by_group": {"many": 1.0, "medium": 0.678, "few": 0.234}}
    monkeypatch.setattr(progress, "TELL_EVERY", 0.0)
    with (
        _terminal(monkeypatch) as read,
        Progress("class_balanced_resampling seed 10", 200, 198, 9, 4, shown=True) as bar,
    ):
        bar.epoch(row, alone=True)
        bar.epoch(row, alone=False)
    lines = drawn(read())
    assert "epoch 199 of 200: loss 12.346; balanced 25.0 %: many 100.0, medium 67.8, few 23.4"[:80] in (
        line[:80] for line in lines
    )
    assert any(line.startswith("class_balanced_resampling seed 10, epoch 199 of 200: loss") for line in lines)


def test_the_bar_moves_by_batches(tiny: Cifar, monkeypatch: pytest.MonkeyPatch) -> None:
    """It counts images, the left-over batch too, and ends full."""
    seen: list[tuple[int, int]] = []
    plain = Progress.step

    def step(bar: Progress) -> None:
        plain(bar)
        seen.append((bar._bar.n, bar._bar.total))

    monkeypatch.setattr(Progress, "step", step)
    small = replace(SMALL["erm"], recipe=replace(SMALL["erm"].recipe, batch=40))
    with _terminal(monkeypatch):
        train(small, tiny, epochs=2, progress=True, device="cpu", precision="fp32")
    assert seen == [(n, 212) for n in (40, 80, 106, 146, 186, 212)]


def test_where_there_is_no_terminal_the_first_line_is_all(tiny: Cifar, capsys: pytest.CaptureFixture[str]) -> None:
    train(SMALL["erm"], tiny, epochs=2, progress=True, **FAST)
    assert capsys.readouterr().err == "erm seed 0: 2 epochs, on cpu, fp32\n"
    train(SMALL["erm"], tiny, epochs=1, **FAST)
    assert capsys.readouterr() == ("", "")


def test_short_epochs_do_not_flood(monkeypatch: pytest.MonkeyPatch) -> None:
    """At most one line in a while, and the last."""
    monkeypatch.setattr(progress, "TELL_EVERY", 1e9)
    with _terminal(monkeypatch) as read, Progress("erm", 3, 0, 9, 4, shown=True) as bar:
        for epoch in range(3):
            bar.epoch({**ROW, "epoch": epoch}, alone=True)
    told = [line for line in drawn(read()) if line.startswith("epoch")]
    assert told == ["epoch 3 of 3: loss 1.500; balanced 25.0 %: many 50.0, medium 25.0"]


def test_runs_side_by_side_are_named(tiny: Cifar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "TELL_EVERY", 0.0)
    jobs = [Job(SMALL[name]) for name in ("erm", "ldam")]
    with _terminal(monkeypatch) as read:
        assert len(list(train_all(jobs, tiny, Shared(epochs=1, progress=True, **FAST), 2))) == 2
    lines = drawn(read())
    assert all(any(line.startswith(f"{name} seed 0, epoch 1 of 1: loss") for line in lines) for name in ("erm", "ldam"))


@pytest.mark.parametrize(
    ("done", "words"),
    [
        (0, "a: 3 epochs, on cpu"),
        (1, "a: from epoch 2 of 3, on cpu"),
        (3, "a: all of its 3 epochs trained before, to be measured, on cpu"),
    ],
)
def test_where_a_run_begins_is_said(done: int, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    Progress("a", 3, done, 9, 4, shown=True).begins("cpu")
    assert capsys.readouterr().err == f"{words}\n"


def test_what_takes_long_is_named_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "SLOW", 0.0)
    with _terminal(monkeypatch) as read, slowly("reading the images"):
        while "reading" not in read():
            time.sleep(0.01)
    assert drawn(read()) == ["reading the images ..."]


@pytest.mark.parametrize("shown", [False, True])
def test_it_is_not_named_elsewhere(
    shown: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(progress, "SLOW", 0.0)
    with slowly("reading the images", shown=shown):
        time.sleep(0.05)
    assert capsys.readouterr().err == ""


def test_measuring_at_the_end_is_named(tiny: Cifar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "SLOW", 0.0)
    plain = recording.Recorder.geometry
    with _terminal(monkeypatch) as read:

        def measure(recorder: Any) -> Any:
            while "measuring" not in read():
                time.sleep(0.01)
            return plain(recorder)

        monkeypatch.setattr(recording.Recorder, "geometry", measure)
        train(SMALL["erm"], tiny, epochs=1, progress=True, **FAST)
    assert "erm seed 0: measuring all images, then recording ..." in drawn(read())


class _Gone(io.StringIO):
    """A terminal whose window was closed."""

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        raise OSError(errno.EIO, "Input/output error")


def test_a_terminal_that_is_gone_ends_nothing(tiny: Cifar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "TELL_EVERY", 0.0)
    monkeypatch.setattr(sys, "stderr", _Gone())
    assert train(SMALL["erm"], tiny, epochs=1, progress=True, **FAST).record["epochs"] == 1


def test_several() -> None:
    assert [several(n, "epoch") for n in (0, 1, 2)] == ["0 epochs", "1 epoch", "2 epochs"]
