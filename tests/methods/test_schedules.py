from __future__ import annotations

import math

import pytest

from ltviz.core.errors import BadInput
from ltviz.methods.schedule import Recipe, Schedule


@pytest.mark.parametrize("shape", ["drops", "cosine"])
def test_every_plan_is_whole(shape: str) -> None:
    schedule = Schedule(shape=shape, deferred=0.8)
    for epochs in range(1, 401):
        rates = [schedule.rate(epoch, epochs) for epoch in range(epochs)]
        assert all(0 < rate <= 1 for rate in rates)
        top = rates.index(max(rates))
        assert rates[top] == 1, epochs  # some epoch has the full rate
        assert rates[: top + 1] == sorted(rates[: top + 1])
        assert rates[top:] == sorted(rates[top:], reverse=True)
        on = [schedule.reweights(epoch, epochs) for epoch in range(epochs)]
        assert on == sorted(on)
        assert sum(not each for each in on) == epochs * 4 // 5


def test_two_hundred_epochs_are_the_ldam_codes() -> None:
    """cifar_train.py: epoch 1..200; warm-up to 5, * 0.01 after 160, * 0.0001 after 180; weights from epoch 161."""
    schedule = Schedule(deferred=0.8)
    for released in range(1, 201):
        later = 0.0001 if released > 180 else 0.01 if released > 160 else 1.0
        rate = released / 5 if released <= 5 else later
        assert schedule.rate(released - 1, 200) == pytest.approx(rate)
        assert schedule.reweights(released - 1, 200) == (released - 1 >= 160)


def test_cosine_by_hand() -> None:
    schedule = Schedule(shape="cosine")
    assert schedule.rate(4, 200) == 1
    assert schedule.rate(5, 200) == 1
    assert schedule.rate(102, 200) == pytest.approx(0.5 * (1 + math.cos(math.pi * 97 / 195)))
    assert schedule.rate(199, 200) == pytest.approx(0.5 * (1 + math.cos(math.pi * 194 / 195)))


def test_re_weighting_from_the_start_or_never() -> None:
    assert all(Schedule(deferred=0.0).reweights(epoch, 7) for epoch in range(7))
    assert not any(Schedule().reweights(epoch, 7) for epoch in range(7))


def test_re_sampling_begins_where_re_weighting_does() -> None:
    for epochs in (1, 2, 7, 60, 200):
        both = Schedule(deferred=0.8, resampled=0.8)
        every = range(epochs)
        assert [both.resamples(e, epochs) for e in every] == [both.reweights(e, epochs) for e in every]
    assert not Schedule(deferred=0.8).resamples(9, 10)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"resampled": 1.0}, "below 1"),
        ({"resampled": -0.1}, "resampled"),
        ({"deferred": 1.0}, "below 1"),
        ({"deferred": 1.5}, "deferred"),
        ({"deferred": -0.1}, "deferred"),
        ({"deferred": math.nan}, "deferred"),
        ({"deferred": 160}, "deferred"),
        ({"deferred": True}, "deferred"),
        ({"shape": "cosin"}, "cosine"),
        ({"drops": (0.1,)}, "two factors"),
        ({"drops": (0.1, 0.5)}, r"drops\[1\]"),
        ({"drops": (2.0, 0.5)}, r"drops\[0\]"),
        ({"drops": (0.1, 0.0)}, r"drops\[1\]"),
    ],
)
def test_nonsense_is_refused_when_it_is_written_down(given: dict[str, object], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        Schedule(**given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("epoch", "epochs"), [(-1, 10), (10, 10), (320, 200), (0.5, 10), (0, 0), (0, -3), (0, math.inf)]
)
def test_an_epoch_beyond_the_plan_is_refused(epoch: float, epochs: float) -> None:
    for ask in (Schedule().rate, Schedule(deferred=0.8).reweights):
        with pytest.raises(BadInput, match="epoch"):
            ask(epoch, epochs)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("epochs", 0),
        ("epochs", 2.5),
        ("epochs", "60"),
        ("batch", 0),
        ("batch", -1),
        ("rate", math.nan),
        ("rate", 0),
        ("rate", math.inf),
        ("decay", -0.1),
        ("decay", math.nan),
        ("momentum", 1),
    ],
)
def test_a_recipe_names_the_bad_field(field: str, value: object) -> None:
    good = {"name": "x", "epochs": 3, "batch": 4, "rate": 0.1, "decay": 0.0}
    Recipe(**good)  # type: ignore[arg-type]
    with pytest.raises(BadInput, match=field):
        Recipe(**{**good, field: value})  # type: ignore[arg-type]
