"""Files are whole or absent: a kill, a full disk and a folder in the way lose nothing that was finished."""

import errno
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass

import numpy as np
import pytest

from ltviz.core import files
from ltviz.core.counts import ClassCounts
from ltviz.core.errors import DataError, LtvizError


def test_full_disk_keeps_the_old_file_and_names_the_bytes(tmp_path, monkeypatch):
    path = files.write_text(tmp_path / "a.txt", "old")

    def full(handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DataError, match=r"a\.txt \(3 bytes\): No space left"):
        files.write_text(path, "new")
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_a_folder_in_the_way_is_named(tmp_path):
    (tmp_path / "a").mkdir()
    with pytest.raises(DataError, match="cannot write"):
        files.write_text(tmp_path / "a", "x")
    (tmp_path / "b").write_text("a file")
    with pytest.raises(DataError, match="cannot write"):
        files.write_text(tmp_path / "b" / "c.txt", "x")


@pytest.mark.parametrize(
    ("code", "advice"),
    [(errno.ENOSPC, "free some space"), (errno.ENOTDIR, "a file stands"), (errno.EACCES, "with write access")],
)
def test_the_advice_fits_the_fault(code, advice, tmp_path, monkeypatch):
    def fault(handle):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", fault)
    with pytest.raises(DataError, match=advice) as told:
        files.write_text(tmp_path / "a.txt", "new")
    assert ("free some space" in str(told.value)) == (code == errno.ENOSPC)


def test_a_usable_folder_is_not_made(tmp_path, monkeypatch):
    assert files.usable_folder(tmp_path / "a" / "b") == tmp_path / "a" / "b"
    assert not (tmp_path / "a").exists()
    monkeypatch.setattr(os, "access", lambda place, mode: False)
    with pytest.raises(DataError, match="not open to writing"):
        files.usable_folder(tmp_path / "a")


def test_a_kill_at_any_moment_leaves_a_whole_file(tmp_path):
    code = (
        "import sys; from ltviz.core.files import write_bytes\n"
        "i = 0\nwhile True:\n    write_bytes(sys.argv[1], bytes([i % 256]) * 300_000); i += 1\n"
    )
    path = tmp_path / "data.bin"
    for wait in np.linspace(0.0, 0.1, 8):
        process = subprocess.Popen([sys.executable, "-c", code, str(path)])
        while not path.exists():
            time.sleep(0.005)
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.wait()
        data = path.read_bytes()
        assert len(data) == 300_000
        assert len(set(data)) == 1


@dataclass(frozen=True)
class Result:
    values: np.ndarray
    counts: ClassCounts
    label: str


def test_json_is_the_same_bytes_each_time_and_reads_back(tmp_path):
    result = Result(np.array([[0.1, 2.0]]), ClassCounts([3, 1]), "größer <b>")
    first = files.write_json(tmp_path / "1.json", result)
    second = files.write_json(tmp_path / "2.json", result)
    assert first.read_bytes() == second.read_bytes()
    assert files.read_json(first) == {"values": [[0.1, 2.0]], "counts": [3, 1], "label": "größer <b>"}


@pytest.mark.parametrize("bad", [float("nan"), np.array([1.0, np.inf]), np.float32("nan")])
def test_json_refuses_what_it_cannot_hold(bad):
    with pytest.raises(LtvizError, match="numbers"):
        files.to_json({"numbers": bad})


def test_npz_refuses_objects(tmp_path):
    with pytest.raises(DataError, match="objects"):
        files.write_npz(tmp_path / "a.npz", a=np.array([object()]))
    path = files.write_npz(tmp_path / "a.npz", a=np.arange(3))
    with np.load(path, allow_pickle=False) as stored:
        assert stored["a"].tolist() == [0, 1, 2]


@pytest.mark.parametrize("text", ["", "{", '{"a": }'])
def test_a_broken_json_names_its_file(tmp_path, text):
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(DataError, match=r"x\.json"):
        files.read_json(tmp_path / "x.json")
