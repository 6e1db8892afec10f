"""A card for any view: its controls and its losses' numbers as dials, its figure as the picture."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from ltviz import losses, views
from ltviz.core.params import Control, Instead, Param, Text, replaced
from ltviz.explorers import Card, Dial, Table
from ltviz.figures.themes import label
from ltviz.losses import LossSpec

WIDE = (320.0, 1400.0)  # pixels between which a figure follows its window
SWEPT = "parameter"  # the control that names the loss's parameter along a figure's axis: it has no dial


class Drawing:
    """The figure of a view, in the look and width of the browser that shows it.

    The last numbers are kept: another look or width computes nothing again.
    """

    def __init__(self, name: str, look: str) -> None:
        self.name = name
        self.look = look
        self.width = float(views.view(name).size[0])
        self._last: tuple[dict[str, Any], Any] = ({}, None)

    def __call__(self, state: Mapping[str, Any]) -> dict[str, Any]:
        """Return the figure as plotly's JavaScript takes it, and the words that say what it shows."""
        full = views.state(self.name, counting(self.name, state))
        if self._last[0] != full:
            self._last = (full, views.compute(self.name, **full))
        width = min(max(self.width, WIDE[0]), WIDE[1])
        figure = views.draw(self.name, self._last[1], theme=self.look, width=width)
        figure.layout.updatemenus = ()  # its buttons are dials here
        told = {"figure": json.loads(figure.to_json()), "look": self.look, "width": self.width}
        return {**told, "says": self._says(figure, full)}

    def _says(self, figure: Any, full: Mapping[str, Any]) -> str:
        """Return the figure's title without its tags, and the settings that are not the view's own."""
        from ltviz.figures.themes import unmarked

        controls = views.view(self.name).controls
        lines = re.split("<br><span[^>]*>", figure.layout.title.text or views.view(self.name).question)
        words = (unmarked(line) for line in lines)
        title = ". ".join(line[:1].upper() + line[1:] for line in words)
        changed = [f"{_words(key)} {label(value, 60)}" for key, value in full.items() if value != controls[key].default]
        return f"{title.rstrip('?.')}." + (f" Here with {', '.join(changed)}." if changed else "")


def counting(name: str, state: Mapping[str, Any]) -> dict[str, Any]:
    """Return the dials' values without those of controls in whose place another one stands."""
    unused = replaced(views.view(name).controls, state)
    return {key: value for key, value in state.items() if key not in unused}


def card(drawing: Drawing, given: Mapping[str, Any]) -> tuple[Card, dict[str, Any]]:
    """Return the card of a view and its state, from keywords as `ltviz.show` takes them.

    A parameter of the losses is a dial where all of them that have it agree on its value; otherwise it stays in
    their spelling.

    Raises
    ------
    BadInput
        For a keyword or value that the view does not take.
    """
    view = views.view(drawing.name)
    state = views.state(view.name, given)
    slot = spelling(view.name)
    params: dict[str, Control] = {}
    labels: dict[str, str] = {}
    if slot is not None:
        taken = {*view.controls}
        if SWEPT in view.controls:
            taken.add(state[SWEPT] or next(iter(LossSpec.of(state[slot]).loss.params), ""))
        state[slot], params, values = _parted(state[slot], taken)
        state |= values
        labels = {key: _owned(key, state[slot]) for key in params}
    front = _front(params, view.controls)
    texts = [key for key, each in view.controls.items() if isinstance(each, Text)]
    order = dict.fromkeys([*front, *texts, *params, *view.controls])
    controls = {**params, **view.controls}
    instead = {key: name for name, each in controls.items() if isinstance(each, Instead) for key in each.replaces}
    dials = {
        key: Dial(
            labels.get(key) or _words(key),
            controls[key],
            more=key not in front,
            when={instead[key]: ("",)} if key in instead else {},
        )
        for key in order
    }
    found = Card(
        name=view.name,
        title=_words(view.name).capitalize(),
        question=view.question,
        picture="figure",
        dials=dials,
        tables={"figure": Table(tuple(dials), drawing, kept=False)},
        view=view.name,
        still=partial(counting, view.name),
    )
    return found.start(state)


def spelling(name: str) -> str | None:
    """Return the control of a view that spells its losses."""
    return next((key for key in ("loss", "losses") if key in views.view(name).controls), None)


def _parted(spelled: str, taken: Collection[str]) -> tuple[str, dict[str, Control], dict[str, Any]]:
    """Take the parameters that can be dials out of a spelling: the rest of it, their controls, their values."""
    parts = [(spec.name, spec.params) for spec in LossSpec.many(spelled)]
    declared = {stem: losses.Field()[stem].params for stem, _ in parts}
    params: dict[str, Control] = {}
    values: dict[str, Any] = {}
    for key in dict.fromkeys(key for stem, _ in parts for key in declared[stem]):
        having = [(stem, given) for stem, given in parts if key in declared[stem]]
        said = {given.get(key, declared[stem][key].default) for stem, given in having}
        if key not in taken and len(said) == 1 and len({declared[stem][key] for stem, _ in having}) == 1:
            params[key], values[key] = declared[having[0][0]][key], said.pop()
    rest = [LossSpec(stem, {k: v for k, v in given.items() if k not in params}).text for stem, given in parts]
    return ", ".join(rest), params, values


def _owned(key: str, spelled: str) -> str:
    """Return the label of a losses' parameter: with the losses that have it, where not all do."""
    stems = [spec.name for spec in LossSpec.many(spelled)]
    having = dict.fromkeys(LossSpec(stem).title for stem in stems if key in losses.Field()[stem].params)
    return key if len(stems) > 1 and len(having) == len(set(stems)) else f"{key} ({', '.join(having)})"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _front(params: Mapping[str, Control], controls: Mapping[str, Control]) -> list[str]:
    """Return the two dials in sight: the loss's first number and the imbalance, or else the view's first numbers.

    A view without a number has its first controls there.
    """
    of_loss = [key for key, each in params.items() if isinstance(each, Param)][:1]
    of_view = sorted((key for key, each in controls.items() if isinstance(each, Param)), key="imbalance".__ne__)
    return [*of_loss, *of_view][:2] or list(controls)[:2]
