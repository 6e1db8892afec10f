"""The rows of the papers' tables, one file for each family."""

from __future__ import annotations

from ltviz.methods.rows import augmentation, branches, embeddings, margins, meta, priors, sampling, stages, weights
from ltviz.methods.rows._base import DBM, DROPS, GENTLE, LDAM, Method

__all__ = ["DBM", "DROPS", "FAMILIES", "GENTLE", "LDAM", "ROWS", "Method"]

_FILES = (weights, sampling, margins, priors, augmentation, embeddings, branches, stages, meta)

FAMILIES: dict[str, tuple[Method, ...]] = {file.FAMILY: file.ROWS for file in _FILES}
ROWS = tuple(row for rows in FAMILIES.values() for row in rows)
