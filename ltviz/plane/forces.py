"""What each sample does to a straight boundary: the slope of its loss along the way on which a hand moves the line.

The line keeps its direction. A linear head moves its biases apart; a cosine head turns both class vectors together, so
that they keep their length and their angle. At the fitted place the pulls of all samples and that of the regulariser
add up to 0, as the gradient there does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ltviz.core.errors import BadInput
from ltviz.losses import Loss
from ltviz.plane._newton import Head
from ltviz.plane._score_function import ScoreLoss
from ltviz.plane.fit import Fit2D
from ltviz.plane.threads import one_thread


@dataclass(frozen=True, eq=False)
class Forces:
    """Pulls on a boundary of two classes at some places.

    Parameters
    ----------
    rest : float
        Where the fitted boundary crosses the x axis.
    normal : ndarray (2,)
        Its unit normal, towards class 1.
    pull : ndarray (P, n)
        Of each sample with the boundary at each place, positive to the right: minus the slope of n times the mean loss
        by the place, in units of what a sample without weight pulls with that is wholly on the wrong side.
    hold : ndarray (P,)
        The same of the regulariser.
    """

    rest: float
    normal: np.ndarray
    pull: np.ndarray
    hold: np.ndarray


class Way:
    """The class vectors of a fit (2, 3), moved so that its boundary crosses the x axis elsewhere.

    Raises
    ------
    BadInput
        For more than two classes, a model that is not linear, or a boundary that does not cross the axis.
    """

    def __init__(self, fit: Fit2D) -> None:
        if fit.model.kind != "linear" or fit.classes != 2:
            raise BadInput(f"a boundary that is moved must be straight; got {fit.model.kind} and {fit.classes} classes")
        self.vectors, self.cosine = fit.parameters.reshape(2, 3), fit.model.head == "cosine"
        self.across = self.vectors[1] - self.vectors[0]
        self.slope = self.across[0] / fit.model.spread  # of the difference of the scores' raw form, by the place
        self.length = float(np.hypot(*self.across[:2]))
        self.normal = self.across[:2] / max(self.length, 1e-300)
        if not abs(self.normal[0]) > 1e-6:
            raise BadInput("the boundary runs along the axis on which it is to be moved; give other points")
        centre = fit.model.centre
        self.rest = float((centre @ self.across[:2] - self.across[2] * fit.model.spread) / self.across[0])

    def at(self, place: float) -> tuple[np.ndarray, np.ndarray]:
        """Return the vectors (2, 3) at a place, and their derivatives by it."""
        off = place - self.rest
        vectors, motion = self.vectors.copy(), np.zeros((2, 3))
        if not self.cosine:
            motion[:, 2] = self.slope / 2, -self.slope / 2
            return vectors + off * motion, motion
        up = self.across[2] - off * self.slope
        turn = np.arctan2(up, self.length) - np.arctan2(self.across[2], self.length)
        speed = -self.slope * self.length / (self.length**2 + up**2)
        along, high = vectors[:, :2] @ self.normal, vectors[:, 2]
        new_along, new_high = np.cos(turn) * along - np.sin(turn) * high, np.sin(turn) * along + np.cos(turn) * high
        vectors[:, :2] += np.outer(new_along - along, self.normal)
        vectors[:, 2] = new_high
        motion[:, :2], motion[:, 2] = np.outer(-speed * new_high, self.normal), speed * new_along
        return vectors, motion


def forces(fit: Fit2D, loss: Loss, points: np.ndarray, labels: np.ndarray, places: np.ndarray) -> Forces:
    """Return the pulls on a fitted boundary at some places, from the Loss itself.

    Parameters
    ----------
    fit : Fit2D
        Of that loss to these points, linear, with two classes.
    loss : Loss
        Any loss of logits or cosines.
    points, labels : ndarray (n, 2), (n,)
        The training points.
    places : ndarray (P,)
        Where the boundary crosses the x axis.

    Raises
    ------
    BadInput
        See `Way`.

    Examples
    --------
    >>> from ltviz.datasets import toy
    >>> from ltviz.losses import make_loss
    >>> from ltviz.plane.fit import fit2d
    >>> data = toy.make("gaussians", [60, 6])
    >>> loss = make_loss("ce", data.counts)
    >>> fit = fit2d(data.points, data.labels, loss)
    >>> at_rest = forces(fit, loss, data.points, data.labels, [Way(fit).rest])
    >>> bool(abs(at_rest.pull.sum() + at_rest.hold[0]) < 1e-4)
    True
    """
    way = Way(fit)
    with one_thread():
        phi = fit.features(points)
        score = ScoreLoss(loss, labels, fit.scale if way.cosine else None)
        head = fit._data.solver
        assert isinstance(head, Head)
        middle, motion = fit.features(np.array([[way.rest, 0.0]]))[0], way.at(way.rest)[1]
        unit = abs(float(middle @ (motion[1] - motion[0]))) * fit.scale / len(points)
        pull, hold = [], []
        for place in np.asarray(places, np.float64).tolist():
            vectors, motion = way.at(place)
            inner = score(phi @ vectors.T)[1]
            pull.append(-(inner * (phi @ motion.T)).sum(axis=1) / unit)
            hold.append(-float((head.penalty(vectors)[1] * motion).sum()) / unit)
    return Forces(way.rest, way.normal, np.array(pull), np.array(hold))
