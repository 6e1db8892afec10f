"""Views that need a fit in the plane or nets trained on digits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ltviz.core.checks import seed_after
from ltviz.core.params import Choice, Control, Flag, Param, Text
from ltviz.core.profiles import PROFILES, Imbalance
from ltviz.datasets.toy import SEED
from ltviz.losses import LossSpec, constant
from ltviz.records.record import RULES
from ltviz.views._table import Override, View, losses_text, seeded

_LOSSES = "losses, separated by commas, each with its parameters in brackets"
_METHODS = (
    "methods (see `ltviz list methods`) or losses by themselves, separated by commas, each with its loss's parameters "
    "in brackets"
)
_MODEL = Choice("linear", ("linear", "cosine", "random_features", "mlp"), "what is fitted to the points")
_SCENES = ("overlap", "separable", "few_points")
_TINY = {"epochs": 1}
_RECORDS = (
    "recorded runs to read in place of training on digits, such as cifar10-exp100; what has no record is trained on "
    "digits, and the title says so"
)


def _digits_idle(state: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what does nothing where every method has a record: what has none is trained on digits."""
    from ltviz.records.names import named
    from ltviz.records.shelf import Shelf

    seeds = [seed_after(state["seed"], k) for k in range(state.get("seeds", 1))]
    if not state["records"] or not Shelf(named(state["records"]), False).covers(state["methods"], seeds):
        return ()
    return ("imbalance", "profile", "epochs")


def _read_methods(text: str) -> None:
    from ltviz.methods import apart, read

    for part in apart(text):
        read(part)


def _read_records(text: str) -> None:
    from ltviz.records.names import named

    if text:
        named(text)


_RECORDED = Override("records", _digits_idle, "recorded runs are not trained again", typed=True)


