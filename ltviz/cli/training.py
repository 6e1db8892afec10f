"""`ltviz train`."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from ltviz.cli._text import Folder
from ltviz.core import checks
from ltviz.core.errors import BadInput, LtvizError
from ltviz.core.profiles import checked_ratio
from ltviz.training.methods import RECIPES, apart, parse

DATASETS = ("cifar10", "cifar100")
PROFILES = ("exp", "step", "pareto")


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
        found = tuple(int(part) for part in text.split(","))
    except ValueError as error:
        raise BadInput(f"seeds are whole numbers in 0 .. 2^32-1 with commas between; got {text!r}") from error
    if len({checks.seed(each) for each in found}) != len(found):
        raise BadInput(f"seeds must be different ones; got {text!r}")
    return found


def ratio_of(text: str) -> float:
    """Read an imbalance."""
    try:
        value = float(text)
    except ValueError as error:
        raise BadInput(f"imbalance is the ratio largest/smallest, a number; got {text!r}") from error
    return checked_ratio(value)


def methods_of(text: str) -> list[tuple[str, dict[str, Any]]]:
    """Read names of methods, each with parameters of its loss if need be."""
    return [parse(part) for part in apart(text)]


EPOCHS = click.IntRange(1, 100_000)
SEEDS, RATIO = Checked("numbers", seeds_of), Checked("number", ratio_of)
DEVICE = click.Choice(["auto", "cpu", "cuda"])
RULE = click.Choice(["last", "val", "best-on-test"])
DATA = click.Path(exists=True, path_type=Path)


@click.command()
@click.option(
    "--method",
    "methods",
    type=Checked("names", methods_of),
    required=True,
    help="One, or several with commas; parameters of the loss in brackets: dbm_bs(margin=0.2).",
)
@click.option("--dataset", type=click.Choice(DATASETS), default="cifar10", show_default=True)
@click.option("--imbalance", type=RATIO, default="100", show_default=True, help="Largest class to smallest.")
@click.option("--profile", type=click.Choice(PROFILES), default="exp", show_default=True)
@click.option("--data", type=DATA, help="A file of ltviz data pack, or the folder that holds CIFAR.")
@click.option("--no-verify", is_flag=True, help="Also take images that are not the published ones.")
@click.option("--seeds", type=SEEDS, default="0", show_default=True, help="One run for each: 0,1,2.")
@click.option(
    "--recipe",
    type=click.Choice(RECIPES),
    default="paper",
    show_default=True,
    help="The method's own; LDAM's (basic) or DBM's (strong) for all; short: basic with 40 epochs, for a CPU.",
)
@click.option("--epochs", type=EPOCHS, help="Instead of the recipe's; schedules keep their shape.")
@click.option("--device", type=DEVICE, default="auto", show_default=True)
@click.option("--precision", type=click.Choice(["auto", "fp32", "bf16"]), default="auto", show_default=True)
@click.option("--together", type=click.IntRange(1, 64), help="Runs at the same time.  [default: 4 on a GPU, else 1]")
@click.option("--out", type=Folder(), default=Path("runs"), show_default=True, help="Folder of the records.")
@click.option(
    "--geometry/--no-geometry",
    default=True,
    show_default=True,
    help="Record angles and margins of every image too: of the first seed, with the method's own parameters.",
)
@click.option("--resume", is_flag=True, help="Go on where a run stopped; pass over what is recorded.")
@click.option("--overwrite", is_flag=True, help="Replace records; begin unfinished runs anew.")
@click.option("--select", type=RULE, default="last", show_default=True, help="The epoch that counts; all are recorded.")
@click.pass_context
def train(ctx: click.Context, /, **given: Any) -> int:
    """Train methods on CIFAR-10-LT or CIFAR-100-LT and record every run.

    Ctrl-C and SIGTERM save the last complete epoch; the same command with --resume goes on from there.
    """
    from ltviz.training.stopping import Stopped, stoppable

    if given["resume"] and given["overwrite"]:
        raise click.UsageError("--resume goes on with what is there and --overwrite drops it: give one of them", ctx)
    try:
        with stoppable(), told_warnings():
            return _train(ctx, **given)
    except Stopped as stopped:
        click.echo(f"{stopped}; --resume goes on from the last complete epoch", err=True)
        return stopped.code


def _train(
    ctx: click.Context,
    *,
    methods: list[tuple[str, dict[str, Any]]],
    seeds: tuple[int, ...],
    data: Path | None,
    dataset: str,
    imbalance: float,
    profile: str,
    no_verify: bool,
    device: str,
    together: int | None,
    geometry: bool,
    select: str,
    **given: Any,
) -> int:
    from ltviz.training import record
    from ltviz.training._place import device_of
    from ltviz.training.cifar_runs import Job, train_all

    where = device_of(device)  # what is wrong with it is said before a data set is read
    images = load(ctx, data, dataset, imbalance, profile, not no_verify)
    if not images.verified:
        click.secho(f"NOT VERIFIED: the images are not the published ones of {images.name}", fg="red", err=True)
    jobs = [
        Job(name, seed, params, geometry and seed == seeds[0] and not params)
        for name, params in methods
        for seed in seeds
    ]
    together, failed = together or (4 if where.type == "cuda" else 1), 0
    for job, run in train_all(jobs, images, together=together, device=device, progress=True, select=select, **given):
        if isinstance(run, LtvizError):
            click.echo(f"Error: {job.method}, seed {job.seed}: {run}", err=True)
            failed += 1
            continue
        balanced = record.selected(run.record, select)["balanced"]
        assert run.folder is not None
        click.echo(f"{run.folder / 'run.json'}: balanced accuracy {100 * balanced:.2f} % ({record.RULES[select]})")
    if failed:
        click.echo(f"{failed} of {len(jobs)} runs failed", err=True)
    return 1 if failed else 0


def load(
    ctx: click.Context, data: Path | None, dataset: str, imbalance: float, profile: str, verify: bool = True
) -> Any:
    """Return the images: of a pack, which says itself what it holds, or of the folder where CIFAR lies."""
    from ltviz.datasets import cifar

    if data is None or data.is_dir():
        return cifar.load(dataset, imbalance=imbalance, profile=profile, root=data, verify=verify)
    pack = cifar.read_pack(data)
    held = {"dataset": pack.name, "imbalance": pack.imbalance, "profile": pack.profile}
    for name, wanted in (("dataset", dataset), ("imbalance", imbalance), ("profile", profile)):
        said = ctx.get_parameter_source(name) is not click.core.ParameterSource.DEFAULT
        if said and held[name] != wanted:
            raise click.UsageError(f"--{name} {wanted} was given, but {data} holds {held[name]}: leave it out", ctx)
    return pack


@contextlib.contextmanager
def told_warnings() -> Iterator[None]:
    """Show what a run warns of as a line, not as a place in a source file."""
    from ltviz.training.checkpoint import CheckpointWarning

    with warnings.catch_warnings():
        warnings.filterwarnings("always", category=CheckpointWarning)
        plain = warnings.showwarning

        def show(message: Warning | str, category: type[Warning], *rest: Any, **more: Any) -> None:
            if issubclass(category, UserWarning):
                click.echo(f"Warning: {message}", err=True)
            else:
                plain(message, category, *rest, **more)

        warnings.showwarning = show
        yield


COMMANDS = {"train": train}
