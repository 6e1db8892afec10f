"""DBM step by step, and its margins in a trained net, beside the runs and the formula themselves."""

from __future__ import annotations

import numpy as np
import pytest

from ltviz.core.errors import BadInput
from ltviz.runs.digits import digits_run
from ltviz.studies.dbm_ablation import BASES, PAPER, STEPS, dbm_ablation
from ltviz.studies.dbm_overview import dbm_overview


def test_each_step_is_the_method_that_it_names_and_differences_are_paired_by_seed() -> None:
    result = dbm_ablation(base="both", epochs=1, seeds=2)
    assert result.steps == tuple(STEPS)
    few = result.counts.groups("terciles").members["few"]
    given = ({"margin": 0.0}, {"instance": "none"}, {"instance": "all"}, {})
    for each, (base, (plain, plugged)) in zip(result.bases, BASES.items(), strict=True):
        assert each.base == base
        assert (100 * each.paper).round(2).tolist() == list(PAPER[base])
        runs = [[digits_run(plain, 50.0, "exp", k, 1) for k in range(2)]]
        runs += [[digits_run(plugged, 50.0, "exp", k, 1, **more) for k in range(2)] for more in given]
        for s, row in enumerate(runs):
            np.testing.assert_allclose(each.balanced[s], [run.class_accuracy.mean() for run in row])
            np.testing.assert_allclose(each.few[s], [run.class_accuracy[few].mean() for run in row])
        for values, gain, error in (
            (each.balanced, each.gain, each.error),
            (each.few, each.few_gain, each.few_error),
        ):
            apart = np.diff(values, axis=0)
            np.testing.assert_allclose(gain, apart.mean(axis=1))
            np.testing.assert_allclose(error, apart.std(axis=1, ddof=1) / np.sqrt(2))


def test_one_seed_has_no_error_and_an_unknown_base_is_refused() -> None:
    assert not dbm_ablation(base="ce", epochs=1, seeds=1).bases[0].error.any()
    with pytest.raises(BadInput, match="base must be one of"):
        dbm_ablation(base="ldam", epochs=1)


@pytest.mark.parametrize("split", ["test", "train"])
def test_margins_of_a_net_are_the_formula_of_its_own_cosines(split: str) -> None:
    found, net = dbm_overview(split=split, epochs=2, seed=1), digits_run("dbm_bs", 50.0, "exp", 1, 2)
    counts = net.counts.values
    np.testing.assert_allclose(found.class_margin, 0.1 * counts.min() / counts)
    cosine = np.cos(net.angles(split))
    wrong = net.predictions(split) != net.labels(split)
    np.testing.assert_allclose(found.difficulty, (1 - cosine) / 2)
    assert 0 < wrong.sum() < len(wrong)
    np.testing.assert_array_equal(found.wrong, wrong)
    by_hand = np.where(wrong, found.class_margin[net.labels(split)] * (1 - cosine) / 2, 0)
    np.testing.assert_allclose(found.instance_margin, by_hand, atol=1e-7)
