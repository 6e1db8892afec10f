"""Where does each loss draw its boundary, and where would the two Bayes rules?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ltviz.core.checks import number
from ltviz.core.counts import ClassCounts
from ltviz.datasets import toy
from ltviz.losses import LossSpec
from ltviz.metrics import accuracy
from ltviz.metrics.boundary_lines import boundaries
from ltviz.plane.problem import fit, problem
from ltviz.studies._scenes import sentence


@dataclass(frozen=True)
class Panel:
    """One loss's fit.

    Parameters
    ----------
    loss : str
        Its spelling.
    regions : ndarray (Y, X)
        The class of each grid point.
    boundaries : dict of str to tuple of ndarray
        Polylines (k, 2) by kind: ``"learned"``; for a loss whose margin has two sides, such as MM, also
        ``"positive"`` and ``"negative"``, each side alone, and ``"ldam"``.
    accuracy : float
        Balanced accuracy on new points, in [0, 1].
    """

    loss: str
    regions: np.ndarray
    boundaries: dict[str, tuple[np.ndarray, ...]]
    accuracy: float


@dataclass(frozen=True)
class DecisionMap:
    """Points, fits and true boundaries; see `decision_map`.

    Parameters
    ----------
    counts : ClassCounts
        Training counts.
    points, labels : ndarray (N, 2), (N,)
        The training set.
    sigma : float
        A class's standard deviation: lengths are said in it, and the plane is not drawn in it.
    x, y : ndarray
        The grid's coordinates.
    bayes : dict of str to tuple of ndarray
        Polylines of the Bayes rule: ``"bayes_training"`` for the training prior, ``"bayes_balanced"``.
    panels : tuple of Panel
        One per loss.
    caption : str
        What is shown.
    """

    counts: ClassCounts
    points: np.ndarray
    labels: np.ndarray
    sigma: float
    x: np.ndarray
    y: np.ndarray
    bayes: dict[str, tuple[np.ndarray, ...]]
    panels: tuple[Panel, ...]
    caption: str


def decision_map(
    *,
    losses: str = "ce, logit_adjustment, mm",
    scene: str = "none",
    shape: str = "gaussians",
    classes: int = 3,
    largest: int = 500,
    imbalance: float = 100.0,
    overlap: float = 0.3,
    model: str = "linear",
    posthoc: float = 0.0,
    resolution: int = 101,
    seed: int = toy.SEED,
) -> DecisionMap:
    """Fit each loss to the same points and find its boundary on a grid.

    Parameters
    ----------
    losses : str
        Spellings of losses, separated by commas: one panel each.
    scene : str
        One of `toy.SCENES`, which then says shape, counts and overlap; or ``"none"``.
    shape, classes, largest, imbalance, overlap
        The points where there is no scene; `imbalance` also sets a scene's.
    model : {"linear", "random_features", "mlp"}
        What is fitted.
    posthoc : float
        tau of post-hoc logit adjustment: tau log prior is subtracted from the scores after training.
    resolution : int
        Grid points along each side.
    seed : int
        Draws the points.

    Raises
    ------
    BadInput
        For a value out of range, or one that the scene sets.
    """
    resolution = number("resolution", resolution, 2, 2000, whole=True)
    posthoc = number("posthoc", posthoc, 0, 10)
    given = problem(scene, shape, classes, largest, imbalance, overlap, seed)
    data, test, shift = given.data, given.test, given.after_training(posthoc)
    counts = data.counts
    x, y, grid = given.grid(resolution)
    panels, unsettled = [], []
    specs = LossSpec.many(losses)
    for spec in specs:
        found = fit(data, spec, model)
        scores = (found.scores(grid) - shift).reshape(resolution, resolution, -1)
        lines = {"learned": boundaries(x, y, scores)}
        if alone_of := _halves(spec):
            for kind, other in {**alone_of, "ldam": LossSpec("ldam")}.items():
                alone = fit(data, other, model)
                lines[kind] = boundaries(x, y, (alone.scores(grid) - shift).reshape(scores.shape))
                if not alone.converged:
                    unsettled.append(other.title)
        predicted = (found.scores(test.points) - shift).argmax(axis=1)
        right = accuracy.balanced(accuracy.by_class(test.labels, predicted, len(counts)))
        panels.append(Panel(spec.text, scores.argmax(axis=-1), lines, right))
        if not found.converged:
            unsettled.append(spec.title)
    caption = f"{', '.join(map(str, counts))} points; titles: mean accuracy of the classes on new points."
    if scene == "none":
        caption = f"{shape.capitalize()}, neighbours overlap by {100 * overlap:g} %; {caption}"
    else:
        caption = f"{toy.SCENES[scene].title}; {caption} {sentence(scene, specs)}"
    if posthoc:
        caption += f" After training, {posthoc:g} log prior is subtracted from the scores."
    if model == "mlp":
        caption += " Networks are trained for a fixed number of steps."
    elif unsettled:
        caption += (
            f" Not settled, last pass drawn: {', '.join(unsettled)} (points change sides of a margin pass after pass)."
        )
    return DecisionMap(
        counts, data.points, data.labels, data.sigma, x, y, given.bayes(resolution), tuple(panels), caption
    )


def _halves(spec: LossSpec) -> dict[str, LossSpec]:
    """Return the loss with one side of its margin alone, where both sides act here."""
    loss = spec.loss
    sides = {key for half in loss.halves.values() for key in half}
    if any(key in spec.params and spec.params[key] != loss.params[key].default for key in sides):
        return {}
    return {kind: spec.given(**half) for kind, half in loss.halves.items()}
