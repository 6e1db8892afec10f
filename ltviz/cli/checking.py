"""`ltviz check-loss FILE`."""

from __future__ import annotations

from pathlib import Path

import click

from ltviz.cli._command import Command


@click.command("check-loss", cls=Command)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--classes",
    type=click.IntRange(2, 1000),
    default=4,
    show_default=True,
    help="How many classes it is made for: those of its own weights.",
)
def check_loss(file: Path, classes: int) -> int:
    """Run on your own loss in FILE everything that ltviz tests on its own.

    FILE is a program and is run: check only files that you trust.
    """
    from ltviz.losses import laws

    failed = 0
    for cls in laws.load(file):
        click.echo(f"{cls.name} ({cls.title})")
        for law in laws.check(cls, classes):
            click.echo(f"  {law}")
            failed += not law.passed
    tried = f"; tried with {classes} classes, --classes tries another number"
    click.echo(f"{failed} failed{tried}" if failed else "all passed")
    return 1 if failed else 0


COMMANDS = {"check-loss": check_loss}
