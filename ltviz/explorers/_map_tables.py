"""What the explorers of decision maps share: dials of problems and losses, and the tables of points and fits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadInput
from ltviz.core.params import Choice, Flag, Param
from ltviz.core.told import told
from ltviz.explorers._card import Dial, Table
from ltviz.explorers._points import Points
from ltviz.explorers._stops import BETAS
from ltviz.losses import Field, LossSpec, lettered, names
from ltviz.plane.by_terms import fits_to
from ltviz.plane.fit import fit2d
from ltviz.plane.problem import Fits, Problem, problem
from ltviz.plane.terms import Terms, frame, terms
from ltviz.views import VIEWS

VIEW = VIEWS["decision_map"]
CONTROLS = VIEW.controls
WORDS = {
    "overlap": "two clouds that overlap",
    "separable": "two clouds that separate",
    "few_points": "three clouds, few points",
    "gaussians": "clouds",
    "random_features": "random features",
    "mlp": "small network",
}
_SCENE: Any = CONTROLS["scene"]
_SHAPE: Any = CONTROLS["shape"]
SHAPES: tuple[str, ...] = _SHAPE.options
OTHERS = 20  # samples in a fan
FURTHER = 10  # points of the rarest class that a hand may add without asking for the loss's terms again
PLACE = ("scene", "classes", "largest", "overlap", "seed")
PROBLEM = (*PLACE, "imbalance")
LINES = 101  # the grid on which the Bayes boundaries are found
CELLS = 100  # along a side of the picture


ADDED = Dial(
    "points added", Points("click the plane to add a point of the rare class, drag it, shift-click removes it")
)


def words(control: Any) -> dict[str, str]:
    """Return a choice's options as a reader would name them."""
    return {option: WORDS.get(option, option) for option in control.options} if isinstance(control, Choice) else {}


def problem_dials(*front: str) -> dict[str, Dial]:
    """Return the dials of the points; those named stand in front of "more"."""
    labels = {
        "scene": "data",
        "classes": "classes",
        "largest": "points of the most frequent class",
        "overlap": "overlap of neighbours",
        "imbalance": "imbalance: most frequent / rarest",
        "model": "model",
        "posthoc": "τ after training",
        "seed": "draw of the points",
    }
    scene = Choice(
        _SHAPE.default,
        (*(each for each in _SCENE.options if each != "none"), *SHAPES),
        "a named problem, or a shape whose classes and overlap are set apart",
    )
    return {
        name: Dial(
            label,
            scene if name == "scene" else CONTROLS[name],
            live=name == "posthoc",
            when={"scene": SHAPES} if name in ("classes", "largest", "overlap") else {},
            more=name not in front,
            words=words(scene if name == "scene" else CONTROLS[name]),
        )
        for name, label in labels.items()
    }


def _fitting(every: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in every if VIEW.shows(Field()[name]) and _quick(LossSpec(name)))


def _quick(loss: LossSpec) -> bool:
    """Return whether a fit keeps up with a hand: one that holds embeddings against each other does not."""
    return {*loss.loss.fields(**loss.params)} <= {"logits", "cosine"}


def _within_reach(name: str, key: str, control: Choice) -> Choice:
    """Return the control without the options at which the loss cannot be fitted as quickly."""
    return replace(control, options=tuple(each for each in control.options if _quick(LossSpec(name, {key: each}))))


def loss_dials(slot: str, default: str, *, label: str = "loss", more: bool = False) -> dict[str, Dial]:
    """Return the choice of a loss and, for each loss, its parameters; they stand in the panel while it is chosen.

    Parameters
    ----------
    slot : str
        Name of the choice, ``"loss"``; the parameters are then ``"loss.ldam.max_margin"``.
    default : str
        The loss at opening.
    label : str
        Of the choice.
    more : bool
        Whether all numbers stand behind "more", not only the second and later ones.
    """
    every = _fitting(names())
    titles = {name: LossSpec(name).title for name in every}
    dials = {slot: Dial(label, Choice(default, every, "what is minimised"), words=titles)}
    for name in every:
        for k, (key, control) in enumerate(Field()[name].params.items()):
            if isinstance(control, (Param, Choice, Flag)):
                if isinstance(control, Choice):
                    control = _within_reach(name, key, control)
                places = {"letter": lettered(key), "loss": titles[name]}
                title = (
                    told("{letter} ({loss})", **places)
                    if label == "loss"
                    else told("{letter} ({loss}, {slot})", slot=label, **places)
                )
                stops = BETAS if key == "beta" else ()
                dials[f"{slot}.{name}.{key}"] = Dial(title, control, stops, when={slot: (name,)}, more=more or k > 0)
    return dials


