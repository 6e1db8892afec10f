"""What replicas, missing images and branches do, beside the runs that are asked."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from ltviz.core.errors import BadInput
from ltviz.methods import titled
from ltviz.runs.digits import digits_run
from ltviz.studies.cumulative_learning import cumulative_learning
from ltviz.studies.resampling_overfit import resampling_overfit
from ltviz.studies.undersampling_cost import undersampling_cost

EPOCHS = 2


def right(labels: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    return np.array([(predictions == c)[labels == c].mean() for c in range(10)])


def test_the_gap_is_of_the_run_that_was_trained() -> None:
    result = resampling_overfit(methods="erm, over_sampling_augmented", epochs=EPOCHS, seeds=1, seed=3)
    assert result.rate.tolist() == [110 / n for n in (110, 71, 46, 29, 19, 12, 8, 5, 3, 2)]
    for m, name in enumerate(result.methods):
        run = digits_run(name, imbalance=50.0, seed=3, epochs=EPOCHS)
        gap = right(run.train_labels, run.train_predictions) - right(run.test_labels, run.test_predictions)
        np.testing.assert_allclose(result.accuracy[m, 0], gap)
        assert f"{titled(name)} {100 * gap[7:].mean():.1f}" in result.caption
        cost = []
        for split in ("test", "train"):
            y = torch.tensor(run.labels(split))
            each = F.cross_entropy(torch.tensor(run.logits(split)), y, reduction="none")
            cost.append([float(each[y == c].mean()) for c in range(10)])
        np.testing.assert_allclose(result.loss[m, 0], np.subtract(*cost), atol=1e-4)


def test_what_is_thrown_away_is_counted_and_the_cost_is_against_the_same_seed() -> None:
    result = undersampling_cost(stops=2, epochs=EPOCHS, seeds=1, seed=3)
    counts = [110, 71, 46, 29, 19, 12, 8, 5, 3, 2]
    assert (result.ratio[-1], result.thrown[-1]) == (55, 1 - 20 / 305)
    plain, under = (digits_run(name, seed=3, epochs=EPOCHS, imbalance=50.0) for name in ("erm", "under_sampling"))
    gain = right(under.test_labels, under.test_predictions) - right(plain.test_labels, plain.test_predictions)
    groups = plain.counts.groups("terciles").members
    wanted = [gain[groups[name]].mean() for name in ("many", "few")]
    np.testing.assert_allclose(result.gain[:, -1, 0], wanted)
    assert list(plain.counts) == counts
    said = f"without {100 * (1 - 20 / 305):.0f} % of the images, and takes fewer steps in proportion"
    assert said in result.caption
    assert result.ratio[0] == pytest.approx(50**0.5, rel=0.1)
    for bad in (1.0, float("nan")):
        with pytest.raises(BadInput, match="above 1"):
            undersampling_cost(imbalance=bad)


def test_bbns_branches_are_asked_with_the_other_ones_features_at_0() -> None:
    """After the last epoch both together are the run's own answer."""
    result = cumulative_learning(epochs=3, seeds=1, seed=3)
    np.testing.assert_allclose(result.share, [1, 1 - 1 / 9, 1 - 4 / 9])
    assert result.epochs.tolist() == [1, 2, 3]
    run = digits_run("bbn", imbalance=50.0, seed=3, epochs=3)
    members = run.counts.groups("terciles").members
    own = right(run.test_labels, run.test_predictions)
    both = result.branches.index("both, as in the test")
    np.testing.assert_allclose(result.accuracy[both, :, -1, 0], [own[members[g]].mean() for g in ("many", "few")])
    bias = run.test_logits - run.test_embedding @ run.prototypes.T
    for branch, half in (("samples as they are", slice(0, 64)), ("reversed frequencies", slice(64, 128))):
        z = 2 * run.test_embedding[:, half] @ run.prototypes[:, half].T + bias
        alone = right(run.test_labels, z.argmax(axis=1))
        told = result.accuracy[result.branches.index(branch), :, -1, 0]
        np.testing.assert_allclose(told, [alone[members[g]].mean() for g in ("many", "few")], atol=0.01)
