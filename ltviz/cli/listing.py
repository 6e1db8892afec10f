"""`ltviz list`."""

from __future__ import annotations

import click

from ltviz.cli import _names
from ltviz.cli._command import Command
from ltviz.cli._text import table


@click.command("list", cls=Command)
@click.argument("kind", required=False, type=click.Choice(list(_names.KINDS)))
def list_names(kind: str | None) -> None:
    """Print names with one sentence each: of one KIND, or of all."""
    for each in [kind] if kind else list(_names.KINDS):
        rows = _names.KINDS[each]()
        click.echo(f"{each} ({len(rows)})")
        click.echo(table(rows.items()))
        click.echo()


COMMANDS = {"list": list_names}
