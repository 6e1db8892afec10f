"""Pieces that several figures share: axes of classes, and logarithmic axes with plain numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ltviz.core.counts import ClassCounts
from ltviz.figures.themes import Theme, label

_LONG = 40  # letters


def plain(value: float) -> str:
    """Return a number as people write it: 5 000, 0.05."""
    if value >= 1e6 and math.log10(value).is_integer():
        return f"10<sup>{math.log10(value):g}</sup>"
    return f"{value:,.0f}".replace(",", " ") if value >= 10 else f"{value:.3g}"


def log_ticks(low: float, high: float) -> list[float]:
    """Return round values between two numbers: decades, or 1-2-5 where there are few decades."""
    steps = (1,) if high / low > 2000 else (1, 2, 5) if high / low < 30 else (1, 3)
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks = [step * 10.0**decade for decade in decades for step in steps]
    return [tick for tick in ticks if low * 0.999 <= tick <= high * 1.001]


def log_axis(values: np.ndarray, room: float = 0.06) -> dict[str, Any]:
    """Return the settings of a logarithmic axis for these values, with a little room at both ends."""
    low, high = float(np.min(values)), float(np.max(values))
    if high / low < 1.5:
        low, high = low / 2, high * 2
    space = (high / low) ** room
    low, high = low / space, high * space
    ticks = log_ticks(low, high)
    return {
        "type": "log",
        "range": [math.log10(low), math.log10(high)],
        "tickvals": ticks,
        "ticktext": [plain(tick) for tick in ticks],
    }


def class_axis(counts: ClassCounts, theme: Theme) -> dict[str, Any]:
    """Return the settings of an axis of classes at 0, 1, ..., the most frequent first, with their counts below.

    What does not fit goes: first the classes' names, then the words before the counts, then size, then every second
    label.
    """
    slot = 0.8 * theme.width / len(counts) / (0.6 * theme.size)  # letters
    digits = len(str(counts.largest)) + 1.0  # and a gap
    shrunk = max(min(1.0, slot / digits), 0.8)
    every = math.ceil(shrunk * digits / slot)
    before = "n=" if slot >= digits + 2 else ""
    order = counts.by_frequency.tolist()
    named = every == 1 and max(map(len, counts.names), default=_LONG) < min(slot, _LONG)
    return {
        "tickvals": list(range(0, len(order), every)),
        "ticktext": [f"{label(counts.names[i]) if named else i}<br>{before}{counts[i]}" for i in order[::every]],
        "tickfont": {"size": shrunk * theme.size},
        "tickangle": 0,
        "range": [-0.6, len(counts) - 0.4],
    }
