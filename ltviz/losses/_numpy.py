"""What a loss's reference is given, and the plain float64 pieces that several share: slow, obvious, without torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Case:
    """A batch in numpy float64, for a loss's `reference`: the fields of `Outputs`, and what else enters a loss.

    Parameters
    ----------
    labels : ndarray (B,)
        Class ids.
    counts : ndarray (C,)
        Training samples of each class.
    class_weight : ndarray (C,)
        The loss's own, as they stand.
    logits, cosine, embedding, prototypes, peers, teacher : optional
        As in `Outputs`; None where the loss needs none.
    draw : ndarray, optional
        What a random loss drew in this call; None in evaluation mode.
    progress : float
        The share of training that is done, for a loss that changes with it.
    """

    labels: np.ndarray
    counts: np.ndarray
    class_weight: np.ndarray
    logits: Any = None
    cosine: Any = None
    embedding: Any = None
    prototypes: Any = None
    peers: Any = None
    teacher: Any = None
    draw: Any = None
    progress: float = 1.0


def log_softmax(scores: np.ndarray) -> np.ndarray:
    """Return log softmax over the classes, (B, C)."""
    shifted = np.asarray(scores, np.float64) - np.max(scores, axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def weighted(point: np.ndarray, case: Case) -> np.ndarray:
    """Return w_i point_i / mean_batch(w), the arithmetic of ``reduction="none"``."""
    weight = np.asarray(case.class_weight, np.float64)[case.labels]
    return weight * point / weight.mean()


def cross_entropy(scores: np.ndarray, case: Case) -> np.ndarray:
    """Return weighted cross-entropy by row, (B,)."""
    rows = np.arange(len(case.labels))
    return weighted(-log_softmax(scores)[rows, case.labels], case)
