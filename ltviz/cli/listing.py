"""`ltviz list`."""

from __future__ import annotations

import click

from ltviz.cli import _names
from ltviz.cli._command import Command
from ltviz.cli._text import table


@click.command("list", cls=Command)
@click.argument("kind", required=False, type=click.Choice(list(_names.KINDS)))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "md"]),
    default="text",
    show_default=True,
    help="md: of methods and notebooks.",
)
def list_names(kind: str | None, form: str) -> None:
    """Print names with one sentence each: of one KIND, or of all."""
    if form == "md":
        if kind not in _TABLES:
            raise click.UsageError("--format md is a table of methods or notebooks: ltviz list methods --format md")
        click.echo(_TABLES[kind]())
        return
    for each in [kind] if kind else list(_names.KINDS):
        rows = _names.KINDS[each]()
        click.echo(f"{each} ({len(rows)})")
        click.echo(table(rows.items()))
        click.echo()


def _methods() -> str:
    """Return the methods as a table of Markdown, family by family."""
    from ltviz.cli._method_text import listed

    lines = ["| method | what it does | changes | cost | paper |", "|---|---|---|---|---|"]
    family = ""
    for name, row in listed().items():
        if row.family != family:
            lines.append(f"| **{row.family}** | | | | |")
            family = row.family
        cost = "" if row.cost is None else f"{row.cost:.1f}"
        mark = " ●" * row.recorded
        lines.append(f"| `{name}`{mark} | {row.idea} | {', '.join(row.changes)} | {cost} | {row.paper} |")
    return "\n".join(lines)


def _notebooks() -> str:
    """Return the lessons as a table of Markdown."""
    from ltviz.course.lessons import heading, lessons

    lines = ["| lesson | minutes | exercises | after it you can |", "|---|---|---|---|"]
    for path in lessons():
        own = heading(path)
        goal = own.goal.removeprefix("You can ").rstrip(".")
        lines.append(f"| [{own.title}](notebooks/{path.name}) | {own.minutes} | {own.exercises or ''} | {goal} |")
    return "\n".join(lines)


_TABLES = {"methods": _methods, "notebooks": _notebooks}
COMMANDS = {"list": list_names}
