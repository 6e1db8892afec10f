"""`ltviz train`, `results` and `compare`: wrong use ends with 2 and writes nothing; what is said is what was done."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from ltviz.cli import run
from ltviz.datasets import cifar
from ltviz.methods import objective
from ltviz.runs import checkpoint
from ltviz.runs import run as one_run
from ltviz.runs.checkpoint import CheckpointWarning

from .conftest import small_model

Captured = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch


@pytest.fixture
def words(pack: Path, tmp_path: Path) -> list[str]:
    return ["train", "--data", str(pack), "--epochs", "1", "--recipe", "basic", "--out", str(tmp_path / "runs")]


@pytest.fixture(autouse=True)
def small(monkeypatch: Patch) -> None:
    """Put ResNet-8 in the place of ResNet-32."""
    monkeypatch.setattr(objective, "make_model", small_model)


def test_train_records_and_says_where(words: list[str], tmp_path: Path, capsys: Captured) -> None:
    few = "erm,dbm_bs(margin=0.2,tau=0.5)", "--seeds", "1,2", "--precision", "fp32"
    assert run([*words, "--method", *few]) == 0
    out, err = capsys.readouterr()
    told = [line.split(": ") for line in out.splitlines()]
    said = err.splitlines()
    assert [line for line in said if "schedule's shape" not in line] == [
        "NOT VERIFIED: the images are not the published ones of cifar10",
        "erm seed 1: 1 epoch, on cpu, fp32",
        "erm seed 2: 1 epoch, on cpu, fp32",
        "dbm_bs seed 1: 1 epoch, on cpu, fp32",
        "dbm_bs seed 2: 1 epoch, on cpu, fp32",
    ], "and no bar"
    assert said[0].startswith("Warning: erm: the rate never drops, with --epochs 1"), "once, not for each seed"
    assert len(said) == 7
    assert [Path(path).relative_to(tmp_path).parts[2:4] for path, _ in told] == [
        ("erm-basic", "seed1"),
        ("erm-basic", "seed2"),
        ("dbm_bs_margin0.2_tau0.5-basic", "seed1"),
        ("dbm_bs_margin0.2_tau0.5-basic", "seed2"),
    ]
    for path, words_ in told:
        record = json.loads(Path(path).read_text())
        assert words_ == f"balanced accuracy {100 * record['last']['balanced']:.2f} % (after the last epoch)"
        assert Path(path).with_name("geometry.npz").exists() == (record["seed"] == 1 and record["method"] == "erm")


def test_resume_passes_over_what_is_done(words: list[str], tmp_path: Path, capsys: Captured) -> None:
    args = [*words, "--method", "erm"]
    assert run(args) == 0
    first = capsys.readouterr().out
    assert run([*args, "--resume", "--weights"]) == 0
    out, err = capsys.readouterr()
    assert out == f"recorded before (1 epoch): {first}"
    assert "Warning: its weights were not kept; --overwrite trains it again" in err
    assert run([*args, "--overwrite", "--weights"]) == 0
    assert len(list(tmp_path.rglob("weights.safetensors"))) == 1
    assert run([*args, "--resume", "--overwrite"]) == 2


def test_resume_says_where_it_goes_on(words: list[str], capsys: Captured, monkeypatch: Patch) -> None:
    words = [word for word in words if word not in ("--epochs", "1")]
    args = [*words, "--method", "erm", "--epochs", "3", "--precision", "fp32"]
    plain = one_run.LiveRun.after

    def cut(live: one_run.LiveRun, epoch: object) -> None:
        plain(live, epoch)
        if live.trainer.epoch == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(checkpoint, "SAVE_EVERY", 0.0)
        patch.setattr(one_run.LiveRun, "after", cut)
        assert run(args) == 130
    capsys.readouterr()
    assert run([*words, "--method", "erm", "--epochs", "4", "--precision", "fp32", "--resume"]) == 1
    assert "epochs is 3 there and 4 here; give" in capsys.readouterr().err
    assert run([*args, "--resume"]) == 0
    assert "erm seed 0: from epoch 3 of 3, on cpu, fp32\n" in capsys.readouterr().err


def test_what_stands_is_said_before_images_are_read(words: list[str], capsys: Captured, monkeypatch: Patch) -> None:
    def read(path: object) -> None:
        raise AssertionError("the images were read")

    assert run([*words, "--method", "erm"]) == 0
    monkeypatch.setattr(cifar, "read_pack", read)
    capsys.readouterr()
    assert run([*words, "--method", "focal,erm"]) == 1
    err = capsys.readouterr().err
    assert "run.json exists, a run of 1 epoch: it stays unless --overwrite is given" in err
    for extra, words_ in (
        (["--imbalance", "50"], "holds 15"),
        (["--method", "dbm_bs(margin=7)"], "margin"),
        (["--method", "../x"], "unknown method"),
    ):
        method = [] if "--method" in extra else ["--method", "erm"]
        assert run([*words, *method, *extra]) == 2
        assert words_ in capsys.readouterr().err


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        (["--epochs", "0"], "--epochs"),
        (["--epochs", "1.5"], "--epochs"),
        (["--epoch", "1"], "--epoch"),
        (["--rec", "basic"], "--rec"),
        (["--max-margn", "1"], "--max-margn"),
        (["--batch-size", "0"], "--batch-size"),
        (["--seeds", "-1"], "--seeds"),
        (["--seeds", "4294967296"], "2^32-1"),
        (["--seeds", "1.5"], "--seeds"),
        (["--seeds", "1,1"], "--seeds"),
        (["--imbalance", "0.02"], "did you mean 50"),
        (["--imbalance", "nan"], "--imbalance"),
        (["--profile", "exponential"], "--profile"),
        (["--recipe", "best"], "--recipe"),
        (["--method", "ldam_dwr"], "Did you mean 'ldam_drw'"),
        (["--method", "ldam(max_margn=1)"], "max_margin"),
        (["--method", "ldam(max_margin=-1)"], "max_margin"),
        (["--method", "../../x"], "--method"),
        (["--device", "tpu"], "--device"),
        (["--select", "first"], "--select"),
        (["--together", "0"], "--together"),
        (["--imbalance", "50"], "holds 15"),
        (["--dataset", "cifar100"], "holds cifar10"),
    ],
)
def test_wrong_use_writes_nothing(
    extra: list[str], message: str, words: list[str], tmp_path: Path, capsys: Captured
) -> None:
    given = dict(zip(words[1::2], words[2::2], strict=True)) | {"--method": "erm"}
    given |= dict(zip(extra[::2], extra[1::2], strict=True))
    assert run(["train", *(word for pair in given.items() for word in pair)]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "runs").exists()


def test_cuda_never_falls_back(words: list[str], tmp_path: Path, capsys: Captured, monkeypatch: Patch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert run([*words, "--method", "erm", "--device", "cuda"]) == 2
    assert "no CUDA device" in (err := capsys.readouterr().err)
    assert "--device cpu" in err
    assert not (tmp_path / "runs").exists()


def test_a_folder_that_cannot_be_used_is_named(words: list[str], tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "runs").write_text("a file")
    assert run([*words, "--method", "erm"]) == 2
    assert "runs" in capsys.readouterr().err


def test_a_run_that_fails_is_told_and_the_others_go_on(words: list[str], tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "runs" / "cifar10-exp15").mkdir(parents=True)
    (tmp_path / "runs" / "cifar10-exp15" / "erm-basic").write_text("in the way")
    assert run([*words, "--method", "erm,focal"]) == 1
    out, err = capsys.readouterr()
    assert "focal-basic" in out
    assert "Error: erm, seed 0: cannot use" in err
    assert "1 of 2 runs failed" in err
    assert run([*words, "--method", "erm"]) == 1
    assert "1 of 1" not in capsys.readouterr().err


def test_a_fall_back_is_printed(words: list[str], tmp_path: Path, capsys: Captured, monkeypatch: Patch) -> None:
    class Killed(BaseException):
        pass

    def end(*args: object) -> None:
        raise Killed

    args = [*words, "--method", "erm"]
    args[args.index("--epochs") + 1] = "3"
    with monkeypatch.context() as patch:
        patch.setattr(checkpoint, "SAVE_EVERY", 0.0)
        patch.setattr(one_run.LiveRun, "finish", end)
        with pytest.raises(Killed):
            run(args)
    (newest,) = tmp_path.rglob("epoch3.safetensors")
    newest.write_bytes(newest.read_bytes()[:-1])
    capsys.readouterr()
    assert run([*args, "--resume"]) == 0
    err = capsys.readouterr().err
    assert "Warning: " in err
    assert "epoch3.safetensors is damaged" in err
    assert "epoch2.json" in err
    assert CheckpointWarning.__name__ not in err


def test_results_of_what_was_trained(words: list[str], tmp_path: Path, capsys: Captured) -> None:
    assert run([*words, "--method", "erm", "--seeds", "0,1"]) == 0
    capsys.readouterr()
    for form, mark in (
        ("text", "in %, the epoch with the largest balanced accuracy on the validation images"),
        ("csv", "kind,dataset"),
        ("html", "<table "),
        ("latex", r"\hline"),
    ):
        assert run(["results", "--runs", str(tmp_path / "runs"), "--select", "val", "--format", form]) == 0
        out = capsys.readouterr().out
        assert mark in " ".join(out.split())
        assert "erm" in out


def test_compare_prints_differences_seed_by_seed(tmp_path: Path, capsys: Captured) -> None:
    own = tmp_path / "my_loss.py"
    own.write_text(
        "from ltviz.losses import Loss\n\n\nclass Own(Loss):\n    title, source = 'own', 'here'\n\n"
        "    def adjust(self, scores, labels):\n        return scores\n"
    )
    args = ["compare", str(own), "--against", "ce", "--seeds", "2", "--epochs", "2", "--imbalance", "20"]
    assert run(args) == 0
    out, err = capsys.readouterr()
    *warned, first, second, third, fourth = err.splitlines()
    assert [line.partition(":")[0] for line in warned] == ["Warning", "Warning"], "of a short schedule, for each"
    assert [first, second, third, fourth] == ["own, seed 0", "ce, seed 0", "own, seed 1", "ce, seed 1"]
    assert "own minus each" in out
    assert "accuracy ± 95 %" in out
    assert "difference ± 95 %" in out
    assert "+0.00 ± 0.00" in out, "the same loss on the same seeds"
    assert run([*args, "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["differences"][0]["seeds"] == [0.0, 0.0]
    assert run([*args, "--format", "latex"]) == 0
    assert capsys.readouterr().out.count(r"\begin{tabular}") == 3


def test_a_loss_that_breaks_is_named_with_its_file(tmp_path: Path, capsys: Captured) -> None:
    own = tmp_path / "broken.py"
    own.write_text(
        "from ltviz.losses import Loss\n\n\nclass Broken(Loss):\n    title, source = 'broken', 'here'\n\n"
        "    def adjust(self, scores, labels):\n        return scores.nothing\n"
    )
    assert run(["compare", str(own), "--against", "ce", "--seeds", "1", "--epochs", "1"]) == 1
    err = capsys.readouterr().err
    assert "broken.py raised AttributeError" in err
    assert "ltviz check-loss" in err


@pytest.mark.parametrize(
    "extra", [["--seeds", "0"], ["--dataset", "mnist"], ["--data", "."], ["--against", "nothing"], ["--see", "1"]]
)
def test_wrong_use_of_compare(extra: list[str], capsys: Captured) -> None:
    assert run(["compare", "erm", "--against", "ce", *extra]) == 2
    assert capsys.readouterr().err
