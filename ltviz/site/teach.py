"""For the teacher, from the same notebooks: slides, handouts, notes."""

from __future__ import annotations

import html
import re
import subprocess
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ltviz import __version__, web
from ltviz.core.checks import one_of
from ltviz.core.errors import LtvizError, MissingExtra
from ltviz.core.files import scratch, usable_folder, write_bytes, write_text
from ltviz.course import slides, text
from ltviz.figures.export import chrome
from ltviz.site.lecture import HANDS, colours
from ltviz.site.lesson import minutes, spoken
from ltviz.site.live import Explorers
from ltviz.site.page import POLICY, document, sheet

KINDS = ("slides", "handout", "notes")
REVEAL = "sphinx_revealjs"  # the package that carries reveal.js
PARTS = ("dist/reset.css", "dist/reveal.css", "dist/reveal.js", "plugin/notes/notes.js")
MINUTES = re.compile(r"\*\*(\d+)\s*minutes?\.?\*\*", re.IGNORECASE)
PRINT = "details { border: 0; padding: 0; } summary { display: none; } .live { display: none; }"
SETTINGS = (
    "Give the browser 1280 x 720 pixels or more, at its usual size of letters: slides fill what there is.",
    "F fills the screen; S opens the notes in a window of their own, with a clock and the next slide.",
    "The arrow keys turn the slides. While an explorer has the keyboard they are its own, until a click beside it.",
    "A dark room: the browser's or the system's dark look is followed by every page.",
)


def deck(notebook: Any, stem: str, path: Path, site: Path, theme: str = "projector") -> str:
    """Return a lesson's slides: one file that needs no network.

    Parameters
    ----------
    notebook : notebook
        Executed and made static.
    stem : str
        "04_margins".
    path, site : Path
        Where the slides will stand, and a site whose pages may hold the explorers' numbers already.
    theme : str
        The look.

    Raises
    ------
    MissingExtra
        Without reveal.js.
    """
    live = Explorers(site, path, theme)
    sections = slides.slides(notebook, live)
    reset, look, script, speaker = (_reveal(part) for part in PARTS)
    own = f"{text.style()}\n{colours(theme)}\n{sheet('lesson')}{sheet('slides')}"
    body = (
        f'<body>\n<div class="reveal" role="main"><div class="slides">\n{sections}\n</div></div>\n{live.blocks()}'
        f'<script type="text/css" id="ltviz-style">{web.style()}</script>\n'
        f"<script>\n{_closed(script)}\n{_closed(speaker)}\n</script>\n"
        f"<script>\n{web.script('slides', pictures=live.pictures)}bootSlides();\n</script>\n</body>\n"
    )
    page = document(f"{text.title(notebook, stem)} - slides", f"<style>\n{reset}\n{look}\n{own}</style>\n", body)
    return page.replace(POLICY, f"{POLICY}; frame-src 'self' file:")  # the speaker's window shows the next slide


def handout(notebook: Any, stem: str) -> str:
    """Return a lesson to be printed: pictures, every answer open, exercises with their stubs."""
    body = text.text(notebook).replace("<details>", "<details open>")
    styles = f"<style>\n{text.style()}\n{PRINT}\n@page {{ size: A4; margin: 18mm; }}</style>\n"
    return document(f"{text.title(notebook, stem)} - handout", styles, f"<body>\n<main>\n{body}\n</main>\n</body>\n")


def notes(notebook: Any, stem: str) -> str:
    """Return what a teacher needs beside a lesson: minutes, what students get wrong, what to ask, the projector."""
    parts, heading, total = [], text.title(notebook, stem), 0
    for cell in notebook.cells:
        if cell.cell_type != "markdown":
            continue
        if "teacher" in cell.metadata.get("tags", ()):
            found = MINUTES.search(cell.source)
            total += int(found[1]) if found else 0
            parts.append(f"<h2>{html.escape(heading)}</h2>\n{_words(cell.source)}")
        elif headings := re.findall(r"^## (.+)$", cell.source, re.MULTILINE):
            heading = headings[-1]
    read, named = minutes(notebook, text.text(notebook))
    said = f"{total or named or read} minutes" + (f" in {len(parts)} parts" if parts else "")
    settings = "".join(f"<li>{html.escape(each)}</li>" for each in (*SETTINGS, HANDS))
    body = (
        f'<body>\n<main>\n<h1>{html.escape(spoken(stem))}: notes</h1>\n<p class="times">{said}.</p>\n'
        f"{''.join(parts) or '<p>This lesson has no notes of its own yet.</p>'}\n"
        f"<h2>Projector</h2>\n<ul>{settings}</ul>\n</main>\n<footer>ltviz {__version__}</footer>\n</body>\n"
    )
    styles = f"<style>\n{text.style()}\n{colours('auto')}</style>\n"
    return document(f"{spoken(stem)} - notes", styles, body)


def _words(source: str) -> str:
    """Return Markdown as HTML."""
    from nbformat.v4 import new_markdown_cell, new_notebook

    return text.text(new_notebook(cells=[new_markdown_cell(source)]))


def _reveal(part: str) -> str:
    found = find_spec(REVEAL)
    folder = Path(str(found.origin)).parent / "_static" / "revealjs" if found else None
    if folder is None or not (folder / part).is_file():
        raise MissingExtra("slides need reveal.js, which a package brings: pip install 'ltviz[teach]'")
    return (folder / part).read_text(encoding="utf-8")


def _closed(script: str) -> str:
    """Return a script that can stand in a page: nothing in it ends the block."""
    lines = re.sub(r"^//# sourceMappingURL=.*$", "", script, flags=re.MULTILINE)
    return lines.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def write_for_teacher(kind: str, books: Sequence[Path], out: Path, site: Path) -> list[Path]:
    """Write slides, handouts (HTML, and PDF where there is a Chromium) or notes of executed lessons.

    Parameters
    ----------
    kind : {"slides", "handout", "notes"}
        What is written.
    books : sequence of Path
        Executed copies of lessons, as `write_site` leaves them.
    out : Path
        The folder.
    site : Path
        The site's folder, whose explorers' numbers are used again.
    """
    one_of("kind", kind, KINDS)
    usable_folder(out)
    written = []
    for book in books:
        notebook, place = text.read(book), out / f"{book.stem}.{kind}.html"
        made = (
            deck(notebook, book.stem, place, site)
            if kind == "slides"
            else {"handout": handout, "notes": notes}[kind](notebook, book.stem)
        )
        written.append(write_text(place, made))
        if kind == "handout" and (browser := chrome()):
            written.append(_printed(browser, place))
    return written


def _printed(browser: str, page: Path) -> Path:
    """Print a page into a PDF beside it."""
    paper = page.with_suffix(".pdf")
    with scratch("print") as folder:
        flags = (f"--user-data-dir={folder}", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer")
        done = subprocess.run(
            [browser, *flags, f"--print-to-pdf={folder / 'page.pdf'}", page.resolve().as_uri()],
            capture_output=True,
            timeout=120,
            check=False,
        )
        if not (folder / "page.pdf").is_file():
            raise LtvizError(f"{page.name} could not be printed: {done.stderr.decode(errors='replace')[-300:]}")
        return write_bytes(paper, (folder / "page.pdf").read_bytes())
