"""What do the two branches of BBN learn while the first yields to the second?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from ltviz.core.checks import number, seed_after
from ltviz.datasets import digits
from ltviz.methods import METHODS, on_digits
from ltviz.studies._digits import setting

ANSWERS = {"both branches": 0.5, "the first alone": 1.0, "the second alone": 0.0}
_EVERY = 5  # epochs from one look at the test set to the next


@dataclass(frozen=True)
class CumulativeLearning:
    """BBN's course; see `cumulative_learning`.

    Parameters
    ----------
    epochs : ndarray (E,)
        From 1.
    share : ndarray (E,)
        a: what the branch of samples as they are counts in each epoch.
    measured : ndarray (M,)
        The epochs after which the test set was looked at.
    answers : tuple of str
        Who answers: both branches alike, or one alone.
    frequent, rare : ndarray (A, M, S)
        Test accuracy of the most frequent and of the rarest third of the classes, by answer, epoch and seed, in [0, 1].
    caption : str
        How it was trained.
    """

    epochs: np.ndarray
    share: np.ndarray
    measured: np.ndarray
    answers: tuple[str, ...]
    frequent: np.ndarray
    rare: np.ndarray
    caption: str


def cumulative_learning(
    *, imbalance: float = 50.0, profile: str = "exp", epochs: int = 60, seeds: int = 2, seed: int = 0
) -> CumulativeLearning:
    """Train BBN and ask both branches, and each by itself, as the training goes on.

    Equation
    --------
    a = 1 - (T / T_max)^2,  T the epoch from 0;  z = W 2 [a f_c; (1 - a) f_r] + b

    In the test a is 1/2; 1 leaves the first branch alone, 0 the second. The classifier was never trained on features of
    one branch alone but at the ends of the course.

    Parameters
    ----------
    imbalance, profile, epochs
        The training set and how long to train.
    seeds, seed : int
        How many seeds, and the first.

    Source
    ------
    Zhou et al. 2020 (BBN, arXiv 1912.02413), equations 1 to 4 and section 4.3.
    """
    seeds = number("seeds", seeds, 1, 100, whole=True)
    epochs = number("epochs", epochs, 1, 1000, whole=True)
    every = [_course(imbalance, profile, epochs, seed_after(seed, k)) for k in range(seeds)]
    measured = every[0][0]
    told = np.stack([accuracy for _, accuracy in every], axis=-1)  # (A, M, 2, S)
    passed = np.arange(epochs)
    caption = f"{setting(imbalance, profile)} Frequent and rare: a third of the classes each."
    share = 1 - (passed / epochs) ** 2
    return CumulativeLearning(passed + 1, share, measured, tuple(ANSWERS), told[:, :, 0], told[:, :, 1], caption)


@cache
def _course(imbalance: float, profile: str, epochs: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the epochs that were measured (M,), and accuracies (A, M, 2) of frequent and rare classes."""
    import torch

    from ltviz.runs.assemble import assemble
    from ltviz.training import loop

    data = digits.load(imbalance=imbalance, profile=profile, seed=seed)
    run = assemble(on_digits(METHODS["bbn"], epochs), data, seed, precision="fp32")
    groups = data.counts.groups("terciles").members
    thirds = [np.isin(data.test_labels, groups[group]) for group in ("many", "few")]
    images = torch.from_numpy(data.test_images)
    measured: list[int] = []
    accuracy: list[list[list[float]]] = []

    def look(epoch: int) -> dict[str, float]:
        if (epochs - 1 - epoch) % _EVERY == 0:
            with torch.no_grad():
                answers = [run.net.mixed(images, images, share).logits for share in ANSWERS.values()]  # type: ignore[operator]
            right = [(scores.argmax(dim=1).numpy() == data.test_labels) for scores in answers]
            measured.append(epoch + 1)
            accuracy.append([[float(each[mine].mean()) for mine in thirds] for each in right])
        return {}

    with loop.one_thread():
        loop.trained(run.trainer, evaluate=look)
    return np.array(measured), np.array(accuracy).transpose(1, 0, 2)
