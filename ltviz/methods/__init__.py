"""Methods: the rows of the papers' tables, each a loss, a head, a sampler, a schedule and a recipe."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ltviz.core.checks import did_you_mean, one_of
from ltviz.core.checks import spelled as shortest
from ltviz.core.errors import BadInput
from ltviz.core.params import Control, pairs, parsed
from ltviz.methods.rows import DBM, DROPS, FAMILIES, GENTLE, LDAM, ROWS, Method
from ltviz.methods.schedule import Recipe

if TYPE_CHECKING:
    from ltviz.methods._part import Part

__all__ = [
    "DIGITS",
    "FAMILIES",
    "METHODS",
    "RECIPES",
    "REWEIGHT_BETA",
    "Method",
    "apart",
    "by_recipe",
    "find",
    "given",
    "is_row",
    "meant",
    "on_digits",
    "parameters",
    "parse",
    "places",
    "read",
    "spelled",
    "titled",
]

REWEIGHT_BETA = 0.9999  # deferred re-weighting: class-balanced weights with this beta, as in the LDAM code
RECIPES = ("paper", "basic", "strong", "short")

METHODS: dict[str, Method] = {method.name: method for method in ROWS}

DIGITS = Recipe("digits", epochs=60, batch=64, rate=0.05, decay=5e-4)


def find(name: str | Method) -> Method:
    """Return the method of that name.

    Raises
    ------
    BadInput
        For an unknown name; the message lists the methods.
    """
    if isinstance(name, Method):
        return name
    if name not in METHODS:
        raise BadInput(f"unknown method {name!r}; there are {', '.join(METHODS)}.{did_you_mean(name, METHODS)}")
    return METHODS[name]


def apart(text: str) -> list[str]:
    """Split at the commas outside brackets: ``"erm,dbm_bs(margin=0.2,tau=1)"``."""
    return [part.strip() for part in re.split(r",(?![^(]*\))", text)]


def parse(text: str) -> tuple[str, dict[str, Any]]:
    """Read ``"dbm_bs(margin=0.2)"``, ``"mixup(alpha=0.4)"`` into a method's name and parameters.

    They are those of its loss, its step or its second stages; see `given`.

    Raises
    ------
    BadInput
        For an unknown method or parameter, or a value outside its range.
    """
    from ltviz.losses import split

    _no_file(text)
    method = find(_name(text))
    name, inside = split(text, "method")
    if not inside:
        return name, {}
    owner = f"{name} trains {method.loss}{_beside(method)}, which"
    asked = replace(method, params={**method.params, **pairs(text, inside)})
    return name, parsed(text, inside, owner, parameters(asked))


def spelled(name: str, params: Mapping[str, Any]) -> str:
    """Write a method with its parameters, however they were typed: ``"dbm_bs(margin=0.2)"``; `parse` reads it."""
    words = (f"{key}={shortest(value) if isinstance(value, float) else value}" for key, value in sorted(params.items()))
    return f"{name}({', '.join(words)})" if params else name


def parameters(method: Method) -> dict[str, Control]:
    """Return all that can be set of a method, by name: parameters of its loss, its step and its second stages.

    Raises
    ------
    BadInput
        If two of them have a parameter of one name, so that no one could tell which is meant.
    """
    from ltviz.losses import Field
    from ltviz.methods import stages, steps

    every: dict[str, Control] = {}
    parts = [steps.make(method.step), *map(stages.make, method.stages)]
    for declared in (Field()[method.loss].controls(method.params), *(part.params for part in parts)):
        if twice := sorted(every.keys() & declared.keys()):
            raise BadInput(f"{method.name} has two parameters called {twice[0]!r}: set it in a Method of your own")
        every |= declared
    return every


def given(method: Method, params: Mapping[str, Any]) -> Method:
    """Return the method with some parameters, each of its loss, its step or a second stage, in place of its own.

    Raises
    ------
    BadInput
        For a value outside the range of a step or a stage; what is neither's is left for the loss to check.
    """
    from ltviz.methods import stages, steps

    if not params:
        return method
    parameters(method)  # each name is one's alone

    def of(part: Part) -> dict[str, Any]:
        return {key: value for key, value in params.items() if key in part.params}

    some = [steps.make(method.step), *map(stages.make, method.stages)]
    rest = {key: value for key, value in params.items() if not any(key in part.params for part in some)}
    return replace(
        method,
        params={**method.params, **rest},
        step=steps.given(method.step, of(some[0])),
        stages=tuple(stages.given(text, of(part)) for text, part in zip(method.stages, some[1:], strict=True)),
    )


def read(text: str) -> tuple[str, dict[str, Any]]:
    """Read the name of a method, or of a loss by itself, and its parameters.

    Parameters
    ----------
    text : str
        ``"dbm_bs(margin=0.2)"``; where a method and a loss of ltviz have one name, the method.

    Raises
    ------
    BadInput
        If there is neither, a loss of one's own has a method's name, or for a bad parameter.
    """
    from ltviz.losses import LossSpec, names

    if is_row(text):
        return parse(text)
    name = _name(text)
    if name not in names():
        raise BadInput(
            f"{name!r} is neither a method (ltviz list methods) nor a loss (ltviz list losses)."
            f"{did_you_mean(name, dict.fromkeys([*METHODS, *names()]))}"
        )
    spec = LossSpec.of(text)
    return name, dict(spec.params)


def meant(text: str, counts: Any) -> tuple[Method, dict[str, Any]]:
    """Return the method of that name, or one that is a loss by itself, and its parameters.

    Parameters
    ----------
    text : str
        See `read`.
    counts : ClassCounts or anything that makes one
        Those of the training: which head a loss needs is asked of the loss, made for these counts.

    Raises
    ------
    BadInput
        See `read`.
    """
    from ltviz.losses import make_loss

    name, params = read(text)
    if is_row(text):
        return METHODS[name], params
    loss = make_loss(name, counts, **params)
    if loss.uses == "embedding":
        raise BadInput(
            f"{name} takes embeddings alone, so by itself it trains no classifier: a method adds a classification loss "
            "(ltviz list methods)"
        )
    return Method(name, name, "the loss by itself", head="cosine" if "cosine" in loss.needs() else "linear"), params


def titled(text: str) -> str:
    """Return a method, or a loss by itself, in words: its title, and the parameters that are given.

    Examples
    --------
    >>> from ltviz.methods import titled
    >>> titled("dbm_bs(margin=0)")
    'DBM + balanced softmax (margin 0)'
    """
    from ltviz.losses import settings
    from ltviz.losses import titled as loss_titled

    row = METHODS.get(_name(text))
    if row is None:
        return loss_titled(text)
    return (row.title or loss_titled(row.loss)) + settings(text)


def places(texts: Sequence[str]) -> list[int]:
    """Return the place among a picture's colours of each method: that of the loss that it trains."""
    from ltviz.losses import places as places_of
    from ltviz.losses import titled as loss_titled

    rows = (METHODS.get(_name(text)) for text in texts)
    return places_of([loss_titled(row.loss if row else text) for row, text in zip(rows, texts, strict=True)])


