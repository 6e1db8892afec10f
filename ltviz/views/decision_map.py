"""Boundaries in the plane, beside the best ones."""

from __future__ import annotations

from functools import partial

from ltviz.core.params import Choice, Param
from ltviz.views._controls import SCENES, imbalance, losses, model, seed
from ltviz.views._table import FITTED, Override, View, steady

VIEW = View(
    "Where does each loss draw its boundary, and where would the Bayes rules of two priors?",
    {
        "losses": losses,
        "scene": partial(
            Choice, options=("none", *SCENES), help="a named problem, which sets shape, classes and overlap"
        ),
        "shape": partial(Choice, options=("gaussians", "moons", "rings", "spirals"), help="how the classes lie"),
        "classes": partial(Param, low=2, high=10, step=1, help="number of classes"),
        "largest": partial(
            Param, low=2, high=20_000, step=0.1, help="points of the most frequent class", shown=(10, 5000), log=True
        ),
        "imbalance": imbalance,
        "overlap": partial(
            Param, low=1e-4, high=0.95, step=0.01, help="share that neighbours have in common", shown=(0.01, 0.9)
        ),
        "model": model,
        "posthoc": partial(
            Param,
            low=0.0,
            high=10.0,
            step=0.05,
            help="tau of post-hoc logit adjustment, applied after training",
            shown=(0.0, 1.5),
        ),
        "resolution": partial(Param, low=2, high=2000, step=1, help="grid points along each side", shown=(51, 201)),
        "seed": seed,
    },
    tiny={"largest": 60, "imbalance": 10.0, "resolution": 15},
    size=(1180, 320),
    gives=FITTED,
    overrides=(
        Override(
            "scene",
            lambda state: () if state["scene"] == "none" else ("shape", "classes", "largest", "overlap"),
            "the scene sets it",
        ),
    ),
    takes=steady,
    order=80,
)
