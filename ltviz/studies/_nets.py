"""A net trained on digits in this process, as a study asks it."""

from __future__ import annotations

import numpy as np

from ltviz.metrics.geometry import angle_to_own
from ltviz.metrics.margins import logit_margin
from ltviz.records import record
from ltviz.records.finished import Net
from ltviz.runs.digits import Run
from ltviz.studies._digits import class_accuracy


class DigitsNet(Net):
    """A net trained on digits in this process."""

    def __init__(self, run: Run) -> None:
        self._run, self.seed, self.loss, self.counts = run, run.seed, run.loss, run.counts
        self.class_accuracy = class_accuracy(run)
        self.history = [record.row(epoch) for epoch in run.history]

    def labels(self, split: str) -> np.ndarray:
        """See `Net`."""
        found: np.ndarray = getattr(self._run, f"{split}_labels")
        return found

    def angles(self, split: str) -> np.ndarray:
        """See `Net`."""
        return angle_to_own(getattr(self._run, f"{split}_embedding"), self.labels(split), self._run.prototypes)

    def margins(self, split: str) -> np.ndarray:
        """See `Net`."""
        scores = getattr(self._run, f"{split}_{'cosine' if self._run.test_cosine is not None else 'logits'}")
        return logit_margin(np.asarray(scores, np.float64), self.labels(split))

    @property
    def unit(self) -> str:
        """See `Net`."""
        return "margin (logit)" if self._run.test_cosine is None else "margin (cosine)"
