"""What do class-balanced weights cost the head, and what do they save the tail, as beta runs from 0 to 1?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ltviz.core.checks import number, seed_after
from ltviz.core.counts import ClassCounts
from ltviz.datasets import toy
from ltviz.losses.class_balanced import ClassBalanced
from ltviz.metrics import accuracy
from ltviz.plane.fit import path

_TEST = 2000  # points per class: a standard error below 1.2 %
END = 1e-4  # of 1 - beta: nearer to 1 the weights hardly change any more


@dataclass(frozen=True)
class ReweightingTradeoff:
    """Errors of head and tail at each beta, over seeds; see `reweighting_tradeoff`.

    Parameters
    ----------
    counts : ClassCounts
        Training counts.
    rest : ndarray (S,)
        1 - beta, from 1 (cross-entropy) down.
    weight : ndarray (S,)
        The rarest class's weight over the most frequent one's.
    head, tail, balanced : ndarray (S, n)
        Share of new points of the most frequent and of the rarest class that are wrong, and its mean over all classes.
    caption : str
        What was done.
    """

    counts: ClassCounts
    rest: np.ndarray
    weight: np.ndarray
    head: np.ndarray
    tail: np.ndarray
    balanced: np.ndarray
    caption: str


def reweighting_tradeoff(
    *,
    scene: str = "overlap",
    imbalance: float = 100.0,
    stops: int = 9,
    model: str = "linear",
    seeds: int = 5,
    seed: int = toy.SEED,
) -> ReweightingTradeoff:
    """Fit class-balanced weights along beta, over seeds, and measure the errors of head and tail.

    Parameters
    ----------
    scene : str
        One of `toy.SCENES`.
    imbalance : float
        Most frequent over rarest class.
    stops : int
        Values of 1 - beta, evenly on a logarithmic scale from 1 to a ten-thousandth.
    model : {"linear", "cosine", "random_features", "mlp"}
        What is fitted.
    seeds, seed : int
        How many draws of the points, and the first.

    Raises
    ------
    BadInput
        For a value out of range.

    Source
    ------
    Cui et al. 2019 (arXiv 1901.05555); Cao et al. 2019 (arXiv 1906.07413), section 4, on what weights cost the
    frequent classes.
    """
    stops, seeds = number("stops", stops, 2, 101, whole=True), number("seeds", seeds, 1, 100, whole=True)
    rest = np.geomspace(1.0, END, stops)
    wrong = []
    for k in range(seeds):
        data = toy.scene(scene, imbalance=imbalance, seed=seed_after(seed, k))
        classes = len(data.counts)
        test = data.draw(ClassCounts([_TEST] * classes), seed_after(seed, k + 1))
        losses = [ClassBalanced(data.counts, beta=1 - each) for each in rest.tolist()]
        fits = path(data.points, data.labels, losses, model)
        wrong.append([1 - accuracy.by_class(test.labels, fit.predict(test.points), classes) for fit in fits])
    error = np.array(wrong).transpose(1, 0, 2)  # (S, n, C)
    counts = data.counts
    frequent, rare = int(counts.by_frequency[0]), counts.rarest
    head, tail, balanced = error[..., frequent], error[..., rare], error.mean(axis=2)
    weights = np.stack([loss.weight().numpy() for loss in losses])
    weight = weights[:, rare] / weights[:, frequent]
    best = int(balanced.mean(axis=1).argmin())
    ends = ", ".join(
        f"{name} {100 * each[0].mean():.1f} % to {100 * each[-1].mean():.1f} %"
        for name, each in (("most frequent class", head), ("rarest class", tail), ("balanced", balanced))
    )
    caption = (
        f"{toy.SCENES[scene].title} ({', '.join(map(str, counts))} points). Mean error from \u03b2 = 0 to the end: "
        f"{ends}; balanced error is lowest where the rarest class weighs {weight[best]:.3g} times "
        "as much as the most frequent one."
    )
    return ReweightingTradeoff(counts, rest, weight, head, tail, balanced, caption)
