"""`ltviz sweep`."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ltviz.cli._choosing import DATA
from ltviz.cli._command import Command, refuse
from ltviz.cli._text import Folder
from ltviz.core.errors import BadInput, LtvizError
from ltviz.records.record import RUNS

if TYPE_CHECKING:
    from ltviz.runs.sweep.driver import Engine
    from ltviz.runs.sweep.plan import Plan, Wanted
    from ltviz.runs.sweep.work import End, Options

CHOSEN = ("workers", "scheduler", "slurm")


@click.command(cls=Command)
@click.argument("plan", metavar="PLAN")
@click.option("--plan", "show", is_flag=True, help="Print the runs, how far each is, and how long they should take.")
@click.option("--out", type=Folder(), default=RUNS, show_default=True, help="Folder of the records.")
@click.option("--data", type=DATA, help="Where the images lie, in place of what the plan says.")
@click.option("--no-verify", is_flag=True, help="Also take images that are not the published ones.")
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", show_default=True)
@click.option("--precision", type=click.Choice(["auto", "fp32", "bf16"]), default="auto", show_default=True)
@click.option("--together", type=click.IntRange(1, 64), help="Runs that share a GPU.  [default: 4 on a GPU, else 1]")
@click.option("--minutes", type=click.FloatRange(0, min_open=True), help="Stop after that long, as Ctrl-C does.")
@click.option("--workers", type=click.IntRange(1, 1024), help="Processes of this machine, by Dask (extra: sweep).")
@click.option("--scheduler", metavar="ADDRESS", help="A Dask scheduler that runs: tcp://host:8786, tls://host:8786.")
@click.option("--tls-ca", type=click.Path(exists=True, dir_okay=False), help="For tls://, as --tls-cert and --tls-key.")
@click.option("--tls-cert", type=click.Path(exists=True, dir_okay=False))
@click.option("--tls-key", type=click.Path(exists=True, dir_okay=False))
@click.option("--wait", type=click.FloatRange(1, 86_400), default=60, show_default=True, help="Seconds for a worker.")
@click.option("--slurm", is_flag=True, help="Jobs of Slurm (extra: slurm); not tried on a cluster yet.")
@click.option("--slurm-option", "slurm_options", multiple=True, metavar="NAME=VALUE", help="slurm_partition=gpu.")
@click.pass_context
def sweep(ctx: click.Context, plan: str, show: bool, minutes: float | None, **given: Any) -> int:
    """Go through a plan of runs, a TOML file or one of those that ship: `ltviz list sweeps`.

    It may be stopped and started at any time: what is recorded is passed over, what was begun is resumed, and what
    fails is tried twice more and noted while the rest goes on.
    """
    from ltviz.runs.guard import Stopped, stoppable
    from ltviz.runs.sweep import plan as plans

    if sum(bool(given[name]) for name in CHOSEN) > 1:
        raise click.UsageError("--workers, --scheduler and --slurm are three ways to do one thing: give one", ctx)
    if not given["scheduler"]:
        refuse(ctx, ("tls_ca", "tls_cert", "tls_key"), "they are for --scheduler tls://...")
    if not (given["scheduler"] or given["workers"]):
        refuse(ctx, ("wait",), "it is for --workers and --scheduler")
    if not given["slurm"]:
        refuse(ctx, ("slurm_options",), "it is for --slurm")
    wanted = plans.read(plans.find(plan))
    options = _options(given)
    if show:
        from ltviz.core.files import usable_folder

        usable_folder(given["out"])
        click.echo(described(wanted, given["out"], options), nl=False)
        return 0
    begun = time.monotonic()
    try:
        with stoppable(), _until(minutes):
            return _go(wanted, given, options)
    except Stopped as stopped:
        over = minutes is not None and time.monotonic() - begun >= 60 * minutes
        words = f"the time of --minutes {minutes:g} is over" if over else str(stopped)
        click.echo(f"{words}; what is recorded stays, and the same command goes on from there", err=True)
        return 0 if over else stopped.code


def _options(given: dict[str, Any]) -> Options:
    from ltviz.runs.sweep.work import Options
    from ltviz.training.device import device_of

    on_gpu = device_of(given["device"]).type == "cuda"
    together = given["together"] or (4 if on_gpu else 1)
    data = None if given["data"] is None else str(given["data"].absolute())
    alone = not any(given[name] for name in CHOSEN)
    return Options(
        given["device"], given["precision"], together, data, not given["no_verify"], alone and sys.stderr.isatty()
    )


def _go(plan: Plan, given: dict[str, Any], options: Options) -> int:
    from tqdm import tqdm

    from ltviz.runs.sweep.driver import go

    home = given["out"]
    failed = [f"{name}: exit code {code}" for name, code in _checks(plan) if code]
    runs = [run for run, state in _states(plan, home, options) if state != "recorded"]
    left = _expected(runs, home, options)
    click.echo(f"{plan.name}: {len(plan.runs) - len(runs)} of {len(plan.runs)} runs are recorded", err=True)
    with tqdm(total=len(runs), unit=" runs", desc=plan.name, disable=None, dynamic_ncols=True, leave=False) as bar:

        def told(end: End) -> None:
            left.pop(end.run, None)
            if end.fault:
                tqdm.write(f"Error: {end.run}: {end.fault}", file=sys.stderr)
            bar.set_postfix_str(f"{end.run}; left {len(left)}, {_hours(left.values())}")
            bar.update()

        outcome = go(plan, runs, home, options, _engine(given, options), told)
    click.echo(f"{plan.name}: {len(outcome.done)} runs recorded, {len(outcome.failed)} failed, in {home}", err=True)
    if outcome.failed:
        click.echo(
            f"what failed is noted in {home / (plan.name + '.failed.json')}; the same command tries it again", err=True
        )
    for words in failed:
        click.echo(f"Error: {words}", err=True)
    return 1 if outcome.failed or failed else 0


def _engine(given: dict[str, Any], options: Options) -> Engine | None:
    if given["slurm"]:
        from ltviz.runs.sweep.slurm import Slurm

        return Slurm(given["out"], options, _pairs(given["slurm_options"]))
    if given["workers"] or given["scheduler"]:
        from ltviz.runs.sweep.dask import Dask

        tls = {name: given[f"tls_{name}"] for name in ("ca", "cert", "key") if given[f"tls_{name}"]}
        return Dask(given["out"], options, given["workers"] or 0, given["scheduler"], tls, given["wait"])
    return None


def _pairs(texts: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.isidentifier():
            raise BadInput(f"--slurm-option takes NAME=VALUE, as slurm_partition=gpu; got {text!r}")
        found[name] = int(value) if value.isdecimal() else value
    return found


def _checks(plan: Plan) -> Iterator[tuple[str, int]]:
    from ltviz.runs.sweep import checks

    for name in plan.checks:
        if why := checks.lacks(name):
            click.echo(f"{name} is left out: {why}", err=True)
        else:
            yield name, checks.tried(name)


def _states(plan: Plan, home: Path, options: Options) -> Iterator[tuple[Wanted, str]]:
    from ltviz.runs.sweep.work import state

    for run in plan.runs:
        try:
            yield run, state(run, home, options)
        except LtvizError as error:
            raise BadInput(f"{run}: {error}") from error


def _expected(runs: Sequence[Wanted], home: Path, options: Options) -> dict[Wanted, float | None]:
    """Return how long each run should take; 0 for one whose training is another's."""
    from ltviz.records.record import homes
    from ltviz.runs.sweep.expected import seconds
    from ltviz.runs.sweep.work import sittings

    leads = {some[0] for some in sittings(runs, dataclasses.replace(options, together=1))}
    return {run: seconds(run, (home, *homes()), options) if run in leads else 0.0 for run in runs}


