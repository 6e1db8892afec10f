"""The angle wheel: one sample turned round the circle, and DBM's two margins with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from ltviz.core.params import Choice, Param
from ltviz.explorers._card import Card, Dial, Guess, Table
from ltviz.losses import LossSpec
from ltviz.losses.dbm import DBM
from ltviz.studies.angle_wheel import SAMPLES, TURNS, wheel
from ltviz.views import VIEWS

_K = replace(cast(Param, DBM.params["margin"]), default=0.3)  # the largest of the paper's, for the eye
_KEYS = ("margin", "tau", "imbalance", "instance", "sample", "scale")


def _taken(state: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: state[name] for name in names}


def _still(state: Mapping[str, Any]) -> dict[str, Any]:
    return {"loss": LossSpec("dbm", _taken(state, ("margin", "tau", "instance"))).text, "imbalance": state["imbalance"]}


CARD = Card(
    name="angle_wheel",
    order=70,
    about=("dbm",),
    title="DBM's angle wheel",
    question="Drag the sample round the circle: when does its class's margin get a second one on top?",
    picture="wheel",
    dials={
        "angle": Dial(
            "angle from its class",
            Param(40, -180, 180, 1, "the sample's angle from its own class direction", "degrees"),
            stops=TURNS,
            live=True,
        ),
        "margin": Dial("margin K of the rarest class", _K, stops=tuple(k / 50 for k in range(26))),
        "sample": Dial(
            "sample's class",
            Choice("rare", SAMPLES, "which of the three classes the sample belongs to"),
            more=True,
            words={"rare": "the rarest", "middle": "the middle one", "frequent": "the most frequent"},
        ),
        "instance": Dial(
            "instance margin",
            DBM.params["instance"],
            more=True,
            words={"hard": "on the wrong side", "all": "for all samples", "none": "for none"},
        ),
        "imbalance": Dial(
            "imbalance",
            VIEWS["margin_surface"].controls["imbalance"],
            stops=(1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0),
            more=True,
        ),
        "tau": Dial("τ", DBM.params["tau"], stops=tuple(k / 4 for k in range(9)), more=True),
        "scale": Dial("scale s", DBM.params["scale"], stops=(1.0, 4.0, 8.0, 16.0, 32.0, 64.0), more=True),
    },
    tables={"wheel": Table(_KEYS, lambda s: vars(wheel(**_taken(s, _KEYS))))},
    guess=Guess(
        prompt="The rarest class has a margin of 17.2°. A sample of it has been turned 90° away, so that another "
        "class is nearer. How large is its whole margin?",
        label="whole margin",
        unit="degrees",
        low=0.0,
        high=60.0,
        step=0.5,
        start=17.0,
        state={"angle": 90, "margin": 0.3, "sample": "rare", "instance": "hard", "imbalance": 100.0, "tau": 1.0},
        truth="margin",
    ),
    page={"angle": None, "margin": tuple(k / 20 for k in range(11)), "sample": None, "instance": None},
    note="The class margin is there at every angle; the instance margin starts on the wrong side, where another class "
    "is nearer (beyond 60° here, a difficulty of 0.25), with a quarter of it, and has doubled it at 180°. With "
    "tau = 1, a class 100 times as frequent has a hundredth of the margin. DBM's paper calls a sample on the wrong "
    "side a hard positive; MM's paper uses that word for the right side.",
    view="margin_surface",
    still=_still,
)
