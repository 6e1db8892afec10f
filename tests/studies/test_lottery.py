"""The lottery of a leaderboard, from tables made here: its chances, its tables, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ltviz import views
from ltviz.core.errors import BadInput, DataError
from ltviz.explorers.leaderboard_lottery import CARD
from ltviz.records import record
from ltviz.studies.leaderboard_lottery import leaderboard_lottery

from ..records.test_seed_tables import a_line, a_table, put

TABLE = {"table": "digits-exp12", "rows": "erm, crt"}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(record, "homes", lambda: (tmp_path,))
    best = {"overall": 0.9, "by_class": [0.9] * 3, "epoch": 4, "looks": 12}
    for method, values in (("erm", [0.80, 0.82, 0.84]), ("crt", [0.81, 0.83, 0.83, 0.87])):
        lines = {k: a_line(balanced=x, best={**best, "balanced": x + 0.01}) for k, x in enumerate(values)}
        put(tmp_path, a_table(method, lines))
    put(tmp_path, a_table("mm", {0: a_line(), 1: a_line()}))
    put(tmp_path, a_table("ldam", {k: a_line() for k in range(3)}))
    return tmp_path


def test_all_pairs_of_recorded_seeds_are_counted(home: Path) -> None:
    """The worse method wins so many of the tables, and in so many both are equal: the worse one wins none with all."""
    one = leaderboard_lottery(**TABLE)
    assert (one.better.method, one.worse.method) == ("crt", "erm")
    assert one.wins == pytest.approx(100 * 4 / 12)  # 82 above 81; 84 above 81, 83 and 83
    assert one.ties == 0
    assert leaderboard_lottery(**{**TABLE, "rows": "crt, erm"}).wins == one.wins
    assert leaderboard_lottery(**TABLE, seeds=3, paired=True).wins == 0
    assert len(one.by_seeds) == 3  # as many as the one has that has fewer
    assert leaderboard_lottery(**TABLE, seeds=9).seeds == 3
    np.testing.assert_allclose([each.shares.sum() for each in (one.better, one.worse)], 100)
    assert one.printed(one.worse) == pytest.approx(float(one.worse.values[one.worse.drawn[0, 0]]))
    same = leaderboard_lottery(**TABLE, paired=True)  # seeds 0 to 2: 81, 83, 83 against 80, 82, 84
    assert same.worse.method == "erm"
    assert same.wins == pytest.approx(100 / 3)
    np.testing.assert_array_equal(same.better.drawn, same.worse.drawn)


def test_a_method_against_itself_wins_as_often_as_it_loses(home: Path) -> None:
    found = leaderboard_lottery(table="digits-exp12", rows="crt, crt")
    assert found.wins == pytest.approx((100 - found.ties) / 2)
    assert leaderboard_lottery(table="digits-exp12", rows="crt, crt", paired=True).ties == pytest.approx(100)


def test_the_best_epoch_is_that_of_the_tables_that_keep_it(home: Path) -> None:
    found = leaderboard_lottery(**TABLE, select="best-on-test")
    assert found.worse.mean == pytest.approx(83)
    with pytest.raises(DataError, match="ldam has 0 recorded seeds with the epoch .* a lottery needs 3"):
        leaderboard_lottery(table="digits-exp12", rows="ldam, erm", select="best-on-test")


@pytest.mark.parametrize(
    ("given", "error", "says"),
    [
        ({"rows": "erm"}, BadInput, "two methods"),
        ({"rows": "erm, mm"}, DataError, "mm has 2 recorded seeds"),
        ({"rows": "erm, bbn"}, DataError, "no seeds of bbn"),
        ({"seeds": 0}, BadInput, "seeds must be"),
        ({"draw": 24}, BadInput, "draw must be"),
    ],
)
def test_what_is_no_lottery(home: Path, given: dict[str, object], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        leaderboard_lottery(**{**TABLE, **given})


def test_the_explorer_says_what_lacks_and_draws_what_is_there(home: Path) -> None:
    state = {**CARD.start()[1], "table": "digits-exp12", "one": "erm", "other": "crt"}
    told = CARD.tables["lottery"].entry(state)
    assert told["wins"] == pytest.approx(100 / 3)
    assert [each["title"] for each in told["two"]] == ["cRT", "Cross-entropy"]
    assert "a lottery needs 3" in CARD.tables["lottery"].entry({**state, "other": "mm"})["lacking"]
    views.draw("leaderboard_lottery", views.compute("leaderboard_lottery", **CARD.still(state)))
