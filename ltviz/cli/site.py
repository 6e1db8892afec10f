"""`ltviz site` and `ltviz play`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from ltviz.cli._command import Command
from ltviz.cli._text import Folder

THEMES = click.Choice(["auto", "light", "dark", "projector"])
FORCE = click.option("--force", is_flag=True, help="Compute everything again, also what has not changed.")
THEME = click.option("--theme", type=THEMES, default="auto", show_default=True, help="auto follows the system.")
OUT = click.option("--out", type=Folder(), default=Path("site"), show_default=True, help="Folder of the pages.")


@click.command(cls=Command)
@click.option("--only", metavar="GLOB", help='Only some: "margin_*,04_*"; explorers, figures, lessons.')
@FORCE
@THEME
@OUT
@click.option("--lessons/--no-lessons", default=True, show_default=True, help="Run the lessons and write their pages.")
@click.option("--fast", is_flag=True, help="Run the lessons with what is quick in each.")
@click.option("--modules", is_flag=True, help="Also each explorer as an ES module, for MyST and Jupyter Book.")
@click.option("--reference", is_flag=True, help="Also the public names as pages, from their docstrings (needs pdoc).")
@click.option("--address", metavar="URL", default="", help="Where the site will stand: codes for phones in class.html.")
def site(
    only: str | None,
    force: bool,
    theme: str,
    out: Path,
    lessons: bool,
    fast: bool,
    modules: bool,
    reference: bool,
    address: str,
) -> int:
    """Write explorers and lessons as pages whose sliders need no kernel, the figures, a class and an index.html."""
    if reference:  # first: lessons lead to it where it stands
        from ltviz.site.reference import write_reference

        write_reference(out)
    code = _write(out, only, force, theme, figures=True, lessons=lessons, fast=fast, address=address)
    if modules:
        from ltviz.site.module import write_modules

        write_modules(out)
    click.echo(out / "index.html")
    return code


@click.command(cls=Command)
@click.argument("name", required=False)
@FORCE
@THEME
@OUT
def play(name: str | None, force: bool, theme: str, out: Path) -> int:
    """Open the explorers in the browser, or only NAME: no Jupyter, no server."""
    import webbrowser

    from ltviz.core.checks import one_of
    from ltviz.site import NAMES

    if name is not None:
        one_of("explorer", name, NAMES)
    code = _write(out, name, force, theme, figures=False)
    page = out / "index.html" if name is None else out / "explore" / f"{name}.html"
    click.echo(page)
    if code == 0 and not webbrowser.open(page.resolve().as_uri()):
        click.echo("No browser could be opened here: open the file by hand.", err=True)
    return code


def _write(out: Path, only: str | None, force: bool, theme: str, **what: Any) -> int:
    from tqdm import tqdm

    from ltviz.site import write_site

    def step(name: str) -> Callable[[int, int], None]:
        bar = tqdm(desc=name, unit="setting", delay=2, leave=False, disable=None)

        def to(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)
            if done == total:
                bar.close()

        return to

    def progress(name: str, what: str) -> None:
        click.echo(f"{name} {what}", err=True)

    report = write_site(out, only, force=force, theme=theme, progress=progress, step=step, **what)
    for name, reason in report.failed.items():
        click.echo(f"Error: {name}: {reason}", err=True)
    if report.missing:
        click.echo(f"Note: {report.missing}", err=True)
    return 1 if report.failed else 0


COMMANDS = {"site": site, "play": play}
