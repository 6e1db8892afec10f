"""What a comparison decides, by hand: the luck of training and that of which images are tested, together."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm, t

from ltviz.cli.scores import comparison_tables
from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadInput
from ltviz.metrics.interval import over_seeds, paired
from ltviz.runs.compare import Comparison, Difference, Scores
from ltviz.runs.decide import decide

COUNTS = ClassCounts([300, 150, 60, 9])


def comparison(own: Any, other: Any, images: int) -> Comparison:
    scores = [
        Scores(name, name, 1, None, (), (v := np.asarray(values)).mean(axis=1), v, {}, None, None)
        for name, values in (("focal", own), ("ce", other))
    ]
    (a, b), seeds = scores, tuple(range(len(own)))
    told = Difference("ce", a.balanced - b.balanced, paired(a.balanced, b.balanced), {})
    means = tuple(over_seeds(each.balanced) for each in scores)
    tested = np.full(4, images)
    rest: Any = {"versions": {}, "counts": COUNTS, "tested": tested, "verified": True, "rule": "last", "groups": ""}
    return Comparison(
        "digits", "exp", 30.0, "digits", 1, **rest, seeds=seeds, scores=(a, b), means=means, differences=(told,)
    )


def test_the_reach_by_hand() -> None:
    own, other = (
        np.array([[0.9, 0.8, 0.7, 0.6], [0.8, 0.9, 0.6, 0.6]]),
        np.array([[0.9, 0.7, 0.5, 0.2], [0.9, 0.8, 0.5, 0.4]]),
    )
    found = {each.name: each for each in decide(comparison(own, other, 10)).groups}
    assert list(found) == ["all classes", "many", "medium", "few"]
    many = found["many"]
    differences = [0.05, 0.0]  # of the two seeds, over the two classes with more than 100 images
    assert many.difference.mean == pytest.approx(0.025)
    assert many.by_seeds == pytest.approx(t.ppf(0.975, 1) * np.std(differences, ddof=1) / np.sqrt(2))
    shares = [(10 * share + 1) / 12 for share in (0.85, 0.85, 0.9, 0.75)]
    expected = norm.ppf(0.975) * np.sqrt(sum(p * (1 - p) / 12 for p in shares)) / 2
    assert many.by_images == pytest.approx(expected, rel=1e-5)
    assert many.reach == pytest.approx(np.hypot(many.by_seeds, expected))


@pytest.mark.parametrize(
    ("gain", "images", "verdict"),
    [
        (0.2, 1000, "better"),
        (-0.2, 1000, "worse"),
        (0.2, 6, "not decided: 6 test images a class; about "),
    ],
)
def test_verdicts(gain: float, images: int, verdict: str) -> None:
    other = 0.5 + 0.01 * np.random.default_rng(0).standard_normal((5, 4))
    own = 0.5 + gain + 0.01 * np.random.default_rng(1).standard_normal((5, 4))
    assert all(each.verdict.startswith(verdict) for each in decide(comparison(own, other, images)).groups)


def test_as_many_images_as_it_says_would_decide() -> None:
    other, own = np.full((5, 4), 0.5), np.full((5, 4), 0.62)
    few = decide(comparison(own, other, 20)).groups[-1]
    need = int(few.verdict.split("about ")[1].split()[0])
    assert decide(comparison(own, other, round(1.1 * need))).groups[-1].verdict == "better"
    assert decide(comparison(own, other, round(0.9 * need))).groups[-1].verdict.startswith("not decided")


def test_seeds_that_differ_by_more() -> None:
    own = 0.5 + np.array([[0.1], [-0.1], [0.05], [-0.05]]) * np.ones(4)
    found = decide(comparison(own, np.full((4, 4), 0.5), 1000))
    assert {each.verdict for each in found.groups} == {"not decided: the seeds differ by more"}


def test_one_seed_decides_nothing() -> None:
    found = decide(comparison(np.ones((1, 4)), np.zeros((1, 4)), 10_000))
    assert {each.verdict for each in found.groups} == {"not decided: one seed"}
    assert "all classes  +100.0" in str(found)


def test_it_says_against_which() -> None:
    found = comparison(np.ones((2, 4)), np.zeros((2, 4)), 1000)
    with pytest.raises(BadInput, match="against must be one of 'ce'"):
        decide(found, "erm")
    assert comparison_tables(found)[2].rows[-1][:2] == ["ce", "few"]
    both = replace(found, scores=(*found.scores, replace(found.scores[1], name="erm")))
    assert [decide(both, name).against for name in (None, "erm")] == ["ce", "erm"]
