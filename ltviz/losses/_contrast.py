"""Pieces that the losses on embeddings share."""

from __future__ import annotations

from torch import Tensor


def directions(vectors: Tensor) -> Tensor:
    """Return vectors (..., D) brought to length 1; 0 has no direction and stays, with a gradient that is finite."""
    length = vectors.norm(dim=-1, keepdim=True)
    return vectors / length.masked_fill(length == 0, 1.0)


def by_view(embedding: Tensor) -> Tensor:
    """Return embeddings (B, D) or (B, views, D) as (B, views, D)."""
    return embedding if embedding.ndim == 3 else embedding[:, None]
