"""What ties the sentences of lesson 6 to what measures them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import torch
from scipy.special import softmax

from ltviz.core.counts import ClassCounts
from ltviz.datasets import toy
from ltviz.losses import make_loss
from ltviz.metrics.calibration import ece
from ltviz.models.planar import Linear
from ltviz.plane.fit import fit2d
from ltviz.studies.boundary_shift import shift_of_scores

from .measuring import CLOSEST, DRAWS, USUAL, at_best, shifts
from .seeds import SEEDS, digits, gained, mean, number, shows
from .unmeasured import ADVICE, DEFINED, DONE, OTHERS

BOTH = ("overlap", "separable")
WORLDS = ("ce", "logit_adjustment", "logit_adjustment + prior")


@cache
def apart(scene: str, hold: float = USUAL, head: str = "linear") -> np.ndarray:
    """By how much the shift after training stands beyond the shift in training, in sigma, over 20 draws."""
    told = []
    for draw in DRAWS:
        data = toy.scene(scene, seed=draw)
        prior, model = np.log(data.counts.prior), Linear(hold=hold, head=head)
        plain, trained = (
            fit2d(data.points, data.labels, make_loss(loss, data.counts), model) for loss in ("ce", "logit_adjustment")
        )
        after = shift_of_scores(lambda points, fit=plain, taken=prior: fit.scores(points) - taken, data)
        told.append(after - shift_of_scores(trained.scores, data))
    return np.array(told)


@cache
def miscalibrated() -> dict[str, np.ndarray]:
    """The calibration error in % of each kind of probabilities, in the training's world and with classes alike."""
    told: dict[str, list[list[float]]] = {name: [] for name in WORLDS}
    for draw in DRAWS:
        data = toy.scene("overlap", seed=draw)
        fresh = data.draw(ClassCounts([20_000, 200]), 3000 + draw), data.draw(ClassCounts([5000, 5000]), 1000 + draw)
        for name in WORLDS:
            loss, _, added = name.partition(" + ")
            fit = fit2d(data.points, data.labels, make_loss(loss, data.counts))
            shift = np.log(data.counts.prior) if added else 0.0
            told[name].append([100 * ece(softmax(fit.scores(x.points) + shift, axis=1), x.labels) for x in fresh])
    return {name: np.array(of).T for name, of in told.items()}


def one_loss() -> list[bool]:
    """Whether the two names give one value, and one accuracy of every class in ten seeds."""
    scores, labels = torch.randn(8, 4, generator=torch.Generator().manual_seed(0)), torch.arange(8) % 4
    one, other = (make_loss(name, [90, 40, 9, 2])(scores, labels) for name in ("balanced_softmax", "logit_adjustment"))
    tables = [digits().held[name] for name in ("balanced_softmax", "logit_adjustment")]
    return [
        bool(torch.isclose(one, other)),
        bool((tables[0].of("by_class", range(10)) == tables[1].of("by_class", range(10))).all()),
    ]


def charged_as_a_tie() -> bool:
    """Whether a rare sample that leads by log 100 is charged what a tie costs, and a frequent one that trails by it."""
    lead = float(np.log(100))
    scores = torch.tensor([[0.0, lead], [0.0, lead]], dtype=torch.float64)
    cost = make_loss("logit_adjustment", [100, 1], reduction="none")(scores, torch.tensor([1, 0]))
    return bool(torch.allclose(cost, torch.full((2,), np.log(2), dtype=torch.float64)))


def consistent() -> list[bool]:
    """Whether on 40 000 points to 4000 the two end on the dashed line, where LDAM does not."""
    data = toy.make("gaussians", [20_000, 2000], overlap=toy.scene("overlap").overlap)
    ends = {
        name: shift_of_scores(fit2d(data.points, data.labels, make_loss(name, data.counts)).scores, data)
        for name in ("inverse_frequency", "logit_adjustment", "ldam")
    }
    return [abs(ends["inverse_frequency"]) < 0.1, abs(ends["logit_adjustment"]) < 0.1, abs(ends["ldam"]) > 0.5]


def world(method: str, power: float = 1.0) -> np.ndarray:
    """The accuracy in % where classes are as frequent as in training to a power, for each seed."""
    prior = digits().counts.prior ** power
    return 100 * digits().held[method].of("by_class", SEEDS) @ (prior / prior.sum())


def crossing() -> float:
    """The power of the training's prior at which cross-entropy and balanced softmax are equally accurate."""
    powers = np.linspace(1, 0, 1001)
    behind = [(world("balanced_softmax", t) - world("erm", t)).mean() > 0 for t in powers]
    return float(powers[int(np.argmax(behind))])


def scaled(group: str) -> np.ndarray:
    """What vector scaling gains on logit adjustment."""
    return gained("vs", group, over="logit_adjustment")


def row(method: str) -> tuple[float, ...]:
    """A row of the table of numbers."""
    thirds = (mean(method, group) for group in ("all", "many", "few"))
    return (*thirds, float(world(method).mean()))


