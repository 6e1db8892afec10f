"""`ltviz bundle` and `ltviz teach`."""

from __future__ import annotations

from pathlib import Path

import click

from ltviz.cli._command import Command
from ltviz.cli._text import Folder

SITE = click.option("--site", type=Folder(), default=Path("site"), show_default=True, help="Folder of the pages.")


@click.command(cls=Command)
@SITE
@click.option("--out", type=click.Path(path_type=Path), default=None, help="The zip.  [default: ltviz-class.zip]")
@click.option("--scorm", is_flag=True, help="For a learning platform (SCORM 1.2).")
def bundle(site: Path, out: Path | None, scorm: bool) -> int:
    """Pack the pages of `ltviz site` for a class: one zip that opens without a network, on a phone too."""
    from ltviz.site.build import bundled_front
    from ltviz.site.bundle import write_bundle

    place = out or Path("ltviz-scorm.zip" if scorm else "ltviz-class.zip")
    write_bundle(site, place, scorm=scorm, front=bundled_front(site))
    click.echo(place)
    return 0


COMMANDS = {"bundle": bundle}
