"""Claims and the atlas, from tables and records made here: paired, by thirds of the classes, with an honest verdict."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import click
import numpy as np
import pytest
from scipy import stats

from ltviz import views
from ltviz.cli import cli, run
from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadInput, DataError
from ltviz.core.profiles import profile
from ltviz.methods import METHODS, parse
from ltviz.records import record
from ltviz.studies import _claimed_in_plane as plane
from ltviz.studies import claims as module
from ltviz.studies._claimed import CLAIMS, Claim
from ltviz.studies._claimed_in_plane import EXACT
from ltviz.studies._tables import tables
from ltviz.studies.claims import claims
from ltviz.studies.max_margin_convergence import MaxMarginConvergence
from ltviz.studies.method_atlas import method_atlas
from ltviz.studies.weighting_vanishes import WeightingVanishes

from ..records.recorded import write as write_record
from ..records.test_seed_tables import a_line, a_table, put

FEW = [0.9, 0.8, 0.2]  # the rarest third of three classes is the last one


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(record, "homes", lambda: (tmp_path,))
    return tmp_path


def seeds_of(home: Path, method: str, rare: list[float], **given: Any) -> None:
    put(home, a_table(method, {k: a_line(by_class=[0.9, 0.8, each], **given) for k, each in enumerate(rare)}))


def judged(monkeypatch: pytest.MonkeyPatch, **given: Any) -> module.Finding:
    monkeypatch.setattr(module, "CLAIMS", (Claim("one beats the other", "crt", "erm", **given),))
    return claims(part="tables", table="digits-exp12").findings[0]


def test_every_claim_names_methods_that_are_there() -> None:
    for each in CLAIMS:
        for text in (each.one, each.other):
            name, _ = parse(text)
            assert name in METHODS
        assert each.one != each.other


@pytest.mark.parametrize(
    ("rare", "side", "verdict"),
    [
        ([0.50, 0.52, 0.51], "larger", "holds"),
        ([0.50, 0.52, 0.51], "smaller", "the opposite"),
        ([0.50, 0.52, 0.51], "equal", "does not"),
        ([0.10, 0.45, 0.20], "larger", "not decided"),
        ([0.10, 0.45, 0.20], "equal", "not decided"),
        ([0.201, 0.229, 0.19], "larger", "does not"),  # at most a third of a point
        ([0.201, 0.229, 0.19], "equal", "holds"),
        ([0.9], "larger", "not decided"),  # one seed
        ([0.2], "equal", "not decided"),
    ],
)
def test_the_verdict_is_that_of_the_paired_interval(
    home: Path, monkeypatch: pytest.MonkeyPatch, rare: list[float], side: str, verdict: str
) -> None:
    base = [0.20, 0.23, 0.19, 0.80]  # the fourth has no partner
    seeds_of(home, "erm", base)
    seeds_of(home, "crt", rare)
    found = judged(monkeypatch, group="few", side=side)
    differences = 100 * (np.array(rare) - base[: len(rare)])
    np.testing.assert_allclose(found.values, differences)
    assert found.verdict == verdict
    assert found.seeds == tuple(range(len(rare)))
    assert found.source == METHODS["crt"].paper
    if len(rare) > 1:
        low, high = stats.t.interval(0.95, len(rare) - 1, differences.mean(), stats.sem(differences))
        assert found.over is not None
        np.testing.assert_allclose(found.over.interval, (low, high))


def test_a_gap_is_training_minus_test_and_an_angle_is_in_degrees(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seeds_of(home, "erm", [0.5, 0.5], train_by_class=[1.0, 1.0, 1.0], angle=[0.0, 0.0, np.pi / 2])
    seeds_of(home, "crt", [0.7, 0.6], train_by_class=[1.0, 1.0, 0.9], angle=[0.0, 0.0, np.pi / 3])
    np.testing.assert_allclose(judged(monkeypatch, measure="gap", group="few").values, [-30, -20])
    np.testing.assert_allclose(judged(monkeypatch, measure="angle", group="few").values, [-30, -30])


def test_a_claim_without_seeds_is_said_not_to_be_tested(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seeds_of(home, "erm", [0.2, 0.3])
    assert {each.verdict for each in claims(part="tables", table="digits-exp12").findings} == {"not tested"}
    assert run(["claims", "--part", "tables", "--table", "digits-exp12"]) == 0
    assert "Not tested, for want of seeds of both methods: cRT raises" in capsys.readouterr().out


def test_records_of_runs_are_tested_by_their_accuracies(home: Path) -> None:
    told: dict[str, Any] = {"epochs": 40, "counts": profile("exp", 5000, 10, 100).values.tolist()}
    for seed, (ldam, erm) in enumerate([(0.72, 0.70), (0.74, 0.71), (0.73, 0.69)]):
        write_record(home, "ldam", "short", seed, ldam, **told)
        write_record(home, "erm", "short", seed, erm, **told)
    write_record(home, "erm", "short", 9, 0.1, **told)
    write_record(home, "mm", "short", 0, 0.5, **told)
    write_record(home, "dbm_bs", "short", 0, 0.5, params={"margin": 0.2}, **told)
    result = claims(part="records")
    found = {each.says: each for each in result.findings}
    beats = found["LDAM is more accurate than cross-entropy"]
    np.testing.assert_allclose(beats.values, [2, 3, 4])
    assert (beats.verdict, beats.seeds) == ("holds", (0, 1, 2))
    assert beats.data == "CIFAR-10-LT, imbalance 100 (exp), recipe short"
    assert found["MM is more accurate than LDAM"].verdict == "not decided"  # one seed in common
    assert found["DBM + balanced softmax is more accurate than balanced softmax"].verdict == "not tested"
    assert not any("gap" in each.number for each in result.findings)
    best, one, lucky = result.choices
    assert best.mean == pytest.approx(1.0)  # each record's best epoch is a point above its last one
    assert (best.methods, best.runs) == (3, 8)
    assert one.whose == "erm"
    assert one.largest == pytest.approx(100 * np.mean([0.01, 0.01, 0.6, 0.02, 0.61, 0.59]))
    assert lucky.largest == pytest.approx(100 * (0.71 - (0.70 + 0.71 + 0.69 + 0.1) / 4))
    with pytest.raises(BadInput, match="such as cifar10"):
        claims(part="records", records="cifar10")


def test_the_best_epoch_of_a_table_is_worth_what_it_holds(home: Path) -> None:
    best = {"overall": 0.9, "balanced": 0.9, "by_class": [0.9] * 3, "epoch": 4, "looks": 12}
    put(home, a_table("erm", {0: a_line(0.5, best={**best, "balanced": 0.6}), 1: a_line(0.7, best=best), 2: a_line()}))
    first = claims(part="tables", table="digits-exp12").choices[0]
    assert (first.mean, first.runs) == (pytest.approx(15.0), 2)  # the third seed's line is of an older form


def test_claims_of_the_plane_are_judged_by_its_studies(monkeypatch: pytest.MonkeyPatch) -> None:
    """By hand: margins (loss, step, draw) as shares of the SVM's, and effects in standard deviations."""
    counts = ClassCounts([100, 10])
    margin = np.array([
        [[0.1, 0.2, 0.1], [0.5, 0.6, 0.5], [0.8, 0.9, 0.9]],
        [[0.3, 0.3, 0.4], [0.6, 0.5, 0.6], [0.60, 0.51, 0.59]],
        [[0.3, 0.3, 0.4], [0.6, 0.5, 0.6], [0.9, 0.4, 0.7]],
    ])  # fmt: skip
    steps = np.array([10, 100, 1000])
    exact = MaxMarginConvergence(("ce", "ldam", "mm"), counts, steps, margin, margin, np.zeros((3, 2, 3)), "")
    effect = np.array([[[1.0, 1.1, 1.2], [0.5, 0.5, 0.7]], [[2.0, 2.1, 2.2], [1, 1, 1]], [[0.3, 0.2, 0.3]] * 2])
    names = ("class_balanced", "logit_adjustment", "ldam")
    effects = WeightingVanishes(names, names, counts, steps[1:], effect, np.ones(2), effect, "")
    monkeypatch.setattr(plane, "max_margin_convergence", lambda **_: exact)
    monkeypatch.setattr(plane, "weighting_vanishes", lambda **_: effects)
    for kept in (plane._margins, plane._effects):
        kept.cache_clear()
    result = claims(part="plane", draws=3)
    plane._margins.cache_clear()
    plane._effects.cache_clear()
    ce, ldam, mm, nearer, weights, prior, *_, stays = result.findings
    assert [each.verdict for each in result.findings] == [
        "holds", "does not", "not decided", "not decided", "holds", "holds", "holds", "holds", "holds",
    ]  # fmt: skip
    np.testing.assert_allclose(ce.values, [30, 30, 40])
    np.testing.assert_allclose(ldam.values, [0, 1, -1], atol=1e-9)
    np.testing.assert_allclose(nearer.values, [30, -11, 11])
    np.testing.assert_allclose(weights.values, [-0.5, -0.6, -0.5])
    np.testing.assert_allclose(stays.values, 0)
    assert mm.source.startswith("slides")
    assert "asked of priors" in prior.source
    assert not result.choices
    views.draw("claims", result)


