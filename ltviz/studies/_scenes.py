"""Which sliders move the boundary in which scene, where to, and why the others do not.

Each draw of the points is its own control: only the slider moves, and the boundary's movement is its place minus its
place at the slider's first stop. A slider moves the boundary if at some stop the mean movement over draws is at least
`TIMES` its deviation, and large enough to be seen. tests/studies/test_scenes.py measures the table again, at each
scene's own imbalance and for linear models, and fails where it is wrong. A loss may be without rows: its sliders are
measured all the same, the test says what they do, and the captions that it is not yet written down.
"""

from __future__ import annotations

from collections.abc import Iterable

from ltviz.core.params import Param
from ltviz.datasets.toy import SCENES
from ltviz.losses import Field, LossSpec, lettered, titled, within

TIMES = 3.0
SEEN = 0.1  # sigma

_RARE, _STILL = "moves into the rare class's side with", "does not move with"

# verdict -> what the boundary does, and why
SAID = {
    "frequent": ("moves into the frequent class's side with", ""),
    "rare": (_RARE, ""),
    "rare by crowd": (_RARE, "no boundary keeps the margin, and more points of the frequent class miss it"),
    "still by draw": (_STILL, "another draw of the rare points changes the movement about as much"),
    "still": (_STILL, "it changes how sure the fit is, not where it draws the line"),
    "still by design": (_STILL, "the loss makes up for it"),
}


def _by_slider(verdicts: dict[str, str]) -> dict[str, str]:
    return {slider: verdict for verdict, sliders in verdicts.items() for slider in sliders.split()}


# scene -> "loss.parameter" -> a key of SAID; an imbalance that is not measured is not spoken of
TABLE = {
    "overlap": _by_slider(
        {
            "frequent": "class_balanced.beta dbm.margin dbm.tau dbm.scale inverse_frequency.power ldam.scale "
            "logit_adjustment.tau mm.max_margin mm.gamma mm.scale mm_ldam.max_margin mm_ldam.gamma mm_ldam.scale "
            "vs.tau",
            "rare": "ce.imbalance dbm.imbalance ldam.imbalance mm.imbalance",
            "rare by crowd": "hinge.max_margin hinge.scale ldam.max_margin",
            "still": "cdt.gamma focal.gamma vs.gamma",
            "still by design": "logit_adjustment.imbalance",
        }
    ),
    "separable": _by_slider(
        {
            "frequent": "class_balanced.beta dbm.margin dbm.tau dbm.scale inverse_frequency.power ldam.max_margin "
            "ldam.scale logit_adjustment.tau logit_adjustment.imbalance mm.max_margin mm.scale mm_ldam.max_margin "
            "mm_ldam.scale vs.gamma vs.tau",
            "rare": "ce.imbalance ldam.imbalance mm.imbalance",
            "still by draw": "dbm.imbalance hinge.max_margin hinge.scale mm_ldam.gamma",
            "still": "cdt.gamma focal.gamma mm.gamma",
        }
    ),
    "few_points": _by_slider(
        {
            "frequent": "dbm.scale ldam.scale mm.max_margin mm.gamma mm.scale mm_ldam.max_margin mm_ldam.gamma "
            "mm_ldam.scale",
            "rare": "ce.imbalance dbm.imbalance ldam.imbalance mm.imbalance",
            "rare by crowd": "ldam.max_margin",
            "still by draw": "cdt.gamma class_balanced.beta dbm.margin dbm.tau focal.gamma hinge.max_margin "
            "hinge.scale inverse_frequency.power logit_adjustment.tau logit_adjustment.imbalance vs.gamma vs.tau",
        }
    ),
}


def sentence(scene: str, losses: Iterable[LossSpec], parameter: str = "") -> str:
    """Say which sliders move the boundary in a scene, and why the others do not.

    Parameters
    ----------
    scene : str
        One of `toy.SCENES`.
    losses : iterable of LossSpec
        Whose sliders.
    parameter : str
        Only this one of the losses' numbers, beside the imbalance; all of them by default.
    """
    names = list(dict.fromkeys(spec.name for spec in losses))
    keys = [
        f"{name}.{key}"
        for name in names
        for key, control in Field()[name].params.items()
        if isinstance(control, Param) and key == (parameter or key)
    ]
    keys += [f"{name}.imbalance" for name in names]
    parts = []
    for verdict, (does, why) in SAID.items():
        these = [key for key in keys if TABLE[scene].get(key) == verdict]
        if these:
            parts.append(f"{does} {_sliders(these)}{why and f' ({why})'}")
    words = [f"Measured for linear models at imbalance {SCENES[scene].imbalance:g}, the boundary {'; '.join(parts)}."]
    new = [key for key in keys if key not in TABLE[scene] and not key.endswith(".imbalance")]
    if new:
        words.append(f"What {_sliders(new)} {'do' if len(new) > 1 else 'does'} here is not yet written down.")
    return " ".join(words if parts else words[1:])


def _sliders(keys: list[str]) -> str:
    """Return "γ and scale of MM, imbalance under cross-entropy and MM"."""
    of: dict[str, list[str]] = {}
    under = []
    for name, key in (key.split(".") for key in keys):
        title = within(titled(name))
        if key == "imbalance":
            under.append(title)
        else:
            of.setdefault(title, []).append(lettered(key))
    owners = [f"{_listed(own)} of {title}" for title, own in of.items()]
    return ", ".join(owners + ([f"imbalance under {_listed(under)}"] if under else []))


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
