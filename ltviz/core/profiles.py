"""Long-tailed profiles: how the counts fall from the head to the tail."""

from __future__ import annotations

import math
from typing import Any, ClassVar

from ltviz.core.checks import number, one_of
from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadInput
from ltviz.core.params import Param

PROFILES = ("exp", "step", "pareto")


class Imbalance(Param):
    """The control of an imbalance: a share such as 0.01 is answered by what was probably meant."""

    behind: ClassVar[str] = ": 1"  # its value, where that is shown

    def check(self, name: str, value: Any) -> Any:
        """Return the value if it is a ratio in the range."""
        return super().check(name, checked_ratio(value))


def profile(name: str, largest: int, classes: int, imbalance: float) -> ClassCounts:
    """Return the counts of a long-tailed profile, class 0 the most frequent.

    Equation
    --------
    With mu = 1/imbalance and j = 0 .. C-1, counts truncated to whole numbers:
    ``exp``: n_j = largest * mu^(j/(C-1));
    ``step``: the first ceil(C/2) classes have `largest`, the others largest * mu;
    ``pareto``: n_j = largest * (j+1)^(-a), a = ln(imbalance)/ln(C), Zipf's law with the same two ends.

    Parameters
    ----------
    name : {"exp", "step", "pareto"}
    largest : int
        Samples of the most frequent class.
    classes : int
        At least 2.
    imbalance : float
        The ratio largest/smallest, at least 1 (100 means 100 to 1).

    Raises
    ------
    BadInput
        For an unknown profile, a ratio below 1, or a ratio that leaves a class without samples.

    Source
    ------
    Cui et al. 2019 (arXiv 1901.05555) and Cao et al. 2019 (arXiv 1906.07413) for ``exp`` and ``step``. Differs
    from the LDAM code in ``step`` with an odd number of classes, where that code loses a class.
    """
    one_of("profile", name, PROFILES)
    largest = number("largest", largest, 1, 2**53, whole=True)
    classes = number("classes", classes, 2, 100_000, whole=True)
    ratio = checked_ratio(imbalance)
    if name == "exp":
        # Python's own power, as the LDAM code: another rounding would move a count across a whole number.
        counts = [int(largest * (1 / ratio) ** (i / (classes - 1.0))) for i in range(classes)]
    elif name == "step":
        counts = [largest if i < (classes + 1) // 2 else int(largest * (1 / ratio)) for i in range(classes)]
    else:
        steep = math.log(ratio) / math.log(classes)
        counts = [int(largest * (i + 1.0) ** -steep + 1e-9) for i in range(classes)]
    if ratio == largest:  # 49 * (1 / 49) is a little less than 1
        counts = [max(count, 1) for count in counts]
    if counts[-1] < 1:
        raise BadInput(
            f"imbalance {ratio:g} is too large: class {classes - 1} would have 0 samples; with {largest} samples "
            f"in the largest class the imbalance can be at most {largest}"
        )
    return ClassCounts(counts)


def checked_ratio(imbalance: Any) -> float:
    """Return an imbalance if it is the ratio largest/smallest, finite and at least 1."""
    rule = "imbalance is the ratio largest/smallest, a number of at least 1"
    try:
        ratio = number("imbalance", imbalance, -math.inf, math.inf)
    except (BadInput, OverflowError) as error:  # a whole number that no float can be
        raise BadInput(f"{rule}; got {imbalance!r}") from error
    if 0 < ratio < 1:
        raise BadInput(f"{rule}; got {ratio:g}; did you mean {1 / ratio:g}?")
    if not 1 <= ratio < math.inf:
        raise BadInput(f"{rule}; got {ratio:g}")
    return float(ratio)
