"""How far do weights, priors and margins move the boundary, the more closely the training data are fitted?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ltviz.core.checks import number, seed_after
from ltviz.core.counts import ClassCounts
from ltviz.datasets import toy
from ltviz.losses import LossSpec, titled
from ltviz.models.planar import Linear
from ltviz.plane.fit import fit2d
from ltviz.studies.boundary_shift import shift_of

RANGE = (1.0, 1e-4)  # below it, float64 no longer tells the optimum of a ridge from its neighbours


@dataclass(frozen=True)
class BoundaryVsFit:
    """Shift and training loss of each loss at each hold, over seeds; see `boundary_vs_fit`.

    Parameters
    ----------
    losses : tuple of str
        Spellings.
    counts : ClassCounts
        Training counts.
    holds : ndarray (S,)
        What multiplies the ridge of a linear head, or the pull of a cosine head, from the usual one to the loosest.
    shift : ndarray (L, S, n)
        Mean distance from the balanced Bayes boundary, in standard deviations of a class, positive into the most
        frequent class's side.
    value : ndarray (L, S, n)
        The mean loss on the training points, without ridge or pull.
    caption : str
        What was done.
    """

    losses: tuple[str, ...]
    counts: ClassCounts
    holds: np.ndarray
    shift: np.ndarray
    value: np.ndarray
    caption: str


def boundary_vs_fit(
    *,
    losses: str = "ce, class_balanced, logit_adjustment, ldam(max_margin=0), ldam",
    scene: str = "separable",
    imbalance: float = 100.0,
    stops: int = 5,
    seeds: int = 5,
    seed: int = toy.SEED,
) -> BoundaryVsFit:
    """Fit losses to the same points ever more closely, over seeds, and measure boundary and training loss.

    A fit is held back from following separable points without end: a linear head by a ridge, a cosine head by a pull
    (see `ltviz.plane.fit`). Both are loosened together.

    Parameters
    ----------
    losses : str
        Spellings of losses, separated by commas.
    scene : str
        One of `toy.SCENES`.
    imbalance : float
        Most frequent over rarest class.
    stops : int
        Holds, evenly on a logarithmic scale from 1, which every other figure has, to a ten-thousandth.
    seeds, seed : int
        How many draws of the points, and the first.

    Raises
    ------
    BadInput
        For a value out of range, or a loss that needs more than scores.
    """
    stops = number("stops", stops, 2, 101, whole=True)
    seeds = number("seeds", seeds, 1, 100, whole=True)
    specs = LossSpec.many(losses)
    names = tuple(spec.text for spec in specs)
    holds = np.geomspace(*RANGE, stops)
    shift, value = np.empty((2, len(names), stops, seeds))
    for k in range(seeds):
        data = toy.scene(scene, imbalance=imbalance, seed=seed_after(seed, k))
        for i, spec in enumerate(specs):
            loss = spec.make(data.counts)
            for j, hold in enumerate(holds.tolist()):
                fit = fit2d(data.points, data.labels, loss, Linear(hold=hold))
                shift[i, j, k], value[i, j, k] = shift_of(fit, data), fit.value
    ends = (
        f"{titled(name)} " + f"{mean[0]:.2f} to {mean[-1]:.2f}".replace("-", "\N{MINUS SIGN}")
        for name, mean in zip(names, shift.mean(axis=2), strict=True)
    )
    caption = (
        f"{toy.SCENES[scene].title} ({', '.join(map(str, data.counts))} points). Mean shift in \u03c3, from the usual "
        f"fit to the loosest: {', '.join(ends)}."
    )
    return BoundaryVsFit(names, data.counts, holds, shift, value, caption)
