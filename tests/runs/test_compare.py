"""A loss beside others: what each seed makes of both, by plain numpy."""

from __future__ import annotations

import hashlib
import json
import os
import signal
from pathlib import Path

import numpy as np
import pytest

from ltviz.cli import run
from ltviz.core.errors import BadInput
from ltviz.datasets import digits
from ltviz.methods import METHODS, meant
from ltviz.runs import digits as digits_runs
from ltviz.runs.compare import Comparison, compare

OWN = '''
from ltviz.losses import Loss


class Shifted(Loss):
    """Balanced softmax, by hand."""

    title, source = "shifted", "here"

    def adjust(self, scores, labels):
        return scores + self.counts_wide.log().to(scores.dtype)
'''
T975 = {1: 12.706204736432095, 2: 4.302652729911275}  # Student's t, 97.5 %, by degrees of freedom


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    path = tmp_path_factory.mktemp("own") / "my_loss.py"
    path.write_text(OWN)
    return compare(path, ["ce", "ldam_drw"], seeds=3, epochs=2, imbalance=20)


def test_scores_are_those_of_the_runs(found: Comparison) -> None:
    assert [each.name for each in found.scores] == ["shifted", "ce", "ldam_drw"]
    for row, method in ((1, "erm"), (2, "ldam_drw")):
        for seed in range(3):
            run = digits_runs.train(method, digits.load(imbalance=20, seed=seed), seed=seed, epochs=2)
            own = run.test_predictions == run.test_labels
            each = np.array([own[run.test_labels == c].mean() for c in range(10)])
            scores = found.scores[row]
            assert scores.balanced[seed] == pytest.approx(each.mean())
            np.testing.assert_allclose(scores.by_class[seed], each)
            for name, members in run.counts.groups().members.items():
                if len(members):
                    assert scores.by_group[name][seed] == pytest.approx(each[members].mean())
                else:
                    assert scores.by_group[name] is None
            x, w = (a / np.linalg.norm(a, axis=1, keepdims=True) for a in (run.test_embedding, run.prototypes))
            angle = np.arccos(np.clip((x * w[run.test_labels]).sum(1), -1, 1))
            assert scores.angle[seed] == pytest.approx(
                np.mean([angle[run.test_labels == c].mean() for c in range(10)]), abs=1e-5
            )
            between = np.arccos(np.clip(w @ w.T, -1, 1))[~np.eye(10, dtype=bool)]
            assert scores.apart[seed] == pytest.approx(between.min(), abs=1e-5)


def test_differences_are_paired(found: Comparison) -> None:
    own = found.scores[0]
    for told, other in zip(found.differences, found.scores[1:], strict=True):
        pairs = [(told.balanced, own.balanced, other.balanced)]
        pairs += [(told.groups[g], own.by_group[g], other.by_group[g]) for g in own.by_group if told.groups[g]]
        np.testing.assert_array_equal(told.seeds, own.balanced - other.balanced)
        for interval, a, b in pairs:
            d = np.array([a[k] - b[k] for k in range(3)])
            reach = T975[2] * d.std(ddof=1) / np.sqrt(3)
            assert interval.n == 3
            assert interval.mean == pytest.approx(d.mean())
            np.testing.assert_allclose(interval.interval, (d.mean() - reach, d.mean() + reach))


def test_a_loss_of_ones_own_is_the_loss_it_repeats(found: Comparison) -> None:
    again = compare("balanced_softmax", ["ce"], seeds=3, epochs=2, imbalance=20)
    np.testing.assert_array_equal(again.scores[0].balanced, found.scores[0].balanced)


