"""Claims and the atlas, from tables made here: paired, by thirds of the classes, with an honest verdict."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from ltviz import views
from ltviz.core.errors import BadInput, DataError
from ltviz.methods import METHODS, parse
from ltviz.records import record
from ltviz.studies import claims as module
from ltviz.studies.claims import CLAIMS, Claim, claims
from ltviz.studies.method_atlas import method_atlas

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
    return claims(table="digits-exp12").findings[0]


def test_every_claim_names_methods_that_are_there() -> None:
    for each in CLAIMS:
        for text in (each.one, each.other):
            name, _ = parse(text)
            assert name in METHODS
        assert each.one != each.other


@pytest.mark.parametrize(
    ("rare", "larger", "verdict"),
    [
        ([0.50, 0.52, 0.51], True, "holds"),
        ([0.50, 0.52, 0.51], False, "the opposite"),
        ([0.10, 0.45, 0.20], True, "does not show"),
        ([0.9], True, "does not show"),
    ],
)
def test_the_verdict_is_that_of_the_paired_interval(
    home: Path, monkeypatch: pytest.MonkeyPatch, rare: list[float], larger: bool, verdict: str
) -> None:
    base = [0.20, 0.23, 0.19, 0.80]  # the fourth has no partner
    seeds_of(home, "erm", base)
    seeds_of(home, "crt", rare)
    found = judged(monkeypatch, group="few", larger=larger)
    differences = 100 * (np.array(rare) - base[: len(rare)])
    np.testing.assert_allclose(found.values, differences)
    assert found.verdict == verdict
    assert found.seeds == tuple(range(len(rare)))
    if len(rare) > 1:
        low, high = stats.t.interval(0.95, len(rare) - 1, differences.mean(), stats.sem(differences))
        assert found.over is not None
        np.testing.assert_allclose(found.over.interval, (low, high))


def test_a_gap_is_training_minus_test_and_an_angle_is_in_degrees(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seeds_of(home, "erm", [0.5, 0.5], train_by_class=[1.0, 1.0, 1.0], angle=[0.0, 0.0, np.pi / 2])
    seeds_of(home, "crt", [0.7, 0.6], train_by_class=[1.0, 1.0, 0.9], angle=[0.0, 0.0, np.pi / 3])
    np.testing.assert_allclose(judged(monkeypatch, measure="gap", group="few").values, [-30, -20])
    np.testing.assert_allclose(judged(monkeypatch, measure="angle", group="few").values, [-30, -30])


def test_a_claim_without_seeds_is_said_not_to_be_measured(home: Path) -> None:
    seeds_of(home, "erm", [0.2, 0.3])
    assert {each.verdict for each in claims(table="digits-exp12").findings} == {"not measured"}


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
        claims(table="digits-exp12")
    with pytest.raises(BadInput, match="such as digits-exp50"):
        claims(table="digits")


def test_a_damaged_table_is_left_out_and_named(home: Path) -> None:
    seeds_of(home, "erm", [0.2])
    seeds_of(home, "crt", [0.2])
    (home / "digits-exp12" / "crt-digits" / "seeds.json").write_text("{}")
    with pytest.warns(record.RecordWarning, match="crt-digits"):
        result = method_atlas(table="digits-exp12")
    assert [each.method for each in result.places] == ["erm"]
    assert "crt-digits" in result.caption
