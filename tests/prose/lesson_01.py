"""What ties the claims of lesson 1."""

from __future__ import annotations

from ltviz.core.profiles import profile

from .measuring import CIFAR
from .seeds import values
from .ties import OF_01, Tie, sharing
from .unmeasured import DEFINED, DONE


def first_few() -> list[bool]:
    """Whether the rarest of ten classes has 20 images at IF = 250, and fewer beyond."""
    return [min(profile("exp", 5000, 10, 250.0)) == 20, min(profile("exp", 5000, 10, 251.0)) < 20]


MEASURED: list[Tie] = [
    ("Class 4, the fifth, has {}", lambda: CIFAR[4]),
    ("Half of the classes share less than a tenth", lambda: sharing() < 0.1),
    ("The first one appears beyond IF = 250", first_few),
    ("Mistakes lie *below* the diagonal far more often", OF_01),
    ("no method does clearly better than cross-entropy", OF_01),
    ("The more equal the classes become, the more it loses", OF_01),
    ("knowing the prior repairs most of the damage with the tail reversed", OF_01),
    ("| all digits alike (balanced) | {} |", lambda: values("erm")),
    ("| the four most frequent digits | {} |", lambda: values("erm", "many")),
    ("| the three rarest digits | {} |", lambda: values("erm", "few")),
    (
        "nearly solved and another is right less than half of the time",
        lambda: [values("erm", "many").mean() > 98, values("erm", "few").mean() < 50],
    ),
    (
        "how much a rare digit depends on which two images",
        lambda: values("erm", "few").std() > 3 * values("erm").std(),
    ),
    ("a network bets against it", OF_01),
    ("Overall accuracy hides this; balanced accuracy shows it", OF_01),
    ("Cross-entropy answers for the training frequencies", OF_01),
    ("A long-tailed loss answers for equal ones", OF_01),
]
UNMEASURED: dict[str, list[str]] = {
    DEFINED: [
        "Papers report results for groups of classes",
        "A tail is described by",
        "this is the best possible answer",
        "*Many*, *medium* and *few* count training images",
        "A group may be empty",
    ],
    DONE: [
        "Ten classes, the largest has 5000",
        "Not quite: the ratio does not count images",
        "What differs is how little can be learned",
        "they guess the fifth of ten classes at half",
        "it is right in one class of ten",
        "a long-tailed loss is simply better",
    ],
}
