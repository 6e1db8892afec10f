"""`ltviz claims`."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ltviz.cli._command import Command
from ltviz.cli._tables import Table, written
from ltviz.cli._text import File, Folder
from ltviz.core.errors import BadInput
from ltviz.methods import METHODS, apart
from ltviz.records.record import RUNS

if TYPE_CHECKING:
    from ltviz.metrics.interval import Interval
    from ltviz.studies.claims import Claims
    from ltviz.studies.method_atlas import MethodAtlas

SIGNS = {"points": "", "degrees": "°", "%": " %"}


@click.command(cls=Command)
@click.option("--table", default="digits-exp50", show_default=True, help="Tables of seeds: data, profile, imbalance.")
@click.option("--measure", is_flag=True, help="First train what the tables lack; what is there is not trained again.")
@click.option("--seeds", type=click.IntRange(1, 1000), default=10, show_default=True, help="To measure: 0, 1, ...")
@click.option("--methods", help="To measure: names with commas, or all.  [default: those that claims compare]")
@click.option("--runs", type=Folder(), default=RUNS, show_default=True, help="Folder of the tables that are measured.")
@click.option("--format", "form", type=click.Choice(["text", "html", "latex"]), default="text", show_default=True)
@click.option("--out", type=File(), help="A file, instead of the terminal.")
def claims(table: str, measure: bool, seeds: int, methods: str | None, runs: Path, form: str, out: Path | None) -> int:
    """Print which of the papers' claims many seeds bear out, and what each method reaches.

    Each claim is a difference of two methods, paired over seeds of small nets on digits, with its 95 % interval.
    """
    from ltviz.studies.claims import claims as study
    from ltviz.studies.method_atlas import method_atlas

    if measure:
        if (code := _measure(table, seeds, methods, runs)) is not None:
            return code
    elif methods is not None:
        raise click.UsageError("--methods would do nothing without --measure. Leave it out")
    text = written((claims_table(study(table=table)), atlas_table(method_atlas(table=table))), form)
    if out is None:
        click.echo(text, nl=False)
    else:
        from ltviz.core.files import write_text

        click.echo(write_text(out, text))
    return 0


def _measure(table: str, count: int, methods: str | None, home: Path) -> int | None:
    """Train what lacks; return an exit code where it was stopped."""
    from tqdm import tqdm

    from ltviz.runs import seeds
    from ltviz.runs.guard import Stopped, stoppable
    from ltviz.studies.claims import methods as compared

    setting = seeds.Setting.named(table)
    every = {None: compared(), "all": list(METHODS)}
    texts: Sequence[str] = every[methods] if methods in every else apart(methods or "")
    if len(set(texts)) != len(texts):
        raise BadInput(f"methods must be different ones; got {methods!r}")
    left = sum(map(len, seeds.lacking(texts, range(count), home, setting).values()))
    with contextlib.ExitStack() as stack:
        bar = stack.enter_context(tqdm(total=left, unit=" runs", leave=False, dynamic_ncols=True, disable=None))
        try:
            with stoppable():
                for text, seed in seeds.fill(texts, range(count), home, setting):
                    bar.set_description(f"{text}, seed {seed}")
                    bar.update()
        except Stopped as stopped:
            click.echo(f"{stopped}; what is done stays in {home}: the same command goes on from there", err=True)
            return stopped.code
    return None


def claims_table(result: Claims) -> Table:
    """Return claims and verdicts as a table."""
    rows = []
    for each in result.findings:
        sign = SIGNS[each.unit]
        difference = "-" if each.over is None else _with_reach(each.over, sign)
        error = "-" if each.over is None or each.over.error is None else f"{each.over.error:.2f}{sign}"
        rows.append([each.verdict, difference, error, str(len(each.seeds)), each.number, each.claim.says])
    header = ("verdict", "difference ± 95 %", "SE", "seeds", "measured", "claim")
    notes = (
        result.caption,
        "holds, the opposite: the 95 % interval lies wholly on one side of 0. does not show: it holds 0, which is no "
        "proof that the claim is wrong. Accuracies and gaps in points, angles in degrees.",
    )
    return Table(f"Claims on {result.data}", header, rows, notes, left=6)


def atlas_table(result: MethodAtlas) -> Table:
    """Return what each method reaches as a table, the most accurate first."""
    rows = [
        [
            each.method,
            each.family,
            _with_reach(each.balanced),
            *(f"{third:.2f}" for third in each.thirds),
            "-" if each.gain is None else _with_reach(each.gain),
            "-" if each.cost is None else f"{each.cost:.2f}",
            str(each.seeds),
        ]
        for each in result.places
    ]
    header = ("method", "family", "accuracy ± 95 %", "frequent", "middle", "rare", "gain ± 95 %", "cost", "seeds")
    notes = (
        result.caption,
        f"gain: accuracy minus that of {result.reference} with the same seeds, points. cost: processor time over that "
        f"of {result.reference}, median over seeds.",
    )
    return Table(f"Test accuracy in % on {result.data}", header, rows, notes, left=2)


def _with_reach(over: Interval, sign: str = "") -> str:
    if over.interval is None:
        return f"{over.mean:.2f}{sign}"
    return f"{over.mean:.2f}{sign} ± {over.interval[1] - over.mean:.2f}"


COMMANDS = {"claims": claims}
