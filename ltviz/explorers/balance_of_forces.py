"""The balance of forces: each sample pulls at the boundary, and where it comes to rest the scale is level."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from ltviz.core.params import Choice, Param
from ltviz.datasets.toy import ToyData
from ltviz.explorers._card import Card, Dial, Guess, Table
from ltviz.explorers._map_tables import CONTROLS, chosen, loss_dials, terms_at
from ltviz.explorers._stops import BETAS
from ltviz.losses import LossSpec
from ltviz.plane.fit import fit2d
from ltviz.plane.forces import forces
from ltviz.plane.problem import problem
from ltviz.plane.terms import frame

LARGEST = 60  # so many arrows an eye still tells apart
RATIOS = (1.0, 2.0, 3.0, 5.0, 10.0, 20.0)
OVERLAPS = (0.01, 0.05, 0.1, 0.2, 0.32, 0.5)
PLACES = tuple(k / 10 for k in range(-40, 41))
FINE = 2.0**14  # steps of a pull of 1
_DATA = ("overlap", "seed")
_OF_LOSS = ("imbalance", *_DATA, "sees")


@lru_cache(64)
def _data(imbalance: float, overlap: float, seed: int) -> ToyData:
    return problem(shape="gaussians", classes=2, largest=LARGEST, imbalance=imbalance, overlap=overlap, seed=seed).data


def _in_sigma(data: ToyData) -> np.ndarray:
    """Return the points in standard deviations from the middle of the clouds, which lie along x."""
    return (data.points - data.centres.mean(axis=0)) / data.sigma


def points(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return as many points of each class as the frequent one has: a class's first n are its n points."""
    data = _data(1.0, state["overlap"], state["seed"])
    return {"points": _in_sigma(data).reshape(2, -1, 2), "far": float(np.ptp(data.centres[:, 0]) / data.sigma / 2)}


def seen(data: ToyData, sees: str) -> np.ndarray:
    """Return what the classifier is given of the points: on a line their height is the picture's alone."""
    return _in_sigma(data) * (1.0, 0.0 if sees == "line" else 1.0)


def pulled(state: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the pulls at every place, where a browser has not all that it takes to work them out."""
    spec, where = chosen("loss", state), tuple(state[key] for key in _OF_LOSS)
    counts = _data(*where[:3]).counts
    return None if terms_at(spec, counts, 0)["terms"] else _pulled(spec, *where)


@lru_cache(256)
def _pulled(spec: LossSpec, imbalance: float, overlap: float, seed: int, sees: str) -> dict[str, Any]:
    data = _data(imbalance, overlap, seed)
    given, loss = seen(data, sees), spec.make(data.counts)
    found = forces(fit2d(given, data.labels, loss), loss, given, data.labels, np.array(PLACES))
    at_rest = forces(fit2d(given, data.labels, loss), loss, given, data.labels, np.array([found.rest]))
    return {
        "rest": found.rest,
        "normal": found.normal,
        # the last row: at rest, where totals are level; the others as arrows need them, which packs in a third
        "pull": np.concatenate([np.round(FINE * found.pull) / FINE, at_rest.pull]),
        "hold": np.concatenate([found.hold, at_rest.hold]),
    }


def _card() -> Card:
    losses = loss_dials("loss", "ce")
    dials: dict[str, Dial] = {
        "place": Dial(
            "place of the boundary",
            Param(0.0, PLACES[0], PLACES[-1], 0.1, "where the boundary crosses the middle line", "σ"),
            stops=PLACES,
            live=True,
        ),
        **losses,
        "imbalance": Dial("imbalance: frequent / rare", CONTROLS["imbalance"], stops=RATIOS, more=True).but(
            default=10.0
        ),
        "overlap": Dial("overlap of the clouds", CONTROLS["overlap"], stops=OVERLAPS, more=True).but(default=0.32),
        "sees": Dial(
            "what the classifier sees",
            Choice("plane", ("plane", "line"), "both coordinates, or the one along the middle line only"),
            more=True,
            words={"plane": "both coordinates", "line": "one: how far right"},
        ),
        "seed": Dial("draw of the points", CONTROLS["seed"], more=True),
    }
    params = tuple(name for name in dials if name.startswith("loss."))

    def still(state: Mapping[str, Any]) -> dict[str, Any]:
        own = {key: state[key] for key in ("imbalance", "overlap", "seed")}
        return {"losses": chosen("loss", state).text, "classes": 2, "largest": LARGEST, **own}

    return Card(
        name="balance_of_forces",
        order=55,
        about=("ce",),
        title="Balance of forces",
        question="Every sample pushes the boundary away from itself. Where does it come to rest?",
        picture="forces",
        dials=dials,
        tables={
            "points": Table(_DATA, points),
            "counts": Table(("imbalance",), lambda state: {"counts": _data(state["imbalance"], 0.32, 0).counts.values}),
            "model": Table((), lambda state: frame("linear")),
            "terms": Table(
                ("imbalance", "loss", *params),
                lambda state: terms_at(chosen("loss", state), _data(state["imbalance"], 0.32, 0).counts, 0),
            ),
            "pulls": Table((*_OF_LOSS, "loss", *params), pulled, page={"loss": ("mm",)}),
        },
        view="decision_map",
        still=still,
        guess=Guess(
            "60 samples stand against 6, and all push with the loss's gradient: cross-entropy's. Where does the "
            "boundary come to rest? Zero is the middle; positive numbers lie in the rare class's side.",
            "your guess: place of the boundary",
            "σ",
            -4.0,
            4.0,
            0.1,
            0.0,
            {"loss": "ce", "imbalance": 10.0, "overlap": 0.32, "sees": "plane"},
            "rest",
            {"place": 0.9},
        ),
        page={
            "place": None,
            # Pulls that a page cannot work out come with it, for every place: two such losses would weigh too much.
            "loss": ("ce", "class_balanced", "logit_adjustment", "ldam", "mm"),
            "loss.class_balanced.beta": BETAS[::2],
            "loss.logit_adjustment.tau": None,
            "loss.ldam.max_margin": None,
            "imbalance": (1.0, 3.0, 10.0, 20.0),
            "overlap": (0.05, 0.32),
            "sees": None,
        },
        note="The line keeps its direction and steepness while you drag it. A sample's pull is the slope of its loss "
        "along the drag; a pull of 1 is that of a sample without weight that stands wholly on the wrong side. Weights "
        "make arrows longer; a margin has samples push from further off; a prior moves where pushing starts, for both "
        "classes the same way. At rest the gradient is zero: both totals and the regulariser's add up to nothing.",
    )


CARD = _card()
