"""The notation of the course: the table of lesson 00, and pages show it wherever a symbol stands.

Papers have letters of their own. Where a lesson keeps one that means something else in the table, the lesson's metadata
say so: ``{"ltviz": {"letters": {"w_j": "vector of class $j$"}}}``; letters that the table lacks may stand there too.
"""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Mapping
from typing import Any

from ltviz.course import lessons, text

ROW = re.compile(r"^\|\s*(\$[^|]*?)\s*\|\s*([^|]+?)\s*(?:\|.*)?$", re.MULTILINE)
SYMBOL = re.compile(r"\$([^$]+)\$")
NAMED = re.compile(r"\$([^$=]+)[^$]*\$")  # of an equation the left side
MATH = re.compile(r"(<math[^>]*>)(.*?)(</math>)", re.DOTALL)
_FRAME = re.compile(r"^<math[^>]*>(?:<mrow>)?(.*?)(?:</mrow>)?</math>$", re.DOTALL)
_PLAIN = re.compile(r"\*+|`|<[^>]*>")


def table(notebook: Any) -> dict[str, str]:
    """Return symbol -> meaning, in LaTeX and in words, of the rows of a notebook's tables that begin with symbols.

    Parameters
    ----------
    notebook : notebook
        Rows are such as ``| $s$ | scale of the cosines |``; what stands in further columns is left out.
    """
    words = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return {
        symbol.strip(): _PLAIN.sub("", meaning)
        for symbols, meaning in ROW.findall(words)
        for symbol in NAMED.findall(symbols)
    }


@functools.cache
def notation() -> dict[str, str]:
    """Return the notation of the course: the table of its first lesson, where that has number 00."""
    first = next((path for path in lessons.lessons() if path.stem.startswith("00_")), None)
    return table(text.read(first)) if first else {}


def meanings(notebook: Any) -> dict[str, str]:
    """Return what symbols mean in a lesson: the course's notation, where the lesson does not say otherwise."""
    return notation() | notebook.metadata.get("ltviz", {}).get("letters", {})


def marked(body: str, known: Mapping[str, str]) -> str:
    """Return HTML in whose equations each known symbol says what it means, to a pointer and to the keyboard.

    Every place answers a pointer; the keyboard stops at the first of each symbol under a heading.

    Parameters
    ----------
    body : str
        A lesson, as `ltviz.course.text` gives it.
    known : mapping
        Symbol -> meaning.
    """
    forms = {_form(symbol): attribute(meaning) for symbol, meaning in known.items()}
    if not forms:
        return body
    wanted = re.compile("|".join(map(re.escape, sorted(forms, key=len, reverse=True))))
    return "".join(_part(part, wanted, forms) for part in re.split(r"(?=<h[23])", body))


def _part(part: str, wanted: re.Pattern[str], forms: Mapping[str, str]) -> str:
    met: set[str] = set()

    def symbol(found: re.Match[str]) -> str:
        form = found[0]
        stop = "" if form in met else ' tabindex="0"'
        met.add(form)
        return f'<mrow class="symbol" data-means="{forms[form]}"{stop}>{form}</mrow>'

    return MATH.sub(lambda math: f"{math[1]}{wanted.sub(symbol, math[2])}{math[3]}", part)


def _form(symbol: str) -> str:
    """Return a symbol as it stands inside of an equation's MathML."""
    found = _FRAME.match(text.mathml(symbol))
    return found[1] if found else symbol


def attribute(meaning: str) -> str:
    """Return a meaning as the pages' attribute has it: symbols in it as they are read."""
    plain = SYMBOL.sub(lambda found: _read(found[1]), meaning)
    return plain.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


def _read(equation: str) -> str:
    """Return the letters of an equation."""
    return "".join(html.unescape(each) for each in re.findall(r">([^<]+)<", text.mathml(equation)))
