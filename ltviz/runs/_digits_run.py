"""A run on the digits: what it left, and how it answers the questions of studies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ltviz.core.counts import ClassCounts
from ltviz.methods.schedule import Recipe
from ltviz.metrics import accuracy
from ltviz.metrics.geometry import angle_to_own, centres
from ltviz.metrics.margins import logit_margin
from ltviz.records.finished import FinishedRun
from ltviz.records.record import Row, measure, row
from ltviz.training.epoch import Epoch


@dataclass(frozen=True)
class Run(FinishedRun):
    """A finished training on the digits, with everything that the net said.

    Parameters
    ----------
    method, loss : str
        The method's name; the loss with its parameters, as spelled for flags.
    dataset, profile : str
        The data, and the profile of its tail.
    imbalance : float
        The ratio that was asked for.
    seed : int
        Of subset, initial weights and order.
    recipe : Recipe
        How the weights were updated.
    counts : ClassCounts
        Training counts.
    history : tuple of Epoch
        What each epoch did; the last one, and each fifth one before it, has measures on the test set: accuracy
        overall, balanced, by class and by group.
    seconds : float
        Processor time of the training and of its second stages.
    train_labels, val_labels, test_labels : ndarray (N,)
        True class ids, int64.
    train_predictions, val_predictions, test_predictions : ndarray (N,)
        After the last epoch: the class of the largest logit, int64.
    train_logits, test_logits : ndarray (N, C)
        Scores, float32.
    train_cosine, test_cosine : ndarray (N, C) or None
        Cosines between features and class vectors, float32; None where the head is linear.
    train_embedding, test_embedding : ndarray (N, D)
        Features, float32, unnormalised.
    prototypes : ndarray (C, D)
        The head's class vectors, float32, unnormalised. Like all arrays here, read-only.
    """

    method: str
    loss: str
    dataset: str
    profile: str
    imbalance: float
    seed: int
    recipe: Recipe
    counts: ClassCounts
    history: tuple[Epoch, ...]
    seconds: float
    train_labels: np.ndarray
    val_labels: np.ndarray
    test_labels: np.ndarray
    train_predictions: np.ndarray
    val_predictions: np.ndarray
    test_predictions: np.ndarray
    train_logits: np.ndarray
    test_logits: np.ndarray
    train_cosine: np.ndarray | None
    test_cosine: np.ndarray | None
    train_embedding: np.ndarray
    test_embedding: np.ndarray
    prototypes: np.ndarray

    @property
    def balanced_accuracy(self) -> float:
        """The mean over classes of the test accuracy after the last epoch."""
        return float(measure(self.test_predictions, self.test_labels, self.counts)["balanced"])

    @property
    def rows(self) -> list[Row]:
        """See `FinishedRun`."""
        return [row(epoch) for epoch in self.history]

    @property
    def class_accuracy(self) -> np.ndarray:
        """See `FinishedRun`."""
        return accuracy.by_class(self.test_labels, self.test_predictions, len(self.counts))

    @property
    def unit(self) -> str:
        """See `FinishedRun`."""
        return "margin (logit)" if self.test_cosine is None else "margin (cosine)"

    def labels(self, split: str) -> np.ndarray:
        """See `FinishedRun`."""
        return self._of(split, "labels")

    def predictions(self, split: str) -> np.ndarray:
        """See `FinishedRun`."""
        return self._of(split, "predictions")

    def angles(self, split: str) -> np.ndarray:
        """See `FinishedRun`."""
        return angle_to_own(self.embedding(split), self.labels(split), self.prototypes)

    def mean_angles(self, split: str) -> np.ndarray:
        """See `FinishedRun`."""
        return angle_to_own(self.embedding(split), self.labels(split), self.class_means())

    def margins(self, split: str) -> np.ndarray:
        """See `FinishedRun`."""
        scores = self._of(split, "logits" if self.test_cosine is None else "cosine")
        return logit_margin(scores, self.labels(split))

    def logits(self, split: str) -> np.ndarray:
        """See `FinishedRun`."""
        return self._of(split, "logits")

    def embedding(self, split: str) -> np.ndarray:
        """See `FinishedRun`."""
        return self._of(split, "embedding")

    def class_vectors(self) -> np.ndarray:
        """See `FinishedRun`."""
        return self.prototypes

    def class_means(self) -> np.ndarray:
        """See `FinishedRun`."""
        return centres(self.train_embedding, self.train_labels, len(self.counts))

    def _of(self, split: str, name: str) -> np.ndarray:
        array: np.ndarray = getattr(self, f"{split}_{name}")
        return array
