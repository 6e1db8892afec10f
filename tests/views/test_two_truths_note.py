"""What the note of Two truths says about margins, measured again: 20 draws of the separable scene at 100 to 1."""

from __future__ import annotations

import re

import numpy as np
import pytest

from ltviz.datasets import toy
from ltviz.losses import make_loss
from ltviz.training.fit2d import fit2d
from ltviz.views.cards import card

ALONG = np.column_stack([np.linspace(-3, 3, 6001), np.zeros(6001)])


def place(seed: int, margin: float) -> float:
    data = toy.scene("separable", imbalance=100.0, seed=seed)
    fit = fit2d(data.points, data.labels, make_loss("ldam", data.counts, max_margin=margin))
    return float(ALONG[np.argmax(fit.scores(ALONG) @ [1.0, -1.0] < 0), 0] / data.sigma)


@pytest.mark.slow
def test_the_note_says_what_is_measured() -> None:
    said = [float(number) for number in re.findall(r"\d\.\d\d", card("two_truths").note)]
    free, held = ([place(seed, margin) for seed in range(20)] for margin in (0.0, 0.5))
    measured = [np.mean(free), np.std(free, ddof=1), np.mean(held), np.std(held, ddof=1)]
    assert said == pytest.approx(measured, abs=0.01)
