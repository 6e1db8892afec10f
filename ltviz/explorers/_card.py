"""What an explorer is made of: dials, tables of numbers that Python computes, and the name of a picture.

A browser draws an explorer; it asks for a table's entry whenever a dial has moved to a value that it has not seen.
In JupyterLab the kernel answers, a static page carries every entry. Nothing is interpolated: a dial has stops, and
whatever is drawn was computed at a stop.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ltviz.core.checks import did_you_mean
from ltviz.core.errors import BadInput
from ltviz.core.params import Choice, Control, Flag, Param, Text
from ltviz.explorers._points import Points
from ltviz.explorers._stops import stops

LAST = 1000  # the place of an explorer that declares none


@dataclass(frozen=True)
class Dial:
    """One control as a reader sees it.

    Parameters
    ----------
    label : str
        What the panel shows.
    control : Param, Choice, Flag or Text
        The declaration that the view or the loss has; it says what is valid.
    stops : tuple
        The values that a number can take; empty for those of the control.
    live : bool
        Whether the browser applies it alone: it is in no table's keys.
    when : mapping of str to tuple of str
        The dial is shown, and counts, only while these dials have one of these values.
    more : bool
        Whether it stands behind "more".
    words : mapping of str to str
        What the panel shows for a choice's options.
    """

    label: str
    control: Control | Points
    stops: tuple[Any, ...] = ()
    live: bool = False
    when: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    more: bool = False
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def values(self) -> tuple[Any, ...]:
        """Every value that the dial can take, in order; empty for a free text."""
        if self.stops:
            return self.stops
        if isinstance(self.control, Choice):
            return self.control.options
        if isinstance(self.control, Flag):
            return (False, True)
        return stops(self.control) if isinstance(self.control, Param) else ()

    def but(self, **changes: Any) -> Dial:
        """Return the dial whose control has another default, range or step."""
        control: Any = self.control
        return replace(self, control=replace(control, **changes))

    def at(self, name: str, value: Any) -> Dial:
        """Return the dial with this value among its stops.

        Raises
        ------
        BadInput
            For a value that the control does not take.
        """
        value = self.control.check(name, value)
        if not isinstance(self.control, Param) or value in self.values:
            return self
        return replace(self, stops=tuple(sorted((*self.values, value))))


@dataclass(frozen=True)
class Table:
    """Numbers that a picture needs, by the values of some dials.

    Parameters
    ----------
    keys : tuple of str
        The dials on which an entry depends.
    entry : callable
        State -> a tree of dict, list, str, number, bool, None and arrays.
    asked : str
        Empty, or the label of the button that asks for it.
    kept : bool
        Whether the browser keeps entries; otherwise each move asks again.
    page : mapping of str to tuple
        The stops of some dials at which a static page holds entries, where it does not at all of them.
    opening : callable, optional
        State -> the entry with which a static page opens, where a browser would otherwise have to work it out first.
    """

    keys: tuple[str, ...]
    entry: Callable[[Mapping[str, Any]], Any]
    asked: str = ""
    kept: bool = True
    page: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    opening: Callable[[Mapping[str, Any]], Any] | None = None


@dataclass(frozen=True)
class Guess:
    """What a reader guesses before the first drag.

    Parameters
    ----------
    prompt : str
        The question.
    label, unit : str
        Of the guess.
    low, high, step, start : float
        Of its slider.
    state : mapping
        The dials' values at which the truth is read.
    truth : str
        Which of the picture's values is the truth.
    shows : mapping
        Values of further dials, to which the way to the truth leads too; the truth does not depend on them.
    """

    prompt: str
    label: str
    unit: str
    low: float
    high: float
    step: float
    start: float
    state: Mapping[str, Any]
    truth: str
    shows: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Challenge:
    """A goal that a reader may try to reach.

    Parameters
    ----------
    name : str
        What its button says.
    words : str
        What is to be reached.
    state : mapping
        The dials' values where it begins.
    keeps : tuple of str
        The dials that must stay as they are there.
    value : str
        Which of the picture's values is to be raised.
    least : float
        To which it must rise.
    """

    name: str
    words: str
    state: Mapping[str, Any]
    keeps: tuple[str, ...]
    value: str
    least: float


@dataclass(frozen=True)
class Card:
    """An explorer: a question, dials, tables and a picture.

    Parameters
    ----------
    name, title, question : str
        Name, heading, and what the reader is asked.
    picture : str
        The drawing in ``web/js/pictures``.
    dials : mapping of str to Dial
        In the panel's order.
    tables : mapping of str to Table
        What the picture draws.
    view : str
        The view that draws this without sliders.
    still : callable
        State of the dials -> state of that view.
    guess : Guess, optional
        What is guessed first.
    challenges : tuple of Challenge
        What a reader may try to reach.
    page : mapping of str to tuple or None
        The dials of the static page, with their stops there (None for all of them); the others stay at their start.
    note : str
        What to look for.
    reads : callable, optional
        Keywords of `ltviz.explore` -> (card, state of some dials), where they are not the dials' own.
    follows : callable, optional
        State, and the state before -> (card, its full state) where other dials belong to the new one, else None.
    texts : callable, optional
        Returns the texts of its entries that its file does not write out as sentences: names, what registries say.
    about : tuple of str
        Public names on which it dwells, for the reference: losses, what the front door has, modules.
    order : int
        The explorer's place in lists; among equals the alphabet decides.
    """

    name: str
    title: str
    question: str
    picture: str
    dials: Mapping[str, Dial]
    tables: Mapping[str, Table]
    view: str
    still: Callable[[Mapping[str, Any]], dict[str, Any]]
    guess: Guess | None = None
    challenges: tuple[Challenge, ...] = ()
    page: Mapping[str, tuple[Any, ...] | None] = field(default_factory=dict)
    note: str = ""
    reads: Callable[[Mapping[str, Any]], tuple[Card, dict[str, Any]]] | None = None
    follows: Callable[[Mapping[str, Any], Mapping[str, Any]], tuple[Card, dict[str, Any]] | None] | None = None
    texts: Callable[[], tuple[str, ...]] | None = None
    about: tuple[str, ...] = ()
    order: int = LAST

    def start(self, given: Mapping[str, Any] | None = None) -> tuple[Card, dict[str, Any]]:
        """Return the card whose stops hold the given values, and the full state.

        Raises
        ------
        BadInput
            For a name or a value that the card does not know.
        """
        card, values = self.reads(given or {}) if self.reads else (self, dict(given or {}))
        dials = dict(card.dials)
        for name, value in values.items():
            if name not in dials:
                raise BadInput(
                    f"unknown keyword {name!r} ({value!r}); {card.name} has {', '.join(dials)}."
                    f"{did_you_mean(name, dials)}"
                )
            dials[name] = dials[name].at(name, value)
        for name, dial in dials.items():
            dials[name] = dial.at(name, values.get(name, dial.control.default))
        state = {name: values.get(name, dial.control.default) for name, dial in dials.items()}
        full = {name: dials[name].control.check(name, state[name]) for name in dials}
        card = replace(card, dials=dials)
        asked = card.guess.state if card.guess else {}
        if not all(card.active(name, full) for name in asked if name in dials):
            card = replace(card, guess=None)  # it is asked of other counts than those given
        return card, full

    def active(self, name: str, state: Mapping[str, Any]) -> bool:
        """Whether a dial counts in this state."""
        return all(
            state[other] in values and (other not in self.dials or self.active(other, state))
            for other, values in self.dials[name].when.items()
        )

    def key(self, table: str, state: Mapping[str, Any]) -> str:
        """Return the name of a table's entry: the places of its dials' values, as the browser counts them."""
        return ",".join(
            self._place(name, state[name]) if self.active(name, state) else "-" for name in self.tables[table].keys
        )

    def _place(self, name: str, value: Any) -> str:
        values = self.dials[name].values
        return str(values.index(value)) if values else json.dumps(value, separators=(",", ":"))

    def fixed(self, state: Mapping[str, Any] | None = None) -> Card:
        """Return the card of the static page: dials that are not its own have one value, that of the state."""
        full = dict(self.start(state)[1])
        dials = {}
        for name, dial in self.dials.items():
            chosen = self.page.get(name, (full[name],)) if name in self.page else (full[name],)
            stops = dial.values if chosen is None else tuple(chosen)
            control: Any = dial.control
            if isinstance(control, Text) and len(stops) > 1:  # no kernel reads what is typed
                control = Choice(control.default, stops, control.help)
            if isinstance(control, (Param, Choice)):  # the page opens at a stop that it has
                control = replace(control, default=full[name] if full[name] in stops else stops[0])
            dials[name] = replace(dial, control=control, stops=stops)
        return replace(self, dials=dials, reads=None, follows=None)

    def states(self, table: str) -> Iterator[dict[str, Any]]:
        """Yield a state for each entry of a table: every combination of the dials that count in it."""
        wanted = set(self.tables[table].keys)
        while more := {other for name in wanted for other in self.dials[name].when} - wanted:
            wanted |= more
        stops = {name: self.tables[table].page.get(name, dial.values) for name, dial in self.dials.items()}
        return self._combined([name for name in self.dials if name in wanted], self.start()[1], stops)

    def _combined(
        self, names: list[str], state: dict[str, Any], stops: Mapping[str, tuple[Any, ...]]
    ) -> Iterator[dict[str, Any]]:
        if not names:
            yield state
            return
        first = next(name for name in names if not self.dials[name].when.keys() & set(names))  # masters come first
        rest = [name for name in names if name != first]
        free = self.active(first, state) and stops[first]  # a text has one value here, its own
        for value in free or (state[first],):
            yield from self._combined(rest, {**state, first: value}, stops)
