"""The exercises of lesson 4, margins."""

from __future__ import annotations

from typing import Any

import numpy as np

from ltviz.course.exercise import Exercise, Mistake, counts
from ltviz.losses import make_loss


def _margins(given: Any, power: float = -0.25, of: Any = np.min) -> np.ndarray:
    return given.max_margin * (given.counts / of(given.counts)) ** power


EXERCISES = (
    Exercise(
        "04.2",
        "LDAM's margin in two lines",
        given=lambda draw: {"counts": counts(draw), "max_margin": round(float(draw.uniform(0.3, 0.8)), 2)},
        right=lambda given: make_loss("ldam", given.counts, max_margin=given.max_margin).margins(),
        mistakes=(
            Mistake(
                lambda given: _margins(given, -0.5),
                "Your margins go with n^(-1/2). That is how the bound's own terms 1/(g sqrt(n)) go with n; the "
                "margins that make their sum smallest go with the root of it. Solve the last equation for g_1/g_2.",
            ),
            Mistake(
                lambda given: _margins(given, -1.0),
                "Your margins go with 1/n, as DBM's do at tau = 1, or the weights of inverse frequency. LDAM's fall "
                "much more slowly.",
            ),
            Mistake(
                lambda given: _margins(given, 0.25),
                "Your margins grow with n: the most frequent class has the widest. It is the rare class that needs "
                "the wide margin; look at the sign of the exponent.",
            ),
            Mistake(
                lambda given: _margins(given, of=np.max),
                "The exponent is right, but max_margin is the margin of the rarest class, and in your answer it is "
                "that of the most frequent one: which count do you divide by?",
            ),
            Mistake(
                lambda given: _margins(given) / given.max_margin,
                "The shape is right, but the rarest class's margin is 1: where does max_margin come in?",
            ),
        ),
        hint="Delta_j = m_max (n_j / n_min)^(-1/4): one margin for each class, the rarest class's is m_max.",
    ),
)
