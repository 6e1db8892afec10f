"""What ties the sentences of lesson 10, CIFAR-10-LT, to what measures them."""

from __future__ import annotations

import numpy as np

from ltviz.core.profiles import profile
from ltviz.studies.weight_curve import weights_at

from .measuring import CIFAR, RECORDS, all_printed, by_class, printed
from .seeds import values
from .ties import BOOKS, cao
from .unmeasured import ADVICE, DEFINED, DONE, LIMITS, OTHERS

ROWS = {  # of the lesson's table: last epoch, best on test, and the two rarest classes after the last
    "erm": (59.0, 59.0, 21.6),
    "ldam": (53.5, 53.5, 0.6),
    "class_balanced": (56.6, 56.6, 49.5),
    "ldam_drw": (68.5, 68.5, 60.9),
    "balanced_softmax": (70.8, 70.8, 71.3),
    "logit_adjustment": (68.6, 68.7, 71.8),
    "dbm_bs": (71.4, 71.6, 75.3),
}
# LDAM-DRW and MM-DRW are LDAM and MM until then
EIGHT = ("erm", "ldam", "class_balanced", "balanced_softmax", "logit_adjustment", "dbm_bs", "dbm_ce", "mm")
DROP = 32  # epochs before the rate drops


def course(method: str) -> np.ndarray:
    """Balanced accuracy in % after each epoch of a short record."""
    return by_class(method).mean(axis=1)


def looking(epochs: int) -> np.ndarray:
    """By how much the best of so many epochs is above the last of them, in eight records."""
    return np.array([course(each)[:epochs].max() - course(each)[epochs - 1] for each in EIGHT])


def row(method: str) -> bool:
    values = course(method)[-1], course(method).max(), by_class(method)[-1][8:].mean()
    return bool(np.allclose(values, ROWS[method], atol=0.051))


def smallest(imbalance: float) -> int:
    return int(profile("exp", 5000, 10, imbalance).smallest)


def wider() -> bool:
    """Whether the trucks' mean margin is larger in training than in the test, in the record of LDAM-DRW."""
    with np.load(RECORDS / "ldam_drw-short" / "seed0" / "geometry.npz") as found:
        means = [found[f"{part}_margin"][found[f"{part}_label"] == 9].mean() for part in ("train", "test")]
    return bool(means[0] > means[1])


def spread() -> float:
    """The range of the records' accuracy in the two rarest classes."""
    return float(np.ptp([by_class(each)[-1][8:].mean() for each in ROWS]))


def best_of_ten() -> float:
    """By how many deviations the best of ten is above their mean, by expectation: the integral of 1 - F^10."""
    from scipy.stats import norm

    at = np.linspace(-8, 8, 20_001)
    return float(np.trapezoid(at * 10 * norm.pdf(at) * norm.cdf(at) ** 9, at))


def truck() -> float:
    (weights,) = weights_at(CIFAR, "class_balanced(beta=0.9999)").weights
    return float(weights[9] / weights[0])


def restless() -> list[bool]:
    """Whether the median class moves by over five points an epoch at the rate of 0.1, and by under two at the end."""
    moves = np.median(np.abs(np.diff(by_class("erm"), axis=0)), axis=1)
    return [np.mean(moves[5:30]) > 5, np.mean(moves[36:]) < 2]


