"""A record held to itself: what it says twice must be said alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ltviz.core.counts import ClassCounts

_ROUNDED = 1.1e-5  # two numbers of five decimals, each off by half of the last one at most
Row = Mapping[str, Any]


def contradiction(record: Row) -> str:
    """Say in which numbers a record, whose form is right, disagrees with itself; nothing where it agrees."""
    return next(_contradictions(record), "")


def _contradictions(record: Row) -> Iterator[str]:
    history, epochs = record["history"], record["epochs"]
    first = [row for row in history if "stage" not in row]
    if len(first) != epochs or history[:epochs] != first:
        yield f"history has {len(first)} rows for {epochs} epochs"
    for k, row in enumerate(history):
        if row["epoch"] != k:
            yield f"history[{k}].epoch is {row['epoch']}, not {k}"
    if record.get("settings", {}).get("epochs", epochs) != epochs:
        yield f"settings.epochs is {record['settings']['epochs']}, and epochs is {epochs}"
    measured = {f"history[{k}]": row for k, row in enumerate(history) if "balanced" in row}
    whole = [row for row in measured.values() if row.get("stage") == history[-1].get("stage")]
    tops = {key: record[key] for key in ("last", "best", "val") if key in record}
    counts = record.get("counts")
    classes = len(counts or record["last"]["by_class"])
    if classes < 2:
        yield f"it has {classes} class"
        return
    if len(set(record.get("class_names", range(classes)))) != classes:
        yield f"class_names has not one name for each of {classes} classes"
    for place, row in {**tops, **measured, **({"train": record["train"]} if "train" in record else {})}.items():
        yield from _row(place, row, classes, counts)
    if tops["last"] != history[-1]:
        yield "last is not the last row of history"
    for name, key in (("best", "balanced"), ("val", "val_balanced")):
        if name in tops:
            yield from _claimed(name, tops[name], [row for row in whole if key in row], key)


def _row(place: str, row: Row, classes: int, counts: list[int] | None) -> Iterator[str]:
    each = np.array(row["by_class"])
    if len(each) != classes:
        yield f"{place}.by_class has {len(each)} numbers for {classes} classes"
        return
    if _off(row["balanced"], each.mean()):
        yield f"{place}.balanced is {row['balanced']}, and the mean of its by_class {each.mean():.5f}"
    if counts is None:
        return
    if place == "train" and _off(row["overall"], np.average(each, weights=np.array(counts, float))):
        yield f"train.overall is {row['overall']}, not the mean of its by_class over all images"
    for name, ids in ClassCounts(counts).groups().members.items():
        told, mean = row["by_group"][name], each[ids].mean() if len(ids) else None
        if (told is None) != (mean is None) or (mean is not None and _off(told, mean)):
            yield f"{place}.by_group.{name} is {told}, and its classes have {mean if mean is None else round(mean, 5)}"


def _claimed(name: str, row: Row, rows: list[Row], key: str) -> Iterator[str]:
    """Hold the row that a rule selects to the history: it is the first one with the largest value."""
    own = {word: value for word, value in row.items() if word != "rule"}
    best = max(rows, key=lambda each: each[key], default=None)
    if own != best:
        yield f"{name} is not the row of history with the largest {key}" + (
            "" if best is None else f", which is that of epoch {best['epoch']}"
        )


def _off(told: float, computed: float) -> bool:
    return not abs(told - computed) <= _ROUNDED
