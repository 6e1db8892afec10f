"""What a reader reads, as a sentence with named places: it is English here, and a browser may say it otherwise."""

from __future__ import annotations

import re
from typing import Any

PLACE = re.compile(r"\{(\w+)\}")


class Told(str):
    """A text that knows its sentence and what stands in its places; `told` makes it.

    Attributes
    ----------
    template : str
        The English sentence, with a name in braces for each place.
    places : dict
        Name -> text or number.
    """

    template: str
    places: dict[str, Any]

    def plain(self) -> dict[str, Any]:
        """Return what JSON holds of it."""
        return {"say": self.template, "with": {name: spread(value) for name, value in self.places.items()}}


def told(template: str, /, **places: Any) -> Told:
    """Return a sentence; the first argument is the catalogue's key, so it is written out where it is called.

    Examples
    --------
    >>> told("loss at {angle}°", angle=44.0)
    'loss at 44°'
    """
    text = Told(PLACE.sub(lambda found: _written(places[found[1]]), template))
    text.template, text.places = template, places
    return text


def spread(tree: Any) -> Any:
    """Return a tree with each told text as JSON holds it."""
    if isinstance(tree, Told):
        return tree.plain()
    if isinstance(tree, dict):
        return {key: spread(value) for key, value in tree.items()}
    return [spread(value) for value in tree] if isinstance(tree, (list, tuple)) else tree


def _written(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(map(_written, value))
    return f"{value:.3g}" if isinstance(value, float) else str(value)
