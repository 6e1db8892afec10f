"""What ties the claims of lesson 4."""

from __future__ import annotations

from ltviz.losses import make_loss
from ltviz.studies.margin_bound import margin_bound

from .measuring import margins
from .seeds import gained, interval, shows, values
from .ties import DIGITS_04, OF_04, WHEEL, Tie, both_move, fades, largest_beside, stays
from .unmeasured import DEFINED, DONE


def row(method: str) -> tuple[float, ...]:
    means = (float(values(method, group).mean()) for group in ("all", "many", "few"))
    return *means, *(value for group in ("all", "few") for value in interval(gained(method, group)))


def in_the_middle() -> float:
    """By how many % the bound's sum is larger in the middle of the gap than at its minimum."""
    found = margin_bound()
    return float(100 * (found.middle / found.lowest - 1))


def rarest_margin() -> list[bool]:
    """Whether LDAM's rarest class has one margin at IF = 100 and at IF = 1000."""
    return [abs(float(make_loss("ldam", [k * 100, 100]).margins().max()) - 0.5) < 1e-6 for k in (100, 1000)]


def none_left() -> bool:
    """Whether DBM's nets are right on all of their rare training images."""
    return bool((values("dbm_ce", "few", measure="gap") + values("dbm_ce", "few") > 99.9).all())


MEASURED: list[Tie] = [
    ("most of what a weight does is gone", fades),
    ("A **margin** keeps its effect there", stays),
    ("The minimum lies at $g_1 = {}$ of the gap", lambda: margin_bound().found),
    ("for the rarest class at IF = 100", OF_04),
    ("moves the boundary between $i$ and $j$ even where the classes overlap", both_move),
    ("The margin is largest beside the boundary and falls off to both sides", largest_beside),
    ("(just before it, 28 % less)", OF_04),
    (
        "The step at a difficulty of 0.25 is the boundary: below 60°",
        f"{WHEEL}the_second_margin_starts_where_another_class_is_nearer",
    ),
    ("On the training images every class is right", DIGITS_04),
    ("it grows as $n$ falls", DIGITS_04),
    ("they will lose more of it", DIGITS_04),
    (
        "gives margins that go with $n^{-1/4}$",
        lambda: margin_bound().found / (1 - margin_bound().found) - 0.01**0.25 < 0.01,
    ),
    ("$0.5$ in cosine at $s = 30$ is $15$ in the logit", lambda: abs(margins().logits[0].max() - 15) < 1e-5),
    ("In the middle the sum is {} % larger than at the minimum", in_the_middle),
    ("at 1000 to 1 the minimum lies at {} of the gap", lambda: margin_bound(imbalance=1000.0).found),
    ("the fourth root of 16 is 2", lambda: 16**0.25 == 2),
    ("the rarest class's margin is $m_{\\max}$, whatever the imbalance", rarest_margin),
    ("| cross-entropy | {} | {} | {} |", lambda: row("erm")[:3]),
    ("| MM | {} | {} | {} | {} ({} to {}) | {} ({} to {}) |", lambda: row("mm")),
    ("| DBM on cross-entropy | {} | {} | {} | {} ({} to {}) | {} ({} to {}) |", lambda: row("dbm_ce")),
    ("| LDAM | {} | {} | {} | {} ({} to {}) | {} ({} to {}) |", lambda: row("ldam")),
    (
        "LDAM is more accurate than cross-entropy, and so are MM and DBM",
        lambda: [shows(gained(each)) > 0 for each in ("ldam", "mm", "dbm_ce")],
    ),
    ("the opposite, by {} points ({} to {};", lambda: interval(-gained("mm", over="ldam"))),
    (
        "the class margin adds {} points ({} to {}) to",
        lambda: interval(gained("dbm_ce(instance=none)", over="dbm_ce(margin=0)")),
    ),
    ("shows nothing ({} points, {} to {})", lambda: interval(gained("dbm_ce", over="dbm_ce(instance=none)"))),
    ("not one rare image is left there", none_left),
    (
        "({} points against {})",
        lambda: (gained("ldam", "few").mean(), gained("class_balanced", "few").mean()),
    ),
    ("no loss of the frequent ones shows", lambda: shows(gained("ldam", "many")) == 0),
]
UNMEASURED: dict[str, list[str]] = {
    DEFINED: [
        "be the distances of the boundary",
        "Move the boundary away from class 1",
        "asked to win by",
        "the target's score looks worse than it is",
        "for the rarest class that is 1",
        "how much smaller it is on the right side",
        "| method | all | frequent | rare |",
        "LDAM and DBM look at the class, MM at the sample",
    ],
    DONE: ["Now we train a network", "Drag the sample round the wheel", "with their 95 % intervals"],
}
