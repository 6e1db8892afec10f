"""Recorded runs beside published figures, as tables to read and as CSV to compute with."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from ltviz.cli._tables import Table
from ltviz.core.checks import spelled

if TYPE_CHECKING:
    from ltviz.records.published import Published
    from ltviz.records.results import Result

GROUPS = ("many", "medium", "few")
COLUMNS = (
    *("kind", "dataset", "profile", "imbalance", "method", "run", "loss", "recipe", "epochs", "seeds", "select"),
    *("data_seed", "verified", "unlike"),
    *("accuracy_share", "sd_share", "many_share", "medium_share", "few_share"),
    *("nearest_share", "nearest_source", "source"),
)


def tables(found: Sequence[Result], rule: str) -> list[Table]:
    """Return a table for each data set and recipe, and after those of a data set one of what was published for it."""
    from ltviz.records.record import RULES

    sources: dict[str, int] = {}  # numbered as they are met
    shown: list[Table] = []
    for data, of_data in groupby(sorted(found, key=lambda each: (_data(each), each.method)), _data):
        runs = list(of_data)
        for (recipe, epochs), alike in groupby(sorted(runs, key=_trained), _trained):
            length = f"{epochs} epoch{'s' * (epochs != 1)}"
            said = f"{data}, recipe {recipe}, {length}: balanced test accuracy in %, {RULES[rule]}"
            shown.append(_recorded(said, list(alike), sources))
        published = {each.method: _marked(each.published, sources) for each in runs if each.published}
        if published:
            said = f"{data}: published for these methods, accuracy in % and its source"
            shown.append(Table(said, ("method", "published"), list(published.items()), left=2))
    return [*shown[:-1], replace(shown[-1], notes=list(_notes(found, sources)))]


def as_csv(found: Sequence[Result]) -> str:
    """Return one line for each result and one for each published figure; nothing is rounded, a share is in [0, 1]."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for each in found:
        near = each.nearest
        data = {"dataset": each.dataset, "profile": each.profile, "imbalance": each.imbalance}
        told = {
            "method": each.method,
            "run": each.run,
            "loss": each.loss,
            "recipe": each.recipe,
            "epochs": each.epochs,
            "seeds": len(each.seeds),
            "select": each.rule,
            "data_seed": each.data_seed,
            "verified": each.verified if each.verified is None else str(each.verified).lower(),
            "unlike": each.unlike,
            "accuracy_share": each.mean,
            "sd_share": each.deviation,
            "nearest_share": near and near.accuracy,
            "nearest_source": near and near.source,
        }
        writer.writerow({"kind": "recorded", **data, **told, **{f"{g}_share": each.groups[g] for g in GROUPS}})
    for figure in dict.fromkeys(figure for each in found for figure in each.published):
        data = {"dataset": figure.dataset, "profile": figure.profile, "imbalance": float(figure.imbalance)}
        told = {"method": figure.method, "recipe": figure.recipe, "accuracy_share": figure.accuracy}
        writer.writerow({"kind": "published", **data, **told, "source": figure.source})
    return out.getvalue()


def percent(share: float | None) -> str:
    """Return a share in percent, with two decimals."""
    return "-" if share is None else f"{100 * share:.2f}"


def _data(result: Result) -> str:
    return f"{result.dataset} {result.profile} {spelled(result.imbalance)}"


def _trained(result: Result) -> tuple[str, int]:
    return result.recipe, result.epochs


def _recorded(title: str, found: Sequence[Result], sources: dict[str, int]) -> Table:
    """Return the table of one data set and recipe; of what no run has, deviation or figure, there is no column."""
    columns = {
        "method": [_named(each) for each in found],
        "seeds": [str(len(each.seeds)) for each in found],
        "accuracy": [percent(each.mean) for each in found],
    }
    if any(each.deviation is not None for each in found):
        columns["sd"] = [percent(each.deviation) for each in found]
    columns |= {group: [percent(each.groups[group]) for each in found] for group in GROUPS}
    if any(each.nearest for each in found):
        columns["nearest"] = [_marked([each.nearest], sources) if each.nearest else "-" for each in found]
        columns["gap"] = [
            f"{100 * (each.mean - each.nearest.accuracy):+.2f}" if each.nearest else "-" for each in found
        ]
    return Table(title, tuple(columns), list(zip(*columns.values(), strict=True)))


def _named(result: Result) -> str:
    """Return the method as its folder names it, with what must be said beside it."""
    name = Path(result.run).name.removesuffix(f"-{result.recipe}")
    return f"{name} ({result.marks})" if result.marks else name


def _marked(figures: Sequence[Published], sources: dict[str, int]) -> str:
    """Return figures with the numbers of their sources, the smallest first."""
    return ", ".join(
        f"{percent(figure.accuracy)}\N{NO-BREAK SPACE}[{sources.setdefault(figure.source, len(sources) + 1)}]"
        for figure in sorted(figures, key=lambda each: each.accuracy)
    )


def _notes(found: Sequence[Result], sources: dict[str, int]) -> Iterator[str]:
    """Explain what stands in the tables."""
    yield "many > 100, medium 20-100, few < 20 training samples (- where there are no such classes)."
    if any(each.verified is False for each in found):
        yield "not verified: the images are not the published ones."
    if any(each.unlike for each in found):
        yield "Runs of one method that differ in more than the seed are not averaged; the brackets say in what."
    if any(each.deviation is not None for each in found):
        yield "accuracy is the mean over seeds, sd the standard deviation over them (- with one seed)."
    if any(each.nearest for each in found):
        yield "nearest: the nearest published figure with the same recipe and as many epochs; gap: accuracy minus it."
    elif sources:
        yield "No published figure is of the same recipe and as many epochs."
    if sources:
        yield "Papers report the best test epoch."
    for source, number in sources.items():
        yield f"[{number}] {source}"
