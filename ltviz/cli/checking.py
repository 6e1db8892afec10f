"""`ltviz check-loss FILE`."""

from __future__ import annotations

from pathlib import Path

import click

from ltviz.cli._command import Command


@click.command("check-loss", cls=Command)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check_loss(file: Path) -> int:
    """Run on your own loss in FILE everything that ltviz tests on its own.

    FILE is a program and is run: check only files that you trust.
    """
    from ltviz.losses import _laws

    failed = 0
    for cls in _laws.load(file):
        click.echo(f"{cls.name} ({cls.title})")
        for law in _laws.check(cls):
            click.echo(f"  {law}")
            failed += not law.passed
    click.echo(f"{failed} failed" if failed else "all passed")
    return 1 if failed else 0


COMMANDS = {"check-loss": check_loss}
