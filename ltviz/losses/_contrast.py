"""Pieces that the losses on embeddings share."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from ltviz.losses._inputs import Outputs


def directions(vectors: Tensor) -> Tensor:
    """Return vectors (..., D) brought to length 1; 0 has no direction and stays, with a gradient that is finite."""
    length = vectors.norm(dim=-1, keepdim=True)
    return vectors / length.masked_fill(length == 0, 1.0)


def by_view(embedding: Tensor) -> Tensor:
    """Return embeddings (B, D) or (B, views, D) as (B, views, D)."""
    return embedding if embedding.ndim == 3 else embedding[:, None]


class Beside(NamedTuple):
    """Every view of a batch, N in all, beside the same N views and the C class vectors: no class is ever empty.

    Parameters
    ----------
    near : Tensor (N, N + C)
        Cosines over the temperature.
    own : Tensor (N, N + C)
        Whether the other one is of the same class; it is with itself too.
    itself : Tensor (N, N + C)
        Whether the other one is the same view.
    size : Tensor (N + C,)
        How many there are of the other one's class, itself and its class vector among them.
    """

    near: Tensor
    own: Tensor
    itself: Tensor
    size: Tensor


def beside_vectors(outputs: Outputs, labels: Tensor, temperature: float) -> Beside:
    """Return a batch's views beside each other and beside the class vectors; rows come with their views together."""
    assert outputs.embedding is not None
    assert outputs.prototypes is not None
    views = by_view(outputs.embedding)
    unit = directions(views).flatten(0, 1)  # (N, D)
    every = torch.cat([unit, directions(outputs.prototypes)])  # (N + C, D)
    classes = torch.arange(len(outputs.prototypes), device=unit.device)
    own_ids = labels.repeat_interleave(views.shape[1])
    ids = torch.cat([own_ids, classes])
    size = (ids[:, None] == classes).sum(dim=0)[ids]
    itself = torch.eye(len(unit), len(every), device=unit.device).bool()
    return Beside(unit @ every.T / temperature, own_ids[:, None] == ids, itself, size)


def by_row(views: Tensor, embedding: Tensor | None) -> Tensor:
    """Return a value of every view (N,) as the mean of each row's views (B,)."""
    assert embedding is not None
    return views.unflatten(0, by_view(embedding).shape[:2]).mean(dim=1)
