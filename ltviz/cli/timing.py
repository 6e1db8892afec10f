"""`ltviz bench`."""

from __future__ import annotations

from pathlib import Path

import click

from ltviz.cli._command import Group


@click.group(cls=Group)
def bench() -> None:
    """Measure how fast things are on this machine."""


@bench.command()
@click.option("--check", is_flag=True, help="Exit with 1 where a bound is missed.")
def toy(check: bool) -> int:
    """One slider move on a toy problem: fit and decision map, beside an eager torch loop."""
    from ltviz.bench import toy as measure

    result = measure.toy(check, lambda line: click.echo(line, err=True))
    click.echo(result.table())
    return 1 if check and not result.passed else 0


@bench.command()
@click.option("--check", is_flag=True, help="Exit with 1 where a bound is missed.")
def explorer(check: bool) -> int:
    """Opening and key press to painted, in JupyterLab and in every page, beside plotly (about 10 minutes)."""
    from ltviz.bench import explorer as measure
    from ltviz.site import write_site

    def write(folder: Path) -> dict[str, Path]:
        report = write_site(folder, figures=False)
        return {name: folder / "explore" / f"{name}.html" for name in report.written}

    result = measure.explorer(write, lambda line: click.echo(line, err=True))
    click.echo(result.table())
    return 1 if check and result.missed else 0


@bench.command()
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", show_default=True)
@click.option("--check", is_flag=True, help="Exit with 1 where a bound is missed.")
def train(device: str, check: bool) -> int:
    """ResNet-32 on CIFAR-10-LT beside the usual recipe; a few dozen steps on a CPU, whole runs on a GPU."""
    from ltviz.bench import train as measure

    result = measure.train(device, check, lambda line: click.echo(line, err=True))
    click.echo(result.table())
    return 1 if check and not result.passed else 0


COMMANDS = {"bench": bench}
