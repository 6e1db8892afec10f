"""Methods: the rows of the papers' tables, each a loss, a head, a sampler, a schedule and a recipe."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ltviz.core.checks import did_you_mean, one_of
from ltviz.core.errors import BadInput
from ltviz.training.schedules import Recipe, Schedule

REWEIGHT_BETA = 0.9999  # deferred re-weighting: class-balanced weights with this beta, as in the LDAM code
RECIPES = ("paper", "basic", "strong", "short")

_DROPS = Schedule()
_LDAM = Recipe("ldam", epochs=200, batch=128, rate=0.1, decay=2e-4, augmentation="basic")


@dataclass(frozen=True)
class Method:
    """A row of a paper's table.

    Parameters
    ----------
    name : str
        As in run folders and on the command line.
    loss : str
        The loss's name.
    params : mapping
        Its parameters where they differ from the loss's defaults.
    head : {"linear", "cosine", "sigmoid"}
        See `ltviz.models.heads`. A cosine head takes its scale from the loss.
    sampler : str
        Name of a sampler.
    jitter : float
        Standard deviation of the noise on all but the first replica of a sample in an epoch, pixels in [0, 1].
    schedule : Schedule
        The rate's course, and when class-balanced weights come in.
    recipe : Recipe
        The paper's own.
    model : str
        The paper's own.
    step : str
        Name of a step.
    stages : tuple of str
        What follows the training, in order: names in `ltviz.training.secondstage.STAGES`.
    equal_counts : bool
        Whether the loss is told that all classes are as large as the largest, which makes LDAM's margin uniform.
        Deferred weights still come from the true counts.
    source : str
        Paper, and the file of the released code.
    """

    name: str
    loss: str
    source: str
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)
    head: str = "linear"
    sampler: str = "instance"
    jitter: float = 0.0
    schedule: Schedule = _DROPS
    recipe: Recipe = _LDAM
    model: str = "resnet32"
    step: str = "plain"
    stages: tuple[str, ...] = ()
    equal_counts: bool = False


_DEFERRED = Schedule(deferred=0.8)
_GENTLE = Schedule(drops=(0.1, 0.01))
_COSINE = Schedule(shape="cosine")
_LA = Recipe("logit adjustment", epochs=200, batch=128, rate=0.1, decay=1e-4, augmentation="basic")
_BALMS = Recipe("balanced softmax", epochs=520, batch=512, rate=0.05, decay=5e-4, augmentation="strong")
_DBM = Recipe("dbm", epochs=200, batch=64, rate=0.1, decay=2e-4, augmentation="strong")
_BUDA = "Buda et al. 2018, arXiv 1710.05381; Byrd and Lipton 2019, arXiv 1812.03372"
_CAO = "Cao et al. 2019, arXiv 1906.07413"
_MM = "Maximum Margin, arXiv 2206.05380; README (CIFAR-100, exp 100)"
_DBM_PAPER = "DBM, AAAI 2025, arXiv 2412.15477"
_MM_PARAMS = {"max_margin": 1.29, "gamma": 1.528}

_ROWS = (
    Method("erm", "ce", f"{_CAO}, table 2 (ERM); cifar_train.py"),
    Method("focal", "focal", f"{_CAO}, table 2 (Focal); losses.py", {"gamma": 1.0}),
    Method("inverse_frequency", "inverse_frequency", f"{_CAO}, section 4 (weights 1/n, mean 1 in the batch)"),
    Method("class_balanced", "class_balanced", f"{_CAO}, table 2 (CB RW); cifar_train.py", {"beta": 0.9999}),
    Method(
        "class_balanced_resampling",
        "ce",
        f"{_CAO}, table 2 (CB RS); classes drawn equally, which its weights (1-b)/(1-b^n) per sample come close to",
        sampler="class_balanced",
    ),
    Method("over_sampling", "ce", f"{_BUDA} (the jitter of 0.05 is ltviz's)", sampler="over", jitter=0.05),
    Method("under_sampling", "ce", _BUDA, sampler="under"),
    Method(
        "cb_focal",
        "focal",
        "Cui et al. 2019, arXiv 1901.05555; cifar_main.py (sigmoid form, beta 0.9999)",
        {"gamma": 1.0, "form": "sigmoid", "weights_by": "none"},
        head="sigmoid",
        schedule=Schedule(deferred=0.0),
    ),
    Method("ce_drw", "ce", f"{_CAO}, table 5 (CE-DRW); cifar_train.py", schedule=_DEFERRED),
    Method("ldam", "ldam", f"{_CAO}, table 2 (LDAM); losses.py", {"max_margin": 0.5, "scale": 30.0}, head="cosine"),
    Method(
        "ldam_drw",
        "ldam",
        f"{_CAO}, table 2 (LDAM-DRW); losses.py, cifar_train.py",
        {"max_margin": 0.5, "scale": 30.0},
        head="cosine",
        schedule=_DEFERRED,
    ),
    Method(
        "m_drw",
        "ldam",
        f"{_CAO}, table 2 (M-DRW): one margin for all classes, which the paper tuned and does not print; 0.35 is that "
        "of additive-margin softmax (arXiv 1801.05599)",
        {"max_margin": 0.35, "scale": 30.0},
        head="cosine",
        schedule=_DEFERRED,
        equal_counts=True,
    ),
    Method("mm", "mm", f"{_MM}, without re-weighting", {**_MM_PARAMS, "scale": 19.0}, head="cosine"),
    Method("mm_drw", "mm", f"{_MM}", {**_MM_PARAMS, "scale": 19.0}, head="cosine", schedule=_DEFERRED),
    Method("mm_ldam_drw", "mm_ldam", f"{_MM}", {**_MM_PARAMS, "scale": 26.0}, head="cosine", schedule=_DEFERRED),
    Method(
        "balanced_softmax",
        "balanced_softmax",
        "Ren et al. 2020, arXiv 2007.10740; BalancedSoftmaxLoss.py (13,000 steps: 520 epochs of CIFAR-10, exp 100)",
        schedule=_COSINE,
        recipe=_BALMS,
    ),
    Method(
        "logit_adjustment",
        "logit_adjustment",
        "Menon et al. 2021, arXiv 2007.07314, eq. 10, appendix D",
        {"tau": 1.0},
        schedule=_GENTLE,
        recipe=_LA,
    ),
    Method(
        "logit_adjustment_posthoc",
        "ce",
        "Menon et al. 2021, arXiv 2007.07314, eq. 9 (tau 1), appendix D",
        schedule=_GENTLE,
        recipe=_LA,
        stages=("logit_adjustment",),
    ),
    Method("vs", "vs", "Kini et al. 2021, arXiv 2103.01550; README (CIFAR-10, exp 100)", {"gamma": 0.2, "tau": 1.2}),
    Method("cdt", "cdt", "Ye et al. 2020 (CDT), as in Bag of Tricks; gamma 0.2", {"gamma": 0.2}),
    *(
        Method(
            f"dbm_{short}",
            "dbm",
            f"{_DBM_PAPER}, table 2 (DBM-{short.upper()}); losses/dbm.py",
            {"base": base, "margin": 0.1, "tau": 1.0, "scale": 32.0},
            head="cosine",
            schedule=replace(_COSINE, deferred=0.8 if short == "drw" else None),
            recipe=_DBM,
        )
        for short, base in (("ce", "ce"), ("cb", "class_balanced"), ("drw", "ce"), ("bs", "balanced_softmax"))
    ),
)

METHODS: dict[str, Method] = {method.name: method for method in _ROWS}

DIGITS = Recipe("digits", epochs=60, batch=64, rate=0.05, decay=5e-4)


def find(name: str | Method) -> Method:
    """Return the method of that name.

    Raises
    ------
    BadInput
        For an unknown name; the message lists the methods.
    """
    if isinstance(name, Method):
        return name
    if name not in METHODS:
        raise BadInput(f"unknown method {name!r}; there are {', '.join(METHODS)}.{did_you_mean(name, METHODS)}")
    return METHODS[name]


def apart(text: str) -> list[str]:
    """Split at the commas outside brackets: ``"erm,dbm_bs(margin=0.2,tau=1)"``."""
    return [part.strip() for part in re.split(r",(?![^(]*\))", text)]


def parse(text: str) -> tuple[str, dict[str, Any]]:
    """Read ``"dbm_bs(margin=0.2)"`` into a method's name and parameters of its loss.

    Raises
    ------
    BadInput
        For an unknown method or parameter.
    """
    from ltviz.losses import parse as parse_loss

    name, bracket, inside = text.partition("(")
    method = find(name.strip())
    return method.name, parse_loss(method.loss + bracket + inside)[1] if bracket else {}


def on_cifar(method: Method, recipe: str = "paper", epochs: int | None = None) -> Method:
    """Return the method with the recipe of that name for CIFAR-LT; its loss stays the paper's.

    Parameters
    ----------
    method : Method
        A row.
    recipe : {"paper", "basic", "strong", "short"}
        ``paper``: the row's own. ``basic``: LDAM's for every method (200 epochs of 128 images, drops at 80 and 90 %,
        crop and flip). ``strong``: the DBM paper's for every method (200 epochs of 64 images, cosine, AutoAugment and
        Cutout). ``short``: basic with 40 epochs, for a CPU.
    epochs : int, optional
        Instead of the recipe's; the schedule keeps its shape. The recipe keeps its name.
    """
    one_of("recipe", recipe, RECIPES)
    plan, schedule = method.recipe, method.schedule
    if recipe in ("basic", "short"):
        plan, schedule = _LDAM, replace(schedule, shape="drops", drops=_DROPS.drops)
    elif recipe == "strong":
        plan, schedule = _DBM, replace(schedule, shape="cosine")
    wanted = epochs if epochs is not None else 40 if recipe == "short" else plan.epochs
    # Crops and flips already make the replicas of an over-sampled image differ.
    return replace(method, schedule=schedule, recipe=replace(plan, name=recipe, epochs=wanted), jitter=0.0)


def on_digits(method: Method, epochs: int) -> Method:
    """Return the method with the digits' recipe in place of its paper's; its loss stays the paper's.

    About 300 images make 5 batches an epoch, where CIFAR-10-LT has 97. So the rate drops to 1/10 and 1/100: the LDAM
    code's 1/100 and 1/10000 would leave the last fifth, where deferred re-weighting acts, no steps to act in. Rate and
    decay were chosen on the validation split and are the same for all methods, and so are the drops, also where a
    paper has a cosine.
    """
    schedule = replace(method.schedule, shape="drops", drops=_GENTLE.drops)
    return replace(method, schedule=schedule, recipe=replace(DIGITS, epochs=epochs), model="digits")
