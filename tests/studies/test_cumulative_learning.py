"""BBN's course: both branches answer as the method does, and each by itself with the other one's features at 0."""

from __future__ import annotations

import numpy as np

from ltviz.metrics.accuracy import by_class
from ltviz.runs.digits import digits_run
from ltviz.studies.cumulative_learning import cumulative_learning


def test_each_answer_is_that_of_its_half_of_the_features() -> None:
    result = cumulative_learning(epochs=3, seeds=1, seed=3)
    np.testing.assert_allclose(result.share, [1, 1 - 1 / 9, 1 - 4 / 9])
    assert result.epochs.tolist() == [1, 2, 3]
    assert result.measured.tolist() == [3]
    run = digits_run("bbn", epochs=3, seed=3)
    members = run.counts.groups("terciles").members
    bias = run.test_logits - run.test_embedding @ run.prototypes.T
    alone = {"the first alone": slice(0, 64), "the second alone": slice(64, 128), "both branches": slice(0, 128)}
    for k, answer in enumerate(result.answers):
        half = alone[answer]
        factor = 1 if answer == "both branches" else 2
        scores = factor * run.test_embedding[:, half] @ run.prototypes[:, half].T + bias
        right = by_class(run.test_labels, scores.argmax(axis=1), 10)
        np.testing.assert_allclose(result.frequent[k, 0, 0], right[members["many"]].mean(), atol=0.01)
        np.testing.assert_allclose(result.rare[k, 0, 0], right[members["few"]].mean(), atol=0.01)
