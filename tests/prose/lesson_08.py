"""What ties the sentences of lesson 8 to what measures them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from ltviz.core.counts import ClassCounts
from ltviz.losses import Outputs, make_loss

from .measuring import CIFAR
from .seeds import SEEDS, digits, gained, mean, number, shows
from .unmeasured import ADVICE, DEFINED, OTHERS

VIEWS = "elm(strength=0)"  # logit adjustment on two views of each image
ROWS = ("erm", VIEWS, "elm", "supcon", "bcl", "proco", "paco", "gml", "ncl")


def degrees(method: str, name: str, group: str) -> np.ndarray:
    """Spread or distance in the test, mean of a third of the classes, for each seed."""
    table, members = digits().held[method], digits().counts.groups("terciles").members[group]
    return np.asarray(np.degrees(table.of(name, SEEDS)[:, members].mean(axis=1)))


def quotient(method: str, group: str) -> float:
    return mean(method, group, "tightness")


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
    ours = gained(VIEWS).mean()
    return [ours > 0.7 * gained(x).mean() for x in ("bcl", "proco", "elm")]


def row(method: str) -> tuple[float, ...]:
    """A row of the table of numbers."""
    apart = (float(degrees(method, name, "few").mean()) for name in ("spread", "apart"))
    return (
        mean(method),
        mean(method, "few"),
        *apart,
        float(number(method, "nc1").mean()),
    )


MEASURED: list[tuple[str, Callable[[], Any] | str]] = [
    (
        "test images lie {}° from their class's mean for the four most frequent digits and {}° for the three rarest, "
        "and the *nearest other mean* is {}° away for the frequent and {}° for the rare",
        lambda: tuple(degrees("erm", x, group).mean() for x in ("spread", "apart") for group in ("many", "few")),
    ),
    (
        "The spread is {} % of the distance to the neighbour for frequent digits, {} % for rare ones",
        lambda: (quotient("erm", "many"), quotient("erm", "few")),
    ),
    (
        "So a rare class is wider *and* has nearer neighbours",
        lambda: quotient("erm", "few") > quotient("erm", "many"),
    ),
    ("(their spread falls by {}°)", lambda: -gained("supcon", "many", "spread")),
    (
        "the accuracy of the rarest three stays where it was ({} points)",
        lambda: abs(gained("supcon", "few").mean()) + gained("supcon", "few") - gained("supcon", "few").mean(),
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
        lambda: (quotient("paco", "few"), -gained("paco", over=VIEWS)),
    ),
    (
        "BCL takes off {}° of spread and gains {} points over the two views",
        lambda: (-gained("bcl", "few", "spread", over=VIEWS), gained("bcl", over=VIEWS)),
    ),
    (
        "ProCo takes off {}° and gains nothing that ten seeds could tell from chance",
        lambda: -gained("proco", "few", "spread", over=VIEWS) if not shows(gained("proco", over=VIEWS)) else None,
    ),
    ("with $m = {}$ for the rarest class", lambda: elm_margins(100)[1]),
    ("It makes it *larger*: over ten seeds by {}°", lambda: gained("elm", "few", "spread", over=VIEWS)),
    (
        "stand {}° from their nearest neighbour with the two views alone, and {}° with ELM",
        lambda: tuple(degrees(x, "apart", "few").mean() for x in (VIEWS, "elm")),
    ),
    (
        "Spread over distance falls from {} to {} %",
        lambda: tuple(quotient(x, "few") for x in (VIEWS, "elm")),
    ),
    ("and it holds in every seed", lambda: list(gained("elm", "few", "tightness", over=VIEWS) < 0)),
    ("The balanced accuracy gains {} points", lambda: gained("elm", over=VIEWS)),
    ("The gap of cross-entropy for rare digits is {} points", lambda: mean("erm", "few", "gap")),
    ("About {} points, and hardly any", lambda: mean("elm", "few", "gap")),
    (
        "without the term the gap is {} points already, and the difference, {}, is nothing",
        lambda: (mean(VIEWS, "few", "gap"), gained("elm", "few", "gap", over=VIEWS)),
    ),
    (
        "For the *frequent* digits the gap shrinks by {} points, which they can",
        lambda: -gained("elm", "many", "gap", over=VIEWS),
    ),
    (
        "on these digits it does not show for rare classes",
        lambda: [not shows(gained("elm", "few", "gap", over=VIEWS)), shows(gained("elm", "many", "gap", over=VIEWS))],
    ),
    (
        "NC1 falls from {} to {} by ELM's term, to where cross-entropy has it too ({})",
        lambda: tuple(number(x, "nc1").mean() for x in (VIEWS, "elm", "erm")),
    ),
    (
        "Network A has {} % accuracy on rare test images, network B {} %",
        lambda: (mean("erm", "few"), mean("elm", "few")),
    ),
    ("$(1 - 50/12406)^{127} \\approx {}$", alone),
    ("So in {} of 100 batches it has company", lambda: 100 * (1 - alone())),
    ("The rarest class keeps its margin", rarest_keeps),
    (
        "the frequent ones' grow, $10^{-1/4} \\approx {}$ of the rarest one's in place of $100^{-1/4} \\approx {}$",
        lambda: (10**-0.25, 100**-0.25),
    ),
    ("their accuracy gains {} points", lambda: gained("elm", "many", over=VIEWS)),
    (
        "it is they who show it most clearly",
        lambda: [shows(gained("elm", "many", over=VIEWS)), not shows(gained("elm", "few", over=VIEWS))],
    ),
    *(
        (f"| {words} | {{}} | {{}} | {{}} | {{}} | {{}} |", lambda name=name: row(name))
        for words, name in (
            ("cross-entropy", "erm"),
            ("two views, logit adjustment", VIEWS),
            ("ELM", "elm"),
            ("SupCon, cross-entropy", "supcon"),
            ("BCL", "bcl"),
            ("ProCo", "proco"),
            ("PaCo", "paco"),
            ("GML", "gml"),
            ("NCL", "ncl"),
        )
    ),
    ("BCL and ELM are level: ... ELM is ahead by {} points", lambda: gained("elm", over="bcl")),
    (
        "its neighbours are nearer: {} % of the distance, against {} % for frequent digits",
        lambda: (quotient("erm", "few"), quotient("erm", "many")),
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
