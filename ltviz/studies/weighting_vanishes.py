"""Does a class weight keep its effect on the boundary as training goes on and regularisation falls?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ltviz.core.checks import number
from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadInput
from ltviz.datasets import toy
from ltviz.losses import LossSpec, titled
from ltviz.metrics.boundary import Scores
from ltviz.models.planar import Linear, Planar
from ltviz.plane.descent import checkpoints
from ltviz.plane.fit import fit2d
from ltviz.studies._separable import Draws, draws
from ltviz.studies.boundary_shift import shift_of, shift_of_scores
from ltviz.studies.boundary_vs_fit import RANGE

FIRST = 100  # steps: before, the boundary without weights has not come to the points yet
_STOPS, _HOLDS = 7, 5


@dataclass(frozen=True)
class WeightingVanishes:
    """What each loss's weights, priors or margins add to the boundary's shift; see `weighting_vanishes`.

    Parameters
    ----------
    losses, neutrals : tuple of str
        Spellings: of the losses, and of what each is without its weights, priors or margins.
    counts : ClassCounts
        Training counts.
    steps : ndarray (K,)
        Steps of gradient descent without regularisation.
    trained : ndarray (L, K, n)
        The boundary's shift under the loss minus that under its neutral form, in standard deviations of a class,
        positive into the frequent class's side.
    holds : ndarray (H,)
        What multiplies the ridge of a linear head, or the pull of a cosine head.
    fitted : ndarray (L, H, n)
        The same difference of exact fits that are held so.
    caption : str
        What was done.
    """

    losses: tuple[str, ...]
    neutrals: tuple[str, ...]
    counts: ClassCounts
    steps: np.ndarray
    trained: np.ndarray
    holds: np.ndarray
    fitted: np.ndarray
    caption: str


def weighting_vanishes(
    *,
    losses: str = "class_balanced, logit_adjustment, ldam",
    largest: int = 100,
    imbalance: float = 10.0,
    steps: int = 3000,
    seeds: int = 3,
    seed: int = toy.SEED,
) -> WeightingVanishes:
    """Compare each loss with its own neutral form on separable points: over training steps, and as the fit is loosened.

    Parameters
    ----------
    losses : str
        Spellings of losses that become cross-entropy at some parameter values, separated by commas.
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
        For a value out of range, or a loss without a neutral form.

    Source
    ------
    Byrd and Lipton 2019 (arXiv 1812.03372): the effect of importance weights vanishes with training where classes
    separate.
    """
    specs = LossSpec.many(losses)
    for spec in specs:
        if not spec.loss.neutral:
            raise BadInput(
                f"{spec.name} has no neutral parameter values to be compared with; give a loss that becomes "
                "cross-entropy, such as class_balanced or ldam"
            )
    neutrals = [spec.given(**(spec.loss.neutral or {})) for spec in specs]
    at = checkpoints(number("steps", steps, 2 * FIRST, 1_000_000, whole=True), _STOPS, FIRST)
    given = draws(largest, imbalance, number("seeds", seeds, 1, 100, whole=True), seed)
    holds = np.geomspace(*RANGE, _HOLDS)
    # by its declaration a neutral form is cross-entropy of the logits, or of so many times the cosines: one for all
    plain = {spec.make(given.counts).logit_scale: spec for spec in neutrals}
    base = {scale: (_by_steps(given, spec, at), _by_hold(given, spec, holds)) for scale, spec in plain.items()}
    scales = [spec.make(given.counts).logit_scale for spec in neutrals]
    trained = np.stack([_by_steps(given, a, at) - base[s][0] for a, s in zip(specs, scales, strict=True)])
    fitted = np.stack([_by_hold(given, a, holds) - base[s][1] for a, s in zip(specs, scales, strict=True)])
    names = tuple(spec.text for spec in specs)
    ends = (
        f"{titled(name)} "
        + f"{one[0]:.2f} to {one[-1]:.2f} and {two[0]:.2f} to {two[-1]:.2f}".replace("-", "\N{MINUS SIGN}")
        for name, one, two in zip(names, trained.mean(axis=2), fitted.mean(axis=2), strict=True)
    )
    caption = (
        f"Two classes that separate ({', '.join(map(str, given.counts))} points). Mean effect in σ, over the steps "
        f"and from the usual fit to the loosest: {'; '.join(ends)}."
    )
    return WeightingVanishes(
        names, tuple(spec.text for spec in neutrals), given.counts, at, trained, holds, fitted, caption
    )


def _by_steps(given: Draws, spec: LossSpec, at: np.ndarray) -> np.ndarray:
    """Return the boundary's shift (K, n) after so many steps of gradient descent."""
    kept = given.trained(spec, at)
    return np.array(
        [
            [
                shift_of_scores(_scores(model, vectors), data)
                for data, model, vectors in zip(given.data, given.models, row, strict=True)
            ]
            for row in kept.swapaxes(0, 1)
        ]
    )


def _scores(model: Planar, vectors: np.ndarray) -> Scores:
    return lambda points: model.features(points) @ vectors.T


def _by_hold(given: Draws, spec: LossSpec, holds: np.ndarray) -> np.ndarray:
    """Return the boundary's shift (H, n) of the exact fits."""
    loss, models = spec.make(given.counts), [Linear(hold=hold) for hold in holds.tolist()]
    return np.array(
        [[shift_of(fit2d(each.points, each.labels, loss, model), each) for each in given.data] for model in models]
    )
