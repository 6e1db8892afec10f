"""Which colour, dash and marker is a loss's own: it declares a place among them, the same in every picture."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ltviz.losses._registry import Field, attributes, names, shipped, split

_LETTERS = {"max_margin": "maximum margin", "beta": "β", "gamma": "γ", "tau": "τ"}
PLACES = 16  # of losses in a picture; the second curve of the same loss stands so much further on
HUES = 8  # places that have a colour to themselves; eight further on it comes again, with another dash


def places(titles: Sequence[str]) -> list[int]:
    """Return the place of each loss of a picture; one that declares none takes the first that is free there.

    Parameters
    ----------
    titles : sequence of str
        As `LossSpec.title` or `titled` says them, with parameters or without.

    Returns
    -------
    list of int
        Place plus `PLACES` for each loss of the same kind before it.

    Examples
    --------
    >>> from ltviz.losses import places
    >>> places(["LDAM", "Cross-entropy", "LDAM (maximum margin 0.3)"])
    [1, 0, 17]
    """
    own = dict(_declared())
    kinds = [next((short for short in own if f"{title} (".startswith(f"{short} (")), title) for title in titles]
    taken = {own[kind] % HUES for kind in kinds if kind in own}
    free = (place for place in (*(each for each in range(HUES) if each not in taken), *range(HUES, PLACES)))
    given: dict[str, int] = {}
    for kind in kinds:
        if kind not in given:
            given[kind] = own[kind] if kind in own else next(free, PLACES - 1)
    return [given[kind] + PLACES * kinds[:k].count(kind) for k, kind in enumerate(kinds)]


def titled(text: str) -> str:
    """Return a spelling in words, as `LossSpec.title` does, without importing the loss; a title stays as it is.

    Examples
    --------
    >>> from ltviz.losses import titled
    >>> titled("ldam(max_margin=0)")
    'LDAM (maximum margin 0)'
    >>> titled("dbm(base=class_balanced, as_released=true)")
    'DBM (base class-balanced, as released)'
    """
    name = text.partition("(")[0].strip()
    if name not in names():
        return text
    title = attributes(name)["title"] if name in shipped() else Field()[name].title
    return abbreviated(title) + settings(text)


def lettered(param: str) -> str:
    """Return a parameter as its label reads: in words, or as the papers' letter.

    Examples
    --------
    >>> from ltviz.losses import lettered
    >>> lettered("max_margin"), lettered("tau")
    ('maximum margin', 'τ')
    """
    return _LETTERS.get(param, param.replace("_", " "))


def settings(text: str) -> str:
    """Return what stands in a spelling's brackets, in words and in brackets; nothing where it has none."""
    inside = split(text, "loss")[1]
    return bracketed([part.partition("=")[::2] for part in inside.split(",")] if inside else [])


def bracketed(params: Iterable[tuple[str, object]]) -> str:
    """Return parameters and their values in words and in brackets, behind a space; nothing where there are none."""
    said = ", ".join(_setting(key.strip(), str(value).strip()) for key, value in params)
    return f" ({said})" if said else ""


def _setting(param: str, value: str) -> str:
    name = lettered(param)
    if value.lower() in ("true", "false"):
        return name if value.lower() == "true" else f"not {name}"
    return f"{name} {within(titled(value))}"


def within(title: str) -> str:
    """Return a title as it stands within a sentence: abbreviations stay.

    Examples
    --------
    >>> from ltviz.losses import within
    >>> within("Cross-entropy"), within("LDAM")
    ('cross-entropy', 'LDAM')
    """
    return title[:1].lower() + title[1:] if title[1:2].islower() else title


def abbreviated(title: str) -> str:
    """Return a loss's title, or the abbreviation that ends it."""
    short = re.search(r"\(([A-Z]{2,})\)$", title)
    return short[1] if short else title


def _declared() -> Iterator[tuple[str, int]]:
    """Yield title and place of each loss that declares one; the shipped ones are read, not imported."""
    for name in names():
        said = attributes(name) if name in shipped() else {"title": Field()[name].title, **vars(Field()[name])}
        if said.get("place") is not None:
            yield abbreviated(said["title"]), said["place"]
