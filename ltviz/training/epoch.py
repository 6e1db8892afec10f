"""What an epoch takes and gives: its rows in order, checked; its record; and the error where a loss is not finite."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from ltviz.core.errors import BadInput, LtvizError, TrainingDiverged
from ltviz.methods.schedule import Recipe

Augment = Callable[[Tensor, np.ndarray, int, int], Tensor]  # images, rows, epoch, seed -> images of the rows
# What ends one run and not those beside it: it diverged, or the machine failed it. All else is a mistake in the code.
FAULTS = (LtvizError, RuntimeError, MemoryError, OSError)


class Order(Protocol):
    """What the loop wants of a sampler."""

    def indices(self, epoch: int, epochs: int) -> np.ndarray:
        """Return the rows of one epoch, in order, int64."""


@dataclass(frozen=True)
class Epoch:
    """What one epoch did.

    Parameters
    ----------
    epoch : int
        From 0.
    rate : float
        The learning rate.
    reweighted : bool
        Whether deferred class weights were in force.
    loss : float
        The mean over the epoch's batches.
    measures : dict of str to float
        What the caller's `evaluate` returned after it; empty where it was not asked.
    stage : str
        The second stage that it belongs to; empty for the training itself.
    learned : dict of str to list of float
        What the step's own parts have come to, where it tells: class rates, say. See `Step.learned`.
    """

    epoch: int
    rate: float
    reweighted: bool
    loss: float
    measures: Mapping[str, Any] = field(default_factory=dict)
    stage: str = ""
    learned: Mapping[str, list[float]] = field(default_factory=dict)


def checked(images: Tensor, labels: Tensor, classes: int) -> Tensor:
    """Return the labels as int64 if they and the images belong together."""
    floating = images.dtype.is_floating_point and images.ndim == 4
    pixels = images.dtype == torch.uint8 and images.ndim == 4 and images.shape[-1] == 3
    if not (floating or pixels):
        raise BadInput(
            "images must be floating point (N, channels, height, width) or uint8 (N, height, width, 3); got "
            f"{images.dtype} {tuple(images.shape)}"
        )
    if floating and not bool(images.isfinite().all()):
        raise BadInput("images must be finite; they hold NaN or infinity")
    if labels.dtype.is_floating_point or labels.dtype in (torch.bool, torch.complex64) or labels.ndim != 1:
        raise BadInput(f"labels must be class ids (integers), (N,); got {labels.dtype} {tuple(labels.shape)}")
    if len(labels) != len(images) or len(labels) == 0:
        raise BadInput(f"{len(labels)} labels for {len(images)} images; there must be as many, and at least one")
    wrong = (labels < 0) | (labels >= classes)
    if bool(wrong.any()):
        row = int(torch.nonzero(wrong)[0])
        raise BadInput(f"label {int(labels[row])} at row {row}, classes are 0..{classes - 1}; no label is ignored")
    return labels.long()


def rows_of(sampler: Order, epoch: int, recipe: Recipe, available: int, normed: bool) -> np.ndarray:
    """Return the epoch's rows, (M,) int64; a left-over batch of one row is dropped where batch norm would meet it."""
    rows = np.asarray(sampler.indices(epoch, recipe.epochs))
    if rows.ndim != 1 or rows.dtype.kind not in "iu" or len(rows) == 0:
        raise BadInput(f"a sampler must return rows (at least one), integers; got {rows.dtype} {rows.shape}")
    if not 0 <= rows.min() <= rows.max() < available:
        raise BadInput(f"a sampler returned rows {rows.min()} to {rows.max()}; rows are 0..{available - 1}")
    if normed and len(rows) % recipe.batch == 1:
        rows = rows[:-1]
        if len(rows) == 0:
            raise BadInput("an epoch of one row cannot train a model with batch norm; it must be at least 2")
    return rows.astype(np.int64, copy=False)


def raise_if_diverged(losses: Tensor, name: str, rate: float, rows: np.ndarray, batch: int, epoch: int) -> None:
    """Raise where a step's loss is not finite, and name step, loss, rate and rows."""
    bad = torch.nonzero(~losses.isfinite())
    if len(bad) == 0:
        return
    i = int(bad[0])
    seen = rows[i * batch : (i + 1) * batch].tolist()
    shown = ", ".join(map(str, seen[:8])) + (", ..." if len(seen) > 8 else "")
    raise TrainingDiverged(
        f"{name}: the loss is {losses[i].item()} at step {epoch * len(losses) + i} (epoch {epoch}, batch {i}) with "
        f"learning rate {rate:g}; the batch has rows {shown}. Lower the rate or the loss's scale"
    )