def chosen(slot: str, state: Mapping[str, Any]) -> LossSpec:
    """Return the loss that a slot's dials say."""
    name = state[slot]
    start = f"{slot}.{name}."
    params = {key.removeprefix(start): value for key, value in state.items() if key.startswith(start)}
    return LossSpec(name, params).short


def named(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return the points that the dials say in the view's keywords; a scene sets what it sets."""
    scene = state["scene"]
    if scene not in SHAPES:
        return {key: state[key] for key in ("scene", "imbalance", "seed")}
    return {"shape": scene} | {key: state[key] for key in PROBLEM if key != "scene"}


def problem_at(state: Mapping[str, Any]) -> Problem:
    """Return the points that the dials say, those that a hand has added among them."""
    return problem(**named(state), added=tuple(tuple(point) for point in state.get("added", ())))


def points_entry(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return as many points of every class as the most frequent one has: a class's first n are its n points."""
    given = problem_at({**state, "imbalance": 1.0, "added": ()})
    data = given.data
    axis = None
    if data.shape == "gaussians" and len(data.counts) == 2:
        far = data.centres
        axis = {"from": far[0], "to": far[1], "sigma": data.sigma}
    return {
        "points": data.points.reshape(len(data.counts), -1, 2),
        "test": given.test.points,
        "best": data.bayes(given.grid(CELLS)[2]).astype(np.uint8),
        "extent": list(data.extent),
        "sigma": data.sigma,
        "axis": axis,
    }


def problem_entry(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return counts and the Bayes boundaries, which know of no point that a hand has added."""
    given = problem_at({**state, "added": ()})
    return {
        "counts": given.counts.values,
        "rarest": given.counts.rarest,
        "room": FURTHER,
        **{kind: list(lines) for kind, lines in given.bayes(LINES).items()},
    }


def counts_at(state: Mapping[str, Any]) -> ClassCounts:
    """Return the counts that the dials say, without the points that a hand has added."""
    return _counts(tuple(named(state).items()))


@lru_cache(1000)
def _counts(asked: tuple[tuple[str, Any], ...]) -> ClassCounts:
    return problem(**dict(asked)).counts


_HAVING: set[tuple[type, LossSpec]] = set()  # losses that have been tried, and have terms


@lru_cache(1000)
def _terms(loss: LossSpec, counts: ClassCounts) -> Terms | None:
    asked = (loss.loss, loss)  # one that is defined again under its name is tried again
    found = terms(loss.make(counts), tried=asked not in _HAVING)
    if found is not None:
        _HAVING.add(asked)
    return found


def _solved_there(state: Mapping[str, Any], loss: LossSpec, model: str) -> bool:
    """Whether a browser can fit this itself."""
    counts, added = counts_at(state), state.get("added", ())
    near = len(added) <= FURTHER and all(label == counts.rarest for _, _, label in added)
    return near and frame(model) is not None and _terms(loss, counts) is not None


@lru_cache(2000)
def terms_at(loss: LossSpec, counts: ClassCounts, most: int = FURTHER) -> dict[str, Any]:
    """Return a loss's words and its terms, at the counts and with up to so many more points of the rarest class."""
    known: dict[str, Any] = {"loss": loss.title, "terms": None}
    if (first := _terms(loss, counts)) is None:
        return known
    steps = [first]
    for more in range(1, most + 1):
        further = loss.make(ClassCounts([n + more * (c == counts.rarest) for c, n in enumerate(counts)]))
        steps.append(terms(further, tried=False) or first)
    arrays = {}
    for key in ("slope", "offset", "weight"):
        stack = np.stack([getattr(step, key) for step in steps])
        arrays[key] = stack[:1] if (stack == stack[:1]).all() else stack
    return known | {"terms": {"cosine": first.cosine, "scale": first.scale, "averaged": first.averaged, **arrays}}


def fit_tables(slot: str, tail: str, dials: Mapping[str, Dial], fits: Fits) -> dict[str, Table]:
    """Return the tables of a loss: its terms, and the fit where a browser has not all that it takes to solve it."""
    here = tuple(key for key in (*PROBLEM, "added", "model") if key in dials)
    counted = tuple(key for key in ("scene", "classes", "largest", "imbalance") if key in dials)
    params = tuple(name for name in dials if name.startswith(f"{slot}."))

    def known(state: Mapping[str, Any]) -> dict[str, Any]:
        return terms_at(chosen(slot, state), counts_at(state))

    def fit(state: Mapping[str, Any]) -> dict[str, Any] | None:
        loss, model = chosen(slot, state), state.get("model", "linear")
        return None if _solved_there(state, loss, model) else solved(state)

    def solved(state: Mapping[str, Any]) -> dict[str, Any]:
        loss, model = chosen(slot, state), state.get("model", "linear")
        return fits.weights(problem_at(state), loss, model)

    return {
        f"terms{tail}": Table((*counted, slot, *params), known),
        f"fit{tail}": Table((*here, slot, *params), fit, opening=solved),
    }


def fan_table(slot: str, dials: Mapping[str, Dial], page: Mapping[str, tuple[Any, ...]]) -> dict[str, Table]:
    """Return the table of the same fit to other samples; points that a hand has added are not in them."""
    here = tuple(key for key in (*PROBLEM, "model") if key in dials and key != "seed")
    params = tuple(name for name in dials if name.startswith(f"{slot}."))

    def fan(state: Mapping[str, Any]) -> dict[str, Any]:
        others = [
            problem_at({**state, "seed": state["seed"] + seed, "added": ()}).data for seed in range(1, OTHERS + 1)
        ]
        loss, model = chosen(slot, state), state.get("model", "linear")
        known = _terms(loss, others[0].counts) if frame(model) else None
        if known:
            fitted = fits_to([(data.points, data.labels) for data in others], known, model)
        else:
            made = loss.make(others[0].counts)
            fitted = [fit2d(data.points, data.labels, made, model) for data in others]
        made_of = [each.weights for each in fitted]
        # one array of all samples for each name: the words for forty small ones would be longer than the numbers
        return {
            key: each if isinstance(each, str) else np.stack([one[key] for one in made_of])
            for key, each in made_of[0].items()
        }

    return {
        "fan": Table((*here, "seed", slot, *params), fan, asked=told("{count} other samples", count=OTHERS), page=page)
    }


def said(slot: str, spec: LossSpec) -> dict[str, Any]:
    """Return the state of a slot's dials from a loss."""
    name, params = spec.name, spec.params
    if name not in _fitting([name]):
        raise BadInput(
            f"{name} needs more than scores, so no fit to it is as quick as a hand; ltviz figure decision_map --losses "
            f"{name} draws it, if a classifier of 2-D points has what it needs"
        )
    return {slot: name, **{f"{slot}.{name}.{key}": value for key, value in params.items()}}


def map_tables(dials: Mapping[str, Dial]) -> dict[str, Table]:
    """Return the tables of the points, and of the model that is fitted to them."""
    place, whole = (tuple(key for key in keys if key in dials) for keys in (PLACE, PROBLEM))

    def model(state: Mapping[str, Any]) -> dict[str, Any] | None:
        return frame(state.get("model", "linear"))

    return {
        "points": Table(place, points_entry),
        "problem": Table(whole, problem_entry),
        "model": Table(("model",) if "model" in dials else (), model),
    }
