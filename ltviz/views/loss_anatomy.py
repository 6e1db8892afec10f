"""The parts of one loss."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from ltviz.core.params import Param, Text
from ltviz.losses import LossSpec
from ltviz.views._controls import LONG_TAIL
from ltviz.views._table import SAMPLE, Override, View


def _scaled(state: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what a loss with a scale of its own makes idle."""
    return ("sharpness",) if LossSpec.of(state["loss"]).loss.uses == "cosine" else ()


VIEW = View(
    "What does a loss change in cross-entropy: the scores, the weights, the penalty or the pull?",
    {
        "loss": partial(Text, help="any loss, with its parameters in brackets"),
        "sharpness": partial(
            Param, low=0.1, high=100.0, step=0.5, help="logits per cosine for a loss without a scale", shown=(1, 64)
        ),
        **LONG_TAIL,
    },
    tiny={"classes": 3, "largest": 500},
    size=(980, 720),
    gives=SAMPLE,
    takes=lambda loss: True,
    overrides=(Override("loss", _scaled, "that loss has a scale of its own"),),
    order=70,
)
