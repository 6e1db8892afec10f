"""Fits from a loss's terms alone, as a browser solves them: what is fitted to many samples needs no autograd."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ltviz.models.planar import make
from ltviz.plane._newton import Head, newton
from ltviz.plane._score_function import Linearised
from ltviz.plane.fit import SMALL, Fit2D, class_means, largest_slope, prepared
from ltviz.plane.terms import Terms
from ltviz.plane.threads import one_thread


def fit_terms(
    points: np.ndarray, labels: np.ndarray, known: Terms, model: str = "linear", *, start: Fit2D | None = None
) -> Fit2D:
    """Return the fit of a loss with these terms, which `fit2d` finds too, without asking the Loss.

    Parameters
    ----------
    points, labels : ndarray (n, 2), (n,)
        The training points; as many of each class as the terms are for.
    known : Terms
        Of the loss.
    model : str
        One of fixed features: see `ltviz.models.planar`.
    start : Fit2D, optional
        The fit of such a loss to other points: saves time, and changes no result.
    """
    asked = make(model)
    asked = replace(asked, head="cosine") if known.cosine else asked
    scale = (known.scale or asked.scale) if asked.head == "cosine" else 1.0
    with one_thread():
        data = prepared(points, labels, asked, len(known.weight))
        head = data.solver
        assert isinstance(head, Head)
        weight = known.weight[labels]
        row_weight = (weight / weight.mean() if known.averaged else weight) / len(labels)
        slope = known.slope[labels] * (1.0 if known.cosine else scale)
        exact = Linearised(slope, known.offset[labels], labels, row_weight)
        if start is not None:
            begin = start.parameters.reshape(data.classes, -1)
            before = start._data.solver
            head.factor = before.factor if isinstance(before, Head) and not head.unit else None
        else:
            begin = class_means(head.phi, labels, data.classes) if head.unit else 0.0 * head.pull
        vectors = newton(head, exact, begin)
        value, inner = exact(head.phi @ vectors.T)
        gradient = largest_slope(head, vectors, inner)
    done = gradient <= SMALL
    return Fit2D(data.model, vectors.ravel(), data.classes, scale, value, gradient, done, 1, data, None)


def fits_to(samples: Sequence[tuple[np.ndarray, np.ndarray]], known: Terms, model: str = "linear") -> list[Fit2D]:
    """Return the fits of a loss with these terms to several samples (points, labels), each from the one before."""
    fits: list[Fit2D] = []
    for points, labels in samples:
        fits.append(fit_terms(points, labels, known, model, start=fits[-1] if fits else None))
    return fits
