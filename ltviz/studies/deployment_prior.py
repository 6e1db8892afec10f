"""Which method is best, when the classes are as frequent at deployment as in training, or otherwise?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ltviz.core.checks import number, seed_after
from ltviz.core.counts import ClassCounts
from ltviz.metrics import accuracy
from ltviz.records.finished import FinishedRun
from ltviz.studies._digits import runs_of, setting

CORRECTED = "erm"  # the method whose logits are corrected to the test prior, which is then known
KNOWN = f"{CORRECTED}, corrected to the test prior"


@dataclass(frozen=True)
class DeploymentPrior:
    """Expected accuracies; see `deployment_prior`.

    Parameters
    ----------
    counts : ClassCounts
        Training counts.
    exponent : ndarray (S,)
        t: the test prior is proportional to the training prior to the power t.
    prior : ndarray (S, C)
        The test priors.
    accuracy : dict of str to ndarray (S, n)
        By method, over n seeds, in [0, 1].
    caption : str
        What was done.
    """

    counts: ClassCounts
    exponent: np.ndarray
    prior: np.ndarray
    accuracy: dict[str, np.ndarray]
    caption: str


def deployment_prior(
    *,
    methods: str = "erm, logit_adjustment, class_balanced",
    corrected: bool = True,
    imbalance: float = 50.0,
    profile: str = "exp",
    stops: int = 21,
    epochs: int = 60,
    seeds: int = 3,
    seed: int = 0,
) -> DeploymentPrior:
    """Weigh each method's accuracy per class by a test prior that goes from the training prior to its reverse.

    Equation
    --------
    expected accuracy(t) = sum_c q_c(t) accuracy_c,   q_c(t) = pi_c^t / sum_k pi_k^t,   t from 1 over 0 to -1

    Corrected cross-entropy knows the test prior and decides by argmax_c z_c - log pi_c + log q_c(t): at t = 1 it is
    cross-entropy itself, at t = 0 post-hoc logit adjustment.

    Parameters
    ----------
    methods : str
        Names of methods, separated by commas.
    corrected : bool
        Also show cross-entropy corrected to each test prior, without training it again.
    imbalance, profile, epochs
        The training set and how long to train.
    stops : int
        Test priors.
    seeds, seed : int
        How many seeds, and the first.
    """
    stops = number("stops", stops, 2, 1001, whole=True)
    seeds = number("seeds", seeds, 1, 100, whole=True)
    every = [seed_after(seed, k) for k in range(seeds)]
    trained = runs_of(methods, imbalance, profile, epochs, every)
    counts = next(iter(trained.values()))[0].counts
    exponent = np.linspace(1.0, -1.0, stops)
    prior = counts.prior ** exponent[:, None]
    prior /= prior.sum(axis=1, keepdims=True)
    expected = {name: np.stack([prior @ run.class_accuracy for run in runs], axis=1) for name, runs in trained.items()}
    if corrected:
        plain = runs_of(CORRECTED, imbalance, profile, epochs, every)[CORRECTED]
        expected[KNOWN] = np.stack(
            [[q @ _moved(run, np.log(q) - np.log(counts.prior)) for q in prior] for run in plain],
            axis=1,
        )
    caption = setting(imbalance, profile)
    return DeploymentPrior(counts, exponent, prior, expected, caption)


def _moved(run: FinishedRun, shift: np.ndarray) -> np.ndarray:
    """Return the test accuracy of each class (C,), the scores moved by `shift` (C,) before the decision."""
    return accuracy.by_class(run.labels("test"), (run.logits("test") + shift).argmax(axis=1), len(run.counts))
