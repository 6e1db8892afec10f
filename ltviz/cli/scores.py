"""`ltviz results` and `ltviz compare`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ltviz.cli._tables import FORMATS, Table
from ltviz.cli.training import DATA, DEVICE, EPOCHS, PROFILES, RATIO, RULE, load, told_warnings
from ltviz.core.errors import DataError, LtvizError
from ltviz.training.methods import RECIPES, apart

if TYPE_CHECKING:
    from ltviz.metrics.interval import Interval
    from ltviz.training.compare import Comparison
    from ltviz.training.results import Result

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
OUT = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.option(
    "--runs",
    "folders",
    type=FOLDER,
    multiple=True,
    help="Folder of records; several may be given.  [default: those of ltviz]",
)
@click.option("--dataset", type=click.Choice(["digits", "cifar10", "cifar100"]), help="Only this one.")
@click.option("--select", type=RULE, default="last", show_default=True, help="The epoch of each run that counts.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--out", type=OUT, help="A file, instead of the terminal.")
def results(folders: tuple[Path, ...], dataset: str | None, select: str, form: str, out: Path | None) -> int:
    """Print recorded runs, mean and deviation over seeds, beside every published figure and its source."""
    from ltviz.training import record
    from ltviz.training.results import results as collect

    places = folders or record.shipped()
    found = collect(places, select, dataset)
    if not found:
        raise DataError(
            f"no recorded run in {', '.join(map(str, places)) or 'ltviz'}: ltviz train records runs, --runs names "
            "their folder"
        )
    _write(results_table(found, select).written(form), out)
    return 0


@click.command()
@click.argument("own", metavar="LOSS")
@click.option("--against", default="ce,ldam_drw,dbm_bs", show_default=True, help="Methods or losses, with commas.")
@click.option("--dataset", type=click.Choice(["digits", "cifar10", "cifar100"]), default="digits", show_default=True)
@click.option("--seeds", type=click.IntRange(1, 1000), default=5, show_default=True, help="How many: 0, 1, ...")
@click.option("--imbalance", type=RATIO, help="Largest class to smallest.  [default: 50 on digits, else 100]")
@click.option("--profile", type=click.Choice(PROFILES), default="exp", show_default=True)
@click.option("--epochs", type=EPOCHS, help="[default: 60 on digits, else the recipe's]")
@click.option("--recipe", type=click.Choice(RECIPES), default="basic", show_default=True, help="On CIFAR.")
@click.option("--device", type=DEVICE, default="auto", show_default=True, help="On CIFAR.")
@click.option("--data", type=DATA, help="A file of ltviz data pack, or the folder that holds CIFAR.")
@click.option("--format", "form", type=click.Choice(["text", "latex", "json"]), default="text", show_default=True)
@click.option("--out", type=OUT, help="A file, instead of the terminal.")
@click.pass_context
def compare(
    ctx: click.Context, own: str, against: str, data: Path | None, form: str, out: Path | None, **given: Any
) -> int:
    """Train LOSS and others on the same seeds and print what each seed makes of both.

    LOSS is a Python file with a loss of your own, which is run: compare only files that you trust. Or it is the name
    of a loss or method.
    """
    from ltviz.core.files import to_json
    from ltviz.training import compare as study

    images = None
    if given["dataset"] != "digits":
        imbalance = 100.0 if given["imbalance"] is None else given["imbalance"]
        images = load(ctx, data, given["dataset"], imbalance, given["profile"])
    elif data is not None:
        raise click.UsageError("--data is for cifar10 and cifar100; digits come with ltviz", ctx)

    def told(name: str, seed: int) -> None:
        click.echo(f"{name}, seed {seed}", err=True)

    try:
        with told_warnings():
            found = study.compare(own, apart(against), data=images, told=told, **given)
    except LtvizError:
        raise
    except (Exception, SystemExit) as error:
        if not own.endswith(".py"):
            raise
        raise LtvizError(
            f"the loss of {own} raised {type(error).__name__}: {error}; "
            f"ltviz check-loss {own} tries it in all its parts"
        ) from error
    if form == "json":
        _write(to_json(found), out)
    else:
        _write("\n".join(table.written(form) for table in comparison_tables(found)), out)
    return 0


def results_table(found: Sequence[Result], rule: str) -> Table:
    """Return results as a table; sources are numbered below it."""
    from ltviz.training.record import RULES

    sources: dict[str, int] = {}
    rows = []
    for each in found:
        marks = []
        for figure in sorted(each.published, key=lambda p: p.accuracy):
            number = sources.setdefault(figure.source, len(sources) + 1)
            marks.append(f"{percent(figure.accuracy)}{'*' if figure is each.nearest else ''} [{number}]")
        near = each.nearest
        rows.append(
            [
                f"{each.dataset} {each.profile} {each.imbalance:g}",
                Path(each.run).name.removesuffix(f"-{each.recipe}"),
                each.recipe,
                str(each.epochs),
                str(len(each.seeds)),
                percent(each.mean),
                "-" if each.deviation is None else percent(each.deviation),
                *("-" if each.groups.get(g) is None else percent(each.groups[g]) for g in ("many", "medium", "few")),
                "-" if near is None else f"{100 * (each.mean - near.accuracy):+.2f}",
                "; ".join(marks) or "-",
            ]
        )
    header = (
        "data",
        "method",
        "recipe",
        "epochs",
        "seeds",
        "accuracy",
        "±",
        "many",
        "medium",
        "few",
        "to *",
        "published",
    )
    notes = [
        "Balanced test accuracy in %, mean and standard deviation (±) over seeds; many > 100, medium 20-100, few < 20 "
        "training samples (- where there are no such classes, or one seed).",
        "*: the nearest published figure with the same recipe and as many epochs; papers report the best test epoch.",
        *(f"[{number}] {source}" for source, number in sources.items()),
    ]
    return Table(f"Recorded runs, by {rule}: {RULES[rule]}", header, rows, notes, 3)


def comparison_tables(found: Comparison) -> tuple[Table, Table]:
    """Return a comparison as two tables: each method's numbers, and the differences seed by seed."""
    groups = list(found.scores[0].by_group)
    rows = []
    for each, mean in zip(found.scores, found.means, strict=True):
        held = (each.by_group[group] for group in groups)
        rows.append(
            [
                each.name,
                _with_reach(mean),
                *("-" if values is None else percent(values.mean()) for values in held),
                f"{math.degrees(each.angle.mean()):.1f}°",
                f"{math.degrees(each.apart.mean()):.1f}°",
            ]
        )
    rule = f"{found.data}; seeds {', '.join(map(str, found.seeds))}; accuracy {found.rule}"
    first = Table(
        f"Balanced test accuracy in %: {rule}",
        ("method", "accuracy", *groups, "own angle", "apart"),
        rows,
        (
            f"± reaches to the 95 % interval of the mean; {found.groups} (- where there are no such classes).",
            "own angle: test images to the vector of their class, mean over classes; apart: the two nearest vectors.",
        ),
    )
    own = found.scores[0].name
    second = Table(
        f"{own} minus each, in points: {rule}",
        ("against", "difference", *groups, *(f"seed {seed}" for seed in found.seeds)),
        [
            [
                each.against,
                _with_reach(each.balanced, "+"),
                *("-" if (g := each.groups[group]) is None else _with_reach(g, "+") for group in groups),
                *(f"{100 * value:+.2f}" for value in each.seeds),
            ]
            for each in found.differences
        ],
        ("Paired: both were trained on the same subset, initial weights and order, which cancel in a difference.",),
    )
    return first, second


def percent(share: float | None) -> str:
    """Return a share in percent, with two decimals."""
    return "-" if share is None else f"{100 * share:.2f}"


def _with_reach(interval: Interval, sign: str = "") -> str:
    mean = f"{100 * interval.mean:{sign}.2f}"
    if interval.interval is None:
        return f"{mean} (n=1)"
    return f"{mean} ± {100 * (interval.interval[1] - interval.mean):.2f}"


def _write(text: str, out: Path | None) -> None:
    if out is None:
        click.echo(text, nl=False)
        return
    from ltviz.core.files import write_text

    click.echo(write_text(out, text))


COMMANDS = {"results": results, "compare": compare}
