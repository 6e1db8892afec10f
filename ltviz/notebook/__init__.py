"""Views with sliders, in a notebook."""

from __future__ import annotations

from typing import Any

from ltviz.core.checks import did_you_mean, one_of
from ltviz.core.errors import BadInput
from ltviz.explorers import CARDS
from ltviz.notebook import _any_view, _cell
from ltviz.notebook.explorer import Explorer
from ltviz.views import VIEWS
from ltviz.web import LOOKS

__all__ = ["Explorer", "explore"]


def explore(name: str, *, theme: str = "auto", **state: Any) -> Explorer:
    """Show a view with sliders.

    Parameters
    ----------
    name : str
        An explorer or a view; ``ltviz list views`` prints them.
    theme : {"auto", "light", "dark", "projector"}
        The look; "auto" follows JupyterLab.
    **state
        Where the dials stand at opening: keywords as `ltviz.show` takes them.

    Returns
    -------
    Explorer
        As a cell's last value it shows the sliders, or a picture where the notebook runs without a reader.

    Raises
    ------
    BadInput
        For an unknown name, keyword or value.
    MissingExtra
        Outside Jupyter, or without ipywidgets and anywidget.

    Examples
    --------
    >>> explore("decision_map", loss="ldam", max_margin=0.3)                  # doctest: +SKIP
    """
    one_of("theme", theme, ("auto", *LOOKS))
    names = list(dict.fromkeys([*CARDS, *VIEWS]))
    if name not in names:
        raise BadInput(f"unknown explorer {name!r}; there are {', '.join(names)}.{did_you_mean(name, names)}")
    drawing = None if name in CARDS else _any_view.Drawing(name, "light" if theme == "auto" else theme)
    card, full = (CARDS[name] if drawing is None else _any_view.card(drawing)).start(state)
    explorer = Explorer(card, full, drawing, theme, state if drawing is None else None)
    if _cell.live():
        explorer.attach()
        _cell.own(explorer)
    return explorer
