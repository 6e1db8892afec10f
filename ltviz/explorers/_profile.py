"""The dials of a long-tailed profile, wherever an explorer draws by class counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ltviz.explorers._card import Dial

RATIOS = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0)
_CLASSES = (*range(2, 11), 15, 20, 30, 50, 100, 200, 365, 1000)
_LARGEST = (1000, 2000, 5000, 10_000)


SAID: dict[str, dict[str, Any]] = {  # what the dials of a view's training set are called
    "imbalance": {"label": "imbalance: most frequent / rarest"},
    "profile": {"words": {"exp": "exponential", "pareto": "Pareto"}},
    "largest": {"label": "samples of the most frequent class"},
    "counts": {"label": "your own counts"},
}


def profile_dials(controls: Mapping[str, Any], when: Mapping[str, tuple[Any, ...]], *, most: int) -> dict[str, Dial]:
    """Return the dials imbalance, profile, classes and largest.

    Parameters
    ----------
    controls : mapping
        The view's.
    when : mapping
        At which stops of another dial they do something: see `Dial`.
    most : int
        Classes that the picture can hold.
    """
    shared: dict[str, Any] = {"when": when, "more": True}
    return {
        "imbalance": Dial("imbalance: most frequent / rarest", controls["imbalance"], stops=RATIOS, when=when),
        "profile": Dial("profile", controls["profile"], words={"exp": "exponential", "pareto": "Pareto"}, **shared),
        "classes": Dial("classes", controls["classes"], stops=tuple(c for c in _CLASSES if c <= most), **shared),
        "largest": Dial("samples of the most frequent class", controls["largest"], stops=_LARGEST, **shared),
    }
