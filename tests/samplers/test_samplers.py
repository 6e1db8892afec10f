"""Samplers: what really comes out is what the rule says."""

import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from torch.utils.data import BatchSampler, DataLoader

from ltviz import samplers
from ltviz.core.errors import BadInput
from ltviz.samplers import jitter

COUNTS = np.array([40, 400, 4])
LABELS = np.repeat(np.arange(3), COUNTS)[np.random.default_rng(0).permutation(444)]
SHARES = {
    "instance": COUNTS / 444,
    "class_balanced": np.full(3, 1 / 3),
    "square_root": np.sqrt(COUNTS) / np.sqrt(COUNTS).sum(),
    "over": np.full(3, 1 / 3),
    "under": np.full(3, 1 / 3),
    "class_aware": np.full(3, 1 / 3),
    "reverse": (1 / COUNTS) / (1 / COUNTS).sum(),
}


def drawn(name, epochs=30, **keywords):
    sampler = samplers.make(name, LABELS, COUNTS, **keywords)
    return [sampler.indices(e, epochs) for e in range(epochs)]


@pytest.mark.parametrize("name", SHARES)
def test_classes_come_as_often_as_the_rule_says(name):
    rows = np.concatenate(drawn(name))
    seen, wanted = np.bincount(LABELS[rows], minlength=3) / len(rows), SHARES[name]
    np.testing.assert_allclose(seen, wanted, atol=5 * np.sqrt(wanted.max() / len(rows)))


def test_progressive_goes_from_instance_to_class_balanced():
    epochs = drawn("progressive", epochs=11, samples=40_000)
    for t, rows in zip(np.linspace(0, 1, 11), epochs, strict=True):
        wanted = (1 - t) * COUNTS / 444 + t / 3
        np.testing.assert_allclose(np.bincount(LABELS[rows], minlength=3) / len(rows), wanted, atol=0.012)


def test_lengths_and_use_of_every_sample():
    others = {"over": 1200, "class_aware": 1200, "under": 12}  # than the training set's
    assert {name: len(drawn(name, 1)[0]) for name in samplers.NAMES} == dict.fromkeys(samplers.NAMES, 444) | others
    assert sorted(drawn("instance", 1)[0]) == list(range(444))
    times = np.bincount(drawn("over", 1)[0], minlength=444)
    for c in range(3):
        assert times[c == LABELS].max() - times[c == LABELS].min() <= 1
        assert times[c == LABELS].sum() == 400
    assert np.bincount(drawn("under", 1)[0]).max() == 1
    assert len(np.unique(np.concatenate(drawn("under", 30)))) > 50, "under-sampling draws anew each epoch"


@pytest.mark.parametrize("samples", [1200, 7, 2])
def test_class_aware_goes_round_the_classes_and_round_the_samples_of_each(samples):
    """By a plain loop; with one sample a turn classes come equally often, but for the last turn."""
    sampler = samplers.make("class_aware", LABELS, COUNTS, seed=4, samples=samples)
    rows, waiting = sampler.indices(2, 5), {c: [] for c in range(3)}
    for turn in range(0, len(rows), 3):
        some = LABELS[rows[turn : turn + 3]]
        assert len(set(some)) == len(some), "no class twice"
    for row in rows:
        members = waiting[LABELS[row]]
        if not members:
            members.extend(np.flatnonzero(LABELS[row] == LABELS))
        members.remove(row)  # or it came again before its class was through
    assert np.ptp(np.bincount(LABELS[rows], minlength=3)) == (samples % 3 > 0)


@pytest.mark.parametrize("name", samplers.NAMES)
def test_seed_and_epoch_alone_decide(name):
    first, again, other = drawn(name, 3, seed=1), drawn(name, 3, seed=1), drawn(name, 3, seed=2)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first[0], first[1])
    assert not np.array_equal(first[0], other[0])
    assert first[0].dtype == np.int64


@given(counts=st.lists(st.integers(1, 30), min_size=2, max_size=6), samples=st.integers(1, 200))
def test_any_counts_and_any_length_give_rows_that_exist(counts, samples):
    labels = np.repeat(np.arange(len(counts)), counts)
    for name in samplers.NAMES:
        rows = samplers.make(name, labels, counts, samples=samples).indices(0, 5)
        assert len(rows) == samples
        assert 0 <= rows.min() <= rows.max() < len(labels)


def test_51_more_rows_than_a_weighted_sampler_can_draw():
    """torch.multinomial stops at 2^24 weights; drawing the class first does not."""
    counts = [2**24, 1]
    labels = np.repeat(np.array([0, 1], np.int8), counts)
    rows = samplers.make("class_balanced", labels, counts, samples=1000).indices(0, 1)
    assert 400 < (labels[rows] == 1).sum() < 600


BAD = {
    "50 empty class": (dict(labels=np.array([0, 0, 2])), "class 1 has no samples"),
    "50 beyond the counts": (dict(labels=np.array([0, 1, 2, 3]), counts=[1, 1, 1]), "classes are 0..2"),
    "counts disagree": (dict(labels=np.array([0, 1, 1, 2])), "class 1 has 2 labels, but its count is 1"),
    "51 zero": (dict(samples=0), "num_samples"),
    "51 negative": (dict(samples=-4), "num_samples"),
    "unknown": (dict(name="balanced"), "class_balanced"),
    "labels are scores": (dict(labels=np.array([0.0, 1.0, 2.0])), "integers"),
    "60 seed": (dict(seed=2**32), "seed must be"),
}


