"""Does gradient descent on a loss go to the boundary with the largest margin, and how fast?"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from ltviz.core.checks import number
from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadInput
from ltviz.datasets import toy
from ltviz.losses import LossSpec
from ltviz.plane.descent import checkpoints
from ltviz.studies._separable import draws

_HARD = 1e8  # the C of scikit-learn's SVC: no point may be on the wrong side, nor within the margin
_MOST = 200_000  # of its steps: separable points need far fewer
_STOPS = 25


@dataclass(frozen=True)
class MaxMarginConvergence:
    """Angle to the hard-margin SVM, and margin relative to its, over steps; see `max_margin_convergence`.

    Parameters
    ----------
    losses : tuple of str
        Spellings.
    counts : ClassCounts
        Training counts.
    steps : ndarray (K,)
        After how many steps of gradient descent.
    angle : ndarray (L, K, n)
        Between the boundary's normal and the SVM's, in radians.
    margin : ndarray (L, K, n)
        The smallest distance of a training point on its own side, as a share of the SVM's; negative with an error.
    by_class : ndarray (L, 2, n)
        The same at the last step for the points of each class, the frequent one first.
    caption : str
        What was done.
    """

    losses: tuple[str, ...]
    counts: ClassCounts
    steps: np.ndarray
    angle: np.ndarray
    margin: np.ndarray
    by_class: np.ndarray
    caption: str


def max_margin_convergence(
    *,
    losses: str = "ce, ldam, mm",
    largest: int = 100,
    imbalance: float = 10.0,
    steps: int = 1000,
    seeds: int = 3,
    seed: int = toy.SEED,
) -> MaxMarginConvergence:
    """Train losses on separable points by full-batch gradient descent, and compare with scikit-learn's hard margin.

    All see the same features, the lifted points of length 1, and boundaries through their origin: there the SVM
    has one solution, to which gradient descent on cross-entropy without regularisation turns (Soudry et al. 2018).

    Parameters
    ----------
    losses : str
        Spellings of losses, separated by commas.
    largest : int
        Points of the frequent class.
    imbalance : float
        Frequent over rare class.
    steps : int
        Steps of gradient descent.
    seeds, seed : int
        How many draws of the points, and the first.

    Raises
    ------
    BadInput
        For a value out of range, a loss that needs more than scores, or a draw that no boundary separates.
    """
    specs = LossSpec.many(losses)
    at = checkpoints(number("steps", steps, 10, 1_000_000, whole=True), _STOPS)
    given = draws(largest, imbalance, number("seeds", seeds, 1, 100, whole=True), seed)
    side = np.where(given.labels == 1, 1.0, -1.0)
    best = np.stack([hard_margin(phi * side[:, None]) for phi in given.phi])
    largest_margin = ((given.phi @ best[:, :, None])[..., 0] * side).min(axis=1)
    if not (largest_margin > 0).all():
        first = given.data[int(np.argmin(largest_margin > 0))].seed
        raise BadInput(
            f"no boundary separates the {given.counts[0]} and {given.counts[1]} points of seed {first}, and there is "
            "no largest margin without: give fewer points, or another seed"
        )
    angle, margin = np.empty((2, len(specs), len(at), len(best)))
    by_class = np.empty((len(specs), 2, len(best)))
    for i, spec in enumerate(specs):
        vectors = given.trained(spec, at)
        normal = vectors[:, :, 1] - vectors[:, :, 0]
        normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
        angle[i] = np.arccos(np.clip(normal @ best[:, :, None], -1, 1))[..., 0].T
        reach = (normal @ given.phi.transpose(0, 2, 1)) * side / largest_margin[:, None, None]  # (n, K, N)
        margin[i] = reach.min(axis=2).T
        by_class[i] = [reach[:, -1, given.labels == c].min(axis=1) for c in (0, 1)]
    names = tuple(spec.text for spec in specs)
    ends = (
        f"{spec.title} " + f"{f:.2f} and {r:.2f}".replace("-", "\N{MINUS SIGN}")
        for spec, (f, r) in zip(specs, by_class.mean(axis=2), strict=True)
    )
    caption = (
        f"Two classes that separate ({', '.join(map(str, given.counts))} points), features of length 1, no "
        f"regularisation. Share of the SVM's margin at the end, frequent and rare class: {'; '.join(ends)}."
    )
    return MaxMarginConvergence(names, given.counts, at, angle, margin, by_class, caption)


def hard_margin(signed: np.ndarray) -> np.ndarray:
    """Return the unit normal (D,) through the origin with the largest margin, by scikit-learn's SVC.

    Parameters
    ----------
    signed : ndarray of shape (N, D)
        Features times +1 or -1, by class. With their mirror images as the other class, the SVM has no intercept.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.svm import SVC

    both, sides = np.concatenate([signed, -signed]), np.repeat([1, -1], len(signed))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # where nothing separates the points: the margin says so
        normal = SVC(kernel="linear", C=_HARD, tol=1e-8, max_iter=_MOST).fit(both, sides).coef_[0]
    return np.asarray(normal / np.linalg.norm(normal))
