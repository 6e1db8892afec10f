"""The entries of the bound against its formula, and its dials against the study's places."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ltviz.explorers import card
from ltviz.web import pack

CARD, START = card("margin_bound").start()
PLACES = np.array(CARD.dials["place"].values)


def bound(**changed: Any) -> dict[str, Any]:
    return CARD.tables["bound"].entry({**START, **changed})


@pytest.mark.parametrize(("n1", "ratio"), [(1000, 100.0), (1000, 1.0), (1000, 1000.0), (100_000, 7.0)])
def test_terms_and_the_lowest_bound(n1: int, ratio: float) -> None:
    entry = bound(largest=n1, imbalance=ratio)
    n2 = int(n1 / ratio)
    assert entry["counts"].tolist() == [n1, n2]
    np.testing.assert_allclose(entry["frequent"], 1 / (PLACES * n1**0.5), rtol=1e-9)
    np.testing.assert_allclose(entry["rare"], 1 / ((1 - PLACES) * n2**0.5), rtol=1e-9)
    share = 1 / (1 + (n1 / n2) ** 0.25)  # g1 / g2 = (n2 / n1)^(1/4)
    assert entry["found"] == pytest.approx(share, abs=1e-6)
    assert entry["lowest"] == pytest.approx((n1**-0.25 + n2**-0.25) ** 2)


def test_the_browser_finds_every_place_of_the_dial() -> None:
    np.testing.assert_allclose(bound()["place"], PLACES, atol=1e-12)
    assert CARD.dials["place"].live
    assert "place" not in CARD.tables["bound"].keys


def test_the_guess_ends_at_the_truth() -> None:
    asked = CARD.guess
    assert asked is not None
    entry = bound(**asked.state)
    assert entry["counts"].tolist() == [1000, 10]
    assert all(value in CARD.dials[name].values for name, value in {**asked.state, **asked.shows}.items())
    nearest = PLACES[np.argmin(entry["frequent"] + entry["rare"])]
    assert asked.shows["place"] == nearest == pytest.approx(entry["found"], abs=0.0025)
    assert asked.start != pytest.approx(entry["found"], abs=0.1)  # the slider does not give the answer away


def test_every_stop_has_an_entry_and_the_page_is_small() -> None:
    page = CARD.fixed()
    sizes = [len(pack(page.tables["bound"].entry(state))[1]) for state in page.states("bound")]
    assert len(sizes) == 18 * 3
    assert sum(sizes) < 200_000
    for largest in CARD.dials["largest"].values:
        assert bound(largest=largest, imbalance=1000.0)["counts"].min() >= 1
