"""What the picture of curves draws: panels of lines over an axis, with the numbers and words beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from ltviz import views
from ltviz.core.counts import ClassCounts
from ltviz.core.told import told
from ltviz.explorers._of_view import counting
from ltviz.figures.themes import FREQUENT, MIDDLE, RARE
from ltviz.figures.themes import INK as INK_PLACE
from ltviz.losses import places

MOST_DOTS = 60  # more classes are a line
LARGEST_RATIO = 1000.0  # to which axes reach: another imbalance is then seen as another one
PLAIN = ("loss", 0)  # the place of cross-entropy, with which others are compared
INK = ("class", INK_PLACE)  # of a line that all classes share

# places in the palette of classes between the ends of a tail: far from all losses, with a contrast of 3 to the ground
_BETWEEN = (MIDDLE, 13, 9, 10, 14)

Style = tuple[str, int]  # how a line looks: as this loss, by `ltviz.losses.places`, or as this class, by the palette


def of_losses(titles: Sequence[str]) -> list[Style]:
    """Return the style of each loss: the same in every picture."""
    return [("loss", place) for place in places(titles)]


def of_class(k: int, classes: int) -> Style:
    """Return the style of the k-th of some classes, the most frequent first: the ends look as in every explorer."""
    if k in (0, classes - 1):
        return "class", FREQUENT if k == 0 else RARE
    return "class", _BETWEEN[(k - 1) % len(_BETWEEN)]


def computed(name: str, state: Mapping[str, Any]) -> Any:
    """Return what the view's study says at a state of the dials."""
    return views.compute(name, **views.state(name, counting(name, state)))


def at(name: str, state: Mapping[str, Any], changes: Mapping[str, Any]) -> Any:
    """Return the same at other values of some dials."""
    return _kept(name, tuple({**state, **changes}.items()))


def furthest(name: str, state: Mapping[str, Any]) -> Any:
    """Return the same at the largest imbalance of the sliders: how far the axes reach."""
    ratio = max(state["imbalance"], min(LARGEST_RATIO, state["largest"]))
    return at(name, state, {"imbalance": 1.0 if state["counts"] else ratio})


@lru_cache(maxsize=64)  # a loss that is written anew only meets axes that are a little off
def _kept(name: str, state: tuple[tuple[str, Any], ...]) -> Any:
    return computed(name, dict(state))


def samples(state: Mapping[str, Any], counts: ClassCounts) -> dict[str, Any]:
    """Return the axis of training samples; for a profile it is that of every imbalance."""
    least = counts.smallest if state["counts"] else min(counts.smallest, state["largest"] / LARGEST_RATIO)
    return axis(told("training samples of the class"), max(least, 1) * 0.75, counts.largest * 1.3, log=True)


def by_frequency(counts: ClassCounts) -> tuple[np.ndarray, np.ndarray]:
    """Return the counts of the classes that are drawn, the most frequent first, and the order of these classes."""
    sizes = counts.values[counts.drawn]
    order = np.argsort(-sizes, kind="stable")
    return sizes[order], order


def tail_in_words(counts: ClassCounts) -> str:
    """Return how many classes are drawn, and from how many samples down to how many."""
    sizes, _ = by_frequency(counts)
    most, least = float(sizes[0]), float(sizes[-1])
    return told(
        "{classes} classes have from {most} down to {least} samples.", classes=str(len(counts)), most=most, least=least
    )


def thousands(count: int) -> str:
    """Return a count as the browser writes it."""
    return f"{int(count):,}".replace(",", "\u202f") if count >= 1000 else str(int(count))


def short(name: object) -> str:
    """Return a class's name, cut where it is long."""
    text = " ".join(str(name).split())
    return text if len(text) <= 20 else f"{text[:19]}…"


def axis(title: str, low: float, high: float, *, log: bool = False) -> dict[str, Any]:
    """Return an axis; one without a length gets some."""
    low, high = float(low), float(high)
    if not high > low:
        low, high = (low / 2, low * 2) if log else (low - 0.5, low + 0.5)
    return {"title": title, "low": low, "high": high, "log": log}


def around(title: str, *values: np.ndarray, log: bool = False) -> dict[str, Any]:
    """Return an axis that holds some values, and 0 where there is one."""
    low, high = min(float(each.min()) for each in values), max(float(each.max()) for each in values)
    if log:
        return axis(title, low / 1.3, high * 1.3, log=True)
    low, high = min(low, 0.0), max(high, 0.0)
    room = 0.06 * (high - low)
    return axis(title, low - room * (low < 0), high + room)


def curve(
    name: str,
    x: np.ndarray,
    y: np.ndarray,
    style: Style,
    *,
    dots: bool = False,
    named: bool = True,
    asked: bool = False,
) -> dict[str, Any]:
    """Return a line, with its name at its end; one that is asked for is hidden until the reader has guessed."""
    return {"name": name, "x": x, "y": y, "style": style, "dots": dots, "named": named, "asked": asked}


def mark(x: float, y: float, style: Style, *, open_: bool = False, asked: bool = False) -> dict[str, Any]:
    """Return a dot; an open one is a limit that is not reached."""
    return {"x": float(x), "y": float(y), "style": style, "open": open_, "asked": asked}


def panel(
    x: Mapping[str, Any],
    y: Mapping[str, Any],
    curves: Sequence[Mapping[str, Any]],
    *,
    marks: Sequence[Mapping[str, Any]] = (),
    rules: Sequence[tuple[str, float, str]] = (),
    sides: Sequence[str] = (),
) -> dict[str, Any]:
    """Return a chart; `rules`: lines across it, ("x" or "y", where, name); `sides`: words left and right of 0."""
    return {"x": x, "y": y, "curves": curves, "marks": marks, "rules": rules, "sides": sides}


def drawing(
    panels: Sequence[Mapping[str, Any]],
    *,
    numbers: Sequence[tuple[str, float, str]],
    says: Sequence[str],
    values: Mapping[str, float],
    saw: Sequence[tuple[str, str, str]],
    lead: str = "",
    aim: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return an entry.

    Parameters
    ----------
    panels : sequence
        See `panel`.
    numbers : sequence of tuple
        Name, number, unit.
    says : sequence
        The picture in words: sentences, whose numbers the browser writes.
    values : mapping
        Numbers by name, the truth of the guess among them.
    saw : sequence of tuple
        What to compare with the first drawing: a name of `values`, in words, and its unit.
    lead : str
        What comes before that.
    aim : mapping, optional
        Where the reader's guess g stands: {"panel", "x", "times"} at the height times g, or {"panel"} at x = g.
    """
    shown = {"panels": panels, "numbers": numbers, "says": says, "values": values}
    return {**shown, "lead": lead, "saw": saw, "aim": aim}
