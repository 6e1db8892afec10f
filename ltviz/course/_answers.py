"""Answers of every kind as arrays, so that they can be compared, and what is wrong with one that cannot be."""

from __future__ import annotations

from typing import Any

import numpy as np

from ltviz.core.by_class import brief

_KINDS = {"b": "truth", "i": "number", "u": "number", "f": "number", "U": "text"}
_ASKED = {"truth": "True or False", "number": "a number", "text": "a text in quotes"}
_ROUNDING = 1e-9  # of the largest: where a share of zero would ask for all digits


def readable(answer: Any) -> np.ndarray | None:
    """Return an answer as an array of truths, numbers or texts; None where it is none, as a function is none."""
    if hasattr(answer, "detach"):  # a tensor of torch, which need not be imported for this
        answer = answer.detach().cpu()
    try:
        array = np.asarray(answer)
    except Exception:  # whatever a student's object raises when it is asked for its numbers
        return None
    return array if array.dtype.kind in _KINDS else None


def alike(answer: Any, wanted: Any, within: float | None, absolute: float | None) -> bool:
    """Whether an answer is of the wanted one's kind and shape, and close to it in every place.

    Texts are compared without their case and spaces. Whole numbers must agree, unless a tolerance is given; others
    within one per cent.
    """
    left, right = readable(answer), readable(wanted)
    if left is None or right is None or _kind(left) != _kind(right) or left.shape != right.shape:
        return False
    if _kind(left) == "truth":
        return bool((left == right).all())
    if _kind(left) == "text":
        return all(_bare(a) == _bare(b) for a, b in zip(left.ravel(), right.ravel(), strict=True))
    if within is None and absolute is None:
        within = 0.01 if right.dtype.kind == "f" else 0.0
    left, right = left.astype(np.float64), right.astype(np.float64)
    share = _ROUNDING * np.abs(right).max(initial=0.0)
    allowed = np.maximum((within or 0.0) * np.abs(right), max(absolute or 0.0, share))
    return bool((np.abs(left - right) <= allowed).all())  # NaN fails it


def complaint(answer: Any, wanted: Any) -> str:
    """What makes an answer unfit to be compared: its kind, its shape, or that it is not finite; empty where nothing."""
    left, right = readable(answer), readable(wanted)
    if right is not None:
        asked = _asked(right)
        if left is None or _kind(left) != _kind(right):
            return f"{asked} is asked for; your answer is {brief(answer)} ({type(answer).__name__})."
        if left.shape != right.shape:
            return f"{asked} is asked for; yours is {_asked(left, capital=False)}."
    if left is not None and left.dtype.kind == "f" and not np.isfinite(left).all():
        if not left.ndim:
            return f"Your answer is {left}, which is no number that can be compared."
        places = np.argwhere(~np.isfinite(left))
        first = ", ".join(str(each) for each in places[0])
        return f"Your answer has {len(places)} value(s) that are not finite, the first at [{first}]."
    return ""


def _kind(array: np.ndarray) -> str:
    return _KINDS[array.dtype.kind]


def _asked(array: np.ndarray, *, capital: bool = True) -> str:
    if not array.ndim:
        text = _ASKED[_kind(array)]
    else:
        text = f"an array of shape {array.shape}" + ("" if _kind(array) == "number" else f" of {_kind(array)}s")
    return text[0].upper() + text[1:] if capital else text


def _bare(text: str) -> str:
    return "".join(str(text).split()).casefold()
