"""What ties the sentences of lesson 7 to what measures them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from ltviz.losses import make_loss
from ltviz.methods.steps.bbn import BBN
from ltviz.methods.steps.meta_weight_net import MetaWeightNet
from ltviz.studies.claims import claims
from ltviz.studies.decision_map import decision_map

from .measuring import DRAWS
from .seeds import digits, gained, interval, mean, number, shows, values
from .unmeasured import ADVICE, DEFINED, DONE, OTHERS

ROWS = ("erm", "crt", "lws", "tau_norm", "ncm", "logit_adjustment_posthoc")


def rare(method: str) -> np.ndarray:
    return gained(method, "few")


def frequent(method: str) -> np.ndarray:
    return gained(method, "many")


def gaps() -> np.ndarray:
    return np.array([mean(row, "few", "gap") for row in ROWS])


@cache
def moons() -> dict[str, np.ndarray]:
    """The balanced accuracy in % of last layers on frozen features, over ten draws of three moons."""
    told: dict[str, list[float]] = {}
    for draw in DRAWS[:10]:
        for losses, tau in (("ce, class_balanced, logit_adjustment", 0.0), ("ce", 1.0)):
            found = decision_map(
                losses=losses,
                shape="moons",
                imbalance=100,
                model="random_features",
                posthoc=tau,
                seed=draw,
                resolution=5,
            )
            for panel in found.panels:
                told.setdefault("shifted" if tau else panel.loss, []).append(100 * panel.accuracy)
    return {name: np.array(of) for name, of in told.items()}


def verdicts() -> list[str]:
    return [each.verdict for each in claims().findings]


def smoothed() -> list[bool]:
    """Whether the equation is the loss's, with 0.3 for the most frequent class and 0 for the rarest."""
    loss = make_loss("label_aware_smoothing", [100, 20, 5], head=0.3, tail=0.0)
    most, between, least = loss.smoothing().tolist()  # type: ignore[operator]
    return [abs(most - 0.3) < 1e-9, abs(least) < 1e-9, abs(between - 0.3 * np.sin(np.pi / 2 * 15 / 95)) < 1e-9]


def taken_away() -> bool:
    """Whether of the rarest digits' 5, 3 and 2 images the meta set takes 2, 1 and 1."""
    counts = digits().counts
    rows = MetaWeightNet().held_out(np.repeat(np.arange(10), counts.values), seed=0)
    taken = np.bincount(np.repeat(np.arange(10), counts.values)[rows], minlength=10)
    return counts.values[7:].tolist() == [5, 3, 2] and taken[7:].tolist() == [2, 1, 1] and max(taken) == 10


def row(method: str) -> tuple[Any, ...]:
    """A row of the table of numbers."""
    thirds = (mean(method, group) for group in ("all", "many", "few"))
    return (*thirds, gained(method))


def better_alone() -> bool:
    apart = gained("crt", over="class_balanced_resampling")
    return shows(apart) > 0


