"""MM's jump: one sample dragged through the boundary, and what each half of the margin does to that boundary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ltviz.core.params import Choice, Flag, Param
from ltviz.explorers._card import Card, Dial, Guess, Table
from ltviz.losses import LossSpec, places
from ltviz.losses.mm import MM
from ltviz.studies.mm_jump import GAPS, family, jump, scene_of
from ltviz.views import VIEWS

_FAMILY = family()
_SCENE = ("scene", "imbalance")
_MARGIN = ("loss", "max_margin", "gamma", "scale")


def _taken(state: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: state[name] for name in names}


def _still(state: Mapping[str, Any]) -> dict[str, Any]:
    spec = LossSpec(state["loss"], _taken(state, ("max_margin", "gamma", "scale")))
    return {"losses": spec.text, **_taken(state, _SCENE)}


CARD = Card(
    name="mm_jump",
    order=80,
    about=("mm",),
    title="MM's jump at the boundary",
    question="Drag a rare sample, which no fit has seen, through the boundary: which half of its margin moves it?",
    picture="jump",
    dials={
        "gap": Dial(
            "signed gap d",
            Param(
                -0.3,
                -1.0,
                1.0,
                0.02,
                "own cosine minus the best other one, or 0 if that is negative: above 0, right side",
            ),
            stops=GAPS,
            live=True,
        ),
        "right": Dial("right side's margin", Flag(True, "fit with the margin of samples on the right side"), live=True),
        "wrong": Dial("wrong side's margin", Flag(True, "fit with the margin of samples on the wrong side"), live=True),
        "ldam": Dial("LDAM beside it", Flag(False, "LDAM's boundary, and its margin of the rare class"), live=True),
        "max_margin": Dial(
            "maximum margin M (larger M: smaller margins)",
            MM.params["max_margin"],
            stops=tuple(sorted((*(k / 10 for k in range(6, 31)), 1.29))),
            more=True,
        ),
        "scene": Dial(
            "scene",
            Choice("overlap", ("overlap", "separable"), "two classes 2 sigma apart, or 6"),
            more=True,
            words={"overlap": "the classes overlap", "separable": "the classes separate"},
        ),
        "imbalance": Dial(
            "imbalance",
            VIEWS["decision_map"].controls["imbalance"],
            stops=(1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0),
            more=True,
        ),
        "loss": Dial(
            "loss",
            Choice(_FAMILY[0], _FAMILY, "whether the margin follows the class count too"),
            more=True,
            words={name: LossSpec(name).title for name in _FAMILY},
        ),
        "gamma": Dial("γ", MM.params["gamma"], stops=(1.0, 1.25, 1.528, 1.75, 2.0, 2.5, 3.0), more=True),
        "scale": Dial("scale s", MM.params["scale"], stops=(4.0, 8.0, 12.0, 16.0, 19.0, 26.0, 32.0), more=True),
    },
    tables={
        "scene": Table(_SCENE, lambda s: {**vars(scene_of(**_taken(s, _SCENE))), "place": places(["LDAM"])[0]}),
        "jump": Table((*_MARGIN, *_SCENE), lambda s: vars(jump(**_taken(s, (*_MARGIN, *_SCENE))))),
    },
    guess=Guess(
        prompt="At the boundary, the margin of a sample on the wrong side is twice that of one on the right side. How "
        "far does the wrong side's margin alone move the boundary from where it is without margins? Positive is into "
        "the rare class's side, to the right.",
        label="the wrong side's margin moves it by",
        unit="σ",
        low=-2.0,
        high=2.0,
        step=0.05,
        start=-1.0,
        state={
            "max_margin": 1.29,
            "scene": "overlap",
            "imbalance": 100.0,
            "loss": "mm",
            "gamma": 1.528,
            "scale": 19.0,
        },
        truth="negative",
        shows={"right": False, "wrong": True},
    ),
    note="Over 20 draws of the points (imbalance 100, M = 1.29, against the fit without margins; positive: into the "
    "rare class's side): where the classes overlap, the right side's margin moves the boundary by +0.9 ± 0.4 σ. The "
    "wrong side's, though larger, does nothing beyond chance: −0.05 ± 0.15 σ. Where they separate, neither does "
    "(−0.01 ± 0.05 σ and 0.00 σ). So with a line MM costs balanced accuracy where the classes overlap, and changes "
    "hardly anything where they separate: the line below the picture counts it. MM's paper calls the right side's "
    "margin hard positive, the wrong side's hard negative; in DBM's paper a hard positive is a sample on the wrong "
    "side.",
    page={"gap": None, "right": None, "wrong": None, "ldam": None, "max_margin": None, "scene": None},
    view="decision_map",
    still=_still,
)
