"""The table of sliders and scenes, measured: what it says moves the boundary does, and what it says does not."""

from __future__ import annotations

import inspect
from functools import cache

import numpy as np
import pytest

from ltviz.core.params import Param
from ltviz.datasets import toy
from ltviz.explorers import CARDS
from ltviz.losses import Field, LossSpec, make_loss, shipped
from ltviz.plane.fit import fit2d, path
from ltviz.studies._scenes import SAID, SEEN, TABLE, TIMES, sentence
from ltviz.studies.boundary_shift import shift_of, slider_stops
from ltviz.views import VIEWS

SEEDS = {"overlap": 5, "separable": 5, "few_points": 8}
# a fit of these takes two to thirty times as long as of others
STOPS = {"hinge": 2, "mm": 3, "mm_ldam": 3, "dbm": 3, "label_aware_smoothing": 2}
FEWER = {"hinge": 4, "label_aware_smoothing": 3}  # draws
IMBALANCE = VIEWS["boundary_shift"].controls["imbalance"]
MOVED = [name for name in shipped() if VIEWS["boundary_shift"].shows(Field()[name])]
SLIDERS = [(name, key) for name in MOVED for key, each in Field()[name].params.items() if isinstance(each, Param)]
SLIDERS += [(name, "imbalance") for name in ("ce", "dbm", "ldam", "logit_adjustment", "mm")]


def places(scene: str, name: str, key: str, seed: int, values: list[float]) -> list[float]:
    """Where the boundary stands, in sigma, at each stop of a slider: the same draw, only the slider moves."""
    if key == "imbalance":
        drawn = [toy.scene(scene, imbalance=v, seed=seed) for v in values]
        return [shift_of(fit2d(d.points, d.labels, make_loss(name, d.counts)), d) for d in drawn]
    data = toy.scene(scene, seed=seed)
    losses = [make_loss(name, data.counts, **{key: v}) for v in values]
    return [shift_of(fit, data) for fit in path(data.points, data.labels, losses)]


@cache
def movement(scene: str, name: str, key: str, values: tuple[float, ...] = ()) -> np.ndarray:
    """The boundary's movement from the slider's first stop (n, S - 1), for each of n draws."""
    if not values:
        control = IMBALANCE if key == "imbalance" else Field()[name].params[key]
        assert isinstance(control, Param)
        values = tuple(slider_stops(control, 5 if key == "imbalance" else STOPS.get(name, 5)).tolist())
    seeds = range(FEWER.get(name, SEEDS[scene]))
    found = np.array([places(scene, name, key, seed, list(values)) for seed in seeds])
    return found[:, 1:] - found[:, :1]


def verdict(moved: np.ndarray) -> str:
    """Whether the slider moves the boundary, and where to."""
    mean, deviation = moved.mean(axis=0), moved.std(axis=0, ddof=1)
    seen = np.abs(mean) >= SEEN
    sure = seen & (np.abs(mean) >= TIMES * deviation)
    if sure.any():
        far = np.where(sure, np.abs(mean), 0).argmax()
        return "frequent" if mean[far] > 0 else "rare"
    return "still"


@pytest.mark.thorough(every=4)
@pytest.mark.parametrize(("name", "key"), SLIDERS, ids=[f"{n}.{k}" for n, k in SLIDERS])
@pytest.mark.parametrize("scene", list(toy.SCENES))
def test_each_slider_does_in_each_scene_what_the_table_says(scene: str, name: str, key: str) -> None:
    moved = movement(scene, name, key)
    figures = f"{moved.mean(axis=0).round(2)} +- {moved.std(axis=0, ddof=1).round(2)} sigma"
    row = TABLE[scene].get(f"{name}.{key}")
    if row is None:
        pytest.skip(f"not yet written down: in {scene}, {name}.{key} is {verdict(moved)!r}, {figures}")
    assert verdict(moved) == row.split()[0], figures
    if row in ("still", "still by design"):
        assert np.abs(moved.mean(axis=0)).max() < SEEN, figures


def test_the_table_says_something_of_each_slider_in_each_scene() -> None:
    """A loss may be without rows; one that has some has all, in every scene."""
    assert set(TABLE) == set(toy.SCENES)
    written = {row.partition(".")[0] for rows in TABLE.values() for row in rows}
    for rows in TABLE.values():
        assert set(rows) == {f"{name}.{key}" for name, key in SLIDERS if name in written}
        assert set(rows.values()) <= set(SAID)