def test_every_command_that_shows_a_claim_is_one() -> None:
    of_tables = [claim.command(tables("digits-exp50"), 3) for claim in CLAIMS]
    for line in [*of_tables, *(each.command(3) for each in EXACT)]:
        _, command, *words = shlex.split(line)
        group = cli.get_command(click.Context(cli), command)
        assert group is not None
        if command == "figure":
            assert words[0] in views.VIEWS
            named = dict(zip(words[1::2], words[2::2], strict=True))
            assert {name.removeprefix("--") for name in named} <= set(views.view(words[0]).controls)
        else:
            assert group.make_context(command, words)


def test_the_atlas_places_methods_by_frequent_and_rare(home: Path) -> None:
    seeds_of(home, "erm", [0.1, 0.3], seconds=2.0)
    seeds_of(home, "crt", [0.5, 0.6, 0.7], seconds=3.0)
    best, plain = method_atlas(table="digits-exp12").places
    assert (best.method, best.family, best.seeds, best.cost) == ("crt", "Two stages", 3, 1.5)
    np.testing.assert_allclose(best.thirds, [90, 80, 60])
    np.testing.assert_allclose(best.ellipse, [[0, 0], [0, 100 / 3]], atol=1e-9)
    assert best.gain is not None
    assert best.gain.mean == pytest.approx(100 * (0.4 + 0.3) / 2 / 3)
    assert (plain.method, plain.gain, plain.cost) == ("erm", None, 1.0)
    views.draw("method_atlas", method_atlas(table="digits-exp12"))


def test_no_tables_are_a_fault_with_a_way_out(home: Path) -> None:
    with pytest.raises(DataError, match="ltviz claims --measure"):
        claims(part="tables", table="digits-exp12")
    with pytest.raises(BadInput, match="such as digits-exp50"):
        claims(part="tables", table="digits")


def test_a_damaged_table_is_left_out_and_named(home: Path) -> None:
    seeds_of(home, "erm", [0.2])
    seeds_of(home, "crt", [0.2])
    (home / "digits-exp12" / "crt-digits" / "seeds.json").write_text("{}")
    with pytest.warns(record.RecordWarning, match="crt-digits"):
        result = method_atlas(table="digits-exp12")
    assert [each.method for each in result.places] == ["erm"]
    assert "crt-digits" in result.caption