def is_row(text: str) -> bool:
    """Return whether a text names a method and not a loss.

    Raises
    ------
    BadInput
        If it is the name of a file, or a loss of one's own has a method's name.
    """
    from ltviz.losses import names, shipped

    _no_file(text)
    name = _name(text)
    if name in METHODS and name in names() and name not in shipped():
        raise BadInput(f"the name {name!r} belongs to a method of ltviz; give the class of your loss another name")
    return name in METHODS


def _name(text: str) -> str:
    return text.partition("(")[0].strip()


def _beside(method: Method) -> str:
    """Return what a method trains by beside its loss, in words."""
    step = "" if method.step == "plain" else f" by {method.step}"
    return step + "".join(f", then {stage}" for stage in method.stages)


def _no_file(text: str) -> None:
    if text.strip().endswith(".py"):
        raise BadInput(
            f"{text!r} is a file, where the name of a method is due (ltviz list methods); ltviz compare FILE trains a "
            "loss of your own beside others, and ltviz figure --loss-file FILE draws it"
        )


def by_recipe(method: Method, recipe: str = "paper", epochs: int | None = None) -> Method:
    """Return the method with the recipe of that name, for all data but digits; its loss stays the paper's.

    Parameters
    ----------
    method : Method
        A row.
    recipe : {"paper", "basic", "strong", "short"}
        ``paper``: the row's own. ``basic``: LDAM's for every method (200 epochs of 128 images, drops at 80 and 90 %,
        crop and flip). ``strong``: the DBM paper's for every method (200 epochs of 64 images, cosine, AutoAugment and
        Cutout). ``short``: basic with 40 epochs, for a CPU.
    epochs : int, optional
        Instead of the recipe's; the schedule keeps its shape. The recipe keeps its name.
    """
    one_of("recipe", recipe, RECIPES)
    plan, schedule = method.recipe, method.schedule
    if recipe in ("basic", "short"):
        plan, schedule = LDAM, replace(schedule, shape="drops", drops=DROPS.drops)
    elif recipe == "strong":
        plan, schedule = DBM, replace(schedule, shape="cosine")
    wanted = epochs if epochs is not None else 40 if recipe == "short" else plan.epochs
    # Crops and flips already make the replicas of an over-sampled image differ.
    return method.by(replace(plan, name=recipe, epochs=wanted), schedule=schedule, jitter=0.0)


def on_digits(method: Method, epochs: int) -> Method:
    """Return the method with the digits' recipe in place of its paper's; its loss stays the paper's.

    About 300 images make 5 batches an epoch, where CIFAR-10-LT has 97. So the rate drops to 1/10 and 1/100: the LDAM
    code's 1/100 and 1/10000 would leave the last fifth, where deferred re-weighting acts, no steps to act in. Rate and
    decay were chosen on the validation split and are the same for all methods but those that are about the decay, and
    so are the drops, also where a paper has a cosine. A step that sees several views of an image gets them by small
    shifts and noise: they would be one and the same otherwise.
    """
    from ltviz.methods.steps import make

    schedule = replace(method.schedule, shape="drops", drops=GENTLE.drops)
    augmentation = "shift" if len(make(method.step).views) > 1 else DIGITS.augmentation
    recipe = replace(DIGITS, epochs=epochs, augmentation=augmentation)
    return method.by(recipe, schedule=schedule, model="digits")
