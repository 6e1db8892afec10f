"""MM's margin along one sample's way through the boundary, and where each half of it alone draws that boundary."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import cast

import numpy as np
import torch

from ltviz.datasets import toy
from ltviz.losses import Field, LossSpec, shipped
from ltviz.losses.ldam import LDAM
from ltviz.losses.mm import MM
from ltviz.metrics.boundary_lines import boundaries
from ltviz.metrics.margins import own_and_rival
from ltviz.plane.fit import Fit2D
from ltviz.plane.problem import fit, problem
from ltviz.studies.boundary_shift import shift_of

GAPS = tuple(k / 50 for k in range(-50, 51))  # 0 is one of them
SIDES = {"learned": "both", "positive": "positive", "negative": "negative"}
_GRID = 101  # as the view decision_map draws it
_TIE = 1e-12  # as near to the tie as float64 gives the limits from both sides
_WAY = 2001


@dataclass(frozen=True)
class Scene:
    """What does not follow MM's parameters; see `scene_of`.

    Parameters
    ----------
    points, labels : ndarray (N, 2), (N,)
        The training set.
    counts : ndarray (C,)
        Training samples of each class.
    extent : tuple of float
        x low, x high, y low, y high.
    sigma : float
        A class's standard deviation.
    ldam : tuple of ndarray
        LDAM's boundary as polylines (k, 2).
    constant : float
        LDAM's margin for the rarest class, in units of the cosine.
    """

    points: np.ndarray
    labels: np.ndarray
    counts: np.ndarray
    extent: tuple[float, float, float, float]
    sigma: float
    ldam: tuple[np.ndarray, ...]
    constant: float


@dataclass(frozen=True)
class Jump:
    """A sample of the rarest class at each of `GAPS`; see `jump`.

    Parameters
    ----------
    gaps : ndarray (n,)
        `GAPS`.
    margin : ndarray (n,)
        In units of the cosine.
    wrong, right, tie : float
        Its limits at the boundary from both sides, and its value there.
    places : ndarray (n,)
        x of the point on the line through the classes' centres that has this gap under the loss's own fit; an end of
        the frame where none has.
    inside : ndarray (n,)
        1 where there is such a point.
    lines : dict of str to tuple of ndarray
        Boundaries as polylines (k, 2): ``"learned"`` with both margins, ``"positive"`` and ``"negative"`` with one.
    moves : dict of str to float
        How far each of these, and ``"ldam"``, lies from the fit without margins, in sigma, positive into the rarest
        class's side.
    balanced : dict of str to float
        Share of right answers on new points, as many of each class, of these fits, ``"plain"`` and ``"ldam"``.
    plain : tuple of ndarray
        The boundary without margins: cross-entropy of scaled cosines.
    unsettled : tuple of str
        Those of the fits whose margins go on changing pass after pass.
    """

    gaps: np.ndarray
    margin: np.ndarray
    wrong: float
    right: float
    tie: float
    places: np.ndarray
    inside: np.ndarray
    lines: dict[str, tuple[np.ndarray, ...]]
    moves: dict[str, float]
    balanced: dict[str, float]
    plain: tuple[np.ndarray, ...]
    unsettled: tuple[str, ...]


def family() -> tuple[str, ...]:
    """Return the names of MM and of the losses that follow from it, MM first."""
    kin = [name for name in shipped() if issubclass(Field()[name], MM)]
    return tuple(sorted(kin, key=lambda name: (name != MM.name, name)))


def scene_of(*, scene: str, imbalance: float) -> Scene:
    """Return the points of a scene, and LDAM's boundary and margin."""
    known = _known(scene, float(imbalance))
    data, ldam = known.data, LDAM(known.data.counts)
    lines = known.lines(known.ldam)
    constant = float(ldam.margins()[data.counts.rarest])
    return Scene(data.points, data.labels, data.counts.values, data.extent, data.sigma, lines, constant)


def jump(*, loss: str, max_margin: float, gamma: float, scale: float, scene: str, imbalance: float) -> Jump:
    """Fit MM with both margins, and with each alone, and follow one sample of the rarest class.

    Parameters
    ----------
    loss : str
        One of `family()`.
    max_margin, gamma, scale
        Its parameters.
    scene : str
        One of `toy.SCENES`.
    imbalance : float
        Most frequent over rarest class.
    """
    known = _known(scene, float(imbalance))
    data, options = known.data, {"max_margin": max_margin, "gamma": gamma, "scale": scale}
    spec = LossSpec(loss, options)
    fits = {kind: fit(data, spec.given(side=side), "linear") for kind, side in SIDES.items()}
    plain = fit(data, LossSpec("ldam", {"max_margin": 0.0, "scale": scale}), "linear")
    start = shift_of(plain, data)
    both = cast(MM, spec.make(data.counts))
    gaps = torch.tensor([*GAPS, -_TIE, _TIE], dtype=torch.float64)
    margin = both.margin_of_gap(gaps, torch.full((len(gaps),), data.counts.rarest)).numpy()
    return Jump(
        np.array(GAPS),
        margin[: len(GAPS)],
        float(margin[-2]),
        float(margin[-1]),
        float(margin[GAPS.index(0.0)]),
        *known.where(fits["learned"], np.array(GAPS)),
        {kind: known.lines(found) for kind, found in fits.items()},
        {kind: start - shift_of(found, data) for kind, found in {**fits, "ldam": known.ldam}.items()},
        {kind: known.right(found) for kind, found in {**fits, "ldam": known.ldam, "plain": plain}.items()},
        known.lines(plain),
        tuple(kind for kind, found in fits.items() if not found.converged),
    )


@dataclass(eq=False)
class _Known:
    """A scene's points and what is fitted to them whatever MM's parameters are."""

    data: toy.ToyData
    x: np.ndarray
    y: np.ndarray
    ldam: Fit2D
    features: np.ndarray
    test: toy.ToyData

    def right(self, fit: Fit2D) -> float:
        """Return the share of right answers on new points, as many of each class."""
        return float((fit.predict(self.test.points) == self.test.labels).mean())

    def lines(self, fit: Fit2D) -> tuple[np.ndarray, ...]:
        """Return a fit's boundary as polylines (k, 2)."""
        scores = fit.scores(self.data.points[:0], features=self.features)
        return boundaries(self.x, self.y, scores.reshape(len(self.y), len(self.x), -1))

    def where(self, fit: Fit2D, gaps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return x of the points at which a sample of the rarest class has these gaps, and whether there is one."""
        left, right, low, high = self.data.extent
        way = np.linspace(left, right, _WAY)
        cosine = fit.scores(np.column_stack([way, np.full(_WAY, (low + high) / 2)])) / fit.scale
        own, rival = own_and_rival(cosine, np.full(_WAY, self.data.counts.rarest))
        gap = own - np.maximum(rival, 0)
        rising = slice(int(gap.argmin()), int(gap.argmax()) + 1)  # far outside, cosines fall back towards 0
        inside = (gaps >= gap.min()) & (gaps <= gap.max())
        return np.interp(gaps, gap[rising], way[rising], left=left, right=right), inside


@lru_cache(maxsize=4)
def _known(scene: str, imbalance: float) -> _Known:
    given = problem(scene=scene, imbalance=imbalance)
    x, y, grid = given.grid(_GRID)
    ldam = fit(given.data, LossSpec("ldam"), "linear")
    return _Known(given.data, x, y, ldam, ldam.features(grid), given.test)