def described(plan: Plan, home: Path, options: Options) -> str:
    """Return a plan as a text: each run, how far it is, and how long it should take here."""
    lines = [f"{plan.name}: {plan.title}" if plan.title else plan.name]
    lines += [f"first: {name}" for name in plan.checks]
    width = max(len(str(run)) for run in plan.runs)
    states = dict(_states(plan, home, options))
    left = _expected([run for run, state in states.items() if state != "recorded"], home, options)
    for run, state in states.items():
        long = "" if run not in left else "shares a training" if left[run] == 0 else _hours([left[run]])
        lines.append(f"{run!s:{width}}  {state:8}  {long}".rstrip())
    lines.append(f"{len(plan.runs) - len(left)} of {len(plan.runs)} recorded; to do: {_hours(left.values())}")
    return "\n".join(lines) + "\n"


def _hours(seconds: Any) -> str:
    """Return how long runs should take together, one after the other, in words."""
    from ltviz.runs.duration import in_words

    values = list(seconds)
    known = [each for each in values if each is not None]
    words = in_words(sum(known))
    if not known and values:
        return "not measured yet"
    return words if len(known) == len(values) else f"{words} and {len(values) - len(known)} not measured yet"


@contextlib.contextmanager
def _until(minutes: float | None) -> Iterator[None]:
    """Stop after some minutes as SIGTERM does, which saves the last complete epoch."""
    if minutes is None:
        yield
        return
    stop: Callable[[], None] = lambda: os.kill(os.getpid(), signal.SIGTERM)  # noqa: E731
    timer = threading.Timer(60 * minutes, stop)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


COMMANDS = {"sweep": sweep}
