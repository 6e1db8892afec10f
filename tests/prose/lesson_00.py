"""What ties the claims of lesson 0."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from ltviz.datasets import toy

from .measuring import CIFAR, by_class, rare_error, shifts
from .seeds import values
from .ties import Tie
from .unmeasured import ADVICE, DEFINED, DONE


def on_the_tail() -> float:
    """The accuracy in % of the short record of cross-entropy on images as frequent as in training."""
    return float(by_class("erm")[-1] @ CIFAR.values / CIFAR.total)


def rarer() -> float:
    return float(100 * CIFAR.values[5:].sum() / CIFAR.total)


def two_places() -> list[bool]:
    """Whether balanced accuracy is largest in the middle, and overall accuracy beyond the rare class's centre."""
    x = np.linspace(-4, 4, 8001)
    frequent, rare = ndtr(x + toy.SCENES["overlap"].gap / 2), ndtr(toy.SCENES["overlap"].gap / 2 - x)
    balanced, overall = x[(frequent + rare).argmax()], x[(100 * frequent + rare).argmax()]
    return [abs(balanced) < 0.01, overall > toy.SCENES["overlap"].gap / 2]


MEASURED: list[Tie] = [
    ("the aeroplanes, it reads rightly {} times out of 100", lambda: by_class("erm")[-1, 0]),
    ("It reads {} of 100 trucks rightly", lambda: by_class("erm")[-1, 9]),
    ("so the trucks' is nearly {} %", lambda: 100 - by_class("erm")[-1, 9]),
    ("misreads {} % of a test set with equally many", lambda: 100 - by_class("erm")[-1].mean()),
    ("It is wrong on {} % of such images", lambda: 100 - on_the_tail()),
    ("hold {} % of the images at an imbalance of 100", rarer),
    ("of {} % on data with the tail's own frequencies", on_the_tail),
    ("**balanced accuracy** of {} %", lambda: by_class("erm")[-1].mean()),
    ("that {} % and {} % must be two networks", lambda: (on_the_tail(), by_class("erm")[-1].mean())),
    ("their centres are {} σ apart", lambda: toy.SCENES["overlap"].gap),
    ("centre lies {} σ from the middle", lambda: toy.SCENES["overlap"].gap / 2),
    ("the boundary stands {} σ out", lambda: -shifts("ce", "overlap")),
    ("{} % of new points of the rare class come out wrong", lambda: 100 * rare_error("ce", "overlap").mean()),
    (
        "still the best that a line can do, or nearly",
        lambda: abs(np.log(100) / 2 + shifts("ce", "overlap").mean()) < 0.2,
    ),
    ("At $\\tau = 1$ the boundary lies {} σ from the dashed line", lambda: shifts("logit_adjustment", "overlap")),
    ("where balanced accuracy is largest", two_places),
    ("a thousand of them outvote ten", lambda: rare_error("ce", "overlap") > 0.5),
    ("Balanced accuracy is {} %", lambda: values("erm")),
    ("that of the three rarest digits {} %", lambda: values("erm", "few")),
    ("lie more than 0.6 points as a rule", lambda: values("erm").std(ddof=1) * 2**0.5 * 0.674 > 0.6),
    ("a seed moves this number by {}", lambda: values("erm").std(ddof=1)),
    ("right on {} % of data like its own and on {} % of its rarest", lambda: (on_the_tail(), by_class("erm")[-1, 9])),
    ("Overall accuracy and balanced accuracy have different best boundaries", two_places),
]
UNMEASURED: dict[str, list[str]] = {
    DEFINED: [
        "$n_{\\max}$ and $n_{\\min}$ are the largest and the smallest",
        "comes with its **95 % interval**",
        "IF = 100 is the most frequent class over the rarest",
        "more training would not move it",
    ],
    DONE: [
        "Every lesson has pictures that move",
        "move every slider of the course",
        "Everything that can be moved has a slider",
        "say when to stop for balanced, then for overall",
        "Method A has 82.0 % with seed 0",
        "What if they count more",
        "By how much should a rare class win",
    ],
    ADVICE: ["Say which one you want", "One run is one draw: look for"],
}
