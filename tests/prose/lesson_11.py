"""What ties the sentences of lesson 11, your own data, to what measures them.

`lesson_11.json` is what ``ltviz compare balanced_softmax --against erm,ldam_drw --dataset folder --data my_digits
--size 8 --model resnet8 --recipe short --device cpu --format json`` wrote of the folder that `practice` makes.
"""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from scipy.stats import t as student

from ltviz.core.counts import ClassCounts
from ltviz.datasets.folder._practice import COUNTS
from ltviz.runs.decide import Decision, Group, decide
from ltviz.studies._tables import tables
from ltviz.studies.weight_curve import weights_at

from .unmeasured import ADVICE, DEFINED, DONE, LIMITS

PAIR = ("balanced_softmax", "erm")
TRAINED = ClassCounts([25, 151, 101, 15, 66, 41])  # of the digits 1, 3, 5, 7, 8, 9


def _decided(by_class: list[np.ndarray], counts: ClassCounts, images: int) -> Decision:
    scores = [SimpleNamespace(name=name, by_class=each) for name, each in zip(PAIR, by_class, strict=True)]
    made: Any = SimpleNamespace(
        scores=scores, counts=counts, tested=np.full(len(counts), images), seeds=range(len(by_class[0]))
    )
    return decide(made)


@cache
def own() -> tuple[list[np.ndarray], Decision]:
    told = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
    by_class = [np.array(each["by_class"]) for each in told["scores"][:2]]
    assert tuple(each["name"] for each in told["scores"][:2]) == PAIR
    assert (told["counts"]["counts"], set(told["tested"])) == (TRAINED.values.tolist(), {6})
    return by_class, _decided(by_class, TRAINED, 6)


@cache
def recorded(seeds: int = 10) -> Decision:
    held = tables("digits-exp50")
    by_class = [held.held[name].of("by_class", list(range(seeds))) for name in PAIR]
    return _decided(by_class, held.counts, 44)


def group(found: Decision, name: str) -> Group:
    return next(each for each in found.groups if each.name == name)


def points(found: Decision, name: str) -> tuple[float, float]:
    """The difference and the reach of luck, in points."""
    each = group(found, name)
    assert each.reach is not None
    return 100 * each.difference.mean, 100 * each.reach


def line(found: Decision, name: str, decided: str, classes: int) -> list[bool]:
    """Whether a group has the verdict and the size that a table's row says."""
    each = group(found, name)
    return [each.verdict.startswith(decided), each.classes == classes]


def rarest(beta: float) -> float:
    weights = weights_at(TRAINED, f"class_balanced(beta={beta})").weights[0]
    return float(weights.max() / weights.min())


def right() -> np.ndarray:
    """Right answers of 30 on the rarest class, over five seeds, under both losses."""
    return np.array([6 * each[:, TRAINED.values.argmin()].sum() for each in own()[0]])


def shrunk() -> tuple[float, float]:
    """How far luck would reach over all classes with ten more test images of each, and with ten more seeds."""
    found = group(own()[1], "all classes")
    seeds, images = 100 * (found.by_seeds or 0.0), 100 * found.by_images
    fewer = seeds * (student.ppf(0.975, 14) / 15**0.5) / (student.ppf(0.975, 4) / 5**0.5)
    return math.hypot(seeds, images * (8 / 18) ** 0.5), math.hypot(fewer, images)


def near(value: float, said: float, by: float = 0.06) -> bool:
    return abs(value - said) < by


def said(found: Decision, name: str, difference: float, reach: float) -> list[bool]:
    return [near(a, b) for a, b in zip(points(found, name), (difference, reach), strict=True)]


