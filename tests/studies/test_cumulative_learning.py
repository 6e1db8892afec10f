"""BBN's course: both branches answer as the method does, and alpha is the paper's parabola."""

from __future__ import annotations

import numpy as np

from ltviz.runs.digits import digits_run
from ltviz.studies.cumulative_learning import cumulative_learning


def test_both_branches_answer_as_the_method_does() -> None:
    result = cumulative_learning(epochs=2, seeds=1)
    run = digits_run("bbn", epochs=2)
    groups = run.counts.groups("terciles").members
    both = result.answers.index("both branches")
    assert result.measured.tolist() == [2]
    np.testing.assert_allclose(result.frequent[both, 0, 0], run.class_accuracy[groups["many"]].mean())
    np.testing.assert_allclose(result.rare[both, 0, 0], run.class_accuracy[groups["few"]].mean())
    np.testing.assert_allclose(result.share, [1.0, 0.75])
