"""The values at which a slider stops."""

from __future__ import annotations

import math
from functools import cache

from ltviz.core.params import Param

MOST = 41  # stops of a slider that says nothing else: as many as a hand can tell apart
REACHES = (*(k * 10**power for power in range(6) for k in (1, 2, 5)), 10**6)
BETAS = tuple(round(1 - 1 / reach, 6) for reach in REACHES)  # of class-balanced: all happens between 0.9 and 1


@cache
def stops(control: Param) -> tuple[float, ...]:
    """Return the values of a slider: the control's steps, or wider ones where there are more than `MOST`.

    They are round numbers (on a log slider, whole steps of each power of ten), with both ends and the default.
    """
    low, high = control.range
    if control.log and low > 0:
        decades = math.log10(high / low)
        each = max(1, min(round(1 / control.step), int((MOST - 1) / decades)))
        first, last = math.ceil(each * math.log10(low) - 1e-9), math.floor(each * math.log10(high) + 1e-9)
        values = [float(f"{10 ** (k / each):.3g}") for k in range(first, last + 1)]
    else:
        wider = (by * 10**power for power in range(12) for by in (1, 2, 2.5, 5))
        step = next(control.step * by for by in wider if (high - low) / (control.step * by) <= MOST - 1 + 1e-9)
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        values = [round(k * step, 10) for k in range(first, last + 1)]
    found = {round(v) if control.whole else float(v) for v in (low, *values, high)} | {control.default}
    return tuple(sorted(v for v in found if control.low <= v <= control.high))
