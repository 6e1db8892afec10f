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


# ---- leftovers of what was killed ---------------------------------------------------------------------------------
def left(folder, machine, process, *, days=0.0, inside=False):
    path = folder / f".a.svg.{machine}{process}-0123abcd.tmp"
    if inside:
        path.mkdir()
        (path / "copy.ipynb").write_text("half")
    else:
        path.write_text("half")
    then = time.time() - days * 86400
    for each in (*path.glob("*"), path):
        os.utime(each, (then, then))
    return path


@pytest.fixture
def ended():
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


@pytest.mark.parametrize("inside", [False, True])
def test_what_killed_processes_left_is_removed_and_no_living_writers(tmp_path, ended, inside):
    here = f"{files._machine()}-"
    gone = [left(tmp_path, here, ended, inside=inside), left(tmp_path, "00000f-", 1, days=2, inside=inside)]
    gone += [left(tmp_path, "", 7, days=2, inside=inside)]  # as earlier versions named them
    stay = [left(tmp_path, here, os.getpid(), days=9, inside=inside), left(tmp_path, here, 1, days=9, inside=inside)]
    stay += [left(tmp_path, "00000e-", ended, inside=inside), left(tmp_path, "", ended, inside=inside)]
    stay += [tmp_path / ".a.tmp", tmp_path / "a.123456-1-0123abcd.tmp", tmp_path / ".run-abcdefgh"]
    for path in stay[-3:]:
        path.write_text("a user's")
        os.utime(path, (0, 0))
    assert sorted(files.remove_leftovers(tmp_path)) == sorted(gone)
    assert sorted(tmp_path.iterdir()) == sorted(stay)


def test_a_link_is_removed_and_not_what_it_leads_to(tmp_path, ended):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "data").write_text("x")
    link = tmp_path / f".a.{files._machine()}-{ended}-0123abcd.tmp"
    link.symlink_to(tmp_path / "mine")
    assert files.remove_leftovers(tmp_path) == [link]
    assert (tmp_path / "mine" / "data").read_text() == "x"


def test_leftovers_of_others_are_not_ours(tmp_path, ended, monkeypatch):
    path = left(tmp_path, f"{files._machine()}-", ended)
    monkeypatch.setattr(os, "getuid", lambda: path.stat().st_uid + 1)
    assert files.remove_leftovers(tmp_path) == files.remove_leftovers(tmp_path / "none") == []


def test_the_first_write_into_a_folder_removes_what_a_kill_left(tmp_path):
    code = (
        "import os, signal, sys; from ltviz.core import files\n"
        "os.replace = lambda *paths: os.kill(os.getpid(), signal.SIGKILL)\n"
        "with files.scratch('run', sys.argv[1]) as place:\n"
        "    files.write_text(sys.argv[1] + '/a', 'x')\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert len(list(tmp_path.iterdir())) == 2
    files.write_text(tmp_path / "a", "new")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_scratch_folder_is_gone_afterwards(tmp_path):
    def work():
        with files.scratch("run", tmp_path) as place:
            files.write_text(place / "a" / "b", "x")
            assert files.remove_leftovers(tmp_path) == []
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(DataError, match="cannot make a folder"), files.scratch("run", tmp_path / "none"):
        pass


def test_a_long_name_of_wide_letters_can_be_written(tmp_path):
    assert files.write_text(tmp_path / ("\u6f22" * 82 + ".json"), "x").read_text() == "x"
