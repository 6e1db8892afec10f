"""Which of the papers' claims do many seeds bear out?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ltviz.metrics.interval import Interval, over_seeds
from ltviz.studies._tables import MEASURES, Tables, tables


@dataclass(frozen=True)
class Claim:
    """One method against another one, in one number.

    Parameters
    ----------
    says : str
        The claim, as its paper or a lecture would say it.
    one, other : str
        The methods, as spelled. It says that the number of the first one is larger, or smaller.
    measure : str
        One of `MEASURES` of the tables.
    group : {"all", "many", "medium", "few"}
        Mean over all classes, or over a third of them by their number of training images.
    larger : bool
        Whether the first one's number should be the larger one.
    """

    says: str
    one: str
    other: str
    measure: str = "accuracy"
    group: str = "all"
    larger: bool = True


CLAIMS = (
    Claim("cRT raises the accuracy of rare classes over ERM", "crt", "erm", group="few"),
    Claim("Tau-normalisation raises the accuracy of rare classes over ERM", "tau_norm", "erm", group="few"),
    Claim("Progressive sampling is more accurate than class-balanced sampling from the start", "progressive_sampling",
          "class_balanced_resampling"),
    Claim("Over-sampling widens the gap of rare classes over ERM", "over_sampling", "erm", "gap", "few"),
    Claim("Augmenting what is repeated narrows that gap", "over_sampling_augmented", "over_sampling", "gap", "few",
          larger=False),
    Claim("Under-sampling costs frequent classes accuracy", "under_sampling", "erm", group="many", larger=False),
    # At the papers' beta of 0.9999 both weights are the same for at most 110 images.
    Claim("Inverse frequency hurts frequent classes more than class-balanced weights", "inverse_frequency",
          "class_balanced(beta=0.99)", group="many", larger=False),
    Claim("Deferred weights are more accurate than weights from the start", "ce_drw", "class_balanced"),
    Claim("LDAM is more accurate than ERM", "ldam", "erm"),
    Claim("MM is more accurate than LDAM", "mm", "ldam"),
    # ELM at strength 0 is logit adjustment on the same two views of each image: the views' own gain is in both.
    Claim("ELM's gap of rare classes is smaller than logit adjustment's", "elm", "elm(strength=0)", "gap", "few",
          larger=False),
    Claim("ELM's rare classes are tighter than logit adjustment's", "elm", "elm(strength=0)", "tightness", "few",
          larger=False),
    Claim("ELM is more accurate than logit adjustment", "elm", "elm(strength=0)"),
    Claim("DBM + balanced softmax has smaller angles of rare classes than balanced softmax", "dbm_bs",
          "balanced_softmax", "angle", "few", larger=False),
    *(
        Claim(f"DBM on {words}, step by step: {step}", one, other)
        for words, base, first in (
            ("cross-entropy", "dbm_ce", "erm"),
            ("balanced softmax", "dbm_bs", "balanced_softmax"),
        )
        for step, one, other in (
            ("a cosine head adds", f"{base}(margin=0)", first),
            ("the class margin adds", f"{base}(instance=none)", f"{base}(margin=0)"),
            ("an instance margin on all samples adds", f"{base}(instance=all)", f"{base}(instance=none)"),
            ("on hard samples alone it adds more", base, f"{base}(instance=all)"),
        )
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """What the seeds make of a claim.

    Parameters
    ----------
    claim : Claim
        Which.
    number, unit : str
        What was measured, in words, and in what.
    seeds : tuple of int
        Those that both methods have.
    values : ndarray (S,)
        The first method's number minus the other one's, seed by seed.
    over : Interval or None
        Mean of the differences, standard error and 95 % interval; None where there is no seed.
    verdict : str
        "holds", "does not show", "the opposite", or "not measured".
    """

    claim: Claim
    number: str
    unit: str
    seeds: tuple[int, ...]
    values: np.ndarray
    over: Interval | None
    verdict: str


@dataclass(frozen=True)
class Claims:
    """Claims and what many seeds make of them; see `claims`."""

    data: str
    findings: tuple[Finding, ...]
    caption: str


def claims(*, table: str = "digits-exp50") -> Claims:
    """Set each claim against the paired differences of many seeds.

    A seed draws the subset, the initial weights and the order of both methods, which cancel in its difference. A claim
    holds where the 95 % interval of the mean difference lies wholly on its side of 0, the opposite where it lies wholly
    on the other; between them it does not show, which is no proof that it is wrong.

    Parameters
    ----------
    table : str
        Which tables of seeds: data set, profile and imbalance.

    Raises
    ------
    BadInput, DataError
        See `ltviz.studies._tables.tables`.
    """
    held = tables(table)
    found = tuple(_finding(claim, held) for claim in CLAIMS)
    measured = sum(each.verdict != "not measured" for each in found)
    caption = (
        f"{held.caption} Paired over seeds, 95 % intervals: of {measured} claims, about "
        f"{max(1, round(measured / 20))} would be judged wrongly by chance. Rare and frequent: thirds of the classes."
    )
    return Claims(held.title, found, caption)


def methods(some: Sequence[Claim] = CLAIMS) -> list[str]:
    """Return the methods that claims compare, each once."""
    return list(dict.fromkeys(method for claim in some for method in (claim.one, claim.other)))


def _finding(claim: Claim, held: Tables) -> Finding:
    measure, seeds = MEASURES[claim.measure], held.seeds((claim.one, claim.other))
    whose = {"all": "", "many": ", frequent", "medium": ", middle", "few": ", rare"}
    number = measure.words + whose[claim.group]
    if not seeds:
        return Finding(claim, number, measure.unit, (), np.empty(0), None, "not measured")
    one, other = (held.values(each, claim.measure, claim.group, seeds) for each in (claim.one, claim.other))
    over = over_seeds(one - other)
    return Finding(claim, number, measure.unit, tuple(seeds), one - other, over, _verdict(over, claim.larger))


def _verdict(over: Interval, larger: bool) -> str:
    if over.interval is None:
        return "does not show"
    low, high = sorted(end if larger else -end for end in over.interval)
    return "holds" if low > 0 else "the opposite" if high < 0 else "does not show"