def _swept(state: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the loss's parameter that changes along the axis."""
    params = LossSpec.of(state["loss"]).loss.params
    first = next((key for key, each in params.items() if isinstance(each, Param)), "")
    return (state["parameter"] or first,)


def _imbalance(default: float) -> Param:
    return Imbalance(default, 1.0, 1e6, 0.05, "most frequent over rarest class", shown=(1, 200), log=True)


def _seeds(default: int) -> Param:
    return Param(default, 1, 100, 1, "how many seeds; one gives no band", shown=(1, 10))


def _digits(methods: str, seeds: int = 0, *, recorded: bool = False) -> dict[str, Control]:
    """Return the controls of a study on digits, over some seeds or for one; `recorded`: or of recorded runs."""
    of = "of the digits: " if recorded else ""
    shared: dict[str, Control] = {
        "methods": Text(methods, _METHODS, reads=_read_methods),
        **({"records": Text("", _RECORDS, reads=_read_records)} if recorded else {}),
        "imbalance": Imbalance(
            50.0, 1.0, 110.0, 0.05, f"{of}most frequent over rarest class", shown=(1, 100), log=True
        ),
        "profile": Choice("exp", PROFILES, f"{of}how the counts fall from the most frequent class to the rarest"),
        "epochs": Param(60, 1, 1000, 1, f"{of}passes over the training set", shown=(5, 120)),
    }
    return shared | ({"seeds": _seeds(seeds)} if seeds else {}) | {"seed": seeded()}


LEARNED: tuple[View, ...] = (
    View(
        "decision_map",
        "Where does each loss draw its boundary, and where would the Bayes rules of two priors?",
        {
            "losses": losses_text("ce, logit_adjustment, mm", _LOSSES),
            "scene": Choice("none", ("none", *_SCENES), "a named problem, which sets shape, classes and overlap"),
            "shape": Choice("gaussians", ("gaussians", "moons", "rings", "spirals"), "how the classes lie"),
            "classes": Param(3, 2, 10, 1, "number of classes"),
            "largest": Param(500, 2, 20_000, 0.1, "points of the most frequent class", shown=(10, 5000), log=True),
            "imbalance": _imbalance(100.0),
            "overlap": Param(0.3, 1e-4, 0.95, 0.01, "share that neighbours have in common", shown=(0.01, 0.9)),
            "model": _MODEL,
            "posthoc": Param(
                0.0, 0.0, 10.0, 0.05, "tau of post-hoc logit adjustment, applied after training", shown=(0.0, 1.5)
            ),
            "resolution": Param(101, 2, 2000, 1, "grid points along each side", shown=(51, 201)),
            "seed": seeded(SEED),
        },
        {"largest": 60, "imbalance": 10.0, "resolution": 15},
        (1180, 320),
        overrides=(
            Override(
                "scene",
                lambda state: () if state["scene"] == "none" else ("shape", "classes", "largest", "overlap"),
                "the scene sets it",
            ),
        ),
    ),
    View(
        "boundary_shift",
        "How far does a parameter move the boundary, and what does that do to accuracy?",
        {
            "loss": Text("logit_adjustment", "a loss with a number to change, its other parameters in brackets"),
            "parameter": Text("", "the loss's parameter that changes; empty for its first"),
            "scene": Choice("overlap", _SCENES, "a named problem"),
            "imbalance": _imbalance(100.0),
            "stops": Param(9, 2, 101, 1, "values of the parameter", shown=(3, 41)),
            "model": _MODEL,
            "seeds": _seeds(5),
            "seed": seeded(SEED),
        },
        {"stops": 2, "seeds": 2},
        takes=lambda loss: any(isinstance(control, Param) for control in loss.params.values()),
        overrides=(Override("parameter", _swept, "it is what changes along the axis"),),
    ),
    View(
        "boundary_vs_fit",
        "How far do weights, priors and margins move the boundary, the more closely the training data are fitted?",
        {
            "losses": losses_text("ce, class_balanced, logit_adjustment, ldam(max_margin=0), ldam", _LOSSES),
            "scene": Choice("separable", _SCENES, "a named problem"),
            "imbalance": _imbalance(100.0),
            "stops": Param(5, 2, 101, 1, "fits, from the usual one to the closest", shown=(2, 21)),
            "seeds": _seeds(5),
            "seed": seeded(SEED),
        },
        {"stops": 2, "seeds": 1},
        (1000, 560),
    ),
    View(
        "margin_distribution",
        "How far is each class from being misread, in training and in the test?",
        _digits("erm, dbm_bs", recorded=True),
        _TINY,
        (980, 680),
        overrides=(_RECORDED,),
    ),
    View(
        "angle_histogram",
        "How far, in angle, do test images lie from their class's vector?",
        _digits("dbm_bs(margin=0), dbm_bs", seeds=3, recorded=True)
        | {"groups": Choice("terciles", ("terciles", "thresholds"), "the rule for many, medium and few")},
        _TINY | {"seeds": 1},
        (900, 600),
        overrides=(_RECORDED,),
    ),
    View(
        "per_class_error",
        "Which classes pay and which gain when the loss is changed?",
        _digits("erm, class_balanced, mm", seeds=3, recorded=True),
        _TINY | {"seeds": 1},
        overrides=(_RECORDED,),
    ),
    View(
        "class_margin",
        "What margin does each class get in training, and what is left of it in the test?",
        _digits("erm, ldam_drw", seeds=3, recorded=True),
        _TINY | {"seeds": 1},
        (980, 520),
        overrides=(_RECORDED,),
    ),
    View(
        "accuracy_vs_parameter",
        "How much do tau and K, the parameters of DBM's margins, matter?",
        {
            **{key: each for key, each in _digits("", seeds=3).items() if key != "methods"},
            "base": Choice("balanced_softmax", constant("dbm", "BASES"), "the loss that takes the moved cosines"),
            "stops": Param(4, 2, 50, 1, "values per parameter", shown=(3, 11)),
        },
        _TINY | {"seeds": 1, "stops": 2},
    ),
    View(
        "embedding_map",
        "Where do the classes lie when the net must put them into a plane?",
        _digits("erm, logit_adjustment"),
        _TINY,
        (1000, 640),
    ),
    View(
        "confusion",
        "Which classes are taken for which?",
        _digits("erm, logit_adjustment"),
        _TINY,
        (1120, 640),
    ),
    View(
        "deployment_prior",
        "Which loss is best when classes are as frequent at deployment as in training, or otherwise?",
        _digits("erm, logit_adjustment, class_balanced", seeds=3)
        | {
            "corrected": Flag(True, "also show cross-entropy corrected to each test prior"),
            "stops": Param(21, 2, 1001, 1, "test priors", shown=(5, 51)),
        },
        _TINY | {"seeds": 1, "stops": 3},
    ),
    View(
        "training_history",
        "What does each epoch of training do to the loss, and to frequent and rare classes?",
        _digits("erm, ldam_drw", seeds=3, recorded=True)
        | {"groups": Choice("terciles", ("terciles", "thresholds"), "the rule for many, medium and few")},
        _TINY | {"seeds": 1},
        (980, 620),
        overrides=(_RECORDED,),
    ),
    View(
        "recorded_results",
        "How near do recorded runs come to the published figures?",
        {
            "records": Text(  # read by the study: it takes no empty one
                "cifar10-exp100", "recorded runs: data set, profile and imbalance, and a recipe where several have one"
            ),
            "select": Choice("last", tuple(RULES), "the epoch of each run that counts"),
        },
        {},
        (980, 560),
    ),
)
