"""Where the lessons are: in the checkout, or inside the installed package."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ltviz.core.checks import did_you_mean
from ltviz.core.errors import BadInput, DataError

_PACKAGE = Path(__file__).resolve().parents[1]
_HEADING = re.compile(  # of a lesson's first cell: its title, what one can do after it, and how long it takes
    r"# (?P<title>[^\n]+).*?(?:\*\*Goal\.\*\* (?P<goal>[^\n]+)\n+\*\*Time\.\*\* (?P<minutes>\d+) minutes\.|\Z)",
    re.DOTALL,
)


@dataclass(frozen=True)
class Heading:
    """How a lesson begins: number and title, its goal, the minutes of class it takes; and how many exercises it has."""

    title: str
    goal: str
    minutes: str
    exercises: int


def lessons() -> list[Path]:
    """All lessons, by number; none where the package stands alone, without its notebooks."""
    places = (_PACKAGE.parent / "notebooks", _PACKAGE / "_shipped" / "notebooks")
    return next((found for place in places if (found := sorted(place.glob("[0-9][0-9]_*.ipynb")))), [])


def folder() -> Path:
    """Return the folder of the lessons.

    Raises
    ------
    DataError
        If there are none.
    """
    found = lessons()
    if not found:
        raise DataError(f"no lessons beside {_PACKAGE} or inside it; install ltviz again")
    return found[0].parent


def find(names: Sequence[str]) -> list[Path]:
    """Lessons by number ("04", "4"), by name ("04_margins", "margins") or by path, each once; none named means all.

    Raises
    ------
    BadInput
        If a name fits no lesson.
    """
    every = {path.stem: path for path in lessons()}
    if not names:
        return list(every.values())
    found = []
    for name in names:
        own = Path(name)
        fits = [stem for stem in every if name in calls(stem)]
        if own.suffix == ".ipynb" and own.is_file():
            found.append(own)
        elif fits:
            found.append(every[fits[0]])
        else:
            raise BadInput(f"no lesson {name!r}; there are {', '.join(every)}.{did_you_mean(name, every)}")
    return list(dict.fromkeys(found))


def heading(path: Path) -> Heading:
    """Return how a lesson begins; goal and minutes are empty where it does not say them."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    found = _HEADING.match(next((text for text in texts if text.startswith("#")), f"# {path.stem}"))
    title, goal, minutes = (found[name] or "" for name in ("title", "goal", "minutes")) if found else ("", "", "")
    return Heading(title, goal, minutes, sum(bool(re.match(r"### \d\d\.\d · ", text)) for text in texts))


def calls(stem: str) -> tuple[str, ...]:
    """Return what a lesson may be called: 04_margins, margins, 04, 4."""
    return stem, stem[3:], stem[:2], stem[:2].lstrip("0")
