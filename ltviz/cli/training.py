"""`ltviz train`."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from ltviz import datasets
from ltviz.cli._choosing import DATA, OWN, WHERE, chosen, default, default_recipe, meant, recipe_of
from ltviz.cli._command import Command, refuse
from ltviz.cli._text import Folder
from ltviz.core import checks
from ltviz.core.errors import BadInput, LtvizError
from ltviz.core.profiles import PROFILES, checked_ratio
from ltviz.methods import RECIPES, apart, parse
from ltviz.records.record import RUNS

DATASETS = datasets.recorded()


class Checked(click.ParamType):
    """Text that a function reads; what the function refuses ends the command and names the flag."""

    def __init__(self, name: str, read: Callable[[str], Any]) -> None:
        self.name, self.read = name, read

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return what was read."""
        if not isinstance(value, str):
            return value
        try:
            return self.read(value)
        except BadInput as error:
            self.fail(str(error), param, ctx)


def seeds_of(text: str) -> tuple[int, ...]:
    """Read ``"0,1,2"``."""
    try:
        seeds = tuple(int(part) for part in text.split(","))
    except ValueError as error:
        raise BadInput(f"seeds are whole numbers in 0 .. 2^32-1 with commas between; got {text!r}") from error
    if len({checks.seed(each) for each in seeds}) != len(seeds):
        raise BadInput(f"seeds must be different ones; got {text!r}")
    return seeds


def ratio_of(text: str) -> float:
    """Read an imbalance."""
    try:
        value = float(text)
    except ValueError as error:
        raise BadInput(f"imbalance is the ratio largest/smallest, a number; got {text!r}") from error
    return checked_ratio(value)


def methods_of(text: str) -> list[tuple[str, dict[str, Any]]]:
    """Read names of methods, each with parameters if need be."""
    rows = [parse(part) for part in apart(text)]
    if any(rows.count(each) > 1 for each in rows):
        raise BadInput(f"methods must be different ones; got {text!r}")
    return rows


EPOCHS = click.IntRange(1, 100_000)
SEEDS, RATIO = Checked("numbers", seeds_of), Checked("number", ratio_of)
DEVICE = click.Choice(["auto", "cpu", "cuda"])
RULE = click.Choice(["last", "val", "best-on-test"])


@click.command(cls=Command)
@click.option(
    "--method",
    "methods",
    type=Checked("names", methods_of),
    required=True,
    help="One, or several with commas; parameters of its loss, step or second stage in brackets: "
    "dbm_bs(margin=0.2), mixup(alpha=0.4), crt(share=0.3).",
)
@click.option("--dataset", type=click.Choice(DATASETS), default="cifar10", show_default=True)
@click.option("--imbalance", type=RATIO, help=f"Largest class to smallest.  {default('imbalance', DATASETS)}")
@click.option("--profile", type=click.Choice(PROFILES), help=default("profile", DATASETS))
@click.option("--data", type=DATA, help=WHERE)
@OWN[0]
@OWN[1]
@OWN[2]
@click.option("--no-verify", is_flag=True, help="Also take images that are not the published ones.")
@click.option("--seeds", type=SEEDS, default="0", show_default=True, help="One run for each: 0,1,2.")
@click.option(
    "--recipe",
    type=click.Choice(RECIPES),
    help="The method's own; LDAM's (basic) or DBM's (strong) for all; short: basic with 40 epochs, for a CPU.  "
    f"{default_recipe(DATASETS)}",
)
@click.option("--epochs", type=EPOCHS, help="Instead of the recipe's; schedules keep their shape.")
@click.option("--device", type=DEVICE, default="auto", show_default=True)
@click.option("--precision", type=click.Choice(["auto", "fp32", "bf16"]), default="auto", show_default=True)
@click.option(
    "--pace",
    type=click.Choice(["auto", "plain"]),
    default="auto",
    show_default=True,
    help="How a CPU computes a long run: auto tries once which memory format, threads and compiling are fastest here; "
    "plain is the same on every machine.",
)
@click.option("--together", type=click.IntRange(1, 64), help="Runs at the same time.  [default: 4 on a GPU, else 1]")
@click.option("--out", type=Folder(), default=RUNS, show_default=True, help="Folder of the records.")
@click.option(
    "--geometry/--no-geometry",
    default=True,
    show_default=True,
    help="Record angles and margins of every image too: of the first seed, with the method's own parameters.",
)
@click.option(
    "--weights",
    is_flag=True,
    help="Keep the net after the last epoch beside the record, as weights.safetensors (1.9 MB); else no weights stay.",
)
@click.option(
    "--resume",
    is_flag=True,
    help="Go on where a run stopped; pass over what is recorded with as many epochs, or more.",
)
@click.option(
    "--overwrite",
    is_flag=True,
    help="Replace records and begin unfinished runs anew. A longer run replaces a shorter record without it.",
)
@click.option("--select", type=RULE, default="last", show_default=True, help="The epoch that counts; all are recorded.")
@click.pass_context
def train(ctx: click.Context, /, **given: Any) -> int:
    """Train methods on CIFAR-10-LT, CIFAR-100-LT or your own images, and record every run.

    Ctrl-C and SIGTERM save the last complete epoch; the same command with --resume goes on from there. The checkpoints
    of a run are removed when it is recorded.
    """
    from ltviz.runs.guard import Stopped, stoppable

    if given["resume"] and given["overwrite"]:
        raise click.UsageError("--resume goes on with what is there and --overwrite drops it: give one of them", ctx)
    folders: list[Path] = []
    try:
        with stoppable(), told_warnings():
            return _train(ctx, folders, **given)
    except Stopped as stopped:
        click.echo(f"{stopped}; {_left(folders)}", err=True)
        return stopped.code


