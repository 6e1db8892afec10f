"""`ltviz bench`."""

from __future__ import annotations

import click


@click.group()
def bench() -> None:
    """Measure how fast things are on this machine."""


@bench.command()
@click.option("--check", is_flag=True, help="Exit with 1 where a bound is missed.")
def toy(check: bool) -> int:
    """One slider move on a toy problem: fit and decision map, beside an eager torch loop."""
    from ltviz.training import bench as measure

    result = measure.toy(check, lambda line: click.echo(line, err=True))
    click.echo(result.table())
    return 1 if check and not result.passed else 0


COMMANDS = {"bench": bench}