MEASURED: list[tuple[str, Callable[[], Any] | str]] = [
    (
        "By {} points, over ten seeds and paired seed by seed, for {} points of the four",
        lambda: (rare("crt"), -frequent("crt")),
    ),
    ("the features held much more of the rare classes", lambda: rare("crt") > 5),
    (
        "has *all* training images of the rare digits right, and loses 28 to 53 points of that in the test",
        lambda: [
            abs(gaps().min() - 28) < 0.6,
            abs(gaps().max() - 53) < 0.6,
            *(mean(x, "few") + mean(x, "few", "gap") > 99.9 for x in ROWS),
        ],
    ),
    ("A second stage narrows the gap and does not close it", lambda: [*(gaps()[1:] < gaps()[0]), *(gaps() > 20)]),
    *(
        (f"| {words} | +{{}} | {{}} |", lambda name=name: (rare(name), frequent(name)))
        for words, name in (
            ("LWS", "lws"),
            ("cRT", "crt"),
            ("τ-normalised", "tau_norm"),
            ("nearest class mean", "ncm"),
            ("shift after training", "logit_adjustment_posthoc"),
        )
    ),
    (
        "All of them help rare digits, and what learns nothing helps most",
        lambda: [
            *(shows(rare(x)) > 0 for x in ROWS[1:]),
            rare("tau_norm").mean() < rare("ncm").mean() < rare("logit_adjustment_posthoc").mean(),
        ],
    ),
    ("takes cross-entropy from {} to {} %", lambda: (moons()["ce"].mean(), moons()["shifted"].mean())),
    ("is at most {} points away from that", lambda: abs(moons()["shifted"] - moons()["logit_adjustment"]).max()),
    ("Class-balanced weights end at {} %", lambda: moons()["class_balanced"].mean()),
    (
        "its spread is smaller than that of the methods themselves",
        lambda: gained("crt").std() < min(values(x).std() for x in ("crt", "class_balanced_resampling")),
    ),
    (
        "hold: cRT +12.6 points [{}, {}], τ-normalisation +10.5 points [{}, {}]",
        lambda: (*interval(rare("crt"))[1:], *interval(rare("tau_norm"))[1:]),
    ),
    ("And decoupling beats balancing from the start", better_alone),
    ("cRT is better by {} points over all classes", lambda: gained("crt", over="class_balanced_resampling")),
    (
        "Of the others fewer than half hold, and some turn out the other way round",
        lambda: [
            verdicts()[:2] == ["holds"] * 2,
            np.mean([v == "holds" for v in verdicts()[2:]]) < 0.5,
            "the opposite" in verdicts(),
        ],
    ),
    (
        "At $1/\\sqrt2 \\approx {}$: the parabola",
        lambda: next(t for t in np.linspace(0, 1, 10001) if BBN.share(t, 1) < 0.5),
    ),
    ("BBN gains {} points over cross-entropy", lambda: gained("bbn")),
    ("which may be nothing", lambda: not shows(gained("bbn"))),
    ("$\\varepsilon_y$ goes from 0.3 for the most frequent class to 0 for the rarest", smoothed),
    (
        "Mixup alone does not help here ({} points); both stages together gain {} points over cross-entropy",
        lambda: (gained("mixup"), gained("mislas")),
    ),
    (
        "more than cRT or LWS",
        lambda: [shows(gained("mislas", over=x)) > 0 for x in ("crt", "lws")],
    ),
    (
        "the calibration error rises from {} to {} %",
        lambda: tuple(100 * number(x, "ece").mean() for x in ("erm", "mislas")),
    ),
    ("So 2, 1 and 1 of them are taken away", taken_away),
    ("Meta-Weight-Net loses {} points", lambda: -gained("meta_weight_net")),
    (
        "whose meta set is the training set itself, {}.",
        lambda: -gained("balanced_meta_softmax"),
    ),
    *(
        (f"| {words} | {{}} | {{}} | {{}} | {{}} |", lambda name=name: row(name))
        for words, name in (
            ("balanced batches from the start", "class_balanced_resampling"),
            ("cRT", "crt"),
            ("τ-normalised", "tau_norm"),
            ("LWS", "lws"),
            ("nearest class mean", "ncm"),
            ("MiSLAS", "mislas"),
            ("BBN", "bbn"),
            ("Meta-Weight-Net", "meta_weight_net"),
            ("balanced meta-softmax", "balanced_meta_softmax"),
            ("shift after training (lesson 6)", "logit_adjustment_posthoc"),
        )
    ),
    ("| cross-entropy | {} | {} | {} | |", lambda: row("erm")[:3]),
    ("their calibration error is {} %", lambda: 100 * number("tau_norm", "ece").mean()),
    (
        "a new last layer gains {} points for rare classes (cRT), τ-normalisation {}, and",
        lambda: (rare("crt"), rare("tau_norm")),
    ),
    ("Balancing the last layer alone is better", better_alone),
    (
        "is a second stage too, and here the best of them",
        lambda: gained("logit_adjustment_posthoc").mean() > max(gained(x).mean() for x in (*ROWS[1:5], "mislas")),
    ),
]

UNMEASURED: dict[str, list[str]] = {
    DEFINED: [
        "The features stay as they are, and the last layer is trained again",
        "a batch costs what it costs",
        "a boundary that moves towards one class moves away",
        "**NCM** (nearest class mean) has no classifier left",
        "is moved down the gradient of the meta set's loss",
        "it can where rare samples have other losses",
        "| method | balanced | frequent | rare | gain |",
        "Decoupling: features from all images",
    ],
    DONE: [
        "Which $\\tau$ is best is tried on the validation split",
        "Below, each tick is one seed",
        "all are 15 % of the training here",
    ],
    ADVICE: [
        "Ask why the frequent digits lose anything",
        "Drag *after training: τ* until",
        "See what the second branch knows by itself",
        "Meta-learning pays with rare images",
        "Count what is left before you use it",
        "Compare paired, seed by seed",
    ],
    OTHERS: [
        "the last layer has few numbers, and repeating images hurts it less",
        "the vectors of frequent classes grow longest",
        "Its authors want better *confidence*",
        "In the paper the meta images are put aside",
    ],
}
