"""Cross-entropy: the parent of the field, blind to the class counts."""

from __future__ import annotations

from typing import Any

import numpy as np

from ltviz.losses._base import Loss
from ltviz.losses._numpy import Case, cross_entropy


class CE(Loss):
    """Cross-entropy: the parent of the field, blind to the class counts.

    Equation
    --------
    L = -log softmax(z)_y

    Parameters
    ----------
    counts : ClassCounts
        Only their number C matters.

    Raises
    ------
    BadInput
        See `Loss`.

    Source
    ------
    The recipe of Cao et al. 2019 (arXiv 1906.07413, "ERM"; authors' code cifar_train.py).
    """

    title = "Cross-entropy"
    source = "Cao et al. 2019, arXiv 1906.07413 (ERM); cifar_train.py"
    place = 0
    neutral = {}

    @classmethod
    def reference(cls, case: Case, **params: Any) -> np.ndarray:
        """Return -log softmax(z)_y by hand."""
        return cross_entropy(case.logits, case)
