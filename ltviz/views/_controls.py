"""Controls that many views share; each takes its default, which is the study's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from ltviz.core.checks import seed_after
from ltviz.core.own_counts import own
from ltviz.core.params import Choice, Control, Param, Text
from ltviz.core.profiles import PROFILES, Imbalance
from ltviz.losses import LossSpec
from ltviz.views._table import Asked, Override

TINY = {"epochs": 1}
SCENES = ("overlap", "separable", "few_points")
PROFILE = "how the counts fall from the most frequent class to the rarest"


def losses(default: str) -> Text:
    """Return the control of one loss, or of several with commas, each with its parameters in brackets."""

    def reads(text: str) -> None:
        LossSpec.many(text)

    return Text(default, "losses, separated by commas, each with its parameters in brackets", reads=reads)


def methods(default: str) -> Text:
    """Return the control of methods."""

    def reads(text: str) -> None:
        from ltviz.methods import apart, read

        for part in apart(text):
            read(part)

    return Text(
        default,
        "methods (see `ltviz list methods`) or losses by themselves, separated by commas, each with its loss's "
        "parameters in brackets",
        reads=reads,
    )


def records(default: str) -> Text:
    """Return the control of recorded runs."""

    def reads(text: str) -> None:
        from ltviz.records.names import named

        if text:
            named(text)

    return Text(
        default,
        "recorded runs to read in place of training on digits, such as cifar10-exp100; what has no record is trained "
        "on digits, and the title says so",
        reads=reads,
    )


def seed(default: int) -> Param:
    """Return the control of a seed."""
    return Param(default, 0, 2**32 - 1, 1, "seed of everything random here", shown=(0, max(20, default)))


def own_counts(default: str) -> Control:
    """Return the control of class counts of one's own, in place of a profile's."""
    return replace(own(), default=default)


def _of_digits(recorded: bool) -> dict[str, Asked]:
    of = "of the digits: " if recorded else ""
    return {
        "methods": methods,
        **({"records": records} if recorded else {}),
        "imbalance": partial(
            Imbalance,
            low=1.0,
            high=110.0,
            step=0.05,
            help=f"{of}most frequent over rarest class",
            shown=(1, 100),
            log=True,
        ),
        "profile": partial(Choice, options=PROFILES, help=of + PROFILE),
        "epochs": partial(Param, low=1, high=1000, step=1, help=f"{of}passes over the training set", shown=(5, 120)),
        "seeds": seeds,
        "seed": seed,
    }


seeds: Asked = partial(Param, low=1, high=100, step=1, help="how many seeds; one gives no band", shown=(1, 10))
imbalance: Asked = partial(
    Imbalance, low=1.0, high=1e6, step=0.05, help="most frequent over rarest class", shown=(1, 200), log=True
)
model: Asked = partial(
    Choice, options=("linear", "cosine", "random_features", "mlp"), help="what is fitted to the points"
)
scene: Asked = partial(Choice, options=SCENES, help="a named problem")
groups: Asked = partial(Choice, options=("terciles", "thresholds"), help="the rule for many, medium and few")

LONG_TAIL: Mapping[str, Asked] = {  # a training set: a profile's, or one's own
    "profile": partial(Choice, options=PROFILES, help=PROFILE),
    "imbalance": partial(
        Imbalance,
        low=1.0,
        high=1e6,
        step=0.05,
        help="most frequent over rarest class (100 means 100 to 1)",
        shown=(1, 1000),
        log=True,
    ),
    "classes": partial(Param, low=2, high=1000, step=1, help="number of classes", shown=(2, 20)),
    "largest": partial(
        Param,
        low=1,
        high=10**9,
        step=0.1,
        help="training samples of the most frequent class",
        shown=(100, 10_000),
        log=True,
    ),
    "counts": own_counts,
}
DIGITS: Mapping[str, Asked] = _of_digits(recorded=False)  # nets trained on digits
RECORDED: Mapping[str, Asked] = _of_digits(recorded=True)  # or recorded runs


def without(controls: Mapping[str, Asked], *names: str) -> dict[str, Asked]:
    """Return some controls without those of these names."""
    return {name: asked for name, asked in controls.items() if name not in names}


def _idle(state: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what does nothing where every method has a record: what has none is trained on digits."""
    from ltviz.records.names import named
    from ltviz.records.shelf import Shelf

    seeds = [seed_after(state["seed"], k) for k in range(state.get("seeds", 1))]
    if not state["records"] or not Shelf(named(state["records"]), False).covers(state["methods"], seeds):
        return ()
    return ("imbalance", "profile", "epochs")


BY_RECORDS = Override("records", _idle, "recorded runs are not trained again", typed=True)
