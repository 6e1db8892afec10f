"""`ltviz results` and `ltviz compare`."""

from __future__ import annotations

import dataclasses
import math
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ltviz import datasets
from ltviz.cli._choosing import DATA, OWN, WHERE, chosen, default, meant, recipe_of
from ltviz.cli._command import Command, refuse
from ltviz.cli._results_table import as_csv, percent, tables
from ltviz.cli._tables import Table, written
from ltviz.cli._text import File, Folder
from ltviz.cli.training import DEVICE, EPOCHS, RATIO, RULE, Checked, told_warnings
from ltviz.core.checks import spelled
from ltviz.core.errors import DataError, LtvizError
from ltviz.core.profiles import PROFILES
from ltviz.methods import RECIPES, apart
from ltviz.records.record import RUNS

if TYPE_CHECKING:
    from ltviz.metrics.interval import Interval
    from ltviz.runs.compare import Comparison

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
OUT = File()


def of_dataset(text: str) -> str:
    """Read the name of a data set that has records: ``"cifar10"``, ``"folder"``, ``"folder-pets"``."""
    datasets.source_of(text)
    return text


@click.command(cls=Command)
@click.option(
    "--runs",
    "folders",
    type=FOLDER,
    multiple=True,
    help=f"Folder of records; several may be given, the first counts.  [default: {RUNS}, then those of ltviz]",
)
@click.option(
    "--dataset",
    type=Checked("name", of_dataset),
    help=f"Only {', '.join(datasets.names())}, or folder-NAME of your own.",
)
@click.option("--select", type=RULE, default="last", show_default=True, help="The epoch of each run that counts.")
@click.option(
    "--format", "form", type=click.Choice(["text", "csv", "html", "latex"]), default="text", show_default=True
)
@click.option("--out", type=OUT, help="A file, instead of the terminal.")
def results(folders: tuple[Path, ...], dataset: str | None, select: str, form: str, out: Path | None) -> int:
    """Print recorded runs, mean and deviation over seeds, beside every published figure and its source.

    Tables of seeds of small nets are printed too.
    A run that cannot be used is named and left out; the command then ends with 1.
    """
    from ltviz.records import record
    from ltviz.records.results import collect
    from ltviz.records.tabled import results_of_tables

    places = folders or (*(home for home in (RUNS,) if home.is_dir()), *record.shipped())
    collected, tabled = collect(places, select, dataset), results_of_tables(places, select, dataset)
    found, faults = (*collected.results, *tabled.results), (*collected.faults, *tabled.faults)
    for fault in faults:
        click.echo(f"Warning: {fault}", err=True)
    read = ", ".join(map(str, places)) or str(RUNS)
    if not found:
        what = f"{'usable ' * bool(faults)}run{f' of {dataset}' * bool(dataset)}"
        way = f"ltviz train{f' --dataset {datasets.source_of(dataset).name}' if dataset else ''} records runs"
        raise DataError(f"no recorded {what} in {read}: {way}, --runs names the folder of its --out")
    text = as_csv(found) if form == "csv" else written(tables(found, select), form)
    _write(text, out)
    click.echo(f"Read: {read}", err=True)
    if collected.repeated:
        names = ", ".join(map(str, collected.repeated[:3])) + ", ..." * (len(collected.repeated) > 3)
        click.echo(f"Passed over, since the same run lies in a folder before: {names}", err=True)
    if tabled.lacking:
        names = ", ".join(tabled.lacking[:3]) + ", ..." * (len(tabled.lacking) > 3)
        click.echo(f"Not listed, as these tables of seeds hold no such epoch: {names}", err=True)
    if faults:
        click.echo(f"Left out: {len(faults)} of the recorded runs, see the warnings above", err=True)
    return 1 if faults else 0


@click.command(cls=Command)
@click.argument("own", metavar="LOSS")
@click.option("--against", default="ce,ldam_drw,dbm_bs", show_default=True, help="Methods or losses, with commas.")
@click.option("--dataset", type=click.Choice(datasets.names()), default="digits", show_default=True)
@click.option("--seeds", type=click.IntRange(1, 1000), default=5, show_default=True, help="How many: 0, 1, ...")
@click.option("--imbalance", type=RATIO, help=f"Largest class to smallest.  {default('imbalance', datasets.names())}")
@click.option("--profile", type=click.Choice(PROFILES), help=default("profile", datasets.names()))
@click.option("--epochs", type=EPOCHS, help="[default: 60 on digits, else the recipe's]")
@click.option("--recipe", type=click.Choice(RECIPES), help="Not on digits.  [default: basic]")
@click.option("--device", type=DEVICE, default="auto", show_default=True, help="Not on digits.")
@click.option("--data", type=DATA, help=WHERE)
@OWN[0]
@OWN[1]
@OWN[2]
@click.option(
    "--runs",
    type=Folder(),
    default=RUNS,
    show_default=True,
    help="Folder of the records. What is there is not trained again. Digits are not recorded.",
)
@click.option("--format", "form", type=click.Choice(["text", "latex", "json"]), default="text", show_default=True)
@click.option("--out", type=OUT, help="A file, instead of the terminal.")
@click.pass_context
def compare(ctx: click.Context, own: str, form: str, out: Path | None, **given: Any) -> int:
    """Train LOSS and others on the same seeds and print what each seed makes of both.

    LOSS is a Python file with a loss of your own, which is run: compare only files that you trust. Or it is the name
    of a loss or method. Runs are recorded as ltviz train records them: after Ctrl-C or SIGTERM the same command goes on
    from the last complete epoch. Digits are trained anew.
    """
    from ltviz.core.files import to_json
    from ltviz.runs.guard import Stopped, stoppable

    try:
        with stoppable(), told_warnings():
            comparison = _compare(ctx, own, **given)
    except Stopped as stopped:
        stays = f"nothing was written: {given['dataset']} are trained anew"
        if datasets.source(meant(ctx)).recorded:
            stays = f"what is done stays in {given['runs']}: the same command goes on from the last complete epoch"
        click.echo(f"{stopped}; {stays}", err=True)
        return stopped.code
    if form == "json":
        fields = {each.name: getattr(comparison, each.name) for each in dataclasses.fields(comparison)}
        _write(to_json({"command": _command(ctx), **fields}), out)
    else:
        _write(written(comparison_tables(comparison), form), out)
    return 0


