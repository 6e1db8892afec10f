"""The tree's nodes: a link where an explorer takes the loss as the method has it, and to nowhere else."""

from __future__ import annotations

from urllib.parse import unquote

from ltviz.explorers import CARDS
from ltviz.explorers.family_tree import CARD, entry, opened
from ltviz.methods import METHODS


def test_a_link_leads_to_an_explorer_that_takes_the_methods_loss() -> None:
    for method, row in METHODS.items():
        found = opened(method)
        if found is None:
            continue
        page, _, value = found["href"].partition(".html#loss=")
        assert unquote(value) == row.loss
        fixed, _ = CARDS[page].fixed().start()
        assert row.loss in fixed.dials["loss"].values
        assert f'"{page}", loss="{row.loss}"' in found["call"]
        assert CARDS[page].start({"loss": row.loss})[1]["loss"] == row.loss


def test_what_changes_no_loss_or_its_parameters_is_no_link() -> None:
    assert opened("ldam")
    assert opened("erm")
    for method in ("crt", "over_sampling", "mixup", "m_drw"):
        assert opened(method) is None
    others = [name for name, row in METHODS.items() if row.params and row.params.get("base", "ce") != "ce"]
    assert others
    assert all(opened(name) is None for name in others)


def test_a_family_stands_with_those_above_it() -> None:
    told = entry({"family": "Two stages"})
    assert told["nodes"][0] == {**told["nodes"][0], "title": "Cross-entropy", "depth": 0}
    whole = entry(CARD.start()[1])
    assert len(whole["nodes"]) == len(METHODS)
    assert len(told["nodes"]) < len(whole["nodes"])
