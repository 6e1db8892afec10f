"""Both forms of records as the other one: runs as tables of seeds, and tables of seeds as results."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ltviz.metrics.accuracy import by_group
from ltviz.records import record
from ltviz.records.identity import but_seed, in_words
from ltviz.records.names import Records
from ltviz.records.results import Collected, Result, deviation
from ltviz.records.seeds import BEST, FILE, SeedTable, tables

_ACCURACIES = ("overall", "balanced", "by_class")


def from_runs(homes: Sequence[Path], wanted: Records) -> tuple[dict[str, SeedTable], tuple[record.Damaged, ...]]:
    """Return the recorded runs of some data as tables of seeds by method, and what is damaged.

    Of several recipes it is that of the most epochs, of these that with the most methods; runs whose loss has
    parameters other than the method's are left out, and so are those that differ from a method's first run in more
    than the seed, or do not say the counts.

    Parameters
    ----------
    homes : sequence of Path
        Folders of records.
    wanted : Records
        Data, and the recipes that may be taken.
    """
    found = record.places(homes, wanted.folder)
    faults = list(found.faults.values())
    held: dict[str, dict[str, SeedTable]] = {recipe: {} for recipe in wanted.recipes}
    for run, files in found.files.items():
        try:
            told = record.read(files[0])
        except record.Damaged as fault:
            faults.append(fault)
            continue
        method, recipe = told["method"], told["recipe"]
        if recipe not in held or run.parent.name != f"{method}-{recipe}" or "counts" not in told:
            continue
        about = {**but_seed(told), "spelled": method}
        table = held[recipe].setdefault(method, SeedTable(about))
        if not in_words(table.about, about):
            held[recipe][method] = table.with_line(told["seed"], _line(told))
    return max(held.values(), key=_length), tuple(faults)


def results_of_tables(homes: Sequence[Path], rule: str = "last", data: str | None = None) -> Collected:
    """Return tables of seeds as results, as `ltviz.records.results.collect` returns runs.

    Parameters
    ----------
    homes : sequence of Path
        Folders of records.
    rule : {"last", "val", "best-on-test"}
        Which epoch of each run counts; a table in which no seed has it is lacking.
    data : str, optional
        Only this data set: ``"digits"``, or with its tail, ``"digits-exp50"``.
    """
    folders = dict.fromkeys(path.parent.parent.name for home in homes for path in sorted(home.glob(f"*/*/{FILE}")))
    results: list[Result] = []
    faults: list[record.Damaged] = []
    lacking: list[str] = []
    for folder in folders:
        if data not in (None, folder, folder.rpartition("-")[0]):
            continue
        held, damaged = tables(homes, folder)
        faults += damaged
        for table in held.values():
            chosen = table.selected(rule)
            if chosen.lines:
                results.append(_result(folder, chosen, rule))
            else:
                lacking.append(f"{folder}/{table.about['spelled']}")
    return Collected(tuple(results), tuple(faults), lacking=tuple(lacking))


def _line(told: dict[str, Any]) -> dict[str, Any]:
    best = {name: told["best"][name] for name in (*_ACCURACIES, "epoch")}
    looks = sum("balanced" in row for row in told["history"])
    return {**{name: told["last"][name] for name in _ACCURACIES}, "seconds": told["seconds"],
            BEST: {**best, "looks": looks}}  # fmt: skip


def _length(held: dict[str, SeedTable]) -> tuple[int, int]:
    return max((table.about["epochs"] for table in held.values()), default=0), len(held)


def _result(folder: str, table: SeedTable, rule: str) -> Result:
    about, seeds = table.about, sorted(table.lines)
    balanced, groups = table.of("balanced", seeds), table.counts.groups()
    of_seeds = [by_group(each, groups) for each in table.of("by_class", seeds)]
    return Result(
        dataset=about["dataset"],
        profile=about["profile"],
        imbalance=about["imbalance"],
        method=about["method"],
        loss=about["loss"],
        recipe=about["recipe"],
        run=f"{folder}/{about['spelled']}-{about['recipe']}",
        epochs=about["epochs"],
        seeds=tuple(seeds),
        rule=rule,
        mean=float(balanced.mean()),
        deviation=deviation(balanced.tolist()),
        groups=by_group(np.asarray(table.of("by_class", seeds).mean(axis=0)), groups),
        deviations={name: deviation(each[name] for each in of_seeds) for name in groups.members},
        published=(),
        alike=(),
        nearest=None,
        data_seed=None,
        verified=None,
        model=about["settings"].get("model", about["dataset"]),
        unlike="",
    )
