"""What ties the claims of lesson 2."""

from __future__ import annotations

from functools import cache

import numpy as np
import torch

from ltviz.datasets.digits import counts_of
from ltviz.explorers import balance_of_forces as balance
from ltviz.losses import LossSpec, make_loss
from ltviz.plane.fit import fit2d
from ltviz.plane.forces import forces

from .seeds import gained, interval, number, shows, values
from .ties import Tie, printed
from .unmeasured import ADVICE, DEFINED, DONE, LIMITS

N = counts_of(50.0, "exp").values
RULES = (  # as the table has them
    "erm",
    "square_root_sampling",
    "class_balanced_resampling",
    "progressive_sampling",
    "class_aware_sampling",
    "reverse_sampling",
    "under_sampling",
    "over_sampling",
    "over_sampling_augmented",
)


@cache
def rests(loss: str) -> np.ndarray:
    """Where the boundary comes to rest in the explorer, over 20 draws of 60 points against 6."""
    found = []
    for seed in range(20):
        data = balance._data(10.0, 0.32, seed)
        given, made = balance.seen(data, "plane"), LossSpec.many(loss)[0].make(data.counts)
        fit = fit2d(given, data.labels, made)
        found.append(forces(fit, made, given, data.labels, np.zeros(1)).rest)
    return np.array(found)


def comes(power: float) -> tuple[float, float]:
    """How often in an epoch of N an image of the rarest and of the most frequent digit comes."""
    share = N**power / (N**power).sum()
    each = N.sum() * share / N
    return float(each[-1]), float(each[0])


def row(method: str) -> tuple[float, ...]:
    means = (values(method, group).mean() for group in ("all", "many", "few"))
    table, plain = (number(name, "seconds") for name in (method, "erm"))
    return *map(float, means), float(np.median(table / plain))


def by_heart() -> list[bool]:
    """Whether every net of the lesson is right on all of its rare training images."""
    trained = [values(m, "few", "gap") + values(m, "few") for m in RULES]
    return [bool(np.all(each > 99.9)) for each in trained]


def over() -> np.ndarray:
    return gained("over_sampling", "few", measure="gap")


def varied() -> np.ndarray:
    return gained("over_sampling_augmented", "few", measure="gap", over="over_sampling")


def late() -> np.ndarray:
    return gained("progressive_sampling", over="class_balanced_resampling")


def error(method: str, data: str = "cifar10") -> float:
    """The error in % that Cao's table prints at an imbalance of 100."""
    return 100 - printed("Cao", method, data)


def too_far() -> list[bool]:
    """Whether reversed and under-sampling cost frequent digits about three points and give rare ones no more."""
    return [
        2.5 < -gained(m, "many").mean() < 3.5 and shows(gained(m, "few", over="square_root_sampling")) < 1
        for m in ("reverse_sampling", "under_sampling")
    ]


def four_to_eight() -> list[bool]:
    return [*(4 < gained(m, "few").mean() < 8 for m in RULES[1:-1]), *too_far()]


def same_sum() -> bool:
    """Whether ten copies of a row and a weight of ten are one loss, summed."""
    scores, labels = torch.randn(7, 2, generator=torch.Generator().manual_seed(0)).double(), torch.arange(7) // 6
    loss = make_loss("ce", [60, 6], reduction="none")
    rows = loss(scores, labels)
    copied = loss(torch.cat([scores, scores[6:].repeat(9, 1)]), torch.cat([labels, labels[6:].repeat(9)])).sum()
    return bool(torch.isclose(copied, rows[:6].sum() + 10 * rows[6]))


