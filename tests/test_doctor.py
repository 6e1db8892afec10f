"""`ltviz doctor`: what it says of this machine, of the browser and of CIFAR."""

from __future__ import annotations

import pytest

from ltviz.cli import _text, doctor, run
from ltviz.datasets import cifar
from ltviz.datasets.cifar import cache, read

from .datasets.conftest import small  # noqa: F401 - a fixture


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Run the command without starting a browser; return what it writes, each run of blanks as one."""
    monkeypatch.setattr(doctor, "find_browser", lambda: "/browser")
    monkeypatch.setattr(doctor, "browser_fault", lambda: "")
    monkeypatch.setattr(_text, "width", lambda: 1000)  # no path is broken

    def call() -> str:
        assert run(["doctor"]) == 0
        return " ".join(capsys.readouterr().out.split())

    return call


def test_every_package_and_the_processor_are_named(said, small):  # noqa: F811
    text = said()
    for name in (*doctor.PACKAGES, "Python", "Chrome", "GPU", "bf16", "threads", "LTVIZ_CIFAR"):
        assert f" {name} " in f" {text} ", name
    assert {"click", "tqdm", "safetensors", "pillow"} <= set(doctor.PACKAGES)


def test_cifar_absent_is_no_failure(said, small, tmp_path):  # noqa: F811
    text = said()
    place = tmp_path / "cache" / "ltviz"
    assert f"CIFAR-10 not in {place / 'cifar'}; to download it: ltviz data fetch cifar10" in text
    assert "LTVIZ_CIFAR not set" in text
    assert f"cache {place} (0 MB" in text
    assert text.endswith("Everything works.")
    assert not place.exists()


def test_cifar_is_checked_but_not_parsed(said, small, monkeypatch):  # noqa: F811
    root = small.python()
    monkeypatch.setenv("LTVIZ_CIFAR", str(root))
    folder = root / "cifar-10-batches-py"
    with monkeypatch.context() as patch:
        patch.setattr(read, "_decode", lambda *_: pytest.fail("parsed"))
        text = said()
    assert f"CIFAR-10 {folder} (as published)" in text
    assert text.endswith("Everything works.")
    cifar.load(imbalance=10)
    for module in (cache, read):
        monkeypatch.setattr(module, "read", lambda *_: pytest.fail("read"))
        monkeypatch.setattr(module, "content", lambda *_: pytest.fail("hashed"))
    monkeypatch.setattr(read, "check", lambda *_: pytest.fail("hashed again"))
    text = said()
    assert f"CIFAR-10 {folder} (as published)" in text
    assert "ltviz (1 MB; to clear it, delete it)" in text


def test_a_folder_that_does_not_exist_is_a_failure(said, small, tmp_path, monkeypatch):  # noqa: F811
    monkeypatch.setenv("LTVIZ_CIFAR", str(tmp_path / "gone"))
    text = said()
    assert "Everything works" not in text
    assert "gone, which LTVIZ_CIFAR names, does not exist" in text


@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize("fault", ["gone", "bit", "cut", "folder", "loop"])
def test_an_incomplete_or_damaged_cifar_is_a_failure(said, small, monkeypatch, fault, inside):  # noqa: F811
    root = small.python()
    path = root / "cifar-10-batches-py" / "data_batch_3"
    monkeypatch.setenv("LTVIZ_CIFAR", str(path.parent if inside else root))
    data = path.read_bytes()
    path.unlink()
    if fault in ("bit", "cut"):
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]) * (fault == "bit"))
    elif fault == "folder":
        path.mkdir()
    elif fault == "loop":
        path.symlink_to(path)
    text = said()
    assert "Everything works" not in text
    assert "CIFAR-10 incomplete or damaged, see below" in text
    assert (f"{path.parent} lacks data_batch_3" if fault not in ("bit", "cut") else f"{path} ") in text.split("below")[
        1
    ]
    assert "LTVIZ_CIFAR the folder" not in text


def test_a_damaged_archive_is_a_failure_and_a_whole_one_is_not(said, small, monkeypatch):  # noqa: F811
    path = small.archive() / "cifar-10-python.tar.gz"
    monkeypatch.setenv("LTVIZ_CIFAR", str(path))
    text = said()
    assert f"CIFAR-10 {path} (as published)" in text
    assert text.endswith("Everything works.")
    path.write_bytes(path.read_bytes()[:-1])
    assert f"CIFAR-10 {path} has" in said()


def test_a_cache_that_cannot_be_used_is_said(said, small, tmp_path):  # noqa: F811
    (tmp_path / "cache").write_text("in the way")
    text = said()
    assert "is a file where a folder is needed" in text
    assert "Without it CIFAR is parsed anew" in text
