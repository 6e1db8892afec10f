"""Margins: how far a sample is from being read as another class, in scores, in angle, and in the input."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ltviz.core.errors import BadInput
from ltviz.metrics._inputs import class_ids, labelled, rows, same_length

_ROUNDING = 1e-3  # by which a cosine computed in half precision may exceed 1


def logit_margin(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return by how much each sample's own score leads the best other one.

    Equation
    --------
    gamma_i = z_y - max_{j != y} z_j: below 0 the sample is misread.

    Parameters
    ----------
    logits : ndarray (N, C)
        Scores, or cosines.
    labels : ndarray (N,)
        Class ids.

    Returns
    -------
    ndarray (N,)
        In the unit of the scores.

    Source
    ------
    LDAM (arXiv 1906.07413), section 3.1.
    """
    own, rival = own_and_rival(logits, labels)
    return own - rival


def own_and_rival(scores: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each sample's score of its own class and the best of another one, (N,) each.

    Parameters
    ----------
    scores : ndarray (N, C)
        Logits, or cosines.
    labels : ndarray (N,)
        Class ids.
    """
    scores, ids = labelled("logits", scores, labels)
    own = np.arange(scores.shape[1]) == ids[:, None]
    return scores[own], np.where(own, -np.inf, scores).max(axis=1)


def angular_margin(cosine: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the angle to the nearest other class direction minus the angle to the own one.

    Equation
    --------
    min_{j != y} theta_j - theta_y, cos(theta_j) the cosine of the feature and class j's vector.

    Parameters
    ----------
    cosine : ndarray (N, C)
        Cosines; beyond 1 by rounding only.
    labels : ndarray (N,)
        Class ids.

    Returns
    -------
    ndarray (N,)
        Radians, from -pi to pi; below 0 the sample is misread.
    """
    values, ids = labelled("cosine", cosine, labels)
    far = np.abs(values).max()
    if not far <= 1 + _ROUNDING:
        raise BadInput(f"cosine must hold cosines, from -1 to 1; found {far:g}: normalise features and class vectors")
    return logit_margin(-np.arccos(np.clip(values, -1.0, 1.0)), ids)


def linear_input_margin(points: np.ndarray, labels: np.ndarray, weight: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """Return the signed distance of each point to the decision boundary of a linear classifier.

    Equation
    --------
    +- min_{j != p} (z_p - z_j) / |w_p - w_j|,   z = W x + b,   p = argmax z;   + where p = y

    The region of p is an intersection of half spaces that holds the point, so that the nearest of their borders is
    the nearest point at which the decision changes: exact, no search.

    Parameters
    ----------
    points : ndarray (N, D)
        Inputs.
    labels : ndarray (N,)
        Class ids.
    weight, bias : ndarray (C, D), (C,)
        The classifier.

    Returns
    -------
    ndarray (N,)
        In the unit of the points; negative for a misread point, infinite where the decision never changes.
    """
    x, w, b = rows("points", points), rows("weight", weight), np.asarray(bias, np.float64)
    if w.shape[1] != x.shape[1] or b.shape != (len(w),):
        raise BadInput(f"points {x.shape}, weight {w.shape} and bias {b.shape} must be (N, D), (C, D) and (C,)")
    scores, ids = labelled("scores", x @ w.T + b, labels)
    chosen = scores.argmax(axis=1)
    lead = scores[np.arange(len(x)), chosen, None] - scores
    apart = np.linalg.norm(w[:, None] - w, axis=2)[chosen]
    distance = np.divide(lead, apart, out=np.full_like(lead, np.inf), where=apart > 0)  # parallel scores never cross
    return np.where(chosen == ids, 1.0, -1.0) * distance.min(axis=1)


def input_margin(
    points: np.ndarray, labels: np.ndarray, predictions: np.ndarray, boundary: Sequence[np.ndarray]
) -> np.ndarray:
    """Return the signed distance of each point in the plane to the nearest point of a drawn decision boundary.

    Parameters
    ----------
    points : ndarray (N, 2)
        Inputs.
    labels, predictions : ndarray (N,)
        Class ids, true and chosen.
    boundary : sequence of ndarray (K, 2)
        Polylines, such as the contours of a fit on a grid.

    Returns
    -------
    ndarray (N,)
        In the unit of the points; negative for a misread point, infinite where there is no boundary.
    """
    x, classes = rows("points", points), np.iinfo(np.int64).max
    ids, chosen = class_ids("labels", labels, classes), class_ids("predictions", predictions, classes)
    same_length(points=x, labels=ids, predictions=chosen)
    distance = np.full(len(x), np.inf)
    for k, line in enumerate(boundary):
        corners = rows(f"boundary {k}", line)
        if x.shape[1] != 2 or corners.shape[1] != 2:
            raise BadInput(f"points and boundary must be (N, 2); got {x.shape} and {corners.shape}")
        start, step = corners[:-1], np.diff(corners, axis=0)
        square = np.maximum((step**2).sum(axis=1), np.finfo(float).tiny)
        share = ((x[:, None] - start) * step).sum(axis=2) / square  # (N, segments): where on the segment
        nearest = start + np.clip(share, 0.0, 1.0)[..., None] * step
        each = np.linalg.norm(x[:, None] - nearest, axis=2)
        distance = np.minimum(distance, each.min(axis=1, initial=np.inf))
    return np.where(chosen == ids, 1.0, -1.0) * distance
