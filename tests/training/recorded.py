"""Records that tests write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ltviz.training import record


def write(out: Path, method: str, recipe: str, seed: int, balanced: float, **more: Any) -> Path:
    """Write the record of a run of one epoch; the best one is a point above the last."""
    row = {
        "epoch": 199, "loss": 0.1, "rate": 0.1, "reweighted": False, "balanced": balanced, "overall": balanced,
        "by_class": [balanced] * 10, "by_group": {"many": balanced, "medium": balanced / 2, "few": None},
    }  # fmt: skip
    told = {
        "method": method, "loss": "ce", "dataset": "cifar10", "profile": "exp", "imbalance": 100.0, "seed": seed,
        "epochs": 200, "recipe": recipe, "device": "cpu", "versions": {}, "date": "2026", "seconds": 1.0,
        "history": [row], "last": row, "best": {**row, "balanced": balanced + 0.01}, **more,
    }  # fmt: skip
    path = record.place(out, told["dataset"], "exp", 100.0, told.get("folder", method), recipe, seed) / "run.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(told))
    return path
