"""What is claimed of losses where classes separate, measured in the plane: exactly, over draws of the points."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ltviz.studies.max_margin_convergence import MaxMarginConvergence, max_margin_convergence
from ltviz.studies.weighting_vanishes import FIRST, WeightingVanishes, weighting_vanishes

STEPS = 1000  # of gradient descent
DATA = "two clouds of points that separate (100 and 10), in the plane"
_MARGIN, _SHIFT = "% of the SVM's margin", "σ"
_SOUDRY, _BYRD = "Soudry et al. 2018, arXiv 1710.10345", "Byrd and Lipton 2019, arXiv 1812.03372"
_SLIDES = "slides on Maximum Margin, arXiv 2206.05380"


@dataclass(frozen=True)
class Exact:
    """A claim about losses on points that separate.

    Parameters
    ----------
    says, source, side : str
        See `ltviz.studies._claimed.Claim`.
    number, unit : str
        What is measured, in words, and in what.
    least : float
        What is less makes no difference.
    measure : callable
        Number of draws -> a value of each.
    command : callable
        Number of draws -> the command line that shows it.
    """

    says: str
    source: str
    side: str
    number: str
    unit: str
    least: float
    measure: Callable[[int], np.ndarray]
    command: Callable[[int], str]


@lru_cache(maxsize=4)
def _margins(draws: int) -> MaxMarginConvergence:
    return max_margin_convergence(steps=STEPS, seeds=draws)


@lru_cache(maxsize=4)
def _effects(draws: int) -> WeightingVanishes:
    return weighting_vanishes(steps=STEPS, seeds=draws)


def _end(loss: str, draws: int) -> np.ndarray:
    """Return a loss's margin after the last step, in percent of the SVM's."""
    found = _margins(draws)
    return np.asarray(100 * found.margin[found.losses.index(loss), -1])


def _growth(loss: str, draws: int) -> np.ndarray:
    """Return by how much that margin grew while the steps grew tenfold."""
    found = _margins(draws)
    before = np.abs(np.log(found.steps / (STEPS / 10))).argmin()
    return np.asarray(_end(loss, draws) - 100 * found.margin[found.losses.index(loss), before])


def _change(loss: str, of: str, draws: int) -> np.ndarray:
    """Return an effect on the boundary at its end minus that at its beginning: over the steps, or as fits loosen."""
    found = _effects(draws)
    values = getattr(found, of)[found.losses.index(loss)]
    return np.asarray(values[-1] - values[0])


def _shown(view: str) -> Callable[[int], str]:
    return lambda draws: f"ltviz figure {view} --steps {STEPS} --seeds {draws}"


def _to_the_largest(title: str, loss: str, source: str) -> Exact:
    """Return the claim that a loss goes to the boundary with the largest margin."""
    return Exact(
        f"{title} goes to the boundary with the largest margin",
        source,
        "larger",
        f"growth of the margin, steps {STEPS // 10} to {STEPS}",
        _MARGIN,
        5.0,
        lambda draws: _growth(loss, draws),
        _shown("max_margin_convergence"),
    )


def _effect(says: str, loss: str, of: str, side: str = "smaller", asked: str = "") -> Exact:
    """Return a claim about what becomes of a loss's effect on the boundary."""
    over = f"steps {FIRST} to {STEPS}" if of == "trained" else "from the usual fit to the loosest"
    return Exact(
        says,
        f"what {_BYRD}, says of weights, asked of {asked}" if asked else _BYRD,
        side,
        f"change of the boundary's shift, {over}",
        _SHIFT,
        0.1,
        lambda draws: _change(loss, of, draws),
        _shown("weighting_vanishes"),
    )


EXACT = (
    _to_the_largest("Cross-entropy", "ce", _SOUDRY),
    _to_the_largest("LDAM", "ldam", f"denied in the {_SLIDES}"),
    _to_the_largest("MM", "mm", _SLIDES),
    Exact(
        "MM comes nearer to the largest margin than LDAM",
        _SLIDES,
        "larger",
        f"margin after {STEPS} steps",
        _MARGIN,
        5.0,
        lambda draws: _end("mm", draws) - _end("ldam", draws),
        _shown("max_margin_convergence"),
    ),
    _effect("The effect of class weights fades as training goes on", "class_balanced", "trained"),
    _effect("The effect of a prior fades as training goes on", "logit_adjustment", "trained", asked="priors"),
    _effect("The effect of class weights fades as the fit is loosened", "class_balanced", "fitted"),
    _effect("The effect of a prior fades as the fit is loosened", "logit_adjustment", "fitted", asked="priors"),
    _effect("The effect of LDAM's margins stays as the fit is loosened", "ldam", "fitted", "equal", "margins"),
)
