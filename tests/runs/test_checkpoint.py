"""Checkpoints are whole or absent, belong to their run, and are never pickles."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import pickle
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest
import torch

from ltviz.core import files
from ltviz.core.errors import CheckpointError, DataError
from ltviz.runs import checkpoint
from ltviz.runs.checkpoint import CheckpointWarning, load_newest, save

SETTINGS = {"epochs": 3, "schedule": {"shape": "drops"}}
META = {"method": "erm", "counts": [5, 2], "rate": 0.1, "history": [], "settings": SETTINGS}
EXPECTS = {"method": "erm", "counts": [5, 2]}


def state(value: float = 0.0) -> dict[str, torch.Tensor]:
    return {"w": torch.full((3, 4), value), "steps": torch.tensor(7), "flag": torch.tensor([True])}


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    tensors = {**state(0.1), "last": torch.arange(24.0).view(1, 2, 3, 4).to(memory_format=torch.channels_last)}
    save(tmp_path, 3, tensors, META)
    found = load_newest(tmp_path, EXPECTS)
    assert found is not None
    epoch, loaded, meta = found
    assert (epoch, meta) == (3, META)
    assert loaded.keys() == tensors.keys()
    assert all(
        torch.equal(loaded[name], tensors[name]) and loaded[name].dtype == tensors[name].dtype for name in loaded
    )
    assert names(tmp_path) == ["epoch3.json", "epoch3.safetensors"]


def test_nothing_there_is_none(tmp_path: Path) -> None:
    assert load_newest(tmp_path, EXPECTS) is None
    assert load_newest(tmp_path / "absent", EXPECTS) is None


def test_the_newest_is_the_largest_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "KEEP", 9)
    for epoch in (9, 100, 10):
        save(tmp_path, epoch, state(epoch), META)
    found = load_newest(tmp_path, EXPECTS)
    assert found is not None
    assert found[0] == 100
    assert found[1]["w"][0, 0] == 100


def test_two_are_kept(tmp_path: Path) -> None:
    for epoch in (8, 9, 10, 11):
        save(tmp_path, epoch, state(epoch), META)
    assert names(tmp_path) == ["epoch10.json", "epoch10.safetensors", "epoch11.json", "epoch11.safetensors"]


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5])


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _other(path: Path) -> None:
    path.write_text('{"epoch": 2}')


def _pickled(path: Path) -> None:
    path.write_bytes(pickle.dumps([1, 2]))


@pytest.mark.parametrize("harm", [_cut, _flip, _empty, _other, _pickled, Path.unlink])
@pytest.mark.parametrize("suffix", ["json", "safetensors"])
def test_a_damaged_newest_falls_back_and_says_so(tmp_path: Path, harm: Any, suffix: str) -> None:
    for epoch in (1, 2):
        save(tmp_path, epoch, state(epoch), META)
    harm(tmp_path / f"epoch2.{suffix}")
    if harm is Path.unlink and suffix == "json":  # an interrupted save: weights first, JSON last
        found = load_newest(tmp_path, EXPECTS)
    else:
        with pytest.warns(CheckpointWarning, match=r"epoch2.*is (damaged|not a).*epoch1\.json"):
            found = load_newest(tmp_path, EXPECTS)
    assert found is not None
    assert (found[0], float(found[1]["w"][0, 0])) == (1, 1.0)


def test_every_cut_of_the_json_is_noticed(tmp_path: Path) -> None:
    """A power cut at any byte: the epochs of the one before are there, none twice."""
    for epoch in (1, 2):
        save(tmp_path, epoch, state(), {**META, "history": list(range(epoch))})
    whole = (tmp_path / "epoch2.json").read_bytes()
    for length in range(len(whole) - 1):  # the last byte is the newline
        (tmp_path / "epoch2.json").write_bytes(whole[:length])
        with pytest.warns(CheckpointWarning, match="damaged"):
            found = load_newest(tmp_path, EXPECTS)
        assert found is not None
        assert found[2]["history"] == [0]


def test_every_bit_of_the_json_counts(tmp_path: Path) -> None:
    save(tmp_path, 1, state(), META)
    path = tmp_path / "epoch1.json"
    whole = path.read_bytes()
    for k in range(len(whole) - 1):
        harmed = bytearray(whole)
        harmed[k] ^= 1
        path.write_bytes(bytes(harmed))
        with pytest.raises(CheckpointError, match=r"epoch1\.json"):
            load_newest(tmp_path, EXPECTS)


def test_all_damaged_stops(tmp_path: Path) -> None:
    for epoch in (1, 2):
        save(tmp_path, epoch, state(), META)
        _flip(tmp_path / f"epoch{epoch}.safetensors")
    with pytest.raises(CheckpointError, match=r"every checkpoint is damaged: .*epoch2.*epoch1.*Delete"):
        load_newest(tmp_path, EXPECTS)


def test_a_first_save_that_was_cut_begins_anew_and_says_so(tmp_path: Path) -> None:
    save(tmp_path, 1, state(), META)
    (tmp_path / "epoch1.json").unlink()
    with pytest.warns(CheckpointWarning, match="beginning anew"):
        assert load_newest(tmp_path, EXPECTS) is None


@pytest.mark.parametrize(
    ("expects", "words"),
    [
        ({"method": "ldam"}, "method is 'erm' there and 'ldam' here"),
        ({"counts": [5, 3]}, r"counts is \[5, 2\] there and \[5, 3\] here"),
        ({"model": "resnet20"}, "model is None there"),
        (
            {"settings": {"epochs": 4, "schedule": {"shape": "drops"}}},
            "another run: epochs is 3 there and 4 here; give",
        ),
    ],
)
def test_another_runs_is_refused(tmp_path: Path, expects: dict[str, Any], words: str) -> None:
    save(tmp_path, 1, state(), META)
    with pytest.raises(CheckpointError, match=words):
        load_newest(tmp_path, expects)


@pytest.mark.parametrize("version", [0, 2, "1"])
def test_another_format_is_refused_by_name(tmp_path: Path, version: object) -> None:
    save(tmp_path, 1, state(), META)
    body = {**json.loads((tmp_path / "epoch1.json").read_text()), "format": version}
    (tmp_path / "epoch1.json").write_text(json.dumps(body))
    with pytest.raises(CheckpointError, match=f"format {version!r}"):
        load_newest(tmp_path, EXPECTS)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_nan_weights_are_neither_saved_nor_loaded(
    tmp_path: Path, value: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(tmp_path, 1, state(), META)
    with pytest.raises(CheckpointError, match="w holds NaN or infinity"):
        save(tmp_path, 2, state(value), META)
    assert names(tmp_path) == ["epoch1.json", "epoch1.safetensors"]
    with monkeypatch.context() as patch:
        patch.setattr(checkpoint, "_not_finite", lambda tensors: "")
        save(tmp_path, 2, state(value), META)
    with pytest.warns(CheckpointWarning, match="holds NaN"):
        found = load_newest(tmp_path, EXPECTS)
    assert found is not None
    assert found[0] == 1


class _Evil:
    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, (f"touch {self.marker}",)


def test_a_malicious_pickle_is_not_run(tmp_path: Path) -> None:
    """Even with a JSON that carries its right hash."""
    marker, folder = tmp_path / "marker", tmp_path / "checkpoints"
    save(folder, 1, state(), META)
    data = pickle.dumps(_Evil(marker))
    (folder / "epoch1.safetensors").write_bytes(data)
    body = json.loads((folder / "epoch1.json").read_text())
    body["tensors"] = hashlib.sha256(data).hexdigest()
    del body["sha256"]
    files.write_json(folder / "epoch1.json", {**body, "sha256": checkpoint._digest(body)})
    with pytest.raises(CheckpointError, match="not a safetensors file"):
        load_newest(folder, EXPECTS)
    assert not marker.exists()


@pytest.mark.parametrize("at", ["fsync", "replace"])
@pytest.mark.parametrize("file", [1, 2])
def test_a_full_disk_keeps_what_was_there(tmp_path: Path, at: str, file: int, monkeypatch: pytest.MonkeyPatch) -> None:
    save(tmp_path, 1, state(1), META)
    plain, calls = getattr(os, at), 0

    def full(*args: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == file:
            raise OSError(errno.ENOSPC, "No space left on device")
        return plain(*args)

    with monkeypatch.context() as patch:
        patch.setattr(os, at, full)
        with pytest.raises(DataError, match=r"epoch2\.\w+ \(\d+ bytes\): No space left.*free some space"):
            save(tmp_path, 2, state(2), META)
    assert not [name for name in names(tmp_path) if name.endswith(".tmp")]
    found = load_newest(tmp_path, EXPECTS)
    assert found is not None
    assert (found[0], float(found[1]["w"][0, 0])) == (1, 1.0)


_KILLED = """
import os, random, signal, sys, time, warnings
from pathlib import Path
import torch
from ltviz.runs import checkpoint
warnings.simplefilter("error")
torch.set_num_threads(1)
folder, meta = Path(sys.argv[1]), {"method": "erm"}
checkpoint.save(folder, 1, {"w": torch.full((50_000,), 1.0)}, meta)
start = time.perf_counter()
checkpoint.save(folder, 2, {"w": torch.full((50_000,), 2.0)}, meta)
lasts = max(0.05, time.perf_counter() - start)  # a child of a busy machine begins late
chance, caught = random.Random(0), 0
for _ in range(20):
    epoch = checkpoint.load_newest(folder, meta)[0]
    child = os.fork()
    if child == 0:
        while True:
            epoch += 1
            checkpoint.save(folder, epoch, {"w": torch.full((50_000,), float(epoch))}, meta)
    time.sleep(chance.uniform(0, 4 * lasts))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    found, tensors, _ = checkpoint.load_newest(folder, meta)  # the hash is checked; a warning would be an error
    assert found >= epoch and bool((tensors["w"] == found).all()), (found, epoch)
    caught += any(folder.glob(".*.tmp"))
    checkpoint.tidy(folder)
    assert not list(folder.glob(".*.tmp"))
sys.stdout.write(f"{found} {caught}")
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_twenty_kills_lose_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[0]) > 2


def test_no_warning_where_all_is_well(tmp_path: Path) -> None:
    save(tmp_path, 1, state(), META)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        load_newest(tmp_path, EXPECTS)
