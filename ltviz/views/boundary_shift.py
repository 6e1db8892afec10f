"""The boundary's shift, as a parameter changes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from ltviz.core.params import Param, Text
from ltviz.losses import LossSpec
from ltviz.views._controls import imbalance, model, scene, seed, seeds
from ltviz.views._table import Override, View, steady


def _swept(state: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the loss's parameter that changes along the axis."""
    params = LossSpec.of(state["loss"]).loss.params
    first = next((key for key, each in params.items() if isinstance(each, Param)), "")
    return (state["parameter"] or first,)


VIEW = View(
    "How far does a parameter move the boundary, and what does that do to accuracy?",
    {
        "loss": partial(Text, help="a loss with a number to change, its other parameters in brackets"),
        "parameter": partial(Text, help="the loss's parameter that changes; empty for its first"),
        "scene": scene,
        "imbalance": imbalance,
        "stops": partial(Param, low=2, high=101, step=1, help="values of the parameter", shown=(3, 41)),
        "model": model,
        "seeds": seeds,
        "seed": seed,
    },
    tiny={"stops": 2, "seeds": 2},
    takes=lambda loss: steady(loss) and any(isinstance(control, Param) for control in loss.params.values()),
    overrides=(Override("parameter", _swept, "it is what changes along the axis"),),
    order=90,
)
