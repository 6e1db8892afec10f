"""What every sampler is: the order of the rows of an epoch, from (seed, epoch) alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np

from ltviz.core.checks import number
from ltviz.core.checks import seed as checked_seed
from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadInput


class Sampler:
    """A resampling rule; a subclass says with `shares` how often each class is drawn, or overrides `rows`.

    It is a sampler for torch's DataLoader as it is: `len` of it is the rows of an epoch, and each new loop over it is
    the next epoch, from 0 or from the one that `set_epoch` names. Rows are drawn in the process that loops, so the
    number of workers changes nothing.

    Parameters
    ----------
    labels : ndarray (N,)
        Class id of each training sample.
    counts : ClassCounts or anything that makes one
        Training counts, which must be those of the labels.
    seed : int
        Of the order and of what is drawn.
    samples : int, optional
        Length of an epoch; by default as many as there are training samples.
    epochs : int, optional
        Of the whole training, for loops over the sampler; needed only where the shares change as training goes on.

    Raises
    ------
    BadInput
        For labels and counts that disagree, or a number of samples or epochs below 1.
    """

    changes: ClassVar[bool] = False  # whether the shares change as training goes on

    def __init__(
        self,
        labels: np.ndarray,
        counts: Any,
        *,
        seed: int = 0,
        samples: int | None = None,
        epochs: int | None = None,
    ) -> None:
        self.counts = ClassCounts(counts)
        self.labels = np.asarray(labels)
        if self.labels.ndim != 1 or self.labels.dtype.kind not in "iu":
            raise BadInput(f"labels must be class ids (integers), (N,); got {self.labels.dtype} {self.labels.shape}")
        self.members = [np.flatnonzero(self.labels == c) for c in range(len(self.counts))]
        sizes = [len(rows) for rows in self.members]
        if 0 in sizes:
            empty = sizes.index(0)
            raise BadInput(f"class {empty} has no samples among the labels; a sampler needs at least 1 of each class")
        for c, (size, count) in enumerate(zip(sizes, self.counts, strict=True)):
            if size != count:
                raise BadInput(f"class {c} has {size} labels, but its count is {count}")
        if len(self.labels) != self.counts.total:
            raise BadInput(f"{len(self.labels)} labels, but the counts' classes are 0..{len(self.counts) - 1}")
        self.seed = checked_seed(seed)
        self.samples = self.length() if samples is None else number("num_samples", samples, 1, 2**40, whole=True)
        self.epochs = None if epochs is None else number("epochs", epochs, 1, 10**9, whole=True)
        self._next, self._start = 0, 0

    def __len__(self) -> int:
        return self.samples

    def __iter__(self) -> Iterator[int]:
        if self.epochs is None and self.changes:
            raise BadInput(
                "this sampler changes as training goes on and must know how long that is: give it epochs=200, say"
            )
        rows = self.indices(self._next, self.epochs or self._next + 1)[self._start :]
        self._next, self._start = self._next + 1, 0
        return iter(rows.tolist())

    def set_epoch(self, epoch: int, start: int = 0) -> None:
        """Say which epoch the next loop over the sampler is; an interrupted training resumes so.

        Parameters
        ----------
        epoch : int
            From 0.
        start : int
            Rows of that epoch that were used before, 0 to `samples`: batches done times the batch size.

        Raises
        ------
        BadInput
            For an epoch below 0 or not below `epochs`, or a start outside the epoch.
        """
        most = 10**9 if self.epochs is None else self.epochs
        self._next = number("epoch", epoch, 0, most - 1, whole=True)
        self._start = number("start", start, 0, self.samples, whole=True)

    def length(self) -> int:
        """Return the rule's own number of rows in an epoch."""
        return self.counts.total

    def shares(self, progress: float) -> np.ndarray:
        """Return how often each class is drawn, (C,), summing to 1; `progress` runs from 0 to 1 over training."""
        return self.counts.prior

    def rows(self, generator: np.random.Generator, progress: float) -> np.ndarray:
        """Draw a class, then one of its samples: no limit on the number of samples, unlike a weight per sample."""
        classes = generator.choice(len(self.counts), size=self.samples, p=self.shares(progress))
        order = np.empty(self.samples, np.int64)
        for c, members in enumerate(self.members):
            here = np.flatnonzero(classes == c)
            order[here] = members[generator.integers(len(members), size=len(here))]
        return order

    def indices(self, epoch: int, epochs: int) -> np.ndarray:
        """Return the rows of one epoch, in order.

        Parameters
        ----------
        epoch : int
            From 0.
        epochs : int
            Of the whole training.

        Returns
        -------
        ndarray (samples,)
            int64; the same for the same seed and epoch.
        """
        epochs = number("epochs", epochs, 1, 10**9, whole=True)
        epoch = number("epoch", epoch, 0, epochs - 1, whole=True)
        generator = np.random.default_rng([self.seed, epoch])
        return self.rows(generator, epoch / (epochs - 1) if epochs > 1 else 0.0)

    def each(self, generator: np.random.Generator, quotas: np.ndarray) -> np.ndarray:
        """Return `quotas` (C,) rows of each class, each sample as equally often as can be, in random order."""
        parts = []
        for members, quota in zip(self.members, quotas.tolist(), strict=True):
            whole, rest = divmod(quota, len(members))
            parts += [members] * whole + [generator.permutation(members)[:rest]]
        return generator.permutation(np.concatenate(parts)).astype(np.int64)


def spread(samples: int, classes: int) -> np.ndarray:
    """Return `samples` shared equally among the classes; the first ones get what is left over."""
    quotas = np.full(classes, samples // classes)
    quotas[: samples % classes] += 1
    return quotas
