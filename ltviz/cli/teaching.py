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


@click.command(cls=Command)
@click.argument("kind", type=click.Choice(["slides", "handout", "notes"]))
@click.argument("names", nargs=-1)
@SITE
@click.option("--out", type=Folder(), default=None, help="Folder of what is written.  [default: teach in the site]")
def teach(kind: str, names: tuple[str, ...], site: Path, out: Path | None) -> int:
    """Write slides, handouts or notes of lessons by NAME (04, margins) or all, as `ltviz site` ran them."""
    from ltviz.core.errors import LtvizError
    from ltviz.course import lessons
    from ltviz.site.teach import write_for_teacher

    wanted = [path.stem for path in lessons.find(names)]
    books = [site / "lessons" / f"{stem}.ipynb" for stem in wanted]
    missing = [book.stem for book in books if not book.is_file()]
    if missing and (names or len(missing) == len(books)):
        raise LtvizError(f"{site} has no executed {', '.join(missing)}; run it first: ltviz site --out {site}")
    for path in write_for_teacher(kind, [book for book in books if book.is_file()], out or site / "teach", site):
        click.echo(path)
    return 0


COMMANDS = {"teach": teach, "bundle": bundle}
