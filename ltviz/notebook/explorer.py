"""An explorer as Python sees it: it answers its browser, and moves as a hand would."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ltviz import web
from ltviz.core.checks import did_you_mean
from ltviz.core.errors import BadInput, LtvizError
from ltviz.core.params import Param
from ltviz.explorers import Card, after, question
from ltviz.notebook import _any_view, _still

if TYPE_CHECKING:
    from ltviz.notebook._widget import Widget

TURN = 0.04  # seconds after which a request is given back: what it still lacks is asked for again, if still wanted


class Explorer:
    """A view with sliders, as `ltviz.explore` makes it.

    Parameters
    ----------
    card, state
        As `Card.start` gives them.
    drawing : Drawing, optional
        What draws the card's figure, where its browser does not.
    theme : str
        The look at opening.
    given : mapping, optional
        The keywords of `ltviz.explore`, where the explorer is one of the shipped cards.
    """

    def __init__(
        self,
        card: Card,
        state: dict[str, Any],
        drawing: _any_view.Drawing | None,
        theme: str,
        given: Mapping[str, Any] | None = None,
    ) -> None:
        self._card = card
        self._state = state
        self._drawing = drawing
        self._theme = theme
        self._given = given
        self._widget: Widget | None = None
        self._closed = False
        self._edition = 0  # of the dials: another loss has others

    def _ipython_display_(self) -> None:
        from IPython.display import display

        for bundle in self._bundles():
            display(bundle, raw=True)

    def _bundles(self) -> list[dict[str, Any]]:
        if self._widget is not None:
            return [self._widget.bundle()]
        if self._closed:
            return [{"text/plain": repr(self)}]
        return _still.bundles(self._card, self._state, self._theme, self._given)

    def __repr__(self) -> str:
        return f"<{'closed ' * self._closed}explorer of {self._card.name}>"

    @property
    def state(self) -> dict[str, Any]:
        """The dials' values, wherever a hand or `move` has put them."""
        return self._checked(self._widget.at) if self._widget is not None else dict(self._state)

    def move(self, **state: Any) -> None:
        """Put dials to values, as a hand would: a number goes to its nearest stop, and what goes wrong is shown.

        With ``LTVIZ_STRICT=1`` in the environment it is raised too.

        Raises
        ------
        BadInput
            For a dial that is not there, or a value that it cannot take.
        """
        for name in state:
            if name not in self._card.dials:
                raise BadInput(
                    f"unknown keyword {name!r} ({state[name]!r}); {self._card.name} has "
                    f"{', '.join(self._card.dials)}.{did_you_mean(name, self._card.dials)}"
                )
        target = self._checked({**self.state, **state})
        for name in state:
            stops = self._card.dials[name].values
            if isinstance(self._card.dials[name].control, Param):
                target[name] = min(stops, key=lambda stop: abs(stop - target[name]))
        try:
            card, target = self._at(target)
            for table in card.tables.values():
                if not table.asked:
                    table.entry(target)
        except Exception as error:
            if _strict():
                raise
            if self._widget is not None:
                self._widget.send({"error": _said(error), "id": ""})
            return
        self._go(card, target)

    def close(self) -> None:
        """Take the sliders away and free what they held; the state stays readable."""
        if self._widget is not None:
            self._state, widget, self._widget = self.state, self._widget, None
            widget.end()
        self._closed = True
        self._drawing, self._card = None, replace(self._card, tables={})

    def attach(self) -> None:
        """Make the widget."""
        from ltviz.notebook._widget import Widget

        self._widget = Widget(self, self._spec())

    def answer(self, request: Mapping[str, Any]) -> None:
        """Answer a request of the browser: its first entry, and more of them while the turn lasts."""
        if self._drawing is not None:
            self._drawing.look, self._drawing.width = str(request["look"]), float(request["width"])
        begun = time.perf_counter()
        try:
            for ask in request["ask"]:
                self._answer_one(ask, request["id"])
                if time.perf_counter() - begun > TURN:
                    break
        finally:
            if self._widget is not None:
                self._widget.send({"done": request["id"]})

    def _answer_one(self, ask: Mapping[str, Any], to: str) -> None:
        assert self._widget is not None
        place = {"table": ask["table"], "key": ask["key"]}
        try:
            card, state = self._at(self._checked(ask["state"]))
            tree, buffer = web.pack(card.tables[ask["table"]].entry(state))
        except BaseException as error:
            self._widget.send({"error": _said(error), **place, "id": to})
            if _strict() or not isinstance(error, Exception):
                raise
            return
        if card is not self._card:
            self._go(card, state)
        else:
            self._widget.send({"entry": {**place, "tree": tree}, "id": to}, [buffer])

    def _checked(self, state: Mapping[str, Any]) -> dict[str, Any]:
        return {name: dial.control.check(name, state[name]) for name, dial in self._card.dials.items()}

    def _at(self, state: dict[str, Any]) -> tuple[Card, dict[str, Any]]:
        """Return the card for a state, and the state as it has it: other losses have other dials."""
        return (self._card.follows and self._card.follows(state, self._state)) or (self._card, state)

    def _go(self, card: Card, state: dict[str, Any]) -> None:
        """Show another state, with the dials that it has."""
        changed, self._card, self._state = card is not self._card, card, state
        self._given = None  # it stands elsewhere now
        if self._widget is None:
            return
        with self._widget.hold_sync():
            self._widget.at = state
            if changed:
                self._edition += 1
                self._widget.spec = self._spec()

    def _spec(self) -> dict[str, Any]:
        name = after(self._card.name)
        following = None if name is None else web.Following(name, question(name))
        spec = web.spec(self._card, self._state, self._theme, following=following)
        return {**spec, "edition": self._edition}


def _strict() -> bool:
    return os.environ.get("LTVIZ_STRICT", "") not in ("", "0")


def _said(error: BaseException) -> str:
    return str(error) if isinstance(error, LtvizError) else f"{type(error).__name__}: {error}".rstrip(": ")
