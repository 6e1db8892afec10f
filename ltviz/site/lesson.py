"""A lesson as a page: explorers in place, contents, the meaning of symbols, the way to the next one."""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ltviz import __version__, web
from ltviz.course import lessons, notation, text
from ltviz.course.public import FOLDER, linked, stands
from ltviz.site.lecture import colours
from ltviz.site.live import Explorers
from ltviz.site.page import NO_SCRIPT, document, sheet

PACE = 200  # words a minute
AT_EACH = 1  # minutes at an explorer or a guess, less does not answer a question
HEADING = re.compile(r'<h2 id="([^"]+)"[^>]*>(.*?)(?:<a class="anchor-link".*?)?</h2>', re.DOTALL)
TAGS = re.compile(r"<[^>]+>")
CLASS_TIME = re.compile(r"\*\*Time\.\*\*\s*(\d+)\s*minutes")
TOLD_TIME = re.compile(r"<p><strong>Time\.</strong>\s*\d+ minutes\.</p>\s*")  # the line below the title says it
PROMISE = re.compile(r"<p><em>Next: lesson\s(\d+) (.*?)</em></p>\s*", re.DOTALL)  # a lesson's last words


def lesson(notebook: Any, path: Path, site: Path, stems: Sequence[str], theme: str = "auto") -> str:
    """Return the page of a lesson.

    Parameters
    ----------
    notebook : notebook
        Executed and made static.
    path : Path
        Where the page will stand, in a folder of the site.
    site : Path
        The site's folder.
    stems : sequence of str
        The lessons that stand beside it, this one among them, in order.
    theme : str
        The look.
    """
    live = Explorers(site, path, theme)
    body = notation.marked(text.text(notebook, live), notation.meanings(notebook))
    body = TOLD_TIME.sub("", body, count=1)
    if stands(site):
        body = linked(body, "../")
    name = text.title(notebook, path.stem)
    at = stems.index(path.stem)
    before = _way(stems[at - 1], "Lesson before") if at else ""
    after = _way(stems[at + 1], "Next lesson") if at + 1 < len(stems) else ""
    body, onward = _onward(body, stems, at)
    head, rest = body.split("</h1>", 1)
    body_ = (
        f'<body class="lesson">\n<nav aria-label="Site"><a href="../index.html">All lessons and explorers</a>'
        f"{before}{after}</nav>\n{_contents(body)}<main>\n{head}</h1>\n{_times(notebook, body)}{rest}\n"
        f'<p class="onward">{onward}</p></main>\n'
        f"<footer>{_reference(site)}ltviz {__version__}</footer>\n{NO_SCRIPT}"
        f"{live.blocks()}<script>\n{web.script('lesson', pictures=live.pictures)}bootLesson();\n</script>\n</body>\n"
    )
    styles = f"<style>\n{web.style()}\n{text.style()}\n{colours(theme)}\n{sheet('lesson')}</style>\n"
    return document(f"{name} - ltviz", styles, body_)


def minutes(notebook: Any, body: str) -> tuple[int, int]:
    """Return the minutes that reading takes, and those in class that the lesson names (0 for none)."""
    words = len(TAGS.sub(" ", re.sub(r"<(math|pre|svg)\b.*?</\1>", " ", body, flags=re.DOTALL)).split())
    stops = body.count('class="live"') + body.count("<strong>Guess first.</strong>")
    source = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    named = CLASS_TIME.search(source)
    return round(words / PACE + AT_EACH * stops), int(named[1]) if named else 0


def _times(notebook: Any, body: str) -> str:
    read, taught = minutes(notebook, body)
    in_class = f", {taught} in class" if taught else ""
    return f'<p class="times">About {read} minutes to read and try{in_class}.</p>\n'


def _contents(body: str) -> str:
    """Return the table of contents from the headings."""
    items = "".join(f'<li><a href="#{place}">{TAGS.sub("", words)}</a></li>' for place, words in HEADING.findall(body))
    return (
        f'<details class="contents" open><summary>Contents</summary><nav aria-label="Contents"><ol>{items}</ol></nav>'
        "</details>\n"
        if items
        else ""
    )


def _reference(site: Path) -> str:
    """Return a link to the public names, where their pages stand."""
    return f'<a href="../{FOLDER}/index.html">Reference of the functions</a>. ' if stands(site) else ""


@functools.cache
def spoken(stem: str) -> str:
    """Return a lesson's name as a link says it, "4 · Margins": its title, or what its file is called."""
    path = next((each for each in lessons.lessons() if each.stem == stem), None)
    return text.title(text.read(path), stem) if path else f"{int(stem[:2])} · {stem[3:].replace('_', ' ')}"


def _way(stem: str, words: str) -> str:
    return f'<a href="{html.escape(stem, quote=True)}.html">{words}<span>: {html.escape(spoken(stem))}</span></a>'


def _onward(body: str, stems: Sequence[str], at: int) -> tuple[str, str]:
    """Return the text without its last words on the next lesson, and those with its link; or the way back."""
    if at + 1 == len(stems):
        return body, 'That was the last lesson. <a href="../index.html">All lessons and explorers</a>'
    stem = stems[at + 1]
    link = f'Next: <a href="{stem}.html">{html.escape(spoken(stem))}</a>'
    said = PROMISE.search(body)
    if said and int(said[1]) == int(stem[:2]):
        return PROMISE.sub("", body), f"{link} {said[2]}"
    return body, link
