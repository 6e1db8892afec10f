"""Which sliders move the boundary in which scene, and why the others do not.

A slider moves the boundary if, from one end to the other, the mean place of the boundary changes by at least `TIMES`
the deviation of that place over draws of the points (the largest along the slider). The table is measured:
tests/studies/test_scenes.py measures it again and fails where it is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable

from ltviz.core.params import Param
from ltviz.losses import parse
from ltviz.losses._registry import Field

TIMES = 3.0
FLAT = 0.15  # sigma: below it, nothing is seen to move

WHY = {
    "draw": "another draw of the few rare points moves it about as much",
    "flat": "it changes how sure the fit is, not where it draws the line",
}

# scene -> "loss.parameter" -> the key of WHY; what is not listed moves the boundary
STILL: dict[str, dict[str, str]] = {
    "overlap": {
        "dbm.tau": "draw",
        "cdt.gamma": "flat",
        "focal.gamma": "flat",
        "vs.gamma": "flat",
    },
    "separable": {
        "class_balanced.beta": "draw",
        "dbm.tau": "draw",
        "hinge.max_margin": "draw",
        "hinge.scale": "draw",
        "ldam.max_margin": "draw",
        "mm_ldam.gamma": "draw",
        "vs.gamma": "draw",
        "cdt.gamma": "flat",
        "focal.gamma": "flat",
        "mm.gamma": "flat",
    },
    "few_points": {
        "cdt.gamma": "draw",
        "class_balanced.beta": "draw",
        "dbm.margin": "draw",
        "focal.gamma": "draw",
        "hinge.max_margin": "draw",
        "inverse_frequency.power": "draw",
        "logit_adjustment.tau": "draw",
        "mm.gamma": "draw",
        "mm_ldam.gamma": "draw",
        "vs.gamma": "draw",
        "vs.tau": "draw",
        "dbm.tau": "flat",
        "hinge.scale": "flat",
    },
}


def moves(scene: str, loss: str, parameter: str) -> bool:
    """Return whether that slider moves the boundary in that scene."""
    return f"{loss}.{parameter}" not in STILL[scene]


def sentence(scene: str, losses: Iterable[str], parameter: str = "") -> str:
    """Say which parameters of some losses move the boundary in a scene, and why the others do not.

    Parameters
    ----------
    scene : str
        One of `toy.SCENES`.
    losses : iterable of str
        Spellings of losses.
    parameter : str
        Only this one; all numbers of the losses by default.
    """
    names = dict.fromkeys(parse(spelled)[0] for spelled in losses)
    sliders = [
        (name, key)
        for name in names
        for key, control in Field()[name].params.items()
        if isinstance(control, Param) and key == (parameter or key)
    ]
    moved = [f"{name}'s {key}" for name, key in sliders if moves(scene, name, key)]
    parts = [f"{_listed(moved)} {'moves' if len(moved) == 1 else 'move'} the boundary"] if moved else []
    for why, text in WHY.items():
        still = [f"{n}'s {k}" for n, k in sliders if STILL[scene].get(f"{n}.{k}") == why]
        if still:
            parts.append(f"{_listed(still)} {'does' if len(still) == 1 else 'do'} not ({text})")
    return f"In this scene {'; '.join(parts)}." if parts else ""


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
