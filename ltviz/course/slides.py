"""A lesson cut into slides: what is looked at stands on them, what is said stands in the speaker's notes."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

from ltviz.course._nbformat import nbformat
from ltviz.course.text import CODED, HIDDEN, Live, finished, prepared, prose

SEEN = re.compile(r"^(?:\$\$|[-*] |\d+\. |\||```|<details|> |#{1,3} |\*\*(?:Check yourself|A question|Goal|Time))")
PART = re.compile(r"^#{1,3} ")
ASKED = re.compile(r"^(?:> \*\*Guess first|\*\*Check yourself)")
LEAD = 170  # letters of a sentence that may stand alone on a slide
SENTENCE = re.compile(r"^.+?(?:[.?!](?=\s|\Z)|:\Z)", re.DOTALL)  # a colon ends one only before an equation
SCROLLS = re.compile(r'<picture class="tall"|<div class="jp-RenderedText[^>]*(?=>)')
BIG = re.compile(r"^(?:\||```)")
LONG = re.compile(r"^(?:\||```|[-*] |\d+\. )")  # does not stand below one that is big
CAPTION = "[figure: "  # what a picture is called where it is not seen: its title and subtitle
ROWS = 11  # of a table, and
LINES = 12  # of a list, that stand on one slide
LINE = 75  # letters of a list's line
STOP = re.compile(r"\s*[,.;]\s*(?=\$\$\Z)")  # what ends an equation in the text and nothing on a slide
QUIET = ("Sources", "Exercises", "What this lesson does not show")  # parts that are read at home


def slides(notebook: Any, live: Live | None = None) -> str:
    """Return the sections of a deck, as nbconvert's slide exporter writes them.

    A slide begins at each heading, at each question and at each picture. A cell that says so itself, by
    ``metadata.slideshow.slide_type``, stands as a whole, as what it says.

    Parameters
    ----------
    notebook : notebook
        Executed and made static.
    live : Live, optional
        Puts explorers in the place of their pictures.
    """
    from nbconvert import SlidesExporter

    # no fold on a slide: the answer has one of its own; nor any cell that a page leaves out
    deck = prepared(notebook, live, cells=_joined(list(_cut(notebook.cells))))
    exporter = SlidesExporter(exclude_input=True, exclude_input_prompt=True, exclude_output_prompt=True)
    exporter.template_file = "base.html.j2"
    body, _ = exporter.from_notebook_node(deck)
    return SCROLLS.sub(r'\g<0> tabindex="0"', finished(str(body)))


def _cut(cells: list[Any]) -> Iterator[Any]:
    heading, home, pictured, full = "", False, False, False
    for cell in cells:
        tags = {*cell.metadata.get("tags", ())}
        if cell.cell_type == "markdown" and not tags and "slideshow" not in cell.metadata:
            for each in _parts(cell.source, heading):
                heading, home = each.metadata.get("heading", heading), each.metadata.get("home", home)
                if home:
                    continue
                kind = each.metadata.slideshow.slide_type
                big = bool(BIG.match(each.source))
                alone = pictured or (full and LONG.match(each.source))
                if kind == "-" and alone:  # a picture has its slide for itself, a question too
                    yield _cell(heading, "slide", kicker=True)
                    full = False
                full = kind != "slide" and (full or big)
                pictured = (pictured and kind == "notes") or bool(ASKED.match(each.source))
                yield each
        elif home:
            continue
        elif "teacher" in tags:
            yield _cell(cell.source, "notes")
        elif "slideshow" in cell.metadata:
            yield cell
        elif cell.get("outputs") and not (HIDDEN | CODED) & tags:
            yield _cell(heading, "slide", kicker=True)
            yield nbformat.from_dict({**cell, "metadata": {**cell.metadata, "slideshow": {"slide_type": "-"}}})
            for caption in (str(output.get("data", {}).get("text/plain", "")) for output in cell.outputs):
                if caption.startswith(CAPTION):
                    yield _cell(caption.removeprefix(CAPTION).removesuffix("]"), "notes")
            pictured = True


def _joined(cells: list[Any]) -> list[Any]:
    """Let a heading with nothing below it head the next slide; its notes go there too."""
    shown: list[Any] = []
    for cell in cells:
        kind = cell.metadata.slideshow.slide_type
        last = next((k for k in range(len(shown) - 1, -1, -1) if shown[k].metadata.slideshow.slide_type != "notes"), -1)
        alone = last >= 0 and "heading" in shown[last].metadata and shown[last].source.startswith("## ")
        if not (kind == "slide" and 'class="kicker"' in cell.source and alone):
            shown.append(cell)
    return shown


def _parts(source: str, heading: str) -> Iterator[Any]:
    """Yield the pieces of a text: headings and what is looked at for the slide, the rest for the notes."""
    said = True  # the first sentence below a heading may stand on the slide
    for block in _blocks(source):
        if PART.match(block):
            cell = _cell(block, "slide")
            if not block.startswith("###"):  # those belong to the part in which they stand
                heading, said = block.lstrip("# "), False
                cell.metadata.update(heading=heading, home=heading in QUIET)
            yield cell
        elif ASKED.match(block):
            yield _cell(heading, "slide", kicker=True)
            yield _cell(block, "-")
        elif SEEN.match(block):
            for k, portion in enumerate(_portions(STOP.sub("", block))):
                if k:
                    yield _cell(heading, "slide", kicker=True)
                yield _cell(portion, "-")
        else:
            first = SENTENCE.match(block)
            if not said and first and len(first[0]) <= LEAD:
                yield _cell(first[0], "-")
            said = True
            yield _cell(block, "notes")


def _portions(block: str) -> list[str]:
    """Return a table or a list that is too long for a slide as several, about equally long."""
    if block.startswith("|"):
        head, rows = block.splitlines()[:2], block.splitlines()[2:]
        each = math.ceil(len(rows) / math.ceil(len(rows) / ROWS))
        return ["\n".join([*head, *rows[k : k + each]]) for k in range(0, len(rows), each)]
    items = re.split(r"\n(?=- )", block) if block.startswith("- ") else [block]
    lines = [math.ceil(len(item) / LINE) for item in items]
    if sum(lines) <= LINES or len(items) == 1:
        return [block]
    half = next(k for k in range(1, len(items)) if sum(lines[: k + 1]) > sum(lines) / 2)
    return ["\n".join(items[:half]), "\n".join(items[half:])]


def _blocks(source: str) -> list[str]:
    """Return paragraphs; code and choices that belong together stay together."""
    blocks: list[str] = []
    for block in re.split(r"\n\s*\n", source.strip()):
        open_code = bool(blocks) and blocks[-1].count("```") % 2 == 1
        choices = bool(blocks) and block.startswith("<details") and "**Check yourself" in blocks[-1]
        if open_code or choices:
            blocks[-1] += f"\n\n{block}"
        elif block.startswith("## ") and "\n" in block:  # a heading without an empty line below it
            blocks += block.split("\n", 1)
        else:
            blocks.append(block)
    return blocks


def _cell(source: str, kind: str, kicker: bool = False) -> Any:
    words = f'<p class="kicker">{prose(source)}</p>' if kicker else source
    cell = nbformat.v4.new_markdown_cell(words)
    cell.metadata = nbformat.from_dict({"slideshow": {"slide_type": kind}})
    return cell
