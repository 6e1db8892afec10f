"""`ltviz figures`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ltviz.cli._command import Command, refuse
from ltviz.cli._text import Folder
from ltviz.cli.drawing import FORMATS, THEMES
from ltviz.views.papers import names


@click.command(cls=Command)
@click.option("--only", metavar="GLOB", help='Only some: "margin_*", or several with commas.')
@click.option("--paper", type=click.Choice(names()), help="The figures of one paper, with captions, in OUT/PAPER.")
@click.option("--force", is_flag=True, help="Recompute everything, also what has not changed.")
@click.option("--format", "kinds", help=f"Some of html, svg, png, pdf, json.  [default: {FORMATS}]")
@click.option("--theme", type=THEMES, default="light", show_default=True)
@click.option("--out", type=Folder(), default=Path("figures"), show_default=True, help="Folder of the files.")
@click.pass_context
def figures(
    ctx: click.Context, /, only: str | None, paper: str | None, force: bool, kinds: str | None, theme: str, out: Path
) -> int:
    """Draw every figure at its default state, or those of a paper, and an index.html that shows them all."""
    from ltviz.figures.export import formats
    from ltviz.gallery import write_all, write_paper

    if kinds is not None and set(formats(kinds)) == {"json"}:
        refuse(ctx, ("theme",), f"--format {kinds} writes numbers, and no picture")

    def progress(done: int, total: int, name: str, what: str) -> None:
        click.echo(f"[{done:>2}/{total}] {name} {what}", err=True)

    plan: dict[str, Any] = {
        "kinds": FORMATS if kinds is None else kinds,
        "force": force,
        "theme": theme,
        "progress": progress,
    }
    if paper is None:
        report = write_all(out, only, **plan)
    else:
        refuse(ctx, ("only",), "--paper draws the figures of that paper")
        out = out / paper
        report = write_paper(paper, out, **plan)
    for name, reason in report.failed.items():
        click.echo(f"Error: {name}: {reason}", err=True)
    if report.missing:
        click.echo(f"{'Error' if kinds else 'Note'}: {report.missing}", err=True)
    click.echo(out / "index.html")
    return 1 if report.failed or (report.missing and kinds) else 0


COMMANDS = {"figures": figures}
