"""What ties the sentences of lesson 8 to what measures them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from ltviz.core.counts import ClassCounts
from ltviz.losses import Outputs, make_loss

from .measuring import CIFAR
from .tabled import FOUR, TEN, gain, held, mean, number, sure
from .unmeasured import ADVICE, DEFINED, OTHERS

VIEWS = "elm(strength=0)"  # logit adjustment on two views of each image
ROWS = ("erm", VIEWS, "elm", "supcon", "bcl", "proco", "paco", "gml", "ncl")


def degrees(method: str, name: str, group: str, seeds: range = FOUR) -> np.ndarray:
    """Spread or distance in the test, mean of a third of the classes, for each seed."""
    table, members = held().held[method], held().counts.groups("terciles").members[group]
    return np.asarray(np.degrees(table.of(name, list(seeds))[:, members].mean(axis=1)))


def quotient(method: str, group: str, seeds: range = FOUR) -> float:
    return mean(method, group, "tightness", seeds)


def alone(batch: int = 128) -> float:
    """The probability that a truck has no other truck beside it in a batch."""
    return float((1 - CIFAR.values[9] / CIFAR.total) ** (batch - 1))


def over_images() -> list[bool]:
    """Whether SupCon's term of a rare image grows with the number of frequent ones, and BCL's does not."""
    told = {}
    for name in ("supcon", "bcl"):
        values = []
        for many in (4, 100):
            labels = torch.tensor([1, 1, *[0] * many])
            embedding = torch.tensor([[0.0, 1.0], [0.0, 1.0], *[[1.0, 0.0]] * many], dtype=torch.float64)
            loss = make_loss(name, [many, 2], **({"alpha": 0.0} if name == "bcl" else {}), reduction="none")
            given = {"embedding": embedding}
            if name == "bcl":
                given |= {"logits": torch.zeros(many + 2, 2, dtype=torch.float64), "prototypes": embedding[[2, 0]]}
            values.append(float(loss(Outputs(**given), labels)[0]))
        told[name] = values
    return [told["supcon"][1] > 10 * told["supcon"][0], abs(told["bcl"][1] / told["bcl"][0] - 1) < 1e-6]


def elm_margins(imbalance: int) -> list[float]:
    """ELM's margins of the most frequent and of the rarest class."""
    loss = make_loss("elm", ClassCounts([50 * imbalance, 50]))
    return loss.embedding_margins().tolist()  # type: ignore[no-any-return, operator]


def rarest_keeps() -> list[bool]:
    return [elm_margins(10)[1] == elm_margins(100)[1] == 0.5, elm_margins(10)[0] > elm_margins(100)[0]]


def smallest_and_loosest() -> list[bool]:
    rows = [row for row in ROWS if row != "paco"]
    return [
        *(degrees("paco", "spread", "few").mean() < degrees(x, "spread", "few").mean() for x in rows),
        *(quotient("paco", "few") > quotient(x, "few") for x in rows),
        quotient("elm", "few") < min(quotient(x, "few") for x in ROWS if x != "elm"),
    ]


def there_already() -> list[bool]:
    ours = gain(VIEWS, "erm").mean()
    return [ours > 0.7 * gain(x, "erm").mean() for x in ("bcl", "proco", "elm")]


def row(method: str, seeds: range = FOUR) -> tuple[float, ...]:
    """A row of the table of numbers."""
    apart = (float(degrees(method, name, "few", seeds).mean()) for name in ("spread", "apart"))
    return (
        mean(method, seeds=seeds),
        mean(method, "few", seeds=seeds),
        *apart,
        float(number(method, "nc1", seeds).mean()),
    )


