"""What ties the claims of lesson 3."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from ltviz.losses import make_loss
from ltviz.studies.head_and_tail import head_and_tail
from ltviz.studies.weight_curve import weights_at
from ltviz.views import compute

from .measuring import CIFAR, by_class, printed
from .seeds import gained, interval, shows, values
from .ties import Tie, cao
from .unmeasured import ADVICE, DEFINED, DONE


def factor(beta: float, frequent: int = 5000, rare: int = 50) -> float:
    """How many times as much a rare image counts."""
    weights = make_loss("class_balanced", [frequent, rare], beta=beta).weight()
    return float(weights[1] / weights[0])


@cache
def vanishing() -> Any:
    return compute("weighting_vanishes")


@cache
def tradeoff() -> Any:
    return compute("reweighting_tradeoff")


def ends(curve: str) -> tuple[float, float]:
    errors = 100 * getattr(tradeoff(), curve).mean(axis=1)
    return float(errors[0]), float(errors[-1])


def steps(loss: int) -> tuple[float, float]:
    """The effect after the first steps and after the last."""
    effect = vanishing().trained[loss].mean(axis=1)
    return float(effect[0]), float(effect[-1])


def row(method: str) -> tuple[float, ...]:
    means = (float(values(method, group).mean()) for group in ("all", "many", "few"))
    gains = (interval(gained(method, group)) for group in ("all", "few"))
    return *means, *(value for each in gains for value in each)


def fades() -> list[bool]:
    """Whether a weight's effect falls with every stop of the steps, and a margin's does not."""
    effect = vanishing().trained.mean(axis=2)
    return [bool((np.diff(effect[0]) < 0).all()), bool((np.diff(effect[2]) > 0).all())]


def trades() -> list[bool]:
    """Whether the rare class gains more than the frequent one loses."""
    plain, weighted = (head_and_tail(100.0, beta).errors.mean(axis=1) for beta in (0.0, 0.99998))
    return [plain[1] - weighted[1] > weighted[0] - plain[0] > 0]


def deferred() -> np.ndarray:
    return gained("class_balanced", over="ce_drw")


def in_cao() -> list[bool]:
    return [printed("Cao", "ce_drw", data) > printed("Cao", "class_balanced", data) for data in ("cifar10", "cifar100")]


def last(method: str) -> np.ndarray:
    return by_class(method)[-1]


MEASURED: list[Tie] = [
    ("It is {} times as much", lambda: factor(0.999)),
    ("all such classes count nearly alike", lambda: [factor(0.999, 10_000, 5000) < 1.01, factor(0.999, 500, 50) > 5]),
    ("At 0.9995 the factor is {}, at 0.9998 it is {}", lambda: (factor(0.9995), factor(0.9998))),
    (
        "all weights are equal to within 1 %",
        lambda: np.ptp(weights_at(CIFAR, "class_balanced(beta=0.9)").weights) < 0.01,
    ),
    ("the weight never grows with n", lambda: [factor(0.99, 4000, 2000) < 1.001, factor(0.5, 4, 2) > 1]),
    (
        "Without weights {} % of the rare class's new points come out wrong",
        lambda: 100 * head_and_tail(100.0, 0.0).errors[1].mean(),
    ),
    ("the rare class's error goes from {} to {} %", lambda: ends("tail")),
    ("the frequent one's from {} to {} %", lambda: ends("head")),
    ("and the mean of both from {} to {} %", lambda: ends("balanced")),
    ("the rare class gains more than the frequent one loses, as far as", trades),
    (
        "the rare digits gain {} points, with a 95 % interval from {} less to {} more",
        lambda: tuple(np.array(interval(gained("focal", "few"))) * (1, -1, 1)),
    ),
    ("it is the same: {} % error against {} %", lambda: (100 - printed("Cao", "focal"), 100 - printed("Cao", "erm"))),
    ("it gains {} points on the rare digits ({} to {})", lambda: interval(gained("cb_focal", "few"))),
    ("by weights alone they gain {} with the same seeds", lambda: gained("class_balanced", "few").mean()),
    ("over three draws from {} σ after 100 steps to {} σ after 3000", lambda: steps(0)),
    ("shift of the scores fades as well, from {} to {} σ", lambda: steps(1)),
    ("The margin's effect grows meanwhile, from {} to {} σ", lambda: steps(2)),
    ("it stays near {} σ", lambda: vanishing().fitted[2].mean()),
    (
        "It ends at {} %, *below* the {} % of plain cross-entropy",
        lambda: (last("class_balanced").mean(), last("erm").mean()),
    ),
    ("the trucks gain {} points", lambda: (last("class_balanced") - last("erm"))[9]),
    (
        "each of the five most frequent classes loses more than 20",
        lambda: (last("erm") - last("class_balanced"))[:5] > 20,
    ),
    ("with margins and deferred weights ends at {} %", lambda: last("ldam_drw").mean()),
    ("from 29.6 to 27.6 % on CIFAR-10-LT, deferred weights to 25.1 %", lambda: cao("cifar10", 29.6, 27.6, 25.1)),
    ("(61.7 to 66.0 %), and deferred ones help (59.3 %)", lambda: cao("cifar100", 61.7, 66.0, 59.3)),
    ("| none | {} | {} | {} |", lambda: row("erm")[:3]),
    ("| inverse frequency | {} | {} | {} | {} ({} to {}) | {} ({} to {}) |", lambda: row("inverse_frequency")),
    ("$\\beta = 0.9999$ | 83.8 | 98.0 | {} | {} ({} to {}) | {} ({} to {}) |", lambda: row("class_balanced")[2:]),
    ("effective number, $\\beta = 0.9999$ | {} | {} |", lambda: row("class_balanced")[:2]),
    ("$\\beta = 0.99$ | {} | {} | {} | {} ({} to {}) | {} ({} to {}) |", lambda: row("class_balanced(beta=0.99)")),
    ("| deferred, $\\beta = 0.9999$ | {} | {} | {} | {} ({} to {}) | {} ({} to {}) |", lambda: row("ce_drw")),
    ("$\\gamma = 1$ | {} | {} | {} | {} ({} to {}) | {} ({} to {}) |", lambda: row("focal")),
    (
        "the difference is {} points, {} to {})",
        lambda: interval(gained("inverse_frequency", "many", over="class_balanced(beta=0.99)")),
    ),
    ("the opposite, by {} points ({} to {})", lambda: interval(deferred())),
    ("On overlapping clouds weights move errors from the rare class", trades),
    ("on digits ten seeds show no gain for rare classes", lambda: shows(gained("focal", "few")) == 0),
    ("the effect of a weight fades as training goes on; a margin's does not", fades),
    (
        "deferred weights do better than weights from the start; on our digits it is the other way round",
        lambda: [*in_cao(), shows(deferred()) > 0],
    ),
    (
        "the effective number stops counting at about",
        lambda: [factor(0.999, 10_000, 5000) < 1.01, factor(0.999, 500, 50) > 5],
    ),
]
UNMEASURED: dict[str, list[str]] = {
    DEFINED: [
        "| weights | all |",
        "the longer one trains, the smaller all losses become",
        "So a weight of $w$ does what a lead",
    ],
    DONE: [
        "predict when a weight loses its effect",
        "A class grows from 2000 to 4000",
        "after 100 to 3000 steps",
        "with their 95 % intervals",
    ],
    ADVICE: ["so no more than an example", "that DRW is always better"],
}
