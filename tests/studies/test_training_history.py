"""Training epoch by epoch, from records made here and from nets trained on digits, against loops written by hand."""

from __future__ import annotations

import json
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

import numpy as np
import pytest

from ltviz import views
from ltviz.core.errors import BadInput
from ltviz.figures.training_history import training_history as draw
from ltviz.methods import titled
from ltviz.methods.schedule import Schedule
from ltviz.records import record
from ltviz.runs.digits import digits_run
from ltviz.studies.training_history import training_history

COUNTS = [500, 300, 150, 80, 40, 30]  # none below 20: by the field's thresholds there are no few
GROUPS = {"many": (0, 1, 2), "medium": (3, 4, 5)}
THIRDS = {"many": (0, 1), "medium": (2, 3), "few": (4, 5)}


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(record, "shipped", lambda: (tmp_path,))
    return tmp_path


def write(
    home: Path,
    method: str,
    seed: int,
    *,
    epochs: int = 10,
    skip: tuple[int, ...] = (),
    schedule: Schedule = Schedule(),  # noqa: B008
) -> list[dict[str, Any]]:
    """Record a run and return its history; the test set was not looked at after the epochs (from 0) in `skip`."""
    rng = np.random.default_rng([seed, epochs, len(method)])
    history = []
    for epoch in range(epochs):
        row: dict[str, Any] = {"epoch": epoch, "loss": float(rng.uniform(0.1, 2))}
        row |= {"rate": 0.1 * schedule.rate(epoch, epochs), "reweighted": schedule.reweights(epoch, epochs)}
        if epoch not in skip:
            each = rng.uniform(size=len(COUNTS)).round(4).tolist()
            groups = {name: fmean(each[c] for c in ids) for name, ids in GROUPS.items()}
            row |= {"by_class": each, "balanced": fmean(each), "overall": fmean(each)}
            row |= {"by_group": {**groups, "few": None}}
        history.append(row)
    told = {
        "method": method, "loss": "ce", "dataset": "cifar10", "profile": "exp", "imbalance": 100.0, "seed": seed,
        "counts": COUNTS, "epochs": epochs, "recipe": "short", "device": "cpu", "versions": {}, "date": "2026",
        "seconds": 1.0, "history": history, "last": history[-1], "settings": {"head": "linear"},
        "best": max((row for row in history if "balanced" in row), key=lambda row: row["balanced"]),
    }  # fmt: skip
    path = record.place(home, "cifar10", "exp", 100.0, method, "short", seed) / "run.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(told))
    return history


@pytest.mark.parametrize(("rule", "members"), [("thresholds", GROUPS), ("terciles", THIRDS)])
def test_each_epoch_is_the_records(runs: Path, rule: str, members: dict[str, tuple[int, ...]]) -> None:
    histories = [write(runs, "erm", seed) for seed in range(3)]
    result = training_history(methods="erm", records="cifar10-exp100", groups=rule, seeds=3)
    (course,) = result.courses
    assert result.data == "CIFAR-10-LT"
    assert list(course.groups) == list(result.groups) == list(members)
    assert course.measured.tolist() == list(range(1, 11))
    for epoch in range(10):
        for seed, rows in enumerate(histories):
            row = rows[epoch]
            assert course.loss[epoch, seed] == row["loss"]
            assert course.rate[epoch] == row["rate"]
            assert course.balanced[epoch, seed] == row["balanced"]
            for name, ids in members.items():
                assert course.groups[name][epoch, seed] == pytest.approx(fmean(row["by_class"][c] for c in ids))


def test_epochs_count_from_1_and_the_plans_turns_are_marked(runs: Path) -> None:
    write(runs, "ldam_drw", 0, epochs=40, schedule=Schedule(deferred=0.8))
    write(runs, "balanced_softmax", 0, epochs=40, schedule=Schedule(shape="cosine"))
    result = training_history(methods="ldam_drw, balanced_softmax", records="cifar10-exp100", seeds=1)
    ldam, cosine = result.courses
    assert ldam.drops == (33, 37)  # the rate of epochs 32 and 36, from 0, is the first after a drop
    assert ldam.reweighted_from == 33
    assert (cosine.drops, cosine.reweighted_from) == ((), None)
    assert result.caption.endswith("The learning rate of balanced_softmax falls smoothly.")


def test_a_cosine_of_any_length_has_no_drop(runs: Path) -> None:
    for epochs in (5, 40, 200, 1000):
        write(runs, "erm", 0, epochs=epochs, schedule=Schedule(shape="cosine"))
        assert training_history(methods="erm", records="cifar10-exp100", seeds=1).courses[0].drops == ()


