"""What a ``run.json`` must hold for its readers: names, kinds, ranges; and that it agrees with itself."""

from __future__ import annotations

import re
import reprlib
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ltviz.methods import RECIPES
from ltviz.records._sums import contradiction
from ltviz.records.identity import broken

Rule = Callable[[str, Any], str]  # place and value -> what is wrong there, or an empty text
_LARGEST = sys.float_info.max


def _is(words: str, holds: Callable[[Any], bool]) -> Rule:
    return lambda place, value: "" if holds(value) else f"{place or 'it'} is {reprlib.repr(value)}, not {words}"


def _number(words: str, low: float, high: float = _LARGEST) -> Rule:
    return _is(words, lambda value: type(value) in (int, float) and low <= value <= high)


def _whole(words: str, low: int, high: float = _LARGEST) -> Rule:
    return _is(words, lambda value: type(value) is int and low <= value <= high)


def _all(of: Rule) -> Rule:
    """Hold each of a list to a rule; the list must not be empty."""
    some = _is("a list that holds something", lambda value: isinstance(value, list) and bool(value))

    def check(place: str, value: Any) -> str:
        return some(place, value) or _first(of(f"{place}[{k}]", each) for k, each in enumerate(value))

    return check


def _names(needed: Mapping[str, Rule], others: Mapping[str, Rule] | None = None) -> Rule:
    """Hold what stands under some names to their rules; those of `others` may be absent."""
    rules = {**needed, **(others or {})}
    mapping = _is("a mapping", lambda value: isinstance(value, dict))

    def check(place: str, value: Any) -> str:
        if wrong := mapping(place, value):
            return wrong
        if missing := [name for name in needed if name not in value]:
            return f"{place or 'it'} has no {', '.join(missing)}"
        dot = f"{place}." if place else ""
        return _first(rule(dot + name, value[name]) for name, rule in rules.items() if name in value)

    return check


def _each(of: Rule) -> Rule:
    """Hold all that a mapping holds to a rule, whatever the names."""
    mapping = _is("a mapping", lambda value: isinstance(value, dict))

    def check(place: str, value: Any) -> str:
        return mapping(place, value) or _first(of(f"{place}.{name}", each) for name, each in value.items())

    return check


def _first(faults: Iterable[str]) -> str:
    return next(filter(None, faults), "")


_TEXT = _is("text", lambda value: isinstance(value, str))
_NAME = _is("a name", lambda value: isinstance(value, str) and bool(value))
_FLAG = _is("true or false", lambda value: isinstance(value, bool))
_SEED = _whole("a whole number in 0 .. 2^32-1", 0, 2**32 - 1)
_HASH = _is("a SHA-256", lambda value: isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value) is not None)
_SHARE = _number("a share in [0, 1]", 0, 1)
_SHARE_OR_NONE = _is("a share in [0, 1] or null", lambda value: value is None or not _SHARE("", value))
_EPOCH = {
    "epoch": _whole("the number of an epoch, from 0", 0),
    "loss": _number("a finite number", -_LARGEST),
    "rate": _number("a number from 0", 0),
    "reweighted": _FLAG,
}
_MEASURES = {
    "overall": _SHARE,
    "balanced": _SHARE,
    "by_class": _all(_SHARE),
    "by_group": _names(dict.fromkeys(("many", "medium", "few"), _SHARE_OR_NONE)),
}
_FURTHER = {"stage": _NAME, "learned": _each(_all(_number("a finite number", -_LARGEST)))}
_EPOCH_ONLY = _names(_EPOCH, _FURTHER)
_MEASURED = _names({**_EPOCH, **_MEASURES}, {"val_balanced": _SHARE, **_FURTHER})


def _row(place: str, value: Any) -> str:
    """Hold a row of the history to its rules: not every epoch is measured."""
    measured = isinstance(value, dict) and not _MEASURES.keys().isdisjoint(value)
    return (_MEASURED if measured else _EPOCH_ONLY)(place, value)


_RECORD = _names(
    {
        "method": _NAME,
        "dataset": _NAME,
        "profile": _NAME,
        "imbalance": _number("a ratio from 1", 1),
        "seed": _SEED,
        "epochs": _whole("a whole number from 1", 1),
        "recipe": _is(f"one of {', '.join(RECIPES)}", lambda value: isinstance(value, str) and value in RECIPES),
        "device": _TEXT,
        "versions": _is("a mapping", lambda value: isinstance(value, dict)),
        "date": _TEXT,
        "seconds": _number("a number from 0", 0),
        "history": _all(_row),
        "last": _MEASURED,
        "best": _MEASURED,
    },
    {
        "loss": _TEXT,
        "counts": _all(_whole("a whole number from 1", 1, 2**53)),
        "class_names": _all(_NAME),
        "val": _MEASURED,
        "train": _names(_MEASURES),
        "settings": _names({}, {"head": _TEXT, "model": _NAME, "epochs": _whole("a whole number from 1", 1)}),
        "verified": _FLAG,
        "data_seed": _SEED,
        "images": _HASH,
        "test_images": _HASH,
        "place": _NAME,
        "sha256": _names({"record": _HASH}, {"geometry": _HASH}),
    },
)


def fault(record: Any) -> str:
    """Say what is wrong with the content of a ``run.json``; nothing where all that is read of it is right."""
    return _RECORD("", record) or contradiction(record) or broken(record)
