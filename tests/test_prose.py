"""What prose claims is measured again: each "mean ± deviation σ" of lessons and explorers is tied to its draws."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import nbformat
import numpy as np
import pytest

from ltviz.course import lessons
from ltviz.datasets import toy
from ltviz.explorers import CARDS
from ltviz.losses import make_loss
from ltviz.models.planar import Linear
from ltviz.plane.fit import fit2d
from ltviz.studies.boundary_shift import shift_of
from ltviz.studies.boundary_vs_fit import RANGE

MEASURED = re.compile(r"[+−-]?\d+\.\d+ ± \d+\.\d+ σ")
USUAL, LOOSEST = RANGE
# (text, words that hold one "mean ± deviation σ", loss, scene, hold, first seed, sign of the shift in those words)
CLAIMS = [
    ("05", "draws its boundary stands {} short of", "ldam", "separable", USUAL, 27, -1),
    ("05", "cross-entropy's {}. The margin", "ce", "separable", USUAL, 27, -1),
    ("05", "its margin at 0, LDAM stands at {}.", "ldam(max_margin=0)", "separable", USUAL, 27, -1),
    ("05", "and too far: {} beyond the line", "logit_adjustment", "separable", USUAL, 27, 1),
    ("05", "weights come nearest, {} short of it", "class_balanced", "separable", USUAL, 27, -1),
    ("05", "a prior ends {} from the dashed line", "logit_adjustment", "overlap", USUAL, 27, 1),
    ("05", "and weights {}; a margin goes the wrong way", "class_balanced", "overlap", USUAL, 27, -1),
    ("05", "has gone from 0.35 to {} in the rare", "class_balanced", "separable", LOOSEST, 27, -1),
    ("05", "logit adjustment from {} beyond", "logit_adjustment", "separable", USUAL, 27, 1),
    ("05", "the dashed line to {} short of it", "logit_adjustment", "separable", LOOSEST, 27, -1),
    ("05", "way to cross-entropy's {}.", "ce", "separable", LOOSEST, 27, -1),
    ("two_truths", "cross-entropy stands {} in the rare", "ce", "separable", USUAL, 28, -1),
    ("two_truths", "τ = 1 goes {} beyond it", "ce, then tau", "separable", USUAL, 28, 1),
    ("two_truths", "of 0.5 stops {} short of it", "ldam", "separable", USUAL, 28, -1),
    ("two_truths", "({} with its margin at 0)", "ldam(max_margin=0)", "separable", USUAL, 28, -1),
]
ELSEWHERE = {  # claim -> the test that measures it
    "0.34 ± 0.23 σ": "tests/test_notebooks.py: test_what_lesson_05_says_of_mms_two_margins_and_of_the_rarest_class",
    "−0.01 ± 0.07 σ": "tests/test_notebooks.py: test_what_lesson_05_says_of_mms_two_margins_and_of_the_rarest_class",
    "−0.05 ± 0.15 σ": "tests/views/test_card_jump.py: test_the_note_says_what_20_draws_give",
    "+0.9 ± 0.4 σ": "tests/views/test_card_jump.py: test_the_note_says_what_20_draws_give",
    "−0.01 ± 0.05 σ": "tests/views/test_card_jump.py: test_the_note_says_what_20_draws_give",
}


def prose(name: str) -> str:
    """The words of a lesson, by its number, or of an explorer's note and prompt."""
    if name in CARDS:
        card = CARDS[name]
        return f"{card.question} {card.note} {card.guess.prompt if card.guess else ''}"
    cells = nbformat.read(lessons.find([name])[0], as_version=4).cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


@cache
def shifts(loss: str, scene: str, hold: float, first: int) -> np.ndarray:
    """How far into the frequent class's side the boundary stands, in sigma, over 20 draws at 100 to 1."""
    found = []
    for seed in range(first, first + 20):
        data = toy.scene(scene, imbalance=100.0, seed=seed)
        # for a linear head with a free bias, post-hoc tau = 1 is the boundary of logit adjustment
        made = make_loss("logit_adjustment" if loss == "ce, then tau" else loss, data.counts)
        found.append(shift_of(fit2d(data.points, data.labels, made, Linear(hold=hold)), data))
    return np.array(found)


@pytest.mark.parametrize(("where", "words", "loss", "scene", "hold", "first", "sign"), CLAIMS)
def test_a_claim_is_what_20_draws_give(
    where: str, words: str, loss: str, scene: str, hold: float, first: int, sign: int
) -> None:
    before, after = (re.escape(part) for part in words.split("{}"))
    (said,) = re.findall(f"{before}({MEASURED.pattern}){after}", prose(where))
    mean, deviation = (float(part) for part in re.findall(r"\d+\.\d+", said))
    measured = sign * shifts(loss, scene, hold, first)
    assert mean == pytest.approx(measured.mean(), abs=0.011)
    assert deviation == pytest.approx(measured.std(ddof=1), abs=0.011)


def test_every_measured_claim_is_measured_here_or_where_it_says() -> None:
    for name in [*(path.stem.partition("_")[0] for path in lessons.lessons()), *CARDS]:
        claims = MEASURED.findall(prose(name))
        tied = [words for where, words, *_ in CLAIMS if where == name]
        here = [claim for claim in claims if claim not in ELSEWHERE]
        assert len(here) == len(tied), f"{name}: {here}"
    for claim, place in ELSEWHERE.items():
        file, test = place.split(": ")
        assert f"def {test}" in (Path(__file__).parents[1] / file).read_text(encoding="utf-8"), claim


def test_the_rule_is_told_as_it_was_measured() -> None:
    """Priors move the boundary in both scenes and go too far where data separate; a margin does the opposite."""
    over = {name: shifts(name, "overlap", USUAL, 27) for name in ("ce", "ldam", "logit_adjustment", "class_balanced")}
    apart = {name: shifts(name, "separable", USUAL, 27) for name in over}
    for prior in ("logit_adjustment", "class_balanced"):
        assert (over[prior] > over["ce"]).all()
        assert (apart[prior] > apart["ce"]).all()
    assert (over["ldam"] < over["ce"]).sum() >= 19
    assert (apart["ldam"] > apart["ce"]).all()
    assert (apart["logit_adjustment"] > 0).all()


def test_what_weights_and_priors_do_fades_with_the_fit_and_what_the_margin_does_stays() -> None:
    usual, loose = ({name: shifts(name, "separable", hold, 27) for name in ("ce", "ldam", "class_balanced",
                    "logit_adjustment")} for hold in RANGE)  # fmt: skip
    for name in ("class_balanced", "logit_adjustment"):
        gain = (usual[name] - usual["ce"], loose[name] - loose["ce"])
        assert (gain[1] < gain[0]).all()
    np.testing.assert_allclose(loose["ldam"], usual["ldam"], atol=0.05)
