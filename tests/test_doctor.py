"""`ltviz doctor`: what it says of this machine, of the browser and of CIFAR."""

from __future__ import annotations

import pytest

from ltviz.cli import _text, doctor, run
from ltviz.datasets import _cifar_cache, _cifar_read, cifar

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


def test_cifar_is_found_but_not_read(said, small, monkeypatch):  # noqa: F811
    root = small.python()
    monkeypatch.setenv("LTVIZ_CIFAR", str(root))
    folder = root / "cifar-10-batches-py"
    assert f"CIFAR-10 {folder} (its hashes are checked when it is first read)" in said()
    cifar.load(imbalance=10)
    for module in (_cifar_cache, _cifar_read):
        monkeypatch.setattr(module, "read", lambda *_: pytest.fail("read"))
        monkeypatch.setattr(module, "content", lambda *_: pytest.fail("hashed"))
    text = said()
    assert f"CIFAR-10 {folder} (as published)" in text
    assert "ltviz (1 MB; to clear it, delete it)" in text


def test_a_folder_that_does_not_exist_is_a_failure(said, small, tmp_path, monkeypatch):  # noqa: F811
    monkeypatch.setenv("LTVIZ_CIFAR", str(tmp_path / "gone"))
    text = said()
    assert "Everything works" not in text
    assert "gone, which LTVIZ_CIFAR names, does not exist" in text
