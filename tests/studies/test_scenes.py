"""The table of sliders and scenes, measured: what it says moves the boundary does, and what it says does not."""

from __future__ import annotations

import numpy as np
import pytest

from ltviz.core.params import Param
from ltviz.datasets import toy
from ltviz.losses import make_loss
from ltviz.losses._registry import Field, shipped
from ltviz.studies._scenes import FLAT, STILL, TIMES, WHY, sentence
from ltviz.studies.boundary_shift import shift_of, slider_stops
from ltviz.training.fit2d import path

SEEDS = range(5)
SLIDERS = [(name, key) for name in shipped() for key, each in Field()[name].params.items() if isinstance(each, Param)]


def measured(scene: str, name: str, key: str) -> tuple[float, float]:
    """How far the slider moves the boundary, and the largest deviation of its place over seeds, in sigma."""
    values = slider_stops(Field()[name].params[key], 3)
    places = []
    for seed in SEEDS:
        data = toy.scene(scene, seed=seed)
        losses = [make_loss(name, data.counts, **{key: v}) for v in values.tolist()]
        places.append([shift_of(fit, data) for fit in path(data.points, data.labels, losses)])
    mean = np.mean(places, axis=0)
    return float(np.ptp(mean)), float(np.std(places, axis=0, ddof=1).max())


@pytest.mark.parametrize(("name", "key"), SLIDERS, ids=[f"{n}.{k}" for n, k in SLIDERS])
@pytest.mark.parametrize("scene", list(toy.SCENES))
def test_each_slider_does_in_each_scene_what_the_table_says(scene: str, name: str, key: str) -> None:
    moved, deviation = measured(scene, name, key)
    why = STILL[scene].get(f"{name}.{key}")
    assert (moved >= TIMES * deviation) == (why is None), f"moved {moved:.2f} sigma, deviation {deviation:.2f}"
    if why is not None:
        assert (moved < FLAT) == (why == "flat")


def test_the_table_names_only_sliders_that_exist() -> None:
    assert set(STILL) == set(toy.SCENES)
    for entries in STILL.values():
        assert set(entries) <= {f"{name}.{key}" for name, key in SLIDERS}
        assert set(entries.values()) <= set(WHY)


def test_the_sentence_names_every_slider_once() -> None:
    text = sentence("separable", ["ldam", "logit_adjustment(tau=0.5)"])
    for slider in ("ldam's max_margin", "ldam's scale", "logit_adjustment's tau"):
        assert text.count(slider) == 1
