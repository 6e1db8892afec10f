"""What class-balanced weights do to the errors of the frequent and of the rare class, for the explorer of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import ndtr

from ltviz.core.checks import seed_after
from ltviz.core.counts import ClassCounts
from ltviz.datasets import toy
from ltviz.losses import make_loss
from ltviz.plane.by_terms import fits_to
from ltviz.plane.fit import Fit2D
from ltviz.plane.problem import problem
from ltviz.plane.terms import terms

DRAWS = 8  # fits in one entry of a slider: about 30 ms


@dataclass(frozen=True)
class HeadAndTail:
    """Errors of a line fitted between two classes; see `head_and_tail`.

    Parameters
    ----------
    counts : ClassCounts
        Training points: the frequent class, then the rare one.
    errors : ndarray (2, n)
        Of the frequent and of the rare class, in [0, 1], for each draw of the training points.
    """

    counts: ClassCounts
    errors: np.ndarray


@lru_cache(256)
def head_and_tail(imbalance: float, beta: float, draws: int = DRAWS) -> HeadAndTail:
    """Return the errors under `class_balanced` in the scene "overlap".

    The classes are Gaussians and the boundary a line, so the errors are exact: no test points are drawn.

    Parameters
    ----------
    imbalance : float
        Frequent over rare class.
    beta : float
        Of the loss.
    draws : int
        How many draws of the training points.
    """
    each = [problem(scene="overlap", imbalance=imbalance, seed=seed_after(0, k)).data for k in range(draws)]
    counts = each[0].counts
    known = terms(make_loss("class_balanced", counts, beta=beta))
    assert known is not None
    fits = fits_to([(data.points, data.labels) for data in each], known)
    errors = np.stack([_errors(fit, data) for fit, data in zip(fits, each, strict=True)], axis=1)
    errors.setflags(write=False)
    return HeadAndTail(counts, errors)


def _errors(fit: Fit2D, data: toy.ToyData) -> np.ndarray:
    """Return each class's share beyond the line where the scores of two Gaussians tie."""
    places = np.concatenate([data.centres, [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]])
    lead = fit.scores(places) @ [1.0, -1.0]  # a linear function of the place
    slope = np.hypot(*(lead[3:] - lead[2])) * data.sigma
    return ndtr(np.array([-lead[0], lead[1]]) / slope)
