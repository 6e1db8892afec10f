"""The public names, and where in a site's folder the page of each stands."""

from __future__ import annotations

import re
from pathlib import Path

import ltviz
from ltviz.core.fresh import HOME

FOLDER = "reference"
FRONT = "ltviz"
PARTS = {  # of the index -> their modules; a folder's name with / stands for its files, a page each
    "The front door": (FRONT, "ltviz.core.counts"),
    "Losses": ("losses/",),
    "Samplers": ("ltviz.samplers", "samplers/"),
    "Data": ("ltviz.datasets", "datasets/", "ltviz.datasets.cifar", "ltviz.datasets.folder"),
    "Metrics": ("metrics/",),
}
NAMED = re.compile(
    r'<code>(?:ltviz\.)?(?P<plain>\w+)(?:\(\))?</code>|<span class="n">(?P<called>\w+)</span>(?=<span class="p">\()|'
    r'<span class="s[12]">(?:&quot;|&#39;)(?P<quoted>\w+)(?:&quot;|&#39;)</span>'
)


def modules() -> list[str]:
    """Return the modules that have a page."""
    return [name for part in PARTS for name in members(part)]


def members(part: str) -> list[str]:
    """Return the modules of a part of the index."""
    found = []
    for name in PARTS[part]:
        files = sorted((HOME / name).glob("[a-z]*.py")) if name.endswith("/") else []
        found += [f"ltviz.{name[:-1]}.{path.stem}" for path in files] or [name]
    return found


def addresses() -> dict[str, str]:
    """Return name -> its place, from the folder of the site: losses, and what the front door has."""
    losses = {name.rpartition(".")[2]: page(name) for name in members("Losses")}
    return losses | {name: f"{page(FRONT)}#{name}" for name in ltviz.__all__ if name != "losses"}


def page(module: str) -> str:
    """Return the place of a module's page, from the folder of the site."""
    return f"{FOLDER}/{module.replace('.', '/')}.html"


def stands(site: Path) -> bool:
    """Whether the reference stands in the folder of a site."""
    return (site / FOLDER / "index.html").is_file()


def linked(body: str, up: str) -> str:
    """Return HTML in which each public name that its code names leads to the reference, the first time it stands there.

    Parameters
    ----------
    body : str
        A lesson.
    up : str
        The way from its page to the site's folder: "../".
    """
    known = addresses()
    met: set[str] = set()

    def link(found: re.Match[str]) -> str:
        name = found["plain"] or found["called"] or found["quoted"]
        if name not in known or name in met:
            return found[0]
        met.add(name)
        return f'<a class="name" href="{up}{known[name]}">{found[0]}</a>'

    return NAMED.sub(link, body)