def _compare(
    ctx: click.Context, own: str, *, against: str, seeds: int, epochs: int | None, device: str, runs: Path, **given: Any
) -> Comparison:
    from ltviz.runs import compare as study

    name = meant(ctx)
    if not datasets.source(name).recorded:
        why = f"{name} come with ltviz, are trained by one recipe on the CPU, and are not recorded"
        refuse(ctx, ("data", "recipe", "device", "runs"), why)
    recipe, data = recipe_of(ctx, name, "basic"), chosen(ctx, name)

    def say(text: str) -> None:
        click.echo(text, err=True)

    try:
        plan: dict[str, Any] = {"seeds": seeds, "epochs": epochs, "recipe": recipe, "device": device}
        return study.compare(own, apart(against), data=data, out=runs, say=say, **plan)
    except LtvizError:
        raise
    except (Exception, SystemExit) as error:
        if not own.endswith(".py"):
            raise
        raise LtvizError(
            f"the loss of {own} raised {type(error).__name__}: {error}; "
            f"ltviz check-loss {own} tries it in all its parts"
        ) from error


def _command(ctx: click.Context) -> str:
    """Return the command line that computes the same again: what was not said is at its default."""
    words = ["ltviz", "compare", ctx.params["own"]]
    for each in ctx.command.params:
        said = ctx.get_parameter_source(each.name or "") is not click.core.ParameterSource.DEFAULT
        if isinstance(each, click.Option) and said and each.name != "out":
            value = ctx.params[each.name or ""]
            words += [each.opts[0], spelled(value) if isinstance(value, float) else str(value)]
    return shlex.join(words)


def comparison_tables(comparison: Comparison) -> tuple[Table, ...]:
    """Return a comparison as tables: each method's numbers, the differences seed by seed, and what they decide."""
    groups, several = list(comparison.scores[0].by_group), len(comparison.seeds) > 1
    reach = " ± 95 %" if several else ""
    note = ("± reaches to the ends of the 95 % interval of the mean over seeds.",) if several else ()
    rows = []
    for each, mean in zip(comparison.scores, comparison.means, strict=True):
        held = (each.by_group[group] for group in groups)
        rows.append(
            [
                each.name,
                _with_reach(mean),
                *("-" if values is None else percent(values.mean()) for values in held),
                *("-" if angle is None else f"{math.degrees(angle.mean()):.1f}°" for angle in (each.angle, each.apart)),
            ]
        )
    rule = f"{comparison.data}; seeds {', '.join(map(str, comparison.seeds))}; accuracy {comparison.rule}"
    first = Table(
        f"Balanced test accuracy in %: {rule}",
        ("method", f"accuracy{reach}", *groups, "own angle", "apart"),
        rows,
        (
            *note,
            f"{comparison.groups} (- where there are no such classes).",
            "own angle: test images to the vector of their class, mean over classes; apart: the two nearest vectors "
            "(- where a run was recorded without its angles).",
        ),
    )
    own = comparison.scores[0].name
    second = Table(
        f"{own} minus each, in points: {rule}",
        ("against", f"difference{reach}", *groups, *(f"seed {seed}" for seed in comparison.seeds)),
        [
            [
                each.against,
                _with_reach(each.balanced, "+"),
                *("-" if (g := each.groups[group]) is None else _with_reach(g, "+") for group in groups),
                *(f"{100 * value:+.2f}" for value in each.seeds),
            ]
            for each in comparison.differences
        ],
        (
            *note,
            "Paired: both were trained on the same subset, initial weights and order, which cancel in a difference.",
        ),
    )
    return first, second, _decided(comparison)


def _decided(comparison: Comparison) -> Table:
    """Return what a comparison decides, for each group of classes."""
    from ltviz.runs.decide import decide

    own, rows = comparison.scores[0].name, []
    for each in comparison.differences:
        for group in decide(comparison, each.against).groups:
            reach = "" if group.reach is None else f" ± {100 * group.reach:.2f}"
            rows.append([each.against, group.name, f"{100 * group.difference.mean:+.2f}{reach}", group.verdict])
    return Table(
        f"Is {own} better?",
        ("against", "classes", "difference", "verdict"),
        rows,
        ("± reaches as far as the luck of training (seeds) and of which images are tested, together, at 95 %.",),
        left=4,
    )


def _with_reach(interval: Interval, sign: str = "") -> str:
    mean = f"{100 * interval.mean:{sign}.2f}"
    if interval.interval is None:
        return mean
    return f"{mean} ± {100 * (interval.interval[1] - interval.mean):.2f}"


def _write(text: str, out: Path | None) -> None:
    if out is None:
        click.echo(text, nl=False)
        return
    from ltviz.core.files import write_text

    click.echo(write_text(out, text))


COMMANDS = {"results": results, "compare": compare}