def test_a_loss_without_rows_is_said_to_be_not_yet_written_down(monkeypatch: pytest.MonkeyPatch) -> None:
    known = sentence("overlap", LossSpec.many("ldam"))
    monkeypatch.setitem(TABLE, "overlap", {k: row for k, row in TABLE["overlap"].items() if not k.startswith("vs.")})
    assert sentence("overlap", LossSpec.many("vs")) == "What γ and τ of VS do here is not yet written down."
    assert sentence("overlap", LossSpec.many("ldam, vs"), "tau").endswith(
        "What τ of VS does here is not yet written down."
    )
    assert sentence("overlap", LossSpec.many("ldam")) == known
    assert sentence("overlap", LossSpec.many("ce")).startswith("Measured for linear models")


def test_the_sentence_names_every_slider_once_under_what_it_does() -> None:
    text = sentence("overlap", LossSpec.many("ldam, logit_adjustment(tau=0.5), ldam(scale=3)"))
    for words in (
        "moves into the frequent class's side with scale of LDAM, τ of logit adjustment;",
        "moves into the rare class's side with imbalance under LDAM;",
        f"moves into the rare class's side with maximum margin of LDAM ({SAID['rare by crowd'][1]});",
        f"does not move with imbalance under logit adjustment ({SAID['still by design'][1]}).",
    ):
        assert text.count(words) == 1
    assert sentence("overlap", LossSpec.many("focal"), "gamma").endswith(
        f"does not move with γ of focal loss ({SAID['still'][1]})."
    )


# what the notes of the scenes say


def test_where_classes_overlap_a_margin_that_cannot_be_kept_moves_the_boundary_the_wrong_way() -> None:
    kept = movement("overlap", "ldam", "max_margin", (0.0, 0.5))
    assert (kept < 0).all()
    data = toy.scene("overlap")
    soft = [make_loss("ldam", data.counts, max_margin=m, scale=1.0) for m in (0.0, 0.5)]
    before, after = (shift_of(fit, data) for fit in path(data.points, data.labels, soft))
    assert abs(after - before) < SEEN  # a soft loss is no sum of misses: there a margin moves nothing


def test_where_classes_separate_a_small_margin_moves_the_boundary_the_right_way_and_tau_1_further() -> None:
    margin = movement("separable", "ldam", "max_margin", (0.0, 0.2))
    prior = movement("separable", "logit_adjustment", "tau", (0.0, 1.0))
    assert verdict(margin) == verdict(prior) == "frequent"
    assert (prior > margin).all()


def test_logit_adjustment_lands_on_the_balanced_boundary_where_classes_overlap_and_beyond_it_elsewhere() -> None:
    landed = {
        scene: np.mean([places(scene, "logit_adjustment", "tau", seed, [1.0]) for seed in range(5)])
        for scene in ("overlap", "separable")
    }
    assert abs(landed["overlap"]) < 0.2 < 0.3 < landed["separable"]


def test_every_page_of_a_scene_shows_the_same_draw() -> None:
    drawn = toy.scene("overlap").points
    assert (drawn == toy.scene("overlap", seed=toy.SEED).points).all()
    for name, view in VIEWS.items():
        if "scene" in view.controls:
            assert view.controls["seed"].default == toy.SEED, name
    told = 0
    for name, each in CARDS.items():
        opened, state = each.start()
        if "scene" not in opened.dials:
            continue
        told += 1
        points = next(entry for entry in map(opened.tables.get, ("points", "scene")) if entry is not None).entry(
            {**state, "scene": "overlap", "imbalance": 100.0}
        )["points"]
        np.testing.assert_array_equal(points.reshape(-1, 2)[: len(drawn) - 10], drawn[:-10], err_msg=name)
    assert told >= 4  # two truths, two losses, the decision map, mm's jump
    assert inspect.signature(toy.scene).parameters["seed"].default == toy.SEED


@pytest.mark.parametrize(
    ("scene", "imbalance", "loss"),
    [
        ("overlap", 100.0, "ce"),
        ("overlap", 1000.0, "ce"),
        ("separable", 100.0, "ce"),
        ("overlap", 100.0, "logit_adjustment"),
        ("separable", 100.0, "ldam"),
        ("few_points", 50.0, "ldam"),
    ],
)
def test_that_draw_is_an_ordinary_one(scene: str, imbalance: float, loss: str) -> None:
    """Within the middle four fifths of 20 draws and itself."""

    def at(seed: int) -> float:
        data = toy.scene(scene, imbalance=imbalance, seed=seed)
        return shift_of(fit2d(data.points, data.labels, make_loss(loss, data.counts)), data)

    others = [at(seed) for seed in range(20)]
    low, high = np.quantile(others, [0.1, 0.9])
    assert low <= at(toy.SEED) <= high
