"""Where the lessons are: in the checkout, or inside the installed package."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ltviz.core.checks import did_you_mean
from ltviz.core.errors import BadInput, DataError

_PACKAGE = Path(__file__).resolve().parents[1]


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


def calls(stem: str) -> tuple[str, ...]:
    """Return what a lesson may be called: 04_margins, margins, 04, 4."""
    return stem, stem[3:], stem[:2], stem[:2].lstrip("0")