MEASURED: list[tuple[str, Callable[[], Any] | str]] = [
    (
        "the boundary then stands {} σ from the dashed line",
        lambda: apart("overlap") + shifts("logit_adjustment", "overlap"),
    ),
    ("where it stood {} σ short of it", lambda: -shifts("ce", "overlap")),
    ("the training set's own frequencies are the best guide", lambda: at_best("overall") <= 0.5),
    ("has to lead the most frequent one by $\\log 100 \\approx {}$", lambda: np.log(100)),
    ("the most frequent class may trail by as much", charged_as_a_tie),
    (
        "It goes to the same place: ... never more than {} σ apart",
        lambda: max(abs(apart(x, h)).max() for x in BOTH for h in (USUAL, CLOSEST)),
    ),
    (
        "the balanced accuracy after the fact is {} points",
        lambda: gained("logit_adjustment_posthoc", over="logit_adjustment"),
    ),
    ("end {} σ apart, in every draw on the same side", lambda: apart("overlap", head="cosine")),
    (
        "one by one they are up to {} points apart",
        lambda: abs(gained("logit_adjustment_posthoc", over="logit_adjustment")).max(),
    ),
    ("CDT divides the rare class's score by $100^{0.2} \\approx {}$", lambda: 100**0.2),
    (
        "CDT's is cross-entropy's, to 0.1 σ on average in this scene and to {} σ where the clouds overlap",
        lambda: abs(shifts("cdt", "overlap") - shifts("ce", "overlap")).max(),
    ),
    ("A class vector that is {} times as long takes the factor up", lambda: 100**0.2),
    (
        "VS with its shift stands {} σ beyond",
        lambda: shifts("vs", "separable") - shifts("logit_adjustment", "separable"),
    ),
    ("the four most frequent digits lose {} points", lambda: -scaled("many").mean()),
    (
        "the three rarest gain as much",
        lambda: [
            abs(scaled("few").mean() - 8) < 0.6,
            (shows(scaled("few")), shows(scaled("many"))) == (1, -1),
        ],
    ),
    ("inverse frequency ends {} σ from the dashed line", lambda: -shifts("inverse_frequency", "overlap")),
    (
        "logit adjustment {} σ, and LDAM {} σ away",
        lambda: (shifts("logit_adjustment", "overlap"), -shifts("ldam", "overlap").mean()),
    ),
    *(
        (f"| {words} | {{}} % | {{}} % |", lambda name=name: tuple(miscalibrated()[name]))
        for words, name in zip(
            ("cross-entropy, as it is", "logit adjustment, as it is", "logit adjustment, $\\log\\pi$ added"),
            WORLDS,
            strict=True,
        )
    ),
    (
        "The first and the last line are the same",
        lambda: np.allclose(miscalibrated()["ce"], miscalibrated()["logit_adjustment + prior"], atol=0.1),
    ),
    (
        "LDAM's calibration error is {} %, twice that of cross-entropy ({} %) or of the shift ({} %)",
        lambda: tuple(100 * number(x, "ece").mean() for x in ("ldam", "erm", "balanced_softmax")),
    ),
    ("the training's to the power {}", crossing),
    ("does cross-entropy win, and there by {} points", lambda: world("erm") - world("balanced_softmax")),
    ("with equal classes it trails by {}", lambda: gained("balanced_softmax")),
    ("| cross-entropy | {} | {} | {} | {} |", lambda: row("erm")),
    ("| balanced softmax = logit adjustment | {} | {} | {} | {} |", lambda: row("balanced_softmax")),
    ("| cross-entropy, shifted after training | {} | {} | {} | {} |", lambda: row("logit_adjustment_posthoc")),
    ("| VS ($\\gamma = 0.2$, $\\tau = 1.2$) | {} | {} | {} | {} |", lambda: row("vs")),
    ("| CDT ($\\gamma = 0.2$) | {} | {} | {} | {} |", lambda: row("cdt")),
    ("agree in every digit of every class, over all ten seeds", one_loss),
    ("Balanced softmax is logit adjustment with", one_loss),
    (
        "the same: {} σ at most in the plane, {} points on digits",
        lambda: (
            max(abs(apart(x, h)).max() for x in BOTH for h in (USUAL, CLOSEST)),
            gained("logit_adjustment_posthoc", over="logit_adjustment"),
        ),
    ),
    ("Without one they are not", lambda: apart("overlap", head="cosine") > 0),
    ("Consistent are inverse frequency and logit adjustment, LDAM is not", consistent),
    (
        "a margin spoils the confidence",
        lambda: number("ldam", "ece").mean() > 1.5 * number("erm", "ece").mean(),
    ),
]

UNMEASURED: dict[str, list[str]] = {
    DEFINED: [
        "Take the boundary that cross-entropy has learned",
        "that takes the prior off twice",
        "The network never learned it",
        "It puts the training prior back in",
        "If the bias is free to move, both have the same minimum",
        "which training had to make larger, stay larger",
        "Cross-entropy's scores hold",
        "names the world one wants to be right in",
        "It is a promise for endless data",
        "A probability belongs to a world",
    ],
    DONE: ["On digits the factor does act"],
    ADVICE: ["Many expect a larger τ"],
    OTHERS: ["lesson 5 saw weight and prior fade", "A network also has reasons of its own"],
}
