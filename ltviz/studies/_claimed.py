"""What papers claim of methods, each set against seeds of two of them: from tables of digits, or records of runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ltviz import methods
from ltviz.studies._tables import MEASURES, Measure, Tables

_WHOSE = {"all": "", "many": ", frequent", "medium": ", middle", "few": ", rare"}


@dataclass(frozen=True)
class Claim:
    """One method against another one, in one number.

    Parameters
    ----------
    says : str
        The claim, as its paper or a lecture would say it.
    one, other : str
        The methods, as spelled: the claim is about the number of the first one minus that of the other one.
    measure : str
        One of `MEASURES` of the tables.
    group : {"all", "many", "medium", "few"}
        Mean over all classes, or over a third of them by their number of training images.
    side : {"larger", "smaller", "equal"}
        Which the first one's number should be.
    by : str
        Who claims it, where it is not the first method's paper.
    """

    says: str
    one: str
    other: str
    measure: str = "accuracy"
    group: str = "all"
    side: str = "larger"
    by: str = ""

    @property
    def source(self) -> str:
        """Who claims it."""
        return self.by or methods.METHODS[methods.parse(self.one)[0]].paper

    @property
    def measured(self) -> Measure:
        """How its number is measured."""
        return MEASURES[self.measure]

    @property
    def number(self) -> str:
        """What is measured, in words."""
        return self.measured.words + _WHOSE[self.group]

    def values(self, held: Tables) -> tuple[list[int], np.ndarray]:
        """Return the seeds that both methods have, and the differences (S,)."""
        if not all(held.has(each, self.measure) for each in (self.one, self.other)):
            return [], np.empty(0)
        seeds = held.seeds((self.one, self.other))
        one, other = (held.values(each, self.measure, self.group, seeds) for each in (self.one, self.other))
        return seeds, one - other

    def command(self, held: Tables, seeds: int) -> str:
        """Return the command line that shows both methods."""
        if self.measured.view:
            return f'ltviz figure {self.measured.view} --rows "{self.one}, {self.other}" --table {held.name}'
        if not held.trains:
            return f"ltviz results --dataset {held.about['dataset']}"
        tail = f"--imbalance {held.about['imbalance']:g} --profile {held.about['profile']}"
        return f'ltviz compare "{self.one}" --against "{self.other}" {tail} --seeds {max(seeds, 2)}'


def _steps(words: str, base: str, first: str) -> Sequence[Claim]:
    """Return what DBM's paper says of its parts, one by one."""
    paper = methods.METHODS[base].paper
    return [
        Claim(f"DBM on {words}, step by step: {step}", one, other, by=paper)
        for step, one, other in (
            ("a cosine head adds", f"{base}(margin=0)", first),
            ("the class margin adds", f"{base}(instance=none)", f"{base}(margin=0)"),
            ("an instance margin on all samples adds", f"{base}(instance=all)", f"{base}(instance=none)"),
            ("on hard samples alone it adds more", base, f"{base}(instance=all)"),
        )
    ]


_SLIDES = "slides on Maximum Margin, arXiv 2206.05380"

CLAIMS = (
    Claim("cRT raises the accuracy of rare classes over cross-entropy", "crt", "erm", group="few"),
    Claim("τ-normalisation raises the accuracy of rare classes over cross-entropy", "tau_norm", "erm", group="few"),
    Claim("Progressive sampling is more accurate than class-balanced sampling from the start", "progressive_sampling",
          "class_balanced_resampling"),
    Claim("Over-sampling widens the gap of rare classes over cross-entropy", "over_sampling", "erm", "gap", "few"),
    Claim("Augmenting what is repeated narrows that gap", "over_sampling_augmented", "over_sampling", "gap", "few",
          "smaller"),
    Claim("Under-sampling costs frequent classes accuracy", "under_sampling", "erm", group="many", side="smaller"),
    # At the papers' beta of 0.9999 both weights are the same for at most 110 images.
    Claim("Inverse frequency hurts frequent classes more than class-balanced weights", "inverse_frequency",
          "class_balanced(beta=0.99)", group="many", side="smaller",
          by=methods.METHODS["cb_focal"].paper),
    Claim("LDAM is more accurate than cross-entropy", "ldam", "erm"),
    Claim("Deferred weights are more accurate than none", "ce_drw", "erm"),
    Claim("Deferred weights are more accurate than weights from the start", "ce_drw", "class_balanced"),
    Claim("LDAM with deferred weights is more accurate than without", "ldam_drw", "ldam"),
    Claim("MM is more accurate than LDAM", "mm", "ldam", by=_SLIDES),
    Claim("With deferred weights too MM is more accurate than LDAM", "mm_drw", "ldam_drw", by=_SLIDES),
    Claim("MM is more accurate on frequent classes than class-balanced weights", "mm", "class_balanced",
          group="many", by=_SLIDES),
    Claim("MM is more accurate on rare classes than class-balanced weights", "mm", "class_balanced", group="few",
          by=_SLIDES),
    Claim("Balanced softmax equals logit adjustment at tau 1", "balanced_softmax", "logit_adjustment", side="equal"),
    # Without its strength ELM is logit adjustment on the same two views: the views' own gain is in both.
    Claim("ELM's gap of rare classes is smaller than logit adjustment's", "elm", "elm(strength=0)", "gap", "few",
          "smaller"),
    Claim("ELM's rare classes are tighter than logit adjustment's", "elm", "elm(strength=0)", "tightness", "few",
          "smaller"),
    Claim("ELM is more accurate than logit adjustment", "elm", "elm(strength=0)"),
    Claim("DBM + balanced softmax has smaller angles of rare classes than balanced softmax", "dbm_bs",
          "balanced_softmax", "angle", "few", "smaller"),
    Claim("DBM + cross-entropy is more accurate than cross-entropy", "dbm_ce", "erm"),
    *_steps("cross-entropy", "dbm_ce", "erm"),
    Claim("DBM + balanced softmax is more accurate than balanced softmax", "dbm_bs", "balanced_softmax"),
    *_steps("balanced softmax", "dbm_bs", "balanced_softmax"),
)  # fmt: skip
