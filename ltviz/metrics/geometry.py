"""Geometry of features: angles to class centres, compactness, separation, neural collapse.

Features of norm 0 have no direction; they count as perpendicular to everything (pi / 2).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ltviz.core.errors import BadInput
from ltviz.metrics._inputs import class_ids, rows, same_length


@dataclass(frozen=True)
class NeuralCollapse:
    """How near features and classifier are to neural collapse: each is 0 at collapse; see `neural_collapse`.

    Parameters
    ----------
    nc1 : float
        Spread within the classes, relative to the spread of their means.
    nc2 : float
        Distance of the class vectors from a simplex of equal lengths and angles.
    nc3 : float
        Distance of class vectors and class means from being each other's dual.
    nc4 : float
        Length of the scores of the mean of all classes: a bias between the classes.
    """

    nc1: float
    nc2: float
    nc3: float
    nc4: float


def centres(features: np.ndarray, labels: np.ndarray, classes: int) -> np.ndarray:
    """Return each class's direction: the normalised mean of its normalised features.

    Parameters
    ----------
    features : ndarray (N, D)
        Not normalised.
    labels : ndarray (N,)
        Class ids.
    classes : int
        C.

    Returns
    -------
    ndarray (C, D)
        Unit vectors; zero for a class whose features cancel.

    Raises
    ------
    BadInput
        If a class has no features.
    """
    x, ids = _labelled(features, labels, classes)
    return _unit(_class_means(_unit(x), ids, classes))


def angle_to_own(features: np.ndarray, labels: np.ndarray, directions: np.ndarray) -> np.ndarray:
    """Return the angle of each feature to the direction of its own class.

    Equation
    --------
    theta_i = arccos( f_i . w_y / (|f_i| |w_y|) )

    Parameters
    ----------
    features : ndarray (N, D)
        Not normalised.
    labels : ndarray (N,)
        Class ids.
    directions : ndarray (C, D)
        One per class, of any length: `centres`, or a classifier's class vectors.

    Returns
    -------
    ndarray (N,)
        Radians, from 0 to pi.
    """
    w = rows("directions", directions)
    x, ids = _labelled(features, labels, len(w))
    _alike(x, w)
    return _angle((_unit(x) * _unit(w)[ids]).sum(axis=1))


def cosines(features: np.ndarray, directions: np.ndarray) -> np.ndarray:
    """Return the cosine of each feature to each direction.

    Parameters
    ----------
    features : ndarray (N, D)
        Not normalised.
    directions : ndarray (C, D)
        One per class, of any length: `centres`, or a classifier's class vectors.

    Returns
    -------
    ndarray (N, C)
        From -1 to 1.
    """
    x, w = _alike(rows("features", features), rows("directions", directions))
    return np.clip(_unit(x) @ _unit(w).T, -1.0, 1.0)


def compactness(angles: np.ndarray, labels: np.ndarray, classes: int) -> np.ndarray:
    """Return the mean angle within each class: the smaller, the tighter.

    Parameters
    ----------
    angles : ndarray (N,)
        Radians, from `angle_to_own`.
    labels : ndarray (N,)
        Class ids.
    classes : int
        C.

    Returns
    -------
    ndarray (C,)
        Radians; nan for a class that `labels` does not hold.
    """
    each, ids = _labelled(np.asarray(angles)[..., None], labels, classes)
    samples = np.bincount(ids, minlength=classes)
    total = np.bincount(ids, weights=each[:, 0], minlength=classes)
    return np.divide(total, samples, out=np.full(classes, np.nan), where=samples > 0)


def separation(directions: np.ndarray) -> np.ndarray:
    """Return the angle between each two classes: in a simplex each is arccos(-1 / (C - 1)).

    Parameters
    ----------
    directions : ndarray (C, D)
        One per class, of any length: `centres`, or a classifier's class vectors.

    Returns
    -------
    ndarray (C, C)
        Radians, from 0 to pi; 0 on the diagonal.
    """
    unit = _unit(rows("directions", directions))
    angles = _angle(unit @ unit.T)
    np.fill_diagonal(angles, 0.0)
    return angles


def neural_collapse(
    features: np.ndarray, labels: np.ndarray, weight: np.ndarray, bias: np.ndarray | None = None
) -> NeuralCollapse:
    """Return the four measures of neural collapse, every class counting alike however many features it has.

    Equation
    --------
    mu_c the mean of class c, mu the mean of the mu_c, M the (D, C) matrix of mu_c - mu

    E = (I - 1 1' / C) / sqrt(C - 1)

    S_W = mean over classes of the class's covariance,   S_B = M M' / C

    NC1 = trace(S_W pinv(S_B)) / C,   NC2 = | W W' / |W W'| - E |,   NC3 = | W M / |W M| - E |,   NC4 = | W mu + b |

    Parameters
    ----------
    features : ndarray (N, D)
        Last features, of the training set.
    labels : ndarray (N,)
        Class ids; each class at least once.
    weight : ndarray (C, D)
        The classifier's class vectors.
    bias : ndarray (C,), optional
        Its bias; none by default.

    Raises
    ------
    BadInput
        If a class has no features, the class means are all one point, or the class vectors are zero.

    Source
    ------
    Neural collapse (arXiv 2008.08186) as measured in Zhu et al.'s code (validate_NC.py); differs from it in the
    class-balanced sums, which are the same where classes have equally many features.
    """
    w = rows("weight", weight)
    classes, size = w.shape
    x, ids = _labelled(features, labels, classes)
    b = np.zeros(classes) if bias is None else np.asarray(bias, np.float64)
    if x.shape[1] != size or b.shape != (classes,):
        raise BadInput(f"features {x.shape}, weight {w.shape} and bias {b.shape} must be (N, D), (C, D) and (C,)")
    if classes < 2:
        raise BadInput(f"weight must have at least 2 classes; got {classes}")
    means = _class_means(x, ids, classes)
    middle = means.mean(axis=0)
    spread = means - middle
    _, lengths, axes = np.linalg.svd(spread / np.sqrt(classes), full_matrices=False)
    # S_B has rank C - 1 at most; what is below rounding is not part of its pseudo-inverse
    real = np.arange(len(lengths)) < classes - 1
    real &= lengths > 1e-10 * max(lengths[0], np.abs(means).max(initial=np.finfo(float).tiny))
    if not real.any():
        raise BadInput("the means of all classes are one point: the features hold nothing about the classes")
    if not w.any():
        raise BadInput("weight is all zero: the class vectors have no directions")
    along = ((x - means[ids]) @ axes[real].T) ** 2  # (N, rank)
    within = _class_means(along, ids, classes).mean(axis=0)
    simplex = (np.eye(classes) - 1 / classes) / np.sqrt(classes - 1)
    return NeuralCollapse(
        float((within / lengths[real] ** 2).sum() / classes),
        float(np.linalg.norm(_over_norm(w @ w.T) - simplex)),
        float(np.linalg.norm(_over_norm(w @ spread.T) - simplex)),
        float(np.linalg.norm(w @ middle + b)),
    )


def _labelled(features: np.ndarray, labels: np.ndarray, classes: int) -> tuple[np.ndarray, np.ndarray]:
    x, ids = rows("features", features), class_ids("labels", labels, classes)
    same_length(labels=ids, features=x)
    return x, ids


def _alike(x: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if x.shape[1] != w.shape[1]:
        raise BadInput(f"features {x.shape} and directions {w.shape} must have the same number of columns")
    return x, w


def _class_means(x: np.ndarray, ids: np.ndarray, classes: int) -> np.ndarray:
    samples = np.bincount(ids, minlength=classes)
    if not samples.all():
        raise BadInput(f"class {int(samples.argmin())} has no samples: its centre is not known; leave the class out")
    total = np.zeros((classes, x.shape[1]))
    np.add.at(total, ids, x)
    return total / samples[:, None]


def _unit(x: np.ndarray) -> np.ndarray:
    length = np.linalg.norm(x, axis=1, keepdims=True)
    return np.divide(x, length, out=np.zeros_like(x), where=length > 0)


def _angle(cosine: np.ndarray) -> np.ndarray:
    return np.arccos(np.clip(cosine, -1.0, 1.0))


def _over_norm(matrix: np.ndarray) -> np.ndarray:
    return matrix / max(float(np.linalg.norm(matrix)), np.finfo(float).tiny)
