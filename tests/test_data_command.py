"""`ltviz data`: exit codes, what is written, and what is said."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from safetensors import safe_open
from safetensors.numpy import save

from ltviz.cli import run
from ltviz.datasets import cifar
from ltviz.datasets.cifar import fetch
from ltviz.datasets.cifar.published import PUBLISHED

from .datasets.conftest import small  # noqa: F401 - a fixture

ROOT = Path(cifar.__file__).parents[2]


@pytest.fixture
def root(small, monkeypatch) -> Path:  # noqa: F811
    place = small.python()
    monkeypatch.setenv("LTVIZ_CIFAR", str(place))
    return place


def test_pack_then_show_and_verify_from_the_pack(root, tmp_path, capsys):
    out = tmp_path / "to" / "cifar10.pack"
    assert run(["data", "pack", "cifar10", "--imbalance", "10", "--out", str(out)]) == 0
    assert "118 training, 27 validation and 40 test images" in capsys.readouterr().out
    assert cifar.read_pack(out).counts.total == 118
    assert run(["data", "verify", "--data", str(out)]) == 0
    assert "whole; cifar10 exp 10, published images" in " ".join(capsys.readouterr().out.split())
    assert run(["data", "show", "--data", str(out), "--out", str(tmp_path / "sheets")]) == 0
    written = capsys.readouterr().out.split()
    assert [Path(each).name for each in written] == ["cifar10-exp10-head.png", "cifar10-exp10-tail.png"]
    assert all(Path(each).read_bytes().startswith(b"\x89PNG") for each in written)


def test_show_takes_the_same_choice_as_the_library(root, tmp_path, capsys):
    words = ["--imbalance", "5", "--profile", "step", "--order", "9,8,7,6,5,4,3,2,1,0", "--out", str(tmp_path / "s")]
    assert run(["data", "show", "cifar10", *words]) == 0
    assert sorted(path.name for path in (tmp_path / "s").iterdir()) == [
        "cifar10-step5-head.png",
        "cifar10-step5-tail.png",
    ]


def test_verify_names_the_wrong_file(root, capsys):
    assert run(["data", "verify"]) == 0
    assert "every file as published" in " ".join(capsys.readouterr().out.split())
    path = root / "cifar-10-batches-py" / "test_batch"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert run(["data", "verify"]) == 1
    said = capsys.readouterr().err
    expected = PUBLISHED["cifar10"].versions[0].test[0].sha256
    assert str(path) in said
    assert expected in said
    assert hashlib.sha256(path.read_bytes()).hexdigest() in said
    assert run(["data", "verify", "cifar100"]) == 1
    assert "no CIFAR-100" in capsys.readouterr().err


def test_nothing_there(small, tmp_path, monkeypatch, capsys):  # noqa: F811
    assert run(["data", "verify"]) == 1
    assert "ltviz data fetch cifar10" in capsys.readouterr().err
    assert run(["data", "verify", "--data", str(tmp_path)]) == 1
    assert "ltviz data fetch cifar10" in capsys.readouterr().err
    for words in (["data", "pack", "cifar10"], ["train", "--method", "erm"]):
        assert run([*words, "--data", str(tmp_path), "--out", str(tmp_path / "p")]) == 1
        said = capsys.readouterr().err
        assert "by --data" in said
        assert "LTVIZ_CIFAR" in said
        assert run([*words, "--data", str(tmp_path / "nothing"), "--out", str(tmp_path / "p")]) == 2
        assert "nothing' does not exist" in capsys.readouterr().err
    monkeypatch.setenv("LTVIZ_CIFAR", str(tmp_path / "gone"))
    assert run(["data", "verify"]) == 1
    assert "gone, which LTVIZ_CIFAR names, does not exist" in capsys.readouterr().err
    assert not (tmp_path / "p").exists()


@pytest.mark.parametrize("command", ["train", "compare", "data pack", "data show", "data verify"])
def test_one_flag_names_the_data(command, capsys):
    assert run([*command.split(), "--help"]) == 0
    said = capsys.readouterr().out
    assert "--data " in said
    assert "--root" not in said


def test_a_wrong_file_is_not_told_of_a_flag_that_verify_lacks(root, capsys):
    path = root / "cifar-10-batches-py" / "test_batch"
    path.write_bytes(path.read_bytes() + b" ")
    assert run(["data", "verify"]) == 1
    assert "ltviz train and ltviz data pack take it unchecked with --no-verify" in capsys.readouterr().err


def test_pack_replaces_a_file_only_when_told_to(root, tmp_path, monkeypatch, capsys):
    out = tmp_path / "p"
    words = ["data", "pack", "cifar10", "--out", str(out), "--imbalance"]
    assert run([*words, "10"]) == 0
    before = out.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(cifar, "load", lambda *_, **__: pytest.fail("read"))
        assert run([*words, "5"]) == 1
    assert f"{out} exists (a pack of cifar10, exp 10): --overwrite replaces it" in capsys.readouterr().err
    assert out.read_bytes() == before
    with open(out, "rb") as reader:  # whoever reads the old one goes on reading it
        assert run([*words, "5", "--overwrite"]) == 0
        assert reader.read() == before
    assert cifar.read_pack(out).imbalance == 5
    out.write_text("a letter")
    assert run([*words, "5"]) == 1
    assert "exists (no pack)" in capsys.readouterr().err
    assert out.read_text() == "a letter"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("file/p", "is a file where a folder is needed"),
        ("folder", "is a folder"),
        ("n" * 300, "too long"),
        ("", "is no name of a file"),
    ],
)
def test_pack_refuses_a_bad_file_before_any_work(root, tmp_path, monkeypatch, capsys, name, says):
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    monkeypatch.setattr(cifar, "load", lambda *_, **__: pytest.fail("read"))
    monkeypatch.chdir(tmp_path)
    assert run(["data", "pack", "cifar10", "--out", name]) == 2
    said = capsys.readouterr().err
    assert says in said
    assert "--out" in said


def test_the_archive_itself_is_read_by_every_command(small, tmp_path, monkeypatch, capsys):  # noqa: F811
    path = small.archive() / "cifar-10-python.tar.gz"
    words = ["--data", str(path), "--imbalance", "10", "--out", str(tmp_path / "out")]
    assert run(["data", "show", "cifar10", *words]) == 0
    assert run(["data", "pack", "cifar10", *words[:-1], str(tmp_path / "p")]) == 0
    capsys.readouterr()
    for names in ([], ["cifar10"]):
        assert run(["data", "verify", *names, *words[:2]]) == 0
        assert f"{path}: every file as published".replace(" ", "") in "".join(capsys.readouterr().out.split())
    assert run(["data", "verify", "cifar100", *words[:2]]) == 1
    assert "is the archive of CIFAR-10, not CIFAR-100's: choose cifar10" in capsys.readouterr().err
    monkeypatch.setattr(
        "ltviz.runs.recorded.train_all", lambda jobs, data, *_: [capsys.readouterr(), data.counts.total][2:]
    )
    assert run(["train", "--method", "erm", *words]) == 0
    path.write_bytes(path.read_bytes()[:-1])
    for command in (["verify"], ["show", "cifar10"], ["pack", "cifar10", "--out", str(tmp_path / "q")]):
        assert run(["data", *command, *words[:2]]) == 1
        assert f"{path} has" in capsys.readouterr().err
    assert not (tmp_path / "q").exists()


@pytest.mark.parametrize("inside", [False, True])
def test_verify_names_the_file_that_is_missing(root, monkeypatch, capsys, inside):
    folder = root / "cifar-10-batches-py"
    (folder / "data_batch_3").unlink()
    place = folder if inside else root
    monkeypatch.setenv("LTVIZ_CIFAR", str(place))
    for words in ([], ["--data", str(place)], ["cifar10"]):
        assert run(["data", "verify", *words]) == 1
        said = capsys.readouterr().err
        assert f"Error: cifar10: no CIFAR-10 in {place}; {folder} lacks data_batch_3." in said
        assert "cifar100" not in said


def test_a_pack_cannot_name_a_place_to_write(root, tmp_path, capsys):
    pack = tmp_path / "p"
    assert run(["data", "pack", "cifar10", "--imbalance", "10", "--out", str(pack)]) == 0
    with safe_open(pack, framework="np") as file:
        about, tensors = json.loads(file.metadata()["ltviz"]), {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    for field in ("name", "profile"):
        pack.write_bytes(save(tensors, {"ltviz": json.dumps({**about, field: "/../../../x"})}))
        before = sorted(tmp_path.rglob("*"))
        for command in (["data", "show"], ["train", "--method", "erm"]):
            assert run([*command, "--data", str(pack), "--out", str(tmp_path / "a" / "b" / "c" / "d")]) == 1
            assert f"{pack} is damaged: {field} must be one of" in capsys.readouterr().err
        assert run(["data", "verify", "--data", str(pack)]) == 1
        assert sorted(tmp_path.rglob("*")) == before


def test_no_verify_is_loud(root, tmp_path, capsys):
    path = root / "cifar-10-batches-py" / "test_batch"
    path.write_bytes(path.read_bytes() + b" ")
    words = ["data", "pack", "cifar10", "--imbalance", "10", "--out", str(tmp_path / "p")]
    assert run(words) == 1
    assert "--no-verify" in capsys.readouterr().err
    assert run([*words, "--no-verify"]) == 0
    assert "WARNING: NOT VERIFIED" in capsys.readouterr().err
    assert not cifar.read_pack(tmp_path / "p").verified
    assert run(["data", "verify", "--data", str(tmp_path / "p")]) == 0
    assert "NOT VERIFIED" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        ["show"],
        ["show", "mnist"],
        ["show", "cifar10", "--data", __file__],
        ["show", "--data", __file__, "--imbalance", "10"],
        ["verify", "cifar10", "--data", __file__],
        ["pack", "cifar10"],
        ["fetch"],
        ["pack", "cifar10", "--out", "p", "--imbalance", "0.01"],
        ["pack", "cifar10", "--out", "p", "--imbalance", "nan"],
        ["pack", "cifar10", "--out", "p", "--imbalance", "10000"],
        ["pack", "cifar10", "--out", "p", "--profile", "exponential"],
        ["pack", "cifar10", "--out", "p", "--order", "a,b"],
        ["pack", "cifar10", "--out", "p", "--order", "0,1"],
        ["pack", "cifar10", "--out", "p", "--seed", "-1"],
        ["pack", "cifar10", "--out", "p", "--imb", "10"],
    ],
)
def test_wrong_use_is_2_and_writes_nothing(root, tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    before = sorted(path for path in tmp_path.rglob("*") if "cache" not in path.parts)
    assert run(["data", *words]) == 2
    assert sorted(path for path in tmp_path.rglob("*") if "cache" not in path.parts) == before


def test_fetch_reports_each_and_fails_if_one_fails(root, monkeypatch, capsys):
    monkeypatch.setattr(fetch, "SITE", "http://127.0.0.1:9/")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert run(["data", "fetch", "cifar100", "cifar10"]) == 1
    said = capsys.readouterr()
    assert "Error: cifar100: cannot download" in said.err
    assert f"cifar10: {root / 'cifar-10-batches-py'}, every file as published" in said.out


def test_the_bare_path_imports_nothing_heavy() -> None:
    """Reading a pack on a bare GPU machine needs numpy, Pillow and safetensors only."""
    code = (
        "import sys\n"
        "class No:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] in ('pooch', 'requests', 'urllib3', 'torch', 'scipy', 'sklearn', 'plotly'):\n"
        "            raise ImportError(name)\n"
        "sys.meta_path.insert(0, No())\n"
        "from ltviz.datasets import cifar\n"
        "import ltviz.cli.data\n"
        "try:\n    cifar.read_pack('nothing')\n"
        "except ValueError:\n    sys.stdout.write('fine')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.stdout == "fine", done.stderr