MEASURED: list[tuple[str, Callable[[], Any] | str]] = [
    (
        "test images lie {}° from their class's mean for the four most frequent digits and {}° for the three rarest, "
        "and the *nearest other mean* is {}° away for the frequent and {}° for the rare",
        lambda: tuple(degrees("erm", x, group, TEN).mean() for x in ("spread", "apart") for group in ("many", "few")),
    ),
    (
        "The spread is {} % of the distance to the neighbour for frequent digits, {} % for rare ones",
        lambda: (quotient("erm", "many", TEN), quotient("erm", "few", TEN)),
    ),
    (
        "So a rare class is wider *and* has nearer neighbours",
        lambda: quotient("erm", "few", TEN) > quotient("erm", "many", TEN),
    ),
    ("(their spread falls by {}°)", lambda: -gain("supcon", "erm", "many", "spread")),
    (
        "the accuracy of the rarest three stays where it was ({} points)",
        lambda: (
            abs(gain("supcon", "erm", "few").mean())
            + gain("supcon", "erm", "few")
            - gain("supcon", "erm", "few").mean()
        ),
    ),
    (
        "its rare test images lie {}° from their class's mean, where all others but ELM have {} to {}°",
        lambda: (
            degrees("paco", "spread", "few").mean(),
            *(f(degrees(x, "spread", "few").mean() for x in (VIEWS, "supcon", "bcl", "proco")) for f in (min, max)),
        ),
    ),
    ("stand together just as closely, {}° to the nearest", lambda: degrees("paco", "apart", "few").mean()),
    (
        "Spread over distance is {} %, the worst of all, and PaCo trails the two views by {} points",
        lambda: (quotient("paco", "few"), -gain("paco", VIEWS)),
    ),
    (
        "BCL takes off {}° of spread and gains {} points over the two views",
        lambda: (-gain("bcl", VIEWS, "few", "spread"), gain("bcl", VIEWS)),
    ),
    (
        "ProCo moves neither beyond chance",
        lambda: [not sure(gain("proco", VIEWS)), not sure(gain("proco", VIEWS, "few", "spread"))],
    ),
    ("with $m = {}$ for the rarest class", lambda: elm_margins(100)[1]),
    ("It makes it *larger*: over ten seeds by {}°", lambda: gain("elm", VIEWS, "few", "spread", TEN)),
    (
        "stand {}° from their nearest neighbour with the two views alone, and {}° with ELM",
        lambda: tuple(degrees(x, "apart", "few", TEN).mean() for x in (VIEWS, "elm")),
    ),
    (
        "Spread over distance falls from {} to {} %",
        lambda: tuple(quotient(x, "few", TEN) for x in (VIEWS, "elm")),
    ),
    ("and it holds in every seed", lambda: list(gain("elm", VIEWS, "few", "tightness", TEN) < 0)),
    ("The balanced accuracy gains {} points", lambda: gain("elm", VIEWS, seeds=TEN)),
    ("The gap of cross-entropy for rare digits is {} points", lambda: mean("erm", "few", "gap", TEN)),
    ("About {} points, and hardly any", lambda: mean("elm", "few", "gap", TEN)),
    (
        "without the term the gap is {} points already, and the difference, {}, is nothing",
        lambda: (mean(VIEWS, "few", "gap", TEN), gain("elm", VIEWS, "few", "gap", TEN)),
    ),
    (
        "For the *frequent* digits the gap shrinks by {} points, which they can",
        lambda: -gain("elm", VIEWS, "many", "gap", TEN),
    ),
    (
        "on these digits it does not show for rare classes",
        lambda: [not sure(gain("elm", VIEWS, "few", "gap", TEN)), sure(gain("elm", VIEWS, "many", "gap", TEN))],
    ),
    (
        "NC1 falls from {} to {} by ELM's term, to where cross-entropy has it too ({})",
        lambda: tuple(number(x, "nc1", TEN).mean() for x in (VIEWS, "elm", "erm")),
    ),
    (
        "Network A has {} % accuracy on rare test images, network B {} %",
        lambda: (mean("erm", "few", seeds=TEN), mean("elm", "few", seeds=TEN)),
    ),
    ("$(1 - 50/12406)^{127} \\approx {}$", alone),
    ("So in {} of 100 batches it has company", lambda: 100 * (1 - alone())),
    ("The rarest class keeps its margin", rarest_keeps),
    (
        "the frequent ones' grow, $10^{-1/4} \\approx {}$ of the rarest one's in place of $100^{-1/4} \\approx {}$",
        lambda: (10**-0.25, 100**-0.25),
    ),
    ("their accuracy gains {} points", lambda: gain("elm", VIEWS, "many", seeds=TEN)),
    (
        "it is they who show it most clearly",
        lambda: [sure(gain("elm", VIEWS, "many", seeds=TEN)), not sure(gain("elm", VIEWS, "few", seeds=TEN))],
    ),
    *(
        (f"| {words} | {{}} | {{}} | {{}} | {{}} | {{}} |", lambda name=name, seeds=seeds: row(name, seeds))
        for words, name, seeds in (
            ("cross-entropy", "erm", TEN),
            ("two views, logit adjustment", VIEWS, TEN),
            ("ELM", "elm", TEN),
            ("SupCon, cross-entropy", "supcon", FOUR),
            ("BCL", "bcl", FOUR),
            ("ProCo", "proco", FOUR),
            ("PaCo", "paco", FOUR),
            ("GML", "gml", FOUR),
            ("NCL", "ncl", FOUR),
        )
    ),
    ("BCL and ELM are level: ... ELM is ahead by {} points", lambda: gain("elm", "bcl")),
    (
        "its neighbours are nearer: {} % of the distance, against {} % for frequent digits",
        lambda: (quotient("erm", "few", TEN), quotient("erm", "many", TEN)),
    ),
    ("SupCon sums over images, so frequent classes outnumber", over_images),
    ("BCL gives each class one term", over_images),
    ("most of what BCL, ProCo and ELM gain over cross-entropy is there already", there_already),
    ("PaCo's clouds are the smallest and overlap most, ELM's are wide and far apart", smallest_and_loosest),
]

UNMEASURED: dict[str, list[str]] = {
    DEFINED: [
        "the smaller, the more the nearest ones decide",
        "before it counts as near",
        "lengths may move boundaries, but",
        "Tight in degrees is not tight",
        "Collapse on training images says nothing",
    ],
    ADVICE: ["they call PaCo's small clouds the best embedding"],
    OTHERS: ["The paper claims that rare classes get tighter"],
}
