"""The public names as pages, from their docstrings; made by pdoc."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import ltviz
from ltviz.core.errors import MissingExtra
from ltviz.core.files import write_text
from ltviz.core.fresh import HOME

FOLDER = "reference"
FRONT = "ltviz"
WHOLE = ("ltviz.samplers", "ltviz.datasets", "ltviz.datasets.toy", "ltviz.datasets.digits", "ltviz.core.counts")
MANY = ("losses", "metrics")  # folders whose files are each a page
EQUATION = re.compile(r"^(\s*)Equation\n\s*-+\n((?:.*\n?)*?)(?=^\s*$|\Z)", re.MULTILINE)


def modules() -> list[str]:
    """Return the modules that have a page."""
    found = [f"ltviz.{folder}.{path.stem}" for folder in MANY for path in sorted((HOME / folder).glob("[a-z]*.py"))]
    return [FRONT, *WHOLE, *found]


def write_reference(site: Path) -> list[Path]:
    """Write the pages into ``reference/`` of a site's folder.

    Raises
    ------
    MissingExtra
        Without pdoc.
    """
    try:
        import pdoc.doc
        import pdoc.render
    except ImportError as error:
        raise MissingExtra("the reference needs pdoc: pip install pdoc") from error
    pdoc.render.configure(docformat="numpy", show_source=False, search=False)
    _door()
    known = {name: pdoc.doc.Module(importlib.import_module(name)) for name in modules()}
    for each in known.values():
        _spaced(each)
    written = []
    for name, each in known.items():
        page = pdoc.render.html_module(module=each, all_modules=known)
        written.append(write_text(site / FOLDER / f"{name.replace('.', '/')}.html", _closed(page)))
    links = "".join(f'<li><a href="{name.replace(".", "/")}.html">{name}</a></li>' for name in known)
    return [*written, write_text(site / FOLDER / "index.html", _index(links))]


def _door() -> None:
    """Put the names of the front door where a reader of modules finds them: they load when first used."""
    for name in ltviz.__all__:
        found = getattr(ltviz, name)
        if not isinstance(found, ModuleType):
            vars(ltviz).setdefault(name, found)


def _spaced(doc: Any) -> None:
    """Have equations stand as they are written: their stars and underlines are no marks."""
    if doc.docstring:
        doc.docstring = EQUATION.sub(_as_code, doc.docstring)
    for member in getattr(doc, "members", {}).values():
        _spaced(member)


def _as_code(found: re.Match[str]) -> str:
    lines = "".join(f"    {line.strip()}\n" for line in found[2].splitlines())
    return f"{found[1]}**Equation**\n\n{lines}"


def _closed(page: str) -> str:
    """Return a page that may ask nothing of another machine."""
    from ltviz.site.page import POLICY

    return page.replace("<head>", f'<head>\n<meta http-equiv="Content-Security-Policy" content="{POLICY}">', 1)


def _index(links: str) -> str:
    from ltviz.course import text
    from ltviz.site.page import document

    body = (
        '<body>\n<nav aria-label="Site"><a href="../index.html">All lessons and explorers</a></nav>\n'
        f"<main>\n<h1>Reference</h1>\n<ul>{links}</ul>\n</main>\n</body>\n"
    )
    return document("Reference - ltviz", f"<style>\n{text.style()}</style>\n", body)
