"""`ltviz claims`."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

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

SIGNS = {"points": "", "degrees": "°", "%": " %", "% of the SVM's margin": " %", "σ": " σ"}
FORMS = ("text", "md", "json", "html", "latex")


@click.command(cls=Command)
@click.option(
    "--part",
    type=click.Choice(["all", "plane", "tables", "records"]),
    default="all",
    show_default=True,
    help="Claims on small nets, on recorded runs, on losses in the plane.",
)
@click.option("--table", default="digits-exp50", show_default=True, help="Tables of seeds: data, profile, imbalance.")
@click.option("--records", default="cifar10-exp100", show_default=True, help="Recorded runs, named in the same way.")
@click.option("--draws", type=click.IntRange(1, 100), default=6, show_default=True, help="Of points in the plane.")
@click.option("--measure", is_flag=True, help="First train what the tables lack; what is there is not trained again.")
@click.option("--anew", is_flag=True, help="To measure: also what an older table holds without the best epoch.")
@click.option("--seeds", type=click.IntRange(1, 1000), default=10, show_default=True, help="To measure: 0, 1, ...")
@click.option("--methods", help="To measure: names with commas, or all.  [default: those that claims compare]")
@click.option("--runs", type=Folder(), default=RUNS, show_default=True, help="Folder of the tables that are measured.")
@click.option("--format", "form", type=click.Choice(FORMS), default="text", show_default=True)
@click.option("--out", type=File(), help="A file, instead of the terminal.")
def claims(
    measure: bool, anew: bool, seeds: int, methods: str | None, runs: Path, form: str, out: Path | None, **asked: Any
) -> int:
    """Print which of the papers' claims many seeds bear out, what a choice alone is worth, what each method reaches.

    Each claim is a difference, paired over seeds of small nets on digits, over recorded runs, or over draws of points
    in the plane, with its 95 % interval.
    """
    from ltviz.studies.claims import claims as study

    if measure:
        if (code := _measure(asked["table"], seeds, methods, runs, anew)) is not None:
            return code
    elif methods is not None or anew:
        given = "--methods" if methods is not None else "--anew"
        raise click.UsageError(f"{given} would do nothing without --measure. Leave it out")
    text = _written(study(**asked), asked, form)
    if out is None:
        click.echo(text, nl=False)
    else:
        from ltviz.core.files import write_text

        click.echo(write_text(out, text))
    return 0


def _written(result: Claims, asked: dict[str, Any], form: str) -> str:
    if form == "json":
        from ltviz.core.files import to_json
        from ltviz.views import numbers

        return to_json(numbers("claims", result, asked))
    shown = [claims_table(result, data) for data in result.data]
    shown += [choices_table(result)] * bool(result.choices)
    if asked["part"] in ("all", "tables"):
        from ltviz.studies.method_atlas import method_atlas

        shown.append(atlas_table(method_atlas(table=asked["table"])))
    return written(shown, form)


def _measure(table: str, count: int, methods: str | None, home: Path, anew: bool) -> int | None:
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
    left = sum(map(len, seeds.lacking(texts, range(count), home, setting, anew=anew).values()))
    with contextlib.ExitStack() as stack:
        bar = stack.enter_context(tqdm(total=left, unit=" runs", leave=False, dynamic_ncols=True, disable=None))
        try:
            with stoppable():
                for text, seed in seeds.fill(texts, range(count), home, setting, anew=anew):
                    bar.set_description(f"{text}, seed {seed}")
                    bar.update()
        except Stopped as stopped:
            click.echo(f"{stopped}; what is done stays in {home}: the same command goes on from there", err=True)
            return stopped.code
    return None


def claims_table(result: Claims, data: str) -> Table:
    """Return the claims on some data and their verdicts as a table; what was not tested stands in a note."""
    found = [each for each in result.findings if each.data == data]
    rows = []
    for each in found:
        if each.over is None:
            continue
        sign = SIGNS[each.unit]
        error = "-" if each.over.error is None else f"{each.over.error:.2f}{sign}"
        said = (each.says, f"Source: {each.source}; measured: {each.number}", each.command)
        rows.append([each.verdict, _with_reach(each.over, sign), error, str(each.over.n), "\n".join(said)])
    untested = [each.says for each in found if each.over is None]
    notes = (
        *([f"Not tested, for want of seeds of both methods: {'; '.join(untested)}."] if untested else []),
        *([result.caption, _RULE] if data == result.data[-1] else []),
    )
    return Table(f"Claims on {data}", ("verdict", "effect ± 95 %", "SE", "n", "claim"), rows, notes, left=5)


def choices_table(result: Claims) -> Table:
    """Return what choices that no table shows are worth by themselves."""
    rows = [
        [each.what, each.data, f"{each.mean:+.2f}", f"{each.largest:+.2f}", each.whose, str(each.methods),
         str(each.runs)]
        for each in result.choices
    ]  # fmt: skip
    header = ("choice", "data", "mean", "largest", "of", "methods", "runs")
    return Table("What a choice alone is worth, in points of balanced test accuracy", header, rows, left=2)


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


_RULE = (
    "holds, the opposite: the 95 % interval lies wholly on one side of 0. does not: what is claimed could at most be "
    "less than 1 point, 1°, 5 % or 0.1 σ. not decided: none of these, which is no proof that the claim is wrong; with "
    "one seed nothing is decided. A claim of equality holds where the interval has no room for such a difference."
)


def _with_reach(over: Interval, sign: str = "") -> str:
    if over.interval is None:
        return f"{over.mean:.2f}{sign}"
    return f"{over.mean:.2f}{sign} ± {over.interval[1] - over.mean:.2f}"


COMMANDS = {"claims": claims}
