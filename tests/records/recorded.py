"""Records that tests write: each agrees with itself, as those of runs do."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ltviz.core.counts import ClassCounts
from ltviz.records import record


def history(balanced: float, epochs: int, counts: Sequence[int] | None = None) -> list[dict[str, Any]]:
    """Return a row for each epoch; the best epoch is a point above the last one and stands before it."""
    groups: dict[str, float | None] = {"many": 1.0, "medium": 0.5, "few": None}  # shares of `balanced`
    if counts is not None:
        members = ClassCounts(counts).groups().members
        groups = {name: 1.0 if len(ids) else None for name, ids in members.items()}
    rows = []
    for epoch in range(epochs):
        value = balanced + {epochs - 2: 0.01, epochs - 1: 0.0}.get(epoch, -0.01)
        by_group = {name: None if share is None else share * value for name, share in groups.items()}
        rows.append(
            {"epoch": epoch, "loss": 0.1, "rate": 0.1, "reweighted": False, "balanced": value, "overall": value}
            | {"by_class": [value] * 10, "by_group": by_group}
        )
    return rows


def write(out: Path, method: str, recipe: str, seed: int, balanced: float, **more: Any) -> Path:
    """Write the record of a run of 200 epochs or as many as told; the best epoch is a point above the last."""
    params, folder = more.pop("params", {}), more.pop("folder", method)
    rows = history(balanced, more.get("epochs", 200), more.get("counts"))
    told = {
        "method": method, "loss": "ce", "dataset": "cifar10", "profile": "exp", "imbalance": 100.0, "seed": seed,
        "epochs": len(rows), "recipe": recipe, "device": "cpu", "versions": {}, "date": "2026", "seconds": 1.0,
        "history": rows, "last": rows[-1], "best": max(rows, key=lambda row: row["balanced"]), **more,
    }  # fmt: skip
    place = record.place(out, told["dataset"], "exp", told["imbalance"], folder, recipe, seed, **params)
    path = place / "run.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(told))
    return path
