"""Which margin does each class and each image get from DBM, by the cosines of a trained net?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from ltviz.core.counts import ClassCounts
from ltviz.losses import LossSpec
from ltviz.records.finished import FinishedRun
from ltviz.studies._digits import runs_of, setting

METHOD = "dbm_bs"


@dataclass(frozen=True)
class DBMOverview:
    """Margins of classes and of images in one net; see `dbm_overview`.

    Parameters
    ----------
    loss : str
        As it was spelled for the training.
    counts : ClassCounts
        Training counts.
    groups : dict of str to ndarray
        Class ids of many, medium and few, by thirds.
    class_margin : ndarray (C,)
        m_C, radians.
    label : ndarray (N,)
        Of the images.
    difficulty : ndarray (N,)
        (1 - cos theta) / 2 of each image: 0 at its class's vector, 1 opposite.
    instance_margin : ndarray (N,)
        m_I, radians: what an image's margin has beyond its class's.
    wrong : ndarray (N,)
        Whether another class's vector is nearer.
    split : str
        Which images.
    settings, caption : str
        The loss's parameters in words, and what was done.
    """

    loss: str
    counts: ClassCounts
    groups: dict[str, np.ndarray]
    class_margin: np.ndarray
    label: np.ndarray
    difficulty: np.ndarray
    instance_margin: np.ndarray
    wrong: np.ndarray
    split: str
    settings: str
    caption: str


def dbm_overview(
    *,
    split: str = "test",
    imbalance: float = 50.0,
    profile: str = "exp",
    epochs: int = 60,
    seed: int = 0,
) -> DBMOverview:
    """Ask DBM for the margins of the images of a net that it trained.

    Equation
    --------
    m_C = K (n_y / n_min)^(-tau),   m_I = m_C (1 - c_y) / 2 on the wrong side, else 0

    Parameters
    ----------
    split : {"test", "train"}
        Whose images: a trained net has few training images left on the wrong side.
    imbalance, profile, epochs
        The training set and how long to train.
    seed : int
        The net's.

    Source
    ------
    DBM (arXiv 2412.15477), Figure 1, there a drawing of what is meant.
    """
    (net,) = runs_of(METHOD, imbalance, profile, epochs, [seed])[METHOD]
    loss, labels, cosine = LossSpec.of(net.loss).make(net.counts), net.labels(split), _cosines(net, split)
    margins = loss.margins()
    at = loss.margin_at(torch.tensor(cosine), torch.tensor(labels))
    assert margins is not None
    assert at is not None
    own = cosine[np.arange(len(labels)), labels]
    return DBMOverview(
        net.loss,
        net.counts,
        dict(net.counts.groups("terciles").members),
        margins.numpy(),
        labels,
        (1 - own) / 2,
        at.numpy() - margins.numpy()[labels],
        net.margins(split) < 0,
        split,
        loss.margin_in_words(),
        setting(imbalance, profile, seed),
    )


def _cosines(net: FinishedRun, split: str) -> np.ndarray:
    """Return cosines (N, C) of which the own one and the largest other one are the net's: no more decides a margin."""
    labels = net.labels(split)
    rows, own = np.arange(len(labels)), np.cos(net.angles(split))
    cosine = np.full((len(labels), len(net.counts)), -1.0)
    cosine[rows, (labels + 1) % len(net.counts)] = own - net.margins(split)
    cosine[rows, labels] = own
    return cosine