MEASURED = [
    ("a test of 40 threes and 6 sevens", lambda: [COUNTS[3] // 4 == 40, COUNTS[7] // 4 == 6]),
    ("one image more or less is 17 points of a class", lambda: near(100 / 6, 17, 0.5)),
    ('"the rare class gained 17 points"', lambda: near(100 / 6, 17, 0.5)),
    ("at which value does a rare image count about *five* times", lambda: near(rarest(0.99), 5, 1)),
    ("the rarest class then weighs 5.6 times the most frequent one", lambda: near(rarest(0.99), 5.6)),
    ("At 0.9 it is 1.3 times", lambda: near(rarest(0.9), 1.3)),
    ("at 0.999 it is 9.4 times", lambda: near(rarest(0.999), 9.4)),
    ("it is the inverse of the count", lambda: near(rarest(0.9999), 151 / 15, 0.1)),
    ("In steps of 17", lambda: near(100 / 6, 17, 0.5)),
    (
        "| all 6 | 6 each | $-3.3 \\pm 19.4$ | no |",
        lambda: said(own()[1], "all classes", -3.3, 19.4) + line(own()[1], "all classes", "not", 6),
    ),
    (
        "| many: 3 and 5 | 6 each | $-5.0 \\pm 29.3$ | no |",
        lambda: said(own()[1], "many", -5.0, 29.3) + line(own()[1], "many", "not", 2),
    ),
    (
        "| medium: 8, 9 and 1 | 6 each | $-1.1 \\pm 26.4$ | no |",
        lambda: said(own()[1], "medium", -1.1, 26.4) + line(own()[1], "medium", "not", 3),
    ),
    (
        "| few: 7 | 6 | $-6.7 \\pm 62.1$ | no |",
        lambda: said(own()[1], "few", -6.7, 62.1) + line(own()[1], "few", "not", 1),
    ),
    ("Every mean is *below* zero", lambda: [each.difference.mean < 0 for each in own()[1].groups]),
    (
        "balanced softmax does harm, most of all to the rare class",
        lambda: min(own()[1].groups, key=lambda each: each.difference.mean).name == "few",
    ),
    ("It is 22 right answers of 30 instead of 24", lambda: np.allclose(right(), (22, 24), atol=0.01)),
    (
        "| all 10 | 44 each | $+6.9 \\pm 4.2$ | better |",
        lambda: said(recorded(), "all classes", 6.9, 4.2) + line(recorded(), "all classes", "better", 10),
    ),
    (
        "| medium: 3 | 44 each | $-2.7 \\pm 5.4$ | no |",
        lambda: said(recorded(), "medium", -2.7, 5.4) + line(recorded(), "medium", "not", 3),
    ),
    (
        "| few: 6 | 44 each | $+13.1 \\pm 6.4$ | better |",
        lambda: said(recorded(), "few", 13.1, 6.4) + line(recorded(), "few", "better", 6),
    ),
    ("There it helps, and where it should", lambda: group(recorded(), "few").verdict == "better"),
    (
        "the last line is $+12.9 \\pm 9.9$: already decided",
        lambda: [*said(recorded(3), "few", 12.9, 9.9), group(recorded(3), "few").verdict == "better"],
    ),
    ("With the first two it is $\\pm 39.0$", lambda: near(points(recorded(2), "few")[1], 39.0)),
    (
        "about five times as many before a difference of 2.7 points shows",
        lambda: near(int(group(recorded(), "medium").verdict.split("about ")[1].split()[0]) / 44, 5, 0.5),
    ),
    ("Ten more in each class would bring the $\\pm 19.4$ above down to about {}, ten more seeds to about {}", shrunk),
    (
        "On 6 test images a class, five seeds could not decide between two losses, though the mean said $-3.3$ points",
        lambda: said(own()[1], "all classes", -3.3, 19.4),
    ),
    ("On 44, ten seeds decided it: $+6.9 \\pm 4.2$", lambda: said(recorded(), "all classes", 6.9, 4.2)),
]
UNMEASURED = {
    DONE: [
        "You can bring your own images into ltviz",
        "Your folder has 20 classes",
        "From a terminal the first look is",
        "The second command finds what the first has recorded",
    ],
    DEFINED: [
        "Six of each: a quarter of the *smallest* class",
        "A difference smaller than $r$ decides nothing",
        "More seeds shrink the first",
        "Neither shrinks the other",
        "All fifty are tested on the same four images",
        "But it was not the larger of the two",
        "a quarter of it is what is tested of every class",
        "A difference has two kinds of luck",
        "Seeds show the one, and never the other",
        'does not mean "equal"',
        "It says what to collect",
    ],
    ADVICE: [
        "Each further one is another ticket in a lottery",
        "Look whether any class's two bars lie further apart",
        "If nothing speaks for the new loss",
    ],
    LIMITS: ["The recipes shift and mirror images", "a loss is one of many things to choose"],
}