def _left(folders: list[Path]) -> str:
    """Say what a stopped command leaves of its runs."""
    if any(any((folder / "checkpoint").glob("epoch*.json")) for folder in folders):
        return "--resume goes on from the last complete epoch"
    if any((folder / "run.json").exists() for folder in folders):
        return "no epoch of the next run was complete; --resume passes over what is recorded"
    return "no epoch was complete, so nothing was saved: begin again"


def _train(
    ctx: click.Context,
    folders: list[Path],
    *,
    methods: list[tuple[str, dict[str, Any]]],
    seeds: tuple[int, ...],
    together: int | None,
    geometry: bool,
    select: str,
    **given: Any,
) -> int:
    from ltviz.methods.in_words import shortened
    from ltviz.records import record
    from ltviz.runs.progress import several, slowly
    from ltviz.runs.recorded import Job, Shared, planned, train_all

    # What is wrong is said before the images are read, which can take half a minute.
    name = meant(ctx)
    own = {
        each: given[each] for each in ("epochs", "device", "precision", "pace", "out", "resume", "overwrite", "weights")
    }
    shared = Shared(progress=True, select=select, recipe=recipe_of(ctx, name), **own)
    jobs = [
        Job(name, seed, params, geometry and seed == seeds[0] and not params)
        for name, params in methods
        for seed in seeds
    ]
    if all(params for _, params in methods):
        refuse(ctx, ("geometry",), "angles and margins are recorded with a method's own parameters only")
    data = chosen(ctx, name)
    plans = planned(jobs, data, shared)
    folders += [plan.folder for plan in plans if plan.folder]
    for words in filter(None, dict.fromkeys(shortened(plan.method) for plan in plans)):
        click.echo(f"Warning: {words}", err=True)
    with slowly("reading the images"):
        images = data.read()
    if not images.verified:
        click.secho(f"NOT VERIFIED: the images are not the published ones of {images.name}", fg="red", err=True)
    failed = 0
    for job, run in train_all(jobs, images, shared, together):
        if isinstance(run, LtvizError):
            click.echo(f"Error: {job.method}, seed {job.seed}: {run}", err=True)
            failed += 1
            continue
        balanced = record.selected(run.record, select)["balanced"]
        assert run.folder is not None
        before = "" if run.geometry else f"recorded before ({several(run.record['epochs'], 'epoch')}): "
        result = f"balanced accuracy {100 * balanced:.2f} % ({record.RULES[select]})"
        click.echo(f"{before}{run.folder / 'run.json'}: {result}")
        if shared.weights and not (run.folder / "weights.safetensors").exists():
            click.echo("Warning: its weights were not kept; --overwrite trains it again", err=True)
    if failed and len(jobs) > 1:
        click.echo(f"{failed} of {len(jobs)} runs failed", err=True)
    return 1 if failed else 0


@contextlib.contextmanager
def told_warnings() -> Iterator[None]:
    """Show every warning of a run that goes on, however often it comes."""
    from ltviz.runs.checkpoint import CheckpointWarning

    with warnings.catch_warnings():
        warnings.filterwarnings("always", category=CheckpointWarning)
        yield


COMMANDS = {"train": train}