MEASURED = [
    ("from 29.6 to 27.6 %, weights at the end to 25.1 %", lambda: cao("cifar10", 29.6, 27.6, 25.1)),
    ("(61.7 to 66.0 %), and at the end they help (59.3 %)", lambda: cao("cifar100", 61.7, 66.0, 59.3)),
    (
        "fifty trucks at eighty times an aeroplane's weight",
        lambda: abs(truck() - 80) < 2,
    ),
    ("At a high rate, a class gains or loses many points from one epoch to the next", restless),
    (
        "the trucks' mean in the test is just below zero, and 52 % of them are right",
        f"{BOOKS}10_says_of_a_mean_below_zero_and_of_the_class_without_validation_images",
    ),
    (
        "from 70.4 to 78.5 %",
        lambda: [abs(all_printed("erm").min() - 70.4) < 0.05, abs(all_printed("erm").max() - 78.5) < 0.05],
    ),
    ("without it they still spread over 3 points", lambda: 2.5 < np.ptp(all_printed("erm", but="strong")) < 3.5),
    ("LDAM-DRW gains {} points over cross-entropy", lambda: printed("Cao", "ldam_drw") - printed("Cao", "erm")),
    (
        "from the largest error to the smallest: cross-entropy, LDAM, cross-entropy with DRW, LDAM-DRW",
        lambda: np.diff([printed("Cao", x) for x in ("erm", "ldam", "ce_drw", "ldam_drw")]) > 0,
    ),
    (
        "cross-entropy, LDAM, DBM-CE, LDAM-DRW, balanced softmax, DBM-BS",
        lambda: (
            np.diff(
                [printed("DBM, AAAI", x) for x in ("erm", "ldam", "dbm_ce", "ldam_drw", "balanced_softmax", "dbm_bs")]
            )
            > 0
        ),
    ),
    (
        "LDAM *without* the late weights can even end below cross-entropy",
        lambda: by_class("ldam")[-1].mean() < by_class("erm")[-1].mean(),
    ),
    (
        "the last weights hardly move and all late epochs are nearly one",
        lambda: np.abs(np.diff(by_class("erm")[36:].mean(axis=1))) < 0.5,
    ),
    (
        "1000 images of a class at 50 %: $\\sqrt{0.5 \\cdot 0.5/1000}$, {} points",
        lambda: 100 * np.sqrt(0.25 / 1000),
    ),
    ("All 10 000: less than half a point", lambda: 100 * np.sqrt(0.25 / 10_000) <= 0.5),
    (
        "print {} % for cross-entropy; a user of their code got {} %",
        lambda: (printed("Cao", "erm"), printed("user", "erm")),
    ),
    ("after 40 epochs the two ended 2.2 points apart", f"{BOOKS}10_says_of_one_loss_under_two_names"),
    (
        "Differences between methods are of the size of recipe and seed",
        lambda: np.ptp(all_printed("erm")) > printed("Cao", "ldam_drw") - printed("Cao", "erm"),
    ),
    ("only beyond IF = 250 has the rarest fewer than 20", lambda: [smallest(250) == 20, smallest(251) < 20]),
    (
        "would have been better than the last by 0 to 7.0 points, 3.1 on average over eight runs",
        lambda: np.allclose([looking(DROP).min(), looking(DROP).max(), looking(DROP).mean()], (0, 7, 3.1), atol=0.06),
    ),
    ("At their real end it is at most 0.2", lambda: looking(40).max() < 0.2),
    ("The choice of the epoch is worth as much as many a loss", lambda: looking(DROP).max() > 6.7),
    (
        "MM is 1.5 points above cross-entropy on average",
        lambda: abs((values("mm") - values("erm")).mean() - 1.5) < 0.06,
    ),
    (
        "of the 100 pairs, 14 put cross-entropy in front",
        lambda: (values("erm")[:, None] > values("mm")).sum() == 14,
    ),
    ("MM is in front in all ten pairs", lambda: values("mm") > values("erm")),
    ("The best of the ten is then {} deviations above their common mean", best_of_ten),
    (
        "A deviation between seeds of 1.3 points (cross-entropy's on these digits) makes that 2.0 points",
        lambda: [abs(values("erm").std(ddof=1) - 1.3) < 0.06, abs(1.3 * best_of_ten() - 2.0) < 0.06],
    ),
    (
        "A class has 52 % of its test images right, and its mean margin in the test is below zero",
        f"{BOOKS}10_says_of_a_mean_below_zero_and_of_the_class_without_validation_images",
    ),
    (
        "On training images the margin is larger",
        lambda: wider(),
    ),
    (
        "Rounding alone moved a pair by 2.2 points",
        lambda: abs(course("balanced_softmax")[-1] - course("logit_adjustment")[-1] - 2.2) < 0.06,
    ),
    ("| cross-entropy | 59.0 | 59.0 | 21.6 |", lambda: row("erm")),
    ("| LDAM | 53.5 | 53.5 | 0.6 |", lambda: row("ldam")),
    ("| class-balanced weights from the start | 56.6 | 56.6 | 49.5 |", lambda: row("class_balanced")),
    ("| LDAM-DRW | 68.5 | 68.5 | 60.9 |", lambda: row("ldam_drw")),
    ("| balanced softmax | 70.8 | 70.8 | 71.3 |", lambda: row("balanced_softmax")),
    ("| logit adjustment | 68.6 | 68.7 | 71.8 |", lambda: row("logit_adjustment")),
    ("| DBM-BS | 71.4 | 71.6 | 75.3 |", lambda: row("dbm_bs")),
    (
        "are one loss, and stand 2.2 points apart",
        lambda: abs(course("balanced_softmax")[-1] - course("logit_adjustment")[-1] - 2.2) < 0.06,
    ),
    ("There the methods differ by fifty points and more", lambda: spread() > 50),
    (
        "can crown the wrong one: 14 times of 100 for a difference of 1.5 points on digits",
        lambda: (values("erm")[:, None] > values("mm")).sum() == 14,
    ),
    ("The same seeds for both never did", lambda: values("mm") > values("erm")),
]
UNMEASURED = {
    DEFINED: [
        "Tables of other data sets are split",
        "| learning rate | 0.1; at 80 %",
        "LDAM asks for a margin of each class",
        "What it gains there the rate alone",
        "is the weights' work",
        "The benchmark is a data set",
        "Change either",
        "the largest of 200 noisy numbers",
        "the luck of the test is below half a point",
        "On photographs a seed costs hours",
    ],
    ADVICE: [
        "such runs show how things go, not who wins",
        "the network has not learned its few examples by heart",
        "With longer runs, look",
        "An honest rule chooses",
        "learn the features from all images first",
        "Read accuracy by class",
        "The mean hides who pays",
        "Last epoch, or validation",
        "Compare within one table",
        "they rank the methods of all papers in one list",
        "The question of the eight points",
        "Whoever tries ten settings",
    ],
    OTHERS: [
        "The papers report the best epoch",
        "It is larger for a schedule that stays lively",
    ],
    DONE: [
        "You can say what stands behind one number",
        "A paper trains two methods with one seed each",
        "two rarest classes, last epoch",
    ],
    LIMITS: [
        "Who wins: for that",
    ],
}
