"""What an epoch feeds to a step: the rows of each stream in order, each view drawn for, cut into batches."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ltviz import samplers
from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadDeclaration
from ltviz.methods.schedule import Recipe
from ltviz.methods.steps import Batch, Step
from ltviz.training._images import augmentation
from ltviz.training.epoch import Augment, Order, rows_of


class Streams:
    """A step's streams of rows, of which the first is the method's own sampler's and decides how many there are.

    Parameters
    ----------
    step : Step
        Names streams and views.
    sampler : Order
        The method's own.
    images, labels : Tensor
        All of the training, on the device, checked before.
    recipe : Recipe
        Its batch, and the augmentation that "recipe" means.
    augment : callable or None
        In place of that.
    seed : int
        Of the run.
    normed : bool
        Whether a left-over batch of a single row is dropped.
    """

    def __init__(
        self,
        step: Step,
        sampler: Order,
        images: Tensor,
        labels: Tensor,
        recipe: Recipe,
        augment: Augment | None,
        seed: int,
        normed: bool,
    ) -> None:
        first, *names = step.streams
        if first != "method":
            raise BadDeclaration(f"a step's streams begin with 'method', the row's own sampler; got {step.streams}")
        pixels = images.dtype == torch.uint8
        own = augment or augmentation(recipe.augmentation, pixels)
        self._views = [own if view == "recipe" else augmentation(view, pixels) for view in step.views]
        self._names, self._normed = names, normed
        self._images, self._labels, self._recipe, self._seed = images, labels, recipe, seed
        host = labels.cpu().numpy()
        held = step.held_out(host, seed)
        self._sampler = _Without(sampler, held) if len(held) else sampler
        self._pool = held if len(held) else np.arange(len(host))  # of the further streams
        # Ids anew: of a class with a single image none may be held.
        self._host = np.unique(host[self._pool], return_inverse=True)[1]
        self._counts = ClassCounts(np.bincount(self._host)) if names else None

    def begin(self, epoch: int) -> tuple[np.ndarray, list[tuple[Batch, ...]]]:
        """Return the rows of an epoch's first stream, and a batch of every stream for each step."""
        rows = rows_of(self._sampler, epoch, self._recipe, len(self._labels), self._normed)
        every = [rows, *(self._further(k, epoch, len(rows)) for k in range(1, len(self._names) + 1))]
        return rows, list(zip(*(self._cut(stream, some, epoch) for stream, some in enumerate(every)), strict=True))

    def _further(self, stream: int, epoch: int, size: int) -> np.ndarray:
        own = {"seed": seed_of(self._seed, stream), "samples": size}
        sampler = samplers.make(self._names[stream - 1], self._host, self._counts, **own)
        return self._pool[sampler.indices(epoch, self._recipe.epochs)]

    def _cut(self, stream: int, rows: np.ndarray, epoch: int) -> list[Batch]:
        """Return an epoch's batches of one stream."""
        size = self._recipe.batch
        views = [
            augment(self._images, rows, epoch, seed_of(self._seed, stream, view)).split(size)
            for view, augment in enumerate(self._views)
        ]
        labels = self._labels[torch.from_numpy(rows).to(self._labels.device)].split(size)
        return [Batch(tuple(some), theirs) for *some, theirs in zip(*views, labels, strict=True)]


class _Without:
    """A sampler's order, some rows of which are passed over."""

    def __init__(self, sampler: Order, rows: np.ndarray) -> None:
        self._sampler, self._passed = sampler, rows

    def indices(self, epoch: int, epochs: int) -> np.ndarray:
        rows = self._sampler.indices(epoch, epochs)
        return rows[~np.isin(rows, self._passed)]


def seed_of(seed: int, stream: int, view: int = 0) -> int:
    """Return the seed of a stream's view: the run's own for the first of the first, else one drawn from all three."""
    if stream == view == 0:
        return seed
    return int(np.random.SeedSequence([seed, 6, stream, view, 1]).generate_state(1)[0])