@pytest.mark.parametrize(("change", "message"), BAD.values(), ids=BAD)
def test_bad_samplers_say_why(change, message):
    with pytest.raises(BadInput, match=message):
        samplers.make(**{**dict(name="over", labels=np.array([0, 1, 2]), counts=[1, 1, 1]), **change})


@pytest.mark.parametrize(("epoch", "epochs"), [(-1, 5), (5, 5), (0, 0), (1.5, 5)])
def test_53_epochs_outside_the_plan_are_refused(epoch, epochs):
    with pytest.raises(BadInput, match="epoch"):
        samplers.make("instance", LABELS, COUNTS).indices(epoch, epochs)


@pytest.mark.parametrize("name", samplers.NAMES)
def test_a_loader_yields_the_epochs_one_after_the_other(name):
    sampler = samplers.make(name, LABELS, COUNTS, seed=3, epochs=3)
    loader = DataLoader(np.arange(444), batch_size=64, sampler=sampler)
    assert len(loader) == -(-len(sampler) // 64)
    seen = [np.concatenate([batch.numpy() for batch in loader]) for _ in range(3)]
    for epoch in range(3):
        assert np.array_equal(seen[epoch], sampler.indices(epoch, 3))
    sampler.set_epoch(1)
    assert np.array_equal(np.fromiter(sampler, int), seen[1])


def test_f19_workers_and_whole_batches_change_no_row():
    def batches(**how):
        return [batch.tolist() for batch in DataLoader(np.arange(444), **how)]

    sampler, other, third = (samplers.make("class_balanced", LABELS, COUNTS, seed=1) for _ in range(3))
    plain = batches(sampler=sampler, batch_size=100)
    # forked: a spawned worker imports torch anew, which takes seconds
    assert plain == batches(sampler=other, batch_size=100, num_workers=2, multiprocessing_context="fork")
    whole = batches(batch_sampler=BatchSampler(third, 100, drop_last=True))
    assert plain[:4] == whole
    assert len(plain) == 5


def test_a_loop_goes_on_in_the_epoch_and_at_the_row_where_it_stopped():
    wanted = drawn("progressive", 4, seed=5)
    again = samplers.make("progressive", LABELS, COUNTS, seed=5, epochs=4)
    again.set_epoch(2, start=192)
    assert np.array_equal(np.fromiter(again, int), wanted[2][192:])
    assert np.array_equal(np.fromiter(again, int), wanted[3])
    with pytest.raises(BadInput, match="epoch must be a whole number from 0 to 3"):
        list(again)


def test_a_rule_that_changes_over_training_asks_how_long_that_is():
    with pytest.raises(BadInput, match="epochs=200"):
        list(samplers.make("progressive", LABELS, COUNTS))
    for bad in ({"epoch": -1}, {"epoch": 4}, {"epoch": 0, "start": 445}):
        with pytest.raises(BadInput, match="epoch|start"):
            samplers.make("progressive", LABELS, COUNTS, epochs=4).set_epoch(**bad)


def test_the_example_of_a_loader_runs():
    failed, tried = doctest.testmod(samplers)
    assert (failed, tried > 0) == (0, True)


def test_jitter_moves_replicas_and_leaves_each_first_one():
    values = np.arange(8.0).reshape(4, 2)
    rows = np.array([1, 3, 1, 1, 0])
    moved = jitter(values, rows, amount=0.1, generator=np.random.default_rng(3))
    same = (moved == values[rows]).all(axis=1)
    assert same.tolist() == [True, True, False, False, True]
    assert np.abs(moved - values[rows]).max() < 1
    np.testing.assert_array_equal(moved, jitter(values, rows, amount=0.1, generator=np.random.default_rng(3)))
    assert (values == np.arange(8.0).reshape(4, 2)).all()
    big = jitter(np.zeros((1, 3)), np.zeros(20_000, int), amount=0.5, generator=np.random.default_rng(0))
    assert big.std() == pytest.approx(0.5, abs=0.01)


BAD_JITTER = {
    "row beyond": (dict(rows=np.array([0, 2])), "rows must be whole numbers 0..1"),
    "negative row": (dict(rows=np.array([0, -1])), "rows must be whole numbers"),
    "rows are values": (dict(rows=np.array([0.0, 1.0])), "rows must be whole numbers"),
    "whole numbers": (dict(values=[[1, 2], [3, 4]]), "floating point"),
}


@pytest.mark.parametrize(("change", "message"), BAD_JITTER.values(), ids=BAD_JITTER)
def test_bad_replicas_say_why(change, message):
    with pytest.raises(BadInput, match=message):
        jitter(
            **{
                **dict(values=np.zeros((2, 2)), rows=np.array([0, 0]), amount=0.1, generator=np.random.default_rng(0)),
                **change,
            }
        )


@pytest.mark.parametrize("amount", [-1, float("nan"), "0.1"])
def test_bad_jitter_says_why(amount):
    with pytest.raises(BadInput, match="amount"):
        jitter(np.zeros((2, 2)), np.array([0, 0]), amount=amount, generator=np.random.default_rng(0))
