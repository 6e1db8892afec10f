"""`ltviz notebooks` and `ltviz lab`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click

from ltviz.cli._command import Command, refuse
from ltviz.cli._text import Folder
from ltviz.core.errors import BadInput, DataError

LAB_WIDTH = "820"  # pixels of a figure: beside the files, on a screen of 1280, none is cut off


@click.command(cls=Command)
@click.argument("names", nargs=-1)
@click.option(
    "-p",
    "--parameter",
    "pairs",
    multiple=True,
    metavar="NAME=VALUE",
    help="A parameter of the lesson; may be repeated.",
)
@click.option("--out", type=Folder(), default="figures/notebooks", show_default=True)
@click.option(
    "--timeout", type=click.FloatRange(1, 86400), default=600, show_default=True, help="Seconds for one cell."
)
@click.option(
    "--student",
    type=Folder(),
    metavar="FOLDER",
    help="Run nothing; write the students' notebooks there: without solutions and without the teacher's notes.",
)
@click.pass_context
def notebooks(
    ctx: click.Context,
    names: tuple[str, ...],
    pairs: tuple[str, ...],
    out: Path,
    timeout: float,
    student: Path | None,
) -> int:
    """Run lessons by NAME (04, margins, a path) or all, strictly.

    Writes executed copies and pages with static pictures. Exit codes: 0 ok, 1 a cell raised, 2 wrong use,
    3 a cell took too long, 4 the kernel died, 5 something failed silently.
    """
    from ltviz.course import lessons, runner
    from ltviz.figures.export import Camera

    if student is not None:
        refuse(ctx, ("pairs", "out", "timeout"), "with --student no lesson is run")
        for own in _students(lessons.find(names), student):
            click.echo(own)
        return 0
    given = dict(told := [_pair(pair) for pair in pairs])
    if len(given) < len(told):
        raise BadInput(f"-p gives a parameter once, by one value; got {', '.join(pairs)}")
    paths = lessons.find(names)
    # Every parameter is checked before the first kernel starts.
    values = {path: runner.parse(path, given) for path in paths}
    worst, missing = 0, ""
    with Camera() as camera:
        for path in paths:
            click.echo(f"{path.stem} ... ", nl=False, err=True)
            outcome = runner.run(path, out, parameters=values[path], timeout=timeout, camera=camera)
            click.echo(f"{outcome.message} ({outcome.seconds:.1f} s)", err=True)
            if outcome.page:
                click.echo(outcome.page)
            worst, missing = worst or int(outcome.code), missing or outcome.missing
    if missing:
        click.echo(f"Note: pages without pictures: {missing}", err=True)
    return worst


def _students(paths: list[Path], folder: Path) -> list[Path]:
    """Write students' copies of lessons.

    Raises
    ------
    DataError
        Where a file is in the way, with nothing written: it may hold a student's answers, or be the lesson itself.
    """
    from ltviz.core.files import write_text
    from ltviz.course.student import student_text

    copies = {folder / path.name: student_text(path.read_text(encoding="utf-8")) for path in paths}
    for own, text in copies.items():
        if own.exists() and own.read_text(encoding="utf-8") != text:
            raise DataError(
                f"{own} is there and says something else, perhaps somebody's answers; name another folder, or remove it"
            )
    return [write_text(own, text) for own, text in copies.items()]


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise BadInput(f"-p takes name=value; got {text!r}")
    return name, value


@click.command(cls=Command)
@click.option(
    "--folder",
    type=Folder(),
    default=None,
    help="Where your copies of the lessons go, without solutions; by default ltviz-lessons where ltviz is installed, "
    "and in a checkout the lessons themselves are opened.",
)
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
def lab(folder: Path | None, no_browser: bool) -> int:
    """Open the lessons in JupyterLab (it listens on this machine only)."""
    from ltviz.core.files import write_text
    from ltviz.course import lessons
    from ltviz.course.student import student_text

    place = lessons.folder()
    if folder is None and "_shipped" in place.parts:
        folder = Path("ltviz-lessons")
    if folder is not None:
        for lesson in lessons.lessons():
            own = folder / lesson.name
            if not own.exists() or not own.stat().st_size:  # an empty one was never a reader's
                write_text(own, student_text(lesson.read_text(encoding="utf-8")))
        place = folder
    command = [sys.executable, "-m", "jupyterlab", "--ip=127.0.0.1", f"--ServerApp.root_dir={place.resolve()}"]
    around = {"LTVIZ_FIGURE_WIDTH": LAB_WIDTH, **os.environ}
    return subprocess.call([*command, *(["--no-browser"] if no_browser else [])], env=around)


COMMANDS = {"notebooks": notebooks, "lab": lab}
