"""How tight and how far apart are frequent and rare classes in the features of a method?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ltviz.studies._tables import chosen, tables

COLLAPSE = ("nc1", "nc2", "nc3")


@dataclass(frozen=True)
class EmbeddingGeometry:
    """Angles and neural collapse; see `embedding_geometry`.

    Parameters
    ----------
    data : str
        In words.
    methods : tuple of str
        As spelled.
    seeds : tuple of int
        Those that all of them have.
    spread : ndarray (M, 3, S)
        Mean angle of test images to the mean direction of their class, for the most frequent third of the classes, the
        middle one and the rarest, degrees: how tight the classes are.
    angle : ndarray (M, 3, S)
        The same to their class vector, degrees.
    collapse : ndarray (M, 3, S)
        NC1 to NC3 of the training images; see `ltviz.metrics.geometry.neural_collapse`. 0 is collapse.
    caption : str
        How they were trained.
    """

    data: str
    methods: tuple[str, ...]
    seeds: tuple[int, ...]
    spread: np.ndarray
    angle: np.ndarray
    collapse: np.ndarray
    caption: str


def embedding_geometry(
    *, rows: str = "erm, logit_adjustment, balanced_softmax, dbm_bs", table: str = "digits-exp50"
) -> EmbeddingGeometry:
    """Measure how tight classes are in the test, how near to their class vectors, and how near to neural collapse.

    Parameters
    ----------
    rows : str
        Methods, with commas, each with parameters in brackets if need be.
    table : str
        Which tables of seeds: data set, profile and imbalance.

    Raises
    ------
    BadInput
        For an unknown method, or a table that is no such name.
    DataError
        If a method has no table, or they have no seed in common.

    Source
    ------
    Neural collapse (arXiv 2008.08186); angles by class: DBM (arXiv 2412.15477), figure 4.
    """
    held = tables(table)
    texts, seeds = chosen(rows, held)
    spread, angle = (held.thirds(texts, measure, seeds) for measure in ("spread", "angle"))
    collapse = np.array([[held.held[text].of(name, seeds) for name in COLLAPSE] for text in texts])
    return EmbeddingGeometry(held.title, tuple(texts), tuple(seeds), spread, angle, collapse, held.caption)