def test_its_json_says_what_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "my_loss.py"
    path.write_text(OWN)
    words = ["compare", str(path), "--against", "dbm_bs(margin=0.2)", "--seeds", "1", "--epochs", "1"]
    assert run([*words, "--imbalance", "20", "--format", "json"]) == 0
    text = capsys.readouterr().out
    told = json.loads(text)
    assert {key: told[key] for key in ("dataset", "profile", "imbalance", "recipe", "epochs", "seeds")} == {
        "dataset": "digits",
        "profile": "exp",
        "imbalance": 20.0,
        "recipe": "digits",
        "epochs": 1,
        "seeds": [0],
    }
    assert set(told["versions"]) == {"ltviz", "torch", "numpy", "python"}
    assert [each["loss"] for each in told["scores"]] == ["shifted", "dbm(margin=0.2, base=balanced_softmax)"]
    assert told["scores"][0]["file_sha256"] == hashlib.sha256(OWN.encode()).hexdigest()
    assert told["scores"][1]["file_sha256"] is None
    assert told["command"] == f"ltviz compare {path} --against 'dbm_bs(margin=0.2)' " + " ".join(
        ["--seeds 1", "--imbalance 20", "--epochs 1", "--format json"]
    )


@pytest.mark.parametrize(("which", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it(
    which: signal.Signals, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(digits_runs, "_begun", lambda *args, **given: os.kill(os.getpid(), which))
    assert run(["compare", "erm", "--against", "focal", "--seeds", "1"]) == code
    out, err = capsys.readouterr()
    assert err == f"erm, seed 0\nstopped by {which.name}; nothing was written: digits are trained anew\n"
    assert not out


def test_a_short_schedule_is_warned_of(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compare", "ldam_drw", "--against", "mixup(alpha=0.4),erm", "--seeds", "1", "--epochs", "2"]) == 0
    warned = [line for line in capsys.readouterr().err.splitlines() if line.startswith("Warning")]
    assert warned == [
        f"Warning: {name}: both drops of the rate fall on epoch 2, with --epochs 2; 10 or more keep the schedule's "
        "shape"
        for name in ("ldam_drw", "mixup", "erm")
    ]


def test_a_place_that_cannot_be_written_is_refused_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert run(["compare", "erm", "--against", "focal", "--out", str(tmp_path / "file" / "table.txt")]) == 2
    assert "cannot use" in (err := capsys.readouterr().err)
    assert "seed 0" not in err


def test_the_loss_in_the_readme_is_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    section = readme.partition("## A loss of your own\n")[2]
    path = tmp_path / "my_loss.py"
    path.write_text(section.partition("```python\n")[2].partition("```")[0], encoding="utf-8")
    assert run(["check-loss", str(path)]) == 0, capsys.readouterr().out
    assert run(["compare", str(path), "--against", "erm,ldam_drw", "--seeds", "1", "--epochs", "2"]) == 0
    assert "half_prior minus each" in capsys.readouterr().out


def test_one_seed_has_no_interval() -> None:
    told = compare("ce", ["focal"], seeds=1, epochs=1).differences[0]
    assert told.balanced.interval is None


def test_names_are_methods_first_then_losses() -> None:
    assert meant("ldam_drw", [2, 1])[0].schedule.deferred == 0.8
    assert meant("dbm_bs(margin=0.2)", [2, 1]) == (METHODS["dbm_bs"], {"margin": 0.2})
    method, params = meant("hinge(max_margin=0.3)", [2, 1])
    assert (method.name, method.loss, method.head, params) == ("hinge", "hinge", "cosine", {"max_margin": 0.3})
    assert meant("ce", [2, 1])[0].head == "linear"
    with pytest.raises(BadInput, match="neither a method .* nor a loss .* Did you mean 'ldam'"):
        meant("ldma", [2, 1])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"against": []}, "compare one method with others"),
        ({"against": ["erm"]}, "each named once"),
        ({"against": ["nothing"]}, "neither"),
        ({"against": ["erm ( )"]}, "each named once"),
        ({"own": "absent.py"}, "'absent.py' does not exist; a loss is read from a Python file"),
        ({"dataset": "mnist"}, "'cifar10', 'cifar100', 'digits', 'folder'"),
        ({"seeds": 0}, "seeds"),
        ({"epochs": 0}, "epochs"),
        ({"imbalance": 0.01}, "did you mean 100"),
    ],
)
def test_bad_inputs(given: dict[str, object], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        compare(**{"own": "erm", "against": ["focal"], "seeds": 1, "epochs": 1, **given})


def test_a_file_without_a_loss_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.py").write_text("x = 1\n")
    with pytest.raises(BadInput, match="defines no loss"):
        compare(tmp_path / "empty.py", ["ce"])
