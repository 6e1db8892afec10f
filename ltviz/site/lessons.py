"""The lessons in a site's folder: run where something has changed, and written as pages that lead to one another."""

from __future__ import annotations

from pathlib import Path

from ltviz.core.errors import LtvizError
from ltviz.core.files import scratch
from ltviz.core.fresh import HOME, Ledger, computing, fingerprint, sources, versions
from ltviz.course import lessons, public, text
from ltviz.figures.export import Camera
from ltviz.site.lesson import lesson

FOLDER = "lessons"


def run_lesson(
    stem: str, out: Path, *, force: bool = False, fast: bool = False, camera: Camera | None = None
) -> tuple[bool, str]:
    """Run a lesson strictly and keep its executed copy in ``lessons/``.

    A copy whose pictures are missing is run again the next time.

    Parameters
    ----------
    stem : str
        "04_margins".
    out : Path
        The site's folder.
    force : bool
        Run it also where nothing has changed.
    fast : bool
        Run it with what is quick in it.
    camera : Camera, optional
        What draws its figures.

    Returns
    -------
    bool, str
        Whether it had to be run, and why pictures are missing; empty where none is.

    Raises
    ------
    LtvizError
        Where the run fails.
    """
    from ltviz.course import runner  # it brings nbformat, which pages without lessons need not wait for

    (path,) = lessons.find([stem])
    copy, ledger = out / FOLDER / f"{stem}.ipynb", Ledger(out)
    key = fingerprint([path.read_text(encoding="utf-8"), fast, versions(), sources(_running())])
    if not force and ledger.keeps(copy, key):
        return False, ""
    with scratch("lesson") as folder:
        outcome = runner.run(path, folder, parameters={"fast": True} if fast else {}, camera=camera, slides=True)
        if outcome.notebook is None or outcome.code is not runner.Code.OK:
            raise LtvizError(outcome.message)
        made_from = f"{key} without pictures" if outcome.missing else key
        ledger.write(copy, made_from, outcome.notebook.read_text(encoding="utf-8"))
    return True, outcome.missing


def write_pages(out: Path, theme: str = "auto") -> list[Path]:
    """Write the pages of all lessons whose executed copies stand in the folder; those that stand as they were stay."""
    books = sorted((out / FOLDER).glob("[0-9][0-9]_*.ipynb"))
    stems, ledger = [book.stem for book in books], Ledger(out)
    first = next((path.read_text(encoding="utf-8") for path in lessons.lessons()[:1]), "")  # with the notation
    files = [file for folder in ("web", "site", "course") for file in _text_of(folder)]
    shared = [stems, theme, first, public.stands(out), versions(), sources(sorted(files)), sources(_running())]
    written = []
    for book in books:
        page = book.with_suffix(".html")
        key = fingerprint([book.read_text(encoding="utf-8"), shared])
        if not ledger.keeps(page, key):
            ledger.write(page, key, lesson(text.read(book), page, out, stems, theme))
            written.append(page)
    return written


def pages(out: Path) -> list[Path]:
    """Return the lessons' pages that stand in the folder."""
    return sorted((out / FOLDER).glob("[0-9][0-9]_*.html"))


def _running() -> list[Path]:
    """Return the files on which what a lesson shows may depend."""
    folders = ("studies", "views", "figures", "explorers", "notebook")
    return [*computing(), *sorted(file for folder in folders for file in (HOME / folder).rglob("*.py"))]


def _text_of(folder: str) -> list[Path]:
    return [file for file in (HOME / folder).rglob("*") if file.suffix in (".py", ".js", ".css") and file.is_file()]
