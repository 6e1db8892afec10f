"""DBM step by step, and its margins in a trained net, beside the runs and the formula themselves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ltviz.core.errors import BadInput
from ltviz.methods import parse
from ltviz.records import record
from ltviz.runs.digits import digits_run
from ltviz.studies.dbm_ablation import BASES, PAPER, STEPS, dbm_ablation
from ltviz.studies.dbm_overview import dbm_overview

from ..records.test_seed_tables import a_line, a_table, put


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(record, "homes", lambda: (tmp_path,))
    return tmp_path


def fill(home: Path, seeds: int) -> dict[str, np.ndarray]:
    """Write a table for each step; return accuracies by class (seeds, 3) as they were drawn."""
    draw, told = np.random.default_rng(0), {}
    for plain, plugged in BASES.values():
        for text in STEPS.values():
            name = text.format(plugged) or plain
            told[name] = draw.uniform(0.2, 0.9, (seeds, 3)).round(4)
            lines = {k: a_line(by_class=told[name][k].tolist()) for k in range(seeds)}
            put(home, a_table(name.partition("(")[0], lines, spelled=name), **parse(name)[1])
    return told


def test_each_step_is_the_method_that_it_names_and_differences_are_paired_by_seed(home: Path) -> None:
    told = fill(home, 4)
    result = dbm_ablation(base="both", table="digits-exp12")
    assert result.steps == tuple(STEPS)
    for each, (base, (plain, plugged)) in zip(result.bases, BASES.items(), strict=True):
        assert each.base == base
        assert (100 * each.paper).round(2).tolist() == list(PAPER[base])
        rows = [plain, f"{plugged}(margin=0)", f"{plugged}(instance=none)", f"{plugged}(instance=all)", plugged]
        np.testing.assert_allclose(each.balanced, [told[name].mean(axis=1) for name in rows])
        np.testing.assert_allclose(each.few, [told[name][:, 2] for name in rows])
        for values, gain, error in (
            (each.balanced, each.gain, each.error),
            (each.few, each.few_gain, each.few_error),
        ):
            apart = np.diff(values, axis=0)
            np.testing.assert_allclose(gain, apart.mean(axis=1))
            np.testing.assert_allclose(error, apart.std(axis=1, ddof=1) / np.sqrt(4))


def test_one_seed_has_no_error_and_an_unknown_base_is_refused(home: Path) -> None:
    fill(home, 1)
    assert not dbm_ablation(base="ce", table="digits-exp12").bases[0].error.any()
    with pytest.raises(BadInput, match="base must be one of"):
        dbm_ablation(base="ldam")


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
