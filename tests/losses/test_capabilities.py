"""What a loss declares about itself is all that the rest asks: fields, scale, the unit of its margin, its margins."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import torch

import ltviz
from ltviz.core.errors import BadDeclaration, BadInput
from ltviz.losses import _registry
from ltviz.losses._base import Loss
from ltviz.losses.ce import CE
from ltviz.losses.dbm import DBM
from ltviz.losses.mm import MM
from ltviz.views import VIEWS, compute

PACKAGE = Path(ltviz.__file__).parent
NAMES = "|".join(_registry.shipped())
ASKED = re.compile(rf"\.name ?[!=]= ?\"(?:{NAMES})\"|isinstance\(.*(?:LDAM|DBM|MM)\b")
LISTED = re.compile(rf"^_?[A-Z]+ = \(?\"(?:{NAMES})\", ?\"", re.MULTILINE)


@pytest.fixture
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_registry, "_OWN", dict(_registry._OWN))


def test_nothing_asks_a_loss_for_its_name_or_keeps_a_list_of_names() -> None:
    for file in PACKAGE.rglob("*.py"):
        if file.parent.name != "losses":
            text = file.read_text(encoding="utf-8")
            assert not ASKED.search(text), f"{file}: {ASKED.search(text)}"
            assert not LISTED.search(text), f"{file}: {LISTED.search(text)}"


@pytest.mark.usefixtures("forgotten")
def test_a_loss_of_one_s_own_with_an_angular_margin_is_drawn_where_dbm_is() -> None:
    class EqualAngles(DBM):
        """Every class has the margin K.

        Equation
        --------
        m = K
        """

        title, source = "Equal angles", "a test"

        def margins(self) -> torch.Tensor:
            return torch.full_like(self.counts_wide, self.margin)

        def margin_in_words(self) -> str:
            return f"{self.margin:g} rad for all"

    assert VIEWS["margin_surface"].shows(EqualAngles)
    drawn = compute("margin_surface", **VIEWS["margin_surface"].tiny, loss="equal_angles(margin=0.2)")
    assert drawn.settings == "0.2 rad for all"
    np.testing.assert_allclose(drawn.margin[0], 0.2)
    curve = compute("margin_curve", **VIEWS["margin_curve"].tiny, losses="equal_angles(instance=none)", unit="paper")
    assert curve.units == ("radian",)
    np.testing.assert_allclose(curve.own, 0.1)


@pytest.mark.usefixtures("forgotten")
def test_a_loss_with_a_margin_of_two_sides_has_them_drawn_apart() -> None:
    class GentleMM(MM):
        """MM.

        Equation
        --------
        As MM.
        """

        title, source = "Gentle MM", "a test"

    tiny = VIEWS["decision_map"].tiny
    both, one = (compute("decision_map", **tiny, losses=f"gentle_mm{p}").panels[0] for p in ("", "(side=positive)"))
    assert set(both.boundaries) == {"learned", "positive", "negative", "ldam"}
    assert set(one.boundaries) == {"learned"}
    assert VIEWS["mm_margin"].shows(GentleMM)


class _Embeds(Loss):
    title, source, uses = "On embeddings", "a test", "embedding"


class _Both(CE):
    title, source = "Logits and embeddings", "a test"

    def needs(self) -> tuple[str, ...]:
        return ("logits", "embedding")


class _Fixed(CE):
    title, source = "Ten weights", "a test"

    def weight(self) -> torch.Tensor:
        return torch.arange(1.0, 11.0)


def test_a_view_is_offered_only_where_it_gives_the_fields_that_a_loss_needs() -> None:
    views = ("margin_curve", "mm_margin", "margin_surface", "weight_curve", "loss_anatomy")
    views += ("decision_map", "boundary_shift", "boundary_vs_fit", "confusion")
    shown = {kind: {name for name in views if VIEWS[name].shows(kind)} for kind in (_Embeds, _Both, _Fixed, CE)}
    assert shown[_Embeds] == {"loss_anatomy"}
    assert shown[_Both] == {"loss_anatomy", "margin_curve", "weight_curve", "decision_map"}
    assert shown[_Fixed] == shown[CE] == shown[_Both] | {"boundary_vs_fit"}


@pytest.mark.parametrize(
    ("what", "value", "says"),
    [
        ("margin_unit", "degrees", "margin_unit must be logit, cosine, radian; got 'degrees'"),
        ("halves", {"left": {}}, "halves are of the sides positive, negative; got 'left'"),
    ],
)
def test_a_wrong_declaration_is_said(what: str, value: object, says: str) -> None:
    with pytest.raises(BadDeclaration, match=says):
        type("Wrong", (CE,), {"title": "x", "source": "x", what: value})


def test_scale_and_margins_are_asked_of_every_loss() -> None:
    for name in _registry.shipped():
        loss = ltviz.make_loss(name, (100, 10))
        assert (loss.logit_scale is None) == (loss.uses != "cosine"), name
        margins = loss.margins()
        assert margins is None or margins.shape == (2,), name
    assert ltviz.make_loss("mm_ldam", (100, 10)).margins() is None  # M_y is no margin: it is smallest for the largest
    ldam = ltviz.make_loss("ldam", (100, 10), max_margin=0.4)
    at = ldam.margin_at(torch.zeros(3, 2), torch.tensor([1, 1, 0]))
    assert at is not None
    assert at.tolist() == pytest.approx([0.4, 0.4, 0.4 * 10**-0.25])


@pytest.mark.usefixtures("forgotten")
def test_a_loss_of_embeddings_alone_has_no_margin_and_says_so() -> None:
    class OnlyEmbeds(Loss):
        """Nothing."""

        title, source, uses = "Only embeds", "a test", "embedding"

    for view in ("margin_curve", "weight_curve"):
        with pytest.raises(BadInput, match="only_embeds takes embeddings alone and no scores, so it has no"):
            compute(view, losses="only_embeds")
    with pytest.raises(BadInput, match="only_embeds takes embeddings alone and no scores, so no boundary"):
        compute("decision_map", **VIEWS["decision_map"].tiny, losses="only_embeds")
