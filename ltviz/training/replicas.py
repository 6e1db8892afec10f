"""Augmentation by replica: what a sampler repeats in an epoch is changed more than what comes once."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ltviz.samplers import replicas
from ltviz.training._images import augmentation
from ltviz.training.epoch import Augment


def by_replica(first: str, again: str, *, pixels: bool) -> Augment:
    """Return an augmentation for the first time that an image comes in an epoch, and one for all further times.

    Under over-sampling it is the minority's images that come again, the more often the rarer their class; those of the
    most frequent class never do.

    Parameters
    ----------
    first, again : str
        Names in `ltviz.training.augment`.
    pixels : bool
        Whether the images are uint8, and not floating point.

    Raises
    ------
    BadInput
        For a name that images of that kind have not.
    """
    plain, stronger = augmentation(first, pixels), augmentation(again, pixels)

    def augment(images: Tensor, rows: np.ndarray, epoch: int, seed: int) -> Tensor:
        repeated = replicas(rows)
        parts = [(~repeated, plain, seed), (repeated, stronger, _seed(seed))]
        made = [(which, own(images, rows[which], epoch, by)) for which, own, by in parts if which.any()]
        taken = made[0][1].new_empty((len(rows), *made[0][1].shape[1:]))
        for which, some in made:
            taken[torch.from_numpy(np.flatnonzero(which)).to(taken.device)] = some
        return taken

    return augment


def _seed(seed: int) -> int:
    """Return a seed of the replicas' own: with the run's, the first ones and theirs would be drawn alike."""
    return int(np.random.SeedSequence([seed, 8, 1]).generate_state(1)[0])