MEASURED: list[Tie] = [
    ("the boundary rests {} σ in the rare class's side", lambda: rests("ce").mean()),
    ("at {} σ over 20 draws", lambda: rests("inverse_frequency")),
    ("where it was {} σ", lambda: rests("ce")),
    ("A bit less: {} σ", lambda: rests("inverse_frequency(power=0.5)")),
    ("repeating them has not made them more", lambda: rests("inverse_frequency").std() > 0.8 * rests("ce").std()),
    ("| square root | $\\propto \\sqrt{n_j}$ | {} times | {} times |", lambda: comes(0.5)),
    ("| class-balanced | $1/C$ | {} times | {} times |", lambda: comes(0.0)),
    ("| reversed (BBN) | $\\propto 1/n_j$ | {} times | {} times |", lambda: comes(-1.0)),
    ("among 110; each comes {} times", lambda: comes(0.0)[1]),
    ("share a tenth of the epoch, so each comes {} times", lambda: comes(0.0)[0]),
    ("{} points *narrower* than it is without (95 % interval: {} to {})", lambda: interval(-over())),
    ("it is {} % in every net of this lesson", lambda: 100 * np.mean(by_heart())),
    (
        "Repeating them cannot make that worse, and it does move the boundary",
        lambda: [*by_heart(), rests("inverse_frequency").mean() < 0.5],
    ),
    ("That narrows the gap by another {} points ({} to {})", lambda: interval(-varied())),
    ("accuracy of the rare digits is {} % under every rule", lambda: 100 * np.mean(by_heart())),
    (
        "right about half of the time... training accuracy is {} % as well",
        lambda: 100 * np.mean(by_heart()) if abs(values("erm", "few").mean() - 50) < 5 else 0,
    ),
    ("does without {} % of them", lambda: 100 * (1 - len(N) * N.min() / N.sum())),
    ("digits lose {} points ({} to {})", lambda: interval(-gained("under_sampling", "many"))),
    ("the three rarest gain {} ({} to {})", lambda: interval(gained("under_sampling", "few"))),
    ("cannot be told from 0 ({} points; from 0.7 less to {} more)", lambda: interval(gained("under_sampling"))[::2]),
    ("(0.3 points; from {} less", lambda: -interval(gained("under_sampling"))[1]),
    ("a fifth of the time of plain training", lambda: abs(row("under_sampling")[3] - 0.2) < 0.05),
    ("| instance-balanced (plain) | {} | {} | {} | {} |", lambda: row("erm")),
    ("| square root | {} | {} | {} | {} |", lambda: row("square_root_sampling")),
    ("| class-balanced | {} | {} | {} | {} |", lambda: row("class_balanced_resampling")),
    ("| progressive | {} | {} | {} | {} |", lambda: row("progressive_sampling")),
    ("| class-aware | {} | {} | {} | {} |", lambda: row("class_aware_sampling")),
    ("| reversed | {} | {} | {} | {} |", lambda: row("reverse_sampling")),
    ("| under-sampling | {} | {} | {} | {} |", lambda: row("under_sampling")),
    ("| over-sampling | {} | {} | {} | {} |", lambda: row("over_sampling")),
    ("| augmented over-sampling | {} | {} | {} | {} |", lambda: row("over_sampling_augmented")),
    (
        "it goes from {} to between {} and {}",
        lambda: (row("erm")[2], *(end([row(each)[2] for each in RULES[1:-1]]) for end in (min, max))),
    ),
    ("*Which* rule it is hardly matters, unless it goes too far", too_far),
    (
        "Over-sampling is a little ahead",
        lambda: row("over_sampling")[2] == max(row(each)[2] for each in RULES[:-1]),
    ),
    ("The step that stands out is the last one", lambda: row(RULES[-1])[2] > row("over_sampling")[2] + 5),
    ("| Over-sampling widens the gap of rare classes | the opposite | {} ({} to {}) |", lambda: interval(over())),
    ("| Augmenting what is repeated narrows that gap | holds | {} ({} to {}) |", lambda: interval(varied())),
    (
        "| Under-sampling costs frequent classes accuracy | holds | {} ({} to {}) |",
        lambda: interval(gained("under_sampling", "many")),
    ),
    ("| does not | {} ({} to {}) |", lambda: interval(late())),
    (
        "from {} to {} %, and on CIFAR-100-LT",
        lambda: (error("erm"), error("class_balanced_resampling")),
    ),
    (
        "CIFAR-100-LT from {} *up* to {} %",
        lambda: (error("erm", "cifar100"), error("class_balanced_resampling", "cifar100")),
    ),
    ("it helps on both ({} and {} %)", lambda: (error("ce_drs"), error("ce_drs", "cifar100"))),
    ("giving it $k$ times the weight is the same sum", same_sum),
    ("On digits every balancing rule gives the rare classes four to eight points", four_to_eight),
    (
        "The gap of rare classes did not widen when they were repeated",
        lambda: [*(over() < 5), shows(over()) < 0, *by_heart()],
    ),
    (
        "Under-sampling is five times cheaper, and the frequent classes pay for it",
        lambda: [abs(row("under_sampling")[3] - 0.2) < 0.05, shows(gained("under_sampling", "many")) < 0],
    ),
    (
        "augmenting what is repeated does, and gained most",
        lambda: row(RULES[-1])[0] > max(row(each)[0] for each in RULES[:-1]),
    ),
]
UNMEASURED: dict[str, list[str]] = {
    DEFINED: [
        "**Progressive** sampling moves from",
        "so that fifteen copies are fifteen pictures",
        "An image of class $j$ comes $N p_j/n_j$ times",
        "A net that knows them by heart",
    ],
    DONE: ["rare images repeated as they are", "(In brackets the 95 % interval"],
    ADVICE: ["it is where most of the field's ideas were tried first"],
    LIMITS: ["how much of its gain augmentation would bring alone"],
}
