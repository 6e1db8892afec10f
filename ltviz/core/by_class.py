"""One number for each class, from whatever holds them: what carries class ids is read by them, or refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from ltviz.core.errors import BadInput

_ANEW = "number the classes anew from 0, as np.unique(labels, return_inverse=True)[1] does"
_WORDS = 200  # of a value in a message: 100,000 counts fill a screen


def brief(value: Any) -> str:
    """Return how a value is written in Python, cut where it is long."""
    text = repr(value)
    return text if len(text) <= _WORDS else f"{text[:_WORDS]}…"


def by_class(name: str, values: Any) -> Any:
    """Return values in the order of their class ids, where they carry class ids; other values as they are.

    Parameters
    ----------
    name : str
        What they are, for messages.
    values : object
        A mapping or a Counter, a pandas Series (such as ``labels.value_counts()``, which is sorted by frequency), a
        table of one column with an index: read by their keys. A list, an array, a dense tensor: returned unchanged.

    Raises
    ------
    BadInput
        For keys that are not 0 .. C-1, each once; for tables of several columns, and for masked, sparse and nested
        arrays, of which it is not known what their places mean.
    """
    if isinstance(values, Mapping):
        return _in_order(name, values.items())
    if hasattr(values, "columns"):
        values = _column(name, values)
    index = getattr(values, "index", None)
    if index is not None and not callable(index):  # a list has a method of that name
        return _in_order(name, values.items())
    if isinstance(values, np.ma.MaskedArray):
        raise BadInput(f"{name} are a masked array: give plain numbers, of every class one; got {brief(values)}")
    strided = str(getattr(values, "layout", "torch.strided")) == "torch.strided"
    if not strided or hasattr(values, "toarray") or getattr(values, "is_nested", False):
        raise BadInput(
            f"{name} are sparse or nested ({type(values).__name__}): give a plain 1-D array, as to_dense() or "
            "toarray().ravel() make it"
        )
    if len(getattr(values, "coords", ())):
        raise BadInput(f"{name} have labelled axes (coords): give {{class id: value}}, or their to_series()")
    return values


def readable(name: str, values: Any) -> Any:
    """Return what numpy can make of values that offer an array (a tensor, say); others as they are.

    Raises
    ------
    BadInput
        Where it cannot: a tensor on a GPU, one that requires a gradient.
    """
    if not hasattr(values, "__array__"):
        return values
    try:
        return np.asarray(values)
    except (TypeError, ValueError, RuntimeError) as error:
        raise BadInput(f"{name} cannot be read as an array: {error}; give a list or a numpy array") from error


def _column(name: str, table: Any) -> Any:
    """Return the only column of a table."""
    columns = list(table.columns)
    if len(columns) == 1:
        return table[columns[0]]
    way = ""
    if len(columns) == 2:
        ids, numbers = columns
        way = f": dict(zip(table[{ids!r}], table[{numbers!r}]))"
    raise BadInput(
        f"{name} are a table of {len(columns)} columns ({brief(columns)[1:-1]}): give the one that holds the numbers, "
        f"with the class ids as its index, or a dict{way}"
    )


def _in_order(name: str, items: Iterable[tuple[Any, Any]]) -> list[Any]:
    by_id: dict[int, Any] = {}
    for key, value in items:
        if isinstance(key, tuple):
            raise BadInput(
                f"{name}: class ids must be integers from 0; got the key {key!r}, of an index of several levels; "
                "count one column alone: labels['class'].value_counts()"
            )
        if isinstance(key, (bool, np.bool_)) or not isinstance(key, (int, np.integer)):
            raise BadInput(
                f"{name}: class ids must be integers from 0; got the key {key!r} ({type(key).__name__}); {_ANEW}"
            )
        if int(key) in by_id:
            raise BadInput(f"{name}: class {key} comes twice in the index; add up its rows: .groupby(level=0).sum()")
        by_id[int(key)] = value
    for class_id in range(len(by_id)):
        if class_id not in by_id:
            raise BadInput(
                f"{name}: class {class_id} is missing: class ids must run from 0 to {len(by_id) - 1}; {_ANEW}"
            )
    return [by_id[class_id] for class_id in range(len(by_id))]
