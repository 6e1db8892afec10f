"""Checks of single values. Every comparison is written so that NaN fails it."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from ltviz.core.errors import BadInput, LtvizError

_RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"{p}{i}" for p in ("COM", "LPT") for i in range(1, 10))}


def did_you_mean(word: object, options: Iterable[str]) -> str:
    """Return ``" Did you mean 'ldam'?"`` where an option looks like `word`, else an empty string."""
    options = list(options)
    close = difflib.get_close_matches(str(word).lower(), options, n=1, cutoff=0.6)
    if not close:  # an abbreviation, or a longer form of an option: "exponential" for "exp"
        close = [o for o in options if o and (str(word).startswith(o) or o.startswith(str(word) or "\0"))]
    return f" Did you mean {close[0]!r}?" if close else ""


def number(name: str, value: Any, low: float, high: float, *, whole: bool = False, unit: str = "") -> Any:
    """Return `value` as a float (an int where `whole`) if it lies in [low, high].

    Raises
    ------
    BadInput
        If it is a bool, text, None, NaN, outside the range, or not whole where `whole`.
    """
    kind = "a whole number" if whole else "a number"
    rule = f"{name} must be {kind} from {shown(low)} to {shown(high)}{f' {unit}' if unit else ''}"
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise BadInput(f"{rule}; got {value!r} ({type(value).__name__})")
    if whole and not (math.isfinite(value) and value == int(value)):
        raise BadInput(f"{rule}; got {value!r}")
    if not low <= value <= high:
        raise BadInput(f"{rule}; got {value!r}")
    return int(value) if whole else float(value)


def shown(value: float) -> str:
    """Return a number as it is read best: a whole one in full, another with six digits."""
    return str(int(value)) if abs(value) <= 2**53 and value == int(value) else f"{value:g}"


def spelled(value: float) -> str:
    """Return the shortest text that is read as just this number, for names of files: 0.1, 100, 0.20000001."""
    return repr(float(value)).removesuffix(".0")


def seed(value: Any) -> int:
    """Return `value` if it is a seed: a whole number from 0 to 2^32-1."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)) or not 0 <= value < 2**32:
        raise BadInput(f"seed must be a whole number in 0 .. 2^32-1; got {value!r} ({type(value).__name__})")
    return int(value)


def seed_after(value: int, steps: int) -> int:
    """Return the seed some steps on; after the last one the first one follows."""
    return (seed(value) + steps) % 2**32


def one_of(name: str, value: Any, options: Iterable[str]) -> str:
    """Return `value` if it is one of `options`."""
    options = list(options)
    if not isinstance(value, str) or value not in options:
        listed = ", ".join(repr(o) for o in options)
        raise BadInput(f"{name} must be one of {listed}; got {value!r}.{did_you_mean(value, options)}")
    return value


def finite(owner: str, **arrays: Any) -> None:
    """Raise where an array holds NaN or infinity: a picture would only show a hole."""
    for name, array in arrays.items():
        array = np.asarray(array)
        bad = int((~np.isfinite(array)).sum()) if array.dtype.kind in "fc" else 0
        if bad:
            where = np.argwhere(~np.isfinite(np.atleast_1d(array)))[0].tolist()
            raise LtvizError(f"{owner}: {name} has {bad} non-finite value(s), the first at {where}")


def file_name(kind: str, text: Any) -> str:
    """Return `text` if it is safe as the name of a file inside a folder, on any system."""
    fits = isinstance(text, str) and re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", text) is not None
    if not fits or text.endswith(".") or text.split(".")[0].upper() in _RESERVED:
        shown = repr(text if not isinstance(text, str) or len(text) <= 60 else text[:60] + "…")
        raise BadInput(
            f"the name of a {kind} must be 1 to 100 letters, digits, '.', '_' or '-', begin with a letter or "
            f"digit and be no reserved name; got {shown}"
        )
    return str(text)