def test_only_epochs_that_were_measured_in_every_seed_are_shown(runs: Path) -> None:
    skipped = ((0, 2, 4), (0, 1), ())
    histories = [write(runs, "erm", seed, skip=skip) for seed, skip in enumerate(skipped)]
    (course,) = training_history(methods="erm", records="cifar10-exp100", seeds=3).courses
    shown = [epoch for epoch in range(10) if not any(epoch in skip for skip in skipped)]
    assert (course.measured - 1).tolist() == shown
    assert len(course.loss) == 10
    for k, epoch in enumerate(shown):
        assert course.balanced[k].tolist() == [rows[epoch]["balanced"] for rows in histories]


def test_runs_of_different_lengths_are_not_averaged(runs: Path) -> None:
    write(runs, "erm", 0, epochs=10)
    write(runs, "erm", 1, epochs=12)
    write(runs, "erm", 2, epochs=10)
    with pytest.warns(record.RecordWarning, match="seed1.run.json is a run unlike .*: epochs is 10 there and 12 here"):
        result = training_history(methods="erm", records="cifar10-exp100", seeds=3)
    assert result.courses[0].loss.shape == (10, 2)
    assert "erm-short/seed1" in result.caption
    assert len(training_history(methods="erm", records="cifar10-exp100", seeds=1).courses[0].loss) == 10


def test_on_digits_the_epochs_that_the_run_measured_are_shown() -> None:
    result = training_history(methods="erm, ldam_drw", epochs=12, seeds=2)
    assert result.data == "digits"
    for course in result.courses:
        assert course.measured.tolist() == [2, 7, 12]
        for k in range(2):
            run = digits_run(course.method, imbalance=50.0, profile="exp", seed=k, epochs=12)
            assert course.loss[:, k].tolist() == [epoch.loss for epoch in run.history]
            assert course.balanced[-1, k] == pytest.approx(run.balanced_accuracy)
    assert result.courses[1].reweighted_from == 10  # 0.8 of 12 epochs, from 1


def test_the_picture_shows_means_bands_and_both_marks(runs: Path) -> None:
    histories = [write(runs, "ldam_drw", seed, schedule=Schedule(deferred=0.8)) for seed in range(2)]
    figure = draw(training_history(methods="ldam_drw", records="cifar10-exp100", groups="thresholds", seeds=2))
    named = {trace.name: trace for trace in figure.data if trace.name and trace.x[0] is not None}
    assert set(named) == {"all classes", "many: 150 to 500 training images", "medium: 30 to 80 training images"}
    np.testing.assert_allclose(
        named["all classes"].y, [100 * fmean(rows[k]["balanced"] for rows in histories) for k in range(10)]
    )
    band = next(trace for trace in figure.data if trace.fill == "toself")
    few = [[100 * fmean(rows[k]["by_class"][:3]) for rows in histories] for k in range(10)]
    np.testing.assert_allclose(band.y[:10], [fmean(pair) + stdev(pair) for pair in few])
    assert [shape.x0 for shape in figure.layout.shapes if shape.type == "rect"] == [8.5, 8.5]  # loss and accuracy
    assert sorted({shape.x0 for shape in figure.layout.shapes if shape.type == "line"}) == [8.5, 9.5]
    legend = {trace.name for trace in figure.data}
    assert {"the learning rate drops", "deferred class weights are in force"} <= legend


def test_one_seed_has_no_band_and_any_number_of_methods_has_a_place(runs: Path) -> None:
    methods = ("erm", "ce_drw", "ldam", "ldam_drw", "mm")
    for method in methods:
        write(runs, method, 0)
    result = training_history(methods=", ".join(methods), records="cifar10-exp100", seeds=1)
    figure = draw(result)
    assert not any(trace.fill for trace in figure.data)
    titles = [note.text for note in figure.layout.annotations]
    assert titles == [f"<b>{title}</b>" for title in map(titled, methods)]
    assert len([axis for axis in figure.select_xaxes() if axis.visible is not False]) == 2 * len(methods)
    for row, column in ((4, 1), (4, 2), (2, 3)):  # the lowest of each column, whatever is hidden under it
        (axis,) = figure.select_xaxes(row=row, col=column)
        assert axis.title.text == "epoch"
        assert axis.showticklabels is not False


def test_a_loss_of_0_takes_the_log_scale_away(runs: Path) -> None:
    write(runs, "erm", 0)
    result = training_history(methods="erm", records="cifar10-exp100", seeds=1)
    assert draw(result).layout.yaxis.type == "log"
    result.courses[0].loss[-1] = 0.0
    assert draw(result).layout.yaxis.type is None


def test_bad_states_are_refused() -> None:
    with pytest.raises(BadInput, match="terciles"):
        views.compute("training_history", groups="thirds")
    with pytest.raises(BadInput, match="cifar10-exp100"):
        views.compute("training_history", records="cifar10")
