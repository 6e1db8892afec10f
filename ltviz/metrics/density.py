"""One side of a violin: the outline of some numbers, however many they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_HEIGHTS = 81  # on each outline
_FEW = 8  # fewer numbers than these are shown one by one


@dataclass(frozen=True)
class Half:
    """What is drawn of some numbers.

    Parameters
    ----------
    n : int
        How many numbers.
    height : ndarray (K,)
        From the smallest to the largest, evenly.
    density : ndarray (K,)
        Gaussian kernel density at these heights (Scott's rule), 1 at its largest.
    quartiles : ndarray (3,)
        25 %, 50 % and 75 %.
    points : ndarray (n,) or (0,)
        The numbers themselves where they are fewer than 8.
    """

    n: int
    height: np.ndarray
    density: np.ndarray
    quartiles: np.ndarray
    points: np.ndarray


def half(values: np.ndarray) -> Half:
    """Return the outline of some numbers, at least one."""
    height = np.linspace(values.min(), values.max(), _HEIGHTS)
    width = max(float(values.std()) * len(values) ** -0.2, 1e-3 * max(float(np.ptp(values)), 1e-3))
    density = np.exp(-0.5 * ((height[:, None] - values) / width) ** 2).sum(axis=1)
    return Half(
        len(values),
        height,
        np.round(density / density.max(), 4),  # finer than any picture
        np.percentile(values, [25, 50, 75]),
        np.sort(values) if len(values) < _FEW else np.empty(0),
    )
