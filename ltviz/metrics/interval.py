"""Numbers over seeds: mean, deviation, and the paired difference of two methods."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from ltviz.core.checks import number
from ltviz.core.errors import BadInput


@dataclass(frozen=True)
class Interval:
    """A mean over runs and how sure it is; of one run nothing but its value is known.

    Parameters
    ----------
    n : int
        Runs.
    mean : float
        Over the runs.
    deviation, error : float or None
        Standard deviation of a run, and standard error of the mean; None with n = 1.
    level : float
        The share of intervals made like this one that hold the true mean, in (0, 1).
    interval : tuple of float or None
        (low, high), by Student's t with n - 1 degrees of freedom; None with n = 1.
    """

    n: int
    mean: float
    deviation: float | None
    error: float | None
    level: float
    interval: tuple[float, float] | None

    def __str__(self) -> str:
        if self.interval is None:
            return f"{self.mean:.4g} (n=1)"
        return f"{self.mean:.4g} ± {self.interval[1] - self.mean:.2g} (n={self.n}, {100 * self.level:g} %)"


def over_seeds(values: np.ndarray, level: float = 0.95) -> Interval:
    """Return the mean of one number over runs, with its interval.

    Parameters
    ----------
    values : ndarray (n,)
        One number per run.
    level : float
        Of the interval, in [0.5, 0.9999].

    Raises
    ------
    BadInput
        If there are no values, or one is not finite.
    """
    level = number("level", level, 0.5, 0.9999)
    runs = _runs("values", values)
    n, mean = len(runs), float(runs.mean())
    if n == 1:
        return Interval(1, mean, None, None, level, None)
    deviation = float(runs.std(ddof=1))
    error = deviation / n**0.5
    reach = float(stdtrit(n - 1, (1 + level) / 2)) * error
    return Interval(n, mean, deviation, error, level, (mean - reach, mean + reach))


def paired(a: np.ndarray, b: np.ndarray, level: float = 0.95) -> Interval:
    """Return the mean of a - b over runs that share their seeds, with its interval.

    What a seed does to both (the subset, the initial weights) cancels in each difference.

    Parameters
    ----------
    a, b : ndarray (n,)
        One number per seed, in the same order of seeds.
    level : float
        Of the interval, in [0.5, 0.9999].

    Raises
    ------
    BadInput
        If they are not as many, or one is not finite.
    """
    first, second = _runs("a", a), _runs("b", b)
    if first.shape != second.shape:
        raise BadInput(f"a and b must be paired, one number per seed each; got {first.shape} and {second.shape}")
    return over_seeds(first - second, level)


def _runs(name: str, values: np.ndarray) -> np.ndarray:
    runs = np.asarray(values)
    if runs.ndim != 1 or not len(runs) or runs.dtype.kind not in "iuf" or not np.isfinite(runs).all():
        raise BadInput(f"{name} must be finite numbers, one per seed (n,), at least 1; got {values!r}")
    return runs.astype(np.float64)
