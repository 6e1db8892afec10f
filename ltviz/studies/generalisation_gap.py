"""How much of what is learned on frequent and on rare classes is left in the test?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ltviz.studies._tables import chosen, tables


@dataclass(frozen=True)
class GeneralisationGap:
    """Training and test accuracy by thirds of the classes; see `generalisation_gap`.

    Parameters
    ----------
    data : str
        In words.
    methods : tuple of str
        As spelled.
    seeds : tuple of int
        Those that all of them have.
    train, test : ndarray (M, 3, S)
        Accuracy of the most frequent third of the classes, the middle one and the rarest, percent.
    caption : str
        How they were trained.
    """

    data: str
    methods: tuple[str, ...]
    seeds: tuple[int, ...]
    train: np.ndarray
    test: np.ndarray
    caption: str


def generalisation_gap(
    *, rows: str = "erm, over_sampling, crt, ldam_drw, logit_adjustment, dbm_bs", table: str = "digits-exp50"
) -> GeneralisationGap:
    """Set training accuracy beside test accuracy, for frequent and for rare classes.

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
    """
    held = tables(table)
    texts, seeds = chosen(rows, held)
    test, gap = (held.thirds(texts, measure, seeds) for measure in ("accuracy", "gap"))
    caption = f"{held.caption} Each third of the classes by their number of training images."
    return GeneralisationGap(held.title, tuple(texts), tuple(seeds), test + gap, test, caption)
