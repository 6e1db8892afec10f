"""How far does one parameter move the boundary, and what does that do to accuracy?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ltviz.core.checks import number, one_of, seed_after
from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadInput
from ltviz.core.params import Param
from ltviz.datasets import toy
from ltviz.losses import LossSpec
from ltviz.metrics import accuracy, boundary
from ltviz.plane.fit import Fit2D, fit2d
from ltviz.plane.threads import one_thread
from ltviz.studies._scenes import sentence

_TEST = 2000  # points per class: a standard error below 1.2 %


@dataclass(frozen=True)
class BoundaryShift:
    """Shift and accuracies at each stop of a parameter, over seeds; see `boundary_shift`.

    Parameters
    ----------
    loss, parameter, unit : str
        What is changed.
    log : bool
        Whether the parameter's axis is logarithmic.
    counts : ClassCounts
        Training counts.
    values : ndarray (S,)
        The stops.
    shift : ndarray (S, n)
        Mean distance from the balanced Bayes boundary, in standard deviations of a class, positive into the most
        frequent class's side.
    overall, balanced : ndarray (S, n)
        Accuracy under the training prior, and with each class alike, in [0, 1].
    caption : str
        What was done.
    """

    loss: str
    parameter: str
    unit: str
    log: bool
    counts: ClassCounts
    values: np.ndarray
    shift: np.ndarray
    overall: np.ndarray
    balanced: np.ndarray
    caption: str


def boundary_shift(
    *,
    loss: str = "logit_adjustment",
    parameter: str = "",
    scene: str = "overlap",
    imbalance: float = 100.0,
    stops: int = 9,
    model: str = "linear",
    seeds: int = 5,
    seed: int = toy.SEED,
) -> BoundaryShift:
    """Fit a loss at some values of one of its parameters, over seeds, and measure boundary and accuracy.

    Parameters
    ----------
    loss : str
        The spelling of a loss; its other parameters stay as spelled.
    parameter : str
        One of its numbers; empty for the first.
    scene : str
        One of `toy.SCENES`.
    imbalance : float
        Most frequent over rarest class.
    stops : int
        Values, evenly over the slider's range.
    model : {"linear", "cosine", "random_features", "mlp"}
        What is fitted.
    seeds, seed : int
        How many draws of the points, and the first.

    Raises
    ------
    BadInput
        For a loss without numbers, or a parameter that is none of them.
    """
    stops = number("stops", stops, 2, 101, whole=True)
    seeds = number("seeds", seeds, 1, 100, whole=True)
    spec = LossSpec.of(loss)
    numbers = {key: control for key, control in spec.loss.params.items() if isinstance(control, Param)}
    if not numbers:
        raise BadInput(
            f"{spec.name} has no parameter to change; give a loss with one, such as ldam or logit_adjustment"
        )
    parameter = one_of("parameter", parameter or next(iter(numbers)), numbers)
    values = slider_stops(numbers[parameter], stops)
    shift, overall, balanced = np.empty((3, stops, seeds))
    for k in range(seeds):
        data = toy.scene(scene, imbalance=imbalance, seed=seed_after(seed, k))
        test = data.draw(ClassCounts([_TEST] * len(data.counts)), seed_after(seed, k + 1))
        for i, value in enumerate(values.tolist()):
            fit = fit2d(data.points, data.labels, spec.given(**{parameter: value}).make(data.counts), model)
            shift[i, k] = shift_of(fit, data)
            by_class = accuracy.by_class(test.labels, fit.predict(test.points), len(data.counts))
            overall[i, k], balanced[i, k] = by_class @ data.counts.prior, accuracy.balanced(by_class)
    control = numbers[parameter]
    caption = (
        f"{toy.SCENES[scene].title} ({', '.join(map(str, data.counts))} points). {sentence(scene, [spec], parameter)}"
    )
    return BoundaryShift(
        spec.text, parameter, control.unit, control.log, data.counts, values, shift, overall, balanced, caption
    )


def slider_stops(control: Param, stops: int) -> np.ndarray:
    """Return values over a slider's range, evenly as the slider moves."""
    low, high = control.range
    values = np.geomspace(low, high, stops) if control.log and low > 0 else np.linspace(low, high, stops)
    return np.unique(np.round(values)) if control.whole else values


def shift_of(fit: Fit2D, data: toy.ToyData) -> float:
    """Return the shift of a fit's boundary between the most frequent and the rarest class, in sigma."""
    return shift_of_scores(fit.scores, data)


def shift_of_scores(scores: boundary.Scores, data: toy.ToyData) -> float:
    """Return the same shift of whatever gives scores (N, C) at points (N, 2)."""
    with one_thread():
        bayes = _bayes(data.shape, tuple(data.counts), data.overlap)
        return float(boundary.shift_from(bayes, scores) / data.sigma)


@lru_cache(32)
def _bayes(shape: str, counts: tuple[int, ...], overlap: float) -> boundary.Boundary:
    """Return the boundary of a toy problem's Bayes rule: the same for every draw of its points."""
    data = toy.make(shape, counts, overlap=overlap)
    return boundary.balanced_boundary(data.log_density, data.counts, data.extent)
