"""What every row is, and what many of them share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ltviz.methods.schedule import Recipe, Schedule

DROPS = Schedule()
LDAM = Recipe("ldam", epochs=200, batch=128, rate=0.1, decay=2e-4, augmentation="basic")


@dataclass(frozen=True)
class Method:
    """A row of a paper's table.

    Parameters
    ----------
    name : str
        As in run folders and on the command line.
    loss : str
        The loss's name.
    params : mapping
        Its parameters where they differ from the loss's defaults.
    head : {"linear", "cosine", "sigmoid"}
        See `ltviz.models.heads`. A cosine head takes its scale from the loss.
    sampler : str
        Name of a sampler.
    jitter : float
        Standard deviation of the noise on all but the first replica of a sample in an epoch, pixels in [0, 1].
    replicas : str
        Augmentation of all but the first replica of a sample in an epoch, in place of the recipe's; none: the recipe's.
        See `ltviz.training.augment`.
    schedule : Schedule
        The rate's course, and when class-balanced weights or another sampler come in.
    recipe : Recipe
        The paper's own.
    model : str
        The paper's own.
    step : str
        What one batch does: a name in `ltviz.methods.steps`, or with parameters, ``"mixup(alpha=0.4)"``.
    stages : tuple of str
        What follows the training, in order: names in `ltviz.methods.stages`, or with parameters.
    decay : float or None
        Weight decay where it is what the method is about: it stays whatever the recipe. None: the recipe's.
    equal_counts : bool
        Whether the loss is told that all classes are as large as the largest, which makes LDAM's margin uniform.
        Deferred weights still come from the true counts.
    source : str
        Paper, and the file of the released code.
    idea : str
        What it does, in plain words.
    title : str
        What a figure calls it; without one, its loss's title.
    """

    name: str
    loss: str
    source: str
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)
    head: str = "linear"
    sampler: str = "instance"
    jitter: float = 0.0
    replicas: str = ""
    schedule: Schedule = DROPS
    recipe: Recipe = LDAM
    model: str = "resnet32"
    step: str = "plain"
    stages: tuple[str, ...] = ()
    decay: float | None = None
    equal_counts: bool = False
    idea: str = ""
    title: str = ""

    @property
    def paper(self) -> str:
        """The first paper that the source names, without what follows it."""
        paper = re.match(r".*?arXiv [\d.]+\d", self.source)
        return paper[0] if paper else self.source

    def by(self, recipe: Recipe, **changed: Any) -> Method:
        """Return the method with another recipe, in which what the method is about stays, and other fields."""
        kept = recipe if self.decay is None else replace(recipe, decay=self.decay)
        return replace(self, recipe=kept, **changed)


DEFERRED = Schedule(deferred=0.8)
GENTLE = Schedule(drops=(0.1, 0.01))
COSINE = Schedule(shape="cosine")
LA = Recipe("logit adjustment", epochs=200, batch=128, rate=0.1, decay=1e-4, augmentation="basic")
DBM = Recipe("dbm", epochs=200, batch=64, rate=0.1, decay=2e-4, augmentation="strong")
DBM_PAPER = "DBM, AAAI 2025, arXiv 2412.15477"
CAO = "Cao et al. 2019, arXiv 1906.07413"
DRS = Schedule(resampled=0.8)
THEN_CLASSES = "; from 80 % of the epochs on, batches in which all classes come equally often"
THEN_WEIGHTS = "; from 80 % of the epochs on, class-balanced weights"
