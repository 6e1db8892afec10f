"""What the explorers of decision maps share: dials of problems and losses, and the tables of points and fits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from ltviz.core.errors import BadInput
from ltviz.core.params import Choice, Flag, Param
from ltviz.explorers._card import Dial, Table
from ltviz.explorers._points import Points
from ltviz.explorers._stops import BETAS
from ltviz.losses import Field, LossSpec, names
from ltviz.plane.problem import Fits, Problem, fit, problem
from ltviz.views import VIEWS

VIEW = VIEWS["decision_map"]
CONTROLS = VIEW.controls
WORDS = {
    "none": "a shape of one's own",
    "overlap": "two classes that overlap",
    "separable": "two classes that separate",
    "few_points": "three classes, few points",
    "random_features": "random features",
    "mlp": "small network",
}
OTHERS = 20  # samples in a fan
PLACE = ("scene", "shape", "classes", "largest", "overlap", "seed")
PROBLEM = (*PLACE, "imbalance", "added")
LINES = 101  # the grid on which the Bayes boundaries are found


ADDED = Dial(
    "points added", Points("click the plane to add a point of the rare class, drag it, shift-click removes it")
)


def words(control: Any) -> dict[str, str]:
    """Return a choice's options as a reader would name them."""
    return {option: WORDS.get(option, option) for option in control.options} if isinstance(control, Choice) else {}


def problem_dials(*front: str) -> dict[str, Dial]:
    """Return the dials of the points; those named stand in front of "more"."""
    labels = {
        "scene": "scene",
        "shape": "shape",
        "classes": "classes",
        "largest": "points of the most frequent class",
        "overlap": "overlap of neighbours",
        "imbalance": "imbalance: most frequent / rarest",
        "model": "model",
        "posthoc": "τ after training",
        "seed": "draw of the points",
    }
    own = {"scene": ("none",)}
    return {
        name: Dial(
            label,
            CONTROLS[name],
            live=name == "posthoc",
            when=own if name in ("shape", "classes", "largest", "overlap") else {},
            more=name not in front,
            words=words(CONTROLS[name]),
        )
        for name, label in labels.items()
    }


def _fitting(every: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in every if VIEW.shows(Field()[name]))


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
                title = f"{key} ({titles[name]}{'' if label == 'loss' else ', ' + label})"
                stops = BETAS if key == "beta" else ()
                dials[f"{slot}.{name}.{key}"] = Dial(title, control, stops, when={slot: (name,)}, more=more or k > 0)
    return dials


def chosen(slot: str, state: Mapping[str, Any]) -> LossSpec:
    """Return the loss that a slot's dials say."""
    name = state[slot]
    start = f"{slot}.{name}."
    params = {key.removeprefix(start): value for key, value in state.items() if key.startswith(start)}
    return LossSpec(name, params).short


def problem_at(state: Mapping[str, Any]) -> Problem:
    """Return the points that the dials say; a scene sets what it sets."""
    asked = {key: state[key] for key in (*PLACE, "imbalance") if key in state}
    if asked.get("scene", "none") != "none":
        asked = {key: asked[key] for key in ("scene", "imbalance", "seed") if key in asked}
    return problem(**asked, added=tuple(tuple(point) for point in state.get("added", ())))


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
        "extent": list(data.extent),
        "sigma": data.sigma,
        "axis": axis,
    }


def problem_entry(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return counts, priors and the Bayes boundaries."""
    given = problem_at(state)
    added = [list(point) for point in state.get("added", ())]
    fewer = np.bincount([point[2] for point in added], minlength=len(given.counts)) if added else 0
    return {
        "counts": given.counts.values,
        "drawn": given.counts.values - fewer,
        "added": added,
        "prior": given.counts.prior,
        "rarest": given.counts.rarest,
        **{kind: list(lines) for kind, lines in given.bayes(LINES).items()},
    }


FRAME = ("kind", "head", "centre", "spread", "omega", "phase")


def fit_tables(slot: str, tail: str, dials: Mapping[str, Dial], fits: Fits) -> dict[str, Table]:
    """Return the tables of a fit: its frame, which a slider of the loss leaves alone, and its class vectors."""
    here = tuple(key for key in (*PROBLEM, "model") if key in dials)
    params = tuple(name for name in dials if name.startswith(f"{slot}."))

    def weights(state: Mapping[str, Any]) -> dict[str, Any]:
        found = fits.fit(problem_at(state), chosen(slot, state), state.get("model", "linear"))
        return found.weights

    def frame(state: Mapping[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in weights(state).items() if key in FRAME}

    def fit(state: Mapping[str, Any]) -> dict[str, Any]:
        vectors = {key: value for key, value in weights(state).items() if key not in FRAME}
        return {"loss": chosen(slot, state).title, **vectors}

    return {f"frame{tail}": Table((*here, slot), frame), f"fit{tail}": Table((*here, slot, *params), fit)}


def fan_table(slot: str, dials: Mapping[str, Dial]) -> dict[str, Table]:
    """Return the table of the same fit to other samples; points that a hand has added are not in them."""
    here = tuple(key for key in (*PROBLEM, "model") if key in dials and key not in ("seed", "added"))
    params = tuple(name for name in dials if name.startswith(f"{slot}."))

    def fan(state: Mapping[str, Any]) -> dict[str, Any]:
        told = []
        for seed in range(1, OTHERS + 1):
            data = problem_at({**state, "seed": state["seed"] + seed, "added": ()}).data
            told.append(fit(data, chosen(slot, state), state.get("model", "linear")).weights)
        # one array of all samples for each name: the words for forty small ones would be longer than the numbers
        return {
            key: each if isinstance(each, str) else np.stack([one[key] for one in told])
            for key, each in told[0].items()
        }

    return {"fan": Table((*here, "seed", slot, *params), fan, asked=f"{OTHERS} other samples")}


def ghost_tables(dials: Mapping[str, Dial], fits: Fits) -> dict[str, Table]:
    """Return the tables of cross-entropy's fit to the same points."""
    tables = fit_tables("loss", "", {key: dial for key, dial in dials.items() if not key.startswith("loss")}, fits)
    plain = {name: lambda state, entry=table.entry: entry({**state, "loss": "ce"}) for name, table in tables.items()}
    return {
        f"ghost_{name}": Table(tuple(k for k in table.keys if k != "loss"), plain[name])
        for name, table in tables.items()
    }


def said(slot: str, spec: LossSpec) -> dict[str, Any]:
    """Return the state of a slot's dials from a loss."""
    name, params = spec.name, spec.params
    if name not in _fitting([name]):
        raise BadInput(f"{name} needs more than scores, so no classifier of 2-D points can be fitted to it")
    return {slot: name, **{f"{slot}.{name}.{key}": value for key, value in params.items()}}


def map_tables(dials: Mapping[str, Dial]) -> dict[str, Table]:
    """Return the tables of the points."""
    place, whole = (tuple(key for key in keys if key in dials) for keys in (PLACE, PROBLEM))
    return {"points": Table(place, points_entry), "problem": Table(whole, problem_entry)}
