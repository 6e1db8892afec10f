"""Class vectors are brought to one length, by a power that the validation split chooses."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import torch

from ltviz.core.params import Param
from ltviz.datasets import DataSet
from ltviz.methods.schedule import Recipe
from ltviz.methods.stages._base import At, Stage
from ltviz.models.heads import Features


class Steeper(Stage):
    """z_j = x w_j / |w_j|^power.

    Parameters
    ----------
    most : float
        The largest power that is tried.

    Source
    ------
    A test.
    """

    source = "a test"
    params = {"most": Param(1.5, 0.1, 5.0, 0.1, "the largest power that is tried")}

    most: float
    power: float = 0.0

    def fit(self, net: torch.nn.Module, data: DataSet, recipe: Recipe, at: At) -> Self:
        """Return the stage with the power that is best on the validation split."""
        seen, labels = at.seen(data.whole("val")), torch.from_numpy(np.asarray(data.labels("val"), np.int64))

        def right(power: float) -> float:
            fitted.power = power
            return float((fitted.apply(seen, data.counts).logits.argmax(dim=1) == labels).float().mean())

        fitted = type(self)(**self.options)
        fitted.power = max(np.linspace(0.1, self.most, 8), key=right)
        return fitted

    def apply(self, features: Features, counts: Any) -> Features:
        """Return features with logits of vectors of like lengths."""
        length = features.prototypes.norm(dim=1, keepdim=True) ** self.power
        return features._replace(logits=features.embedding @ (features.prototypes / length).T)
