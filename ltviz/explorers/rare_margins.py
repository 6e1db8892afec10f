"""Margins for rare classes: drag class counts, and watch how fast each loss's margin grows with rarity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ltviz.explorers._bars import KEYS, bar_dials, bars_read, bars_still, counts_at
from ltviz.explorers._card import Card, Guess, Table
from ltviz.losses import places

LOSSES = "ldam, dbm, logit_adjustment"


def margins(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return the margins of some losses, in logits."""
    from ltviz.studies.margin_curve import margins_at

    counts = counts_at(state)
    found = margins_at(counts, LOSSES)
    return {
        "counts": counts.values,
        "order": counts.by_frequency,
        "losses": found.losses,
        "places": places(found.losses),
        "logits": found.logits,
        "scales": found.scales,
    }


def _reads(given: Mapping[str, Any]) -> tuple[Card, dict[str, Any]]:
    return CARD, bars_read("rare_margins", given)


CARD = Card(
    name="rare_margins",
    order=60,
    about=("ldam", "dbm", "logit_adjustment"),
    title="Margins for rare classes",
    question="How much larger a margin does a class get for being rare?",
    picture="margins",
    dials=bar_dials(),
    tables={"margins": Table(KEYS, margins)},
    view="margin_curve",
    still=lambda state: {"losses": LOSSES, **bars_still(state)},
    reads=_reads,
    guess=Guess(
        prompt="One class has 5\u202f000 samples, another 50. How many times larger is LDAM's margin of the rare one?",
        label="your guess: times larger",
        unit="",
        low=1.0,
        high=20.0,
        step=0.1,
        start=10.0,
        state={"imbalance": 100.0, "largest": 5000},
        truth="ldam",
    ),
    page={"imbalance": None, "profile": None, "largest": (1000, 2000, 5000, 10_000)},
    note=(
        "LDAM's margin grows with the fourth root of rarity, DBM's class margin, an angle, with rarity itself, "
        "logit adjustment's with its logarithm. Each is drawn as a share of the rarest class's, because "
        "their units do not compare: LDAM and DBM change cosines, logit adjustment logits."
    ),
)
