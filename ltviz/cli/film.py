"""`ltviz film`."""

from __future__ import annotations

from pathlib import Path

import click

from ltviz.cli._command import Command
from ltviz.cli._text import File, Folder


@click.command(cls=Command)
@click.argument("name")
@click.argument("dial")
@click.option("--out", type=File(), help="The GIF; NAME.gif where it is left out.")
@click.option("--site", "pages", type=Folder(), default=Path("site"), show_default=True, help="Folder of the pages.")
@click.option("--width", type=click.IntRange(320, 1600), default=760, show_default=True, help="Pixels.")
def film(name: str, dial: str, out: Path | None, pages: Path, width: int) -> int:
    """Record explorer NAME as a GIF while its DIAL moves there and back, for a slide or a README."""
    from tqdm import tqdm

    from ltviz.core.checks import one_of
    from ltviz.explorers import CARDS
    from ltviz.site import write_site
    from ltviz.site.film import film as record

    one_of("explorer", name, tuple(CARDS))
    report = write_site(pages, name, figures=False)
    for reason in report.failed.values():
        raise click.ClickException(reason)
    with tqdm(desc=name, unit="frame", delay=2, leave=False, disable=None) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        click.echo(
            record(
                pages / "explore" / f"{name}.html",
                name,
                dial,
                out or Path(f"{name}.gif"),
                width=width,
                progress=progress,
            )
        )
    return 0


COMMANDS = {"film": film}
