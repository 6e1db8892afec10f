"""A card for a view: its controls are dials, and in a notebook its losses' numbers too."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ltviz import losses, views
from ltviz.core.params import Control, Instead, Param, Text, replaced
from ltviz.core.told import told
from ltviz.explorers._card import Card, Dial, Table
from ltviz.losses import LossSpec

SWEPT = "parameter"  # the control that names the loss's parameter along a figure's axis: it has no dial


def of_view(
    name: str,
    picture: str,
    entry: Callable[[Mapping[str, Any]], Any],
    *,
    front: Sequence[str] = (),
    dials: Mapping[str, Mapping[str, Any]] | None = None,
    **said: Any,
) -> Card:
    """Return the card of a view; it takes the keywords of `ltviz.show`, and other losses give it other dials.

    A parameter of the losses is a dial where all of them that have it agree on its value; otherwise it stays in
    their spelling. A static page, which has no kernel to ask, has the view's own controls.

    Parameters
    ----------
    name : str
        The view.
    picture : str
        What draws it.
    entry : callable
        State of the dials -> what the picture draws; `counting` gives the view's keywords for it.
    front : sequence of str
        The controls in sight where no loss's numbers are; by default the view's first numbers.
    dials : mapping
        Control -> what its `Dial` has that is not the plain one's.
    **said
        Fields of the card.
    """
    view = views.view(name)
    own = dials or {}

    def made(params: Mapping[str, Control], labels: Mapping[str, str], seen: Sequence[str]) -> Card:
        controls = {**params, **view.controls}
        texts = [key for key, each in view.controls.items() if isinstance(each, Text)]
        instead = {key: other for other, each in controls.items() if isinstance(each, Instead) for key in each.replaces}
        found = {
            key: Dial(
                labels.get(key) or words(key),
                controls[key],
                more=key not in seen,
                when={instead[key]: ("",)} if key in instead else {},
            )
            for key in dict.fromkeys([*seen, *texts, *params, *view.controls])
        }
        found |= {key: replace(found[key], **changes) for key, changes in own.items()}
        return Card(
            **{
                "name": name,
                "title": words(name).capitalize(),
                "question": view.question,
                "picture": picture,
                "dials": found,
                "tables": {picture: Table(tuple(found), entry, kept=False)},
                "view": name,
                "still": lambda state: counting(name, state),
                "reads": reads,
                "follows": follows if spelling(name) else None,
                **said,
            }
        )

    def reads(given: Mapping[str, Any]) -> tuple[Card, dict[str, Any]]:
        state = views.state(name, given)
        params: dict[str, Control] = {}
        labels: dict[str, str] = {}
        slot = spelling(name)
        guess = said.get("guess")
        if any(value != view.controls[key].default for key, value in state.items()):
            guess = None  # it is about the losses and counts that the card opens with
        if slot is not None:
            taken = {*view.controls}
            if SWEPT in view.controls:
                taken.add(state[SWEPT] or next(iter(LossSpec.of(state[slot]).loss.params), ""))
            state[slot], params, values = _parted(state[slot], taken)
            state |= values
            labels = {key: _owned(key, state[slot]) for key in params}
        return replace(made(params, labels, _front(params, view.controls)), guess=guess), state

    def follows(state: Mapping[str, Any], before: Mapping[str, Any]) -> tuple[Card, dict[str, Any]] | None:
        slot = str(spelling(name))
        spelled, old = (_spelled(each[slot]) for each in (state, before))
        if spelled == old and state.get(SWEPT) == before.get(SWEPT):
            return None
        controls = {**{key: state[key] for key in view.controls}, slot: spelled}
        return made({}, {}, ()).start(counting(name, controls))

    return made({}, {}, front or _front({}, view.controls))


def counting(name: str, state: Mapping[str, Any]) -> dict[str, Any]:
    """Return the dials' values without those of controls in whose place another one stands."""
    unused = replaced(views.view(name).controls, state)
    return {key: value for key, value in state.items() if key not in unused}


def spelling(name: str) -> str | None:
    """Return the control of a view that spells its losses."""
    return next((key for key in ("loss", "losses") if key in views.view(name).controls), None)


def words(name: str) -> str:
    """Return a control's or view's name as a reader sees it."""
    return name.replace("_", " ")


def _spelled(losses: str) -> str:
    return ", ".join(spec.short.text for spec in LossSpec.many(losses))


def _parted(spelled: str, taken: Collection[str]) -> tuple[str, dict[str, Control], dict[str, Any]]:
    """Take the parameters that can be dials out of a spelling: the rest of it, their controls, their values."""
    specs = LossSpec.many(spelled)
    declared = {spec.name: spec.loss.params for spec in specs}
    params: dict[str, Control] = {}
    values: dict[str, Any] = {}
    for key in dict.fromkeys(key for spec in specs for key in declared[spec.name]):
        having = [spec for spec in specs if key in declared[spec.name]]
        said = {spec.params.get(key, declared[spec.name][key].default) for spec in having}
        if key not in taken and len(said) == 1 and len({declared[spec.name][key] for spec in having}) == 1:
            params[key], values[key] = declared[having[0].name][key], said.pop()
    rest = [
        LossSpec(spec.name, {k: v for k, v in spec.params.items() if k not in params})
        if params.keys() & spec.params
        else spec
        for spec in specs
    ]
    return ", ".join(spec.text for spec in rest), params, values


def _owned(key: str, spelled: str) -> str:
    """Return the label of a losses' parameter: with the losses that have it, where not all do."""
    stems = [spec.name for spec in LossSpec.many(spelled)]
    having = dict.fromkeys(LossSpec(stem).title for stem in stems if key in losses.Field()[stem].params)
    name = losses.lettered(key)
    if len(stems) > 1 and len(having) == len(set(stems)):
        return name
    return told("{letter} ({loss})", letter=name, loss=", ".join(having))


def _front(params: Mapping[str, Control], controls: Mapping[str, Control]) -> list[str]:
    """Return the two dials in sight: the loss's first number and the imbalance, or else the view's first numbers.

    Where there are fewer, the view's first controls stand there too.
    """
    of_loss = [key for key, each in params.items() if isinstance(each, Param)][:1]
    of_view = sorted((key for key, each in controls.items() if isinstance(each, Param)), key="imbalance".__ne__)
    return [*dict.fromkeys([*of_loss, *of_view, *controls])][:2]
