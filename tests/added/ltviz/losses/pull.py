"""Embeddings are pulled to the vector of their class."""

from __future__ import annotations

import numpy as np

from ltviz.core.params import Param
from ltviz.losses._base import Loss
from ltviz.losses._contrast import by_view, directions


class Pull(Loss):
    """Embeddings are pulled to the vector of their class.

    Equation
    --------
    L = strength (1 - cos(f, w_y))

    Parameters
    ----------
    counts : ClassCounts
        Only their number C matters.
    strength : float
        What multiplies the pull.

    Raises
    ------
    BadInput
        See `Loss`.

    Source
    ------
    A test; equation 2. Differs from the released code in that there is none.
    """

    title = "Pull"
    source = "a test, equation 2"
    uses = "embedding"
    params = {"strength": Param(1.0, 0.0, 5.0, 0.1, "what multiplies the pull")}
    exempt = {"neutral": "it has no classification term"}

    strength: float

    def needs(self):
        """Return the fields it needs."""
        return ("embedding", "prototypes")

    def extra(self, outputs, labels):
        """Return the pull of each row, the mean of its views."""
        near = directions(by_view(outputs.embedding)) * directions(outputs.prototypes)[labels][:, None]
        return self.strength * (1 - near.sum(dim=2)).mean(dim=1)

    @classmethod
    def reference(cls, case, **params):
        """Return the formula by hand."""
        rows = []
        for f, y in zip(case.embedding, case.labels):
            w = case.prototypes[y] / (np.linalg.norm(case.prototypes[y]) or 1)
            rows.append(np.mean([1 - g @ w / (np.linalg.norm(g) or 1) for g in np.atleast_2d(f)]))
        return params["strength"] * np.array(rows)
