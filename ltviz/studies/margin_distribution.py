"""How far does each class stand from being misread, in training and in the test?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ltviz.core.counts import ClassCounts
from ltviz.metrics.density import Half, half
from ltviz.records.finished import FinishedRun
from ltviz.studies._neighbours import MOST
from ltviz.studies._trained import nets_of


@dataclass(frozen=True)
class MethodMargins:
    """One method's margins.

    Parameters
    ----------
    method : str
        Its name.
    unit : str
        What a margin is measured in.
    train, test : tuple of Half
        For each column: score of the own class minus the best other score.
    span : ndarray (2,)
        What is worth showing: from the margin below which 0.5 % lie to the largest.
    """

    method: str
    unit: str
    train: tuple[Half, ...]
    test: tuple[Half, ...]
    span: np.ndarray


@dataclass(frozen=True)
class MarginDistribution:
    """Margins of all training and test images for some methods; see `margin_distribution`.

    Parameters
    ----------
    data : str
        Whose margins: a data set, and what has no record.
    counts : ClassCounts
        Training counts.
    columns : dict of str to ndarray
        Class ids under the names of the columns: each class, the most frequent first, or, above 20 classes, many,
        medium and few (those that have classes).
    rule : str
        How the classes were grouped; empty where they are not.
    methods : tuple of MethodMargins
        One each.
    caption : str
        What was done.
    """

    data: str
    counts: ClassCounts
    columns: dict[str, np.ndarray]
    rule: str
    methods: tuple[MethodMargins, ...]
    caption: str


def margin_distribution(
    *,
    methods: str = "erm, dbm_bs",
    records: str = "",
    imbalance: float = 50.0,
    profile: str = "exp",
    epochs: int = 60,
    seed: int = 0,
) -> MarginDistribution:
    """Measure the margin of every training and test image, in one net of each method.

    Equation
    --------
    margin_i = z_y - max_{j != y} z_j: below 0 the image is misread. Cosine heads give it divided by their scale.

    Parameters
    ----------
    methods : str
        Names of methods, separated by commas.
    records : str
        Recorded runs to read, see `nets_of`; empty to train on digits.
    imbalance, profile, epochs
        Of the digits: the training set and how long to train.
    seed : int
        The net's.
    """
    nets = nets_of(methods, imbalance, profile, epochs, [seed], records, images=True)
    columns, rule = {str(c): np.array([c]) for c in nets.counts.by_frequency.tolist()}, ""
    if len(columns) > MOST:
        groups = nets.counts.groups()
        columns, rule = {name: ids for name, ids in groups.members.items() if len(ids)}, groups.text
    told = tuple(_margins(name, net, columns) for name, (net,) in nets.of.items())
    caption = (
        f"{nets.setting} Seed\N{NO-BREAK SPACE}{seed}. Dashed: quartiles. Below the line at 0 an image is misread; "
        "the lowest 0.5 % are cut."
    )
    return MarginDistribution(nets.data, nets.counts, columns, rule, told, caption)


def _margins(method: str, net: FinishedRun, columns: dict[str, np.ndarray]) -> MethodMargins:
    halves, seen = {}, []
    for split in ("train", "test"):
        margins, labels = net.margins(split), net.labels(split)
        halves[split] = tuple(half(margins[np.isin(labels, ids)]) for ids in columns.values())
        seen.append(margins)
    return MethodMargins(
        method, net.unit, halves["train"], halves["test"], np.quantile(np.concatenate(seen), [0.005, 1.0])
    )
