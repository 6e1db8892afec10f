"""The tree of methods: all are in it once, each below one that it adds to."""

from __future__ import annotations

import pytest

from ltviz.methods import METHODS
from ltviz.studies.family_tree import ROOT, family_tree

NODES = {node.method: node for node in family_tree().nodes}


def test_every_method_hangs_below_one_that_is_there() -> None:
    assert set(NODES) == set(METHODS)
    assert len(family_tree().nodes) == len(METHODS)
    seen: set[str] = set()
    for node in family_tree().nodes:  # depth first: a parent comes before its children
        assert (node.parent in seen) == (node.method != ROOT)
        assert node.depth == (NODES[node.parent].depth + 1 if node.parent else 0)
        assert bool(node.adds) == bool(node.parent)
        seen.add(node.method)


@pytest.mark.parametrize(
    ("method", "parent", "adds"),
    [
        ("ldam_drw", "ldam", "deferred weights"),
        ("ce_drw", "erm", "deferred weights"),
        ("m_drw", "ce_drw", "one margin for all"),
        ("mm_ldam_drw", "mm_drw", "MM-LDAM"),
        ("dbm_bs", "balanced_softmax", "DBM"),
        ("dbm_cb", "class_balanced", "DBM"),
        ("dbm_drw", "dbm_ce", "deferred weights"),
        ("crt", "erm", "second stage"),
        ("supcon", "erm", "step, loss"),
        ("cb_focal", "focal", "class-balanced weights, parameters"),
        ("under_sampling", "erm", "sampling"),
        ("ldam_hg_drs", "ce_drs", "LDAM-HG (hinge)"),
        ("ce_drs", "erm", "deferred re-sampling"),
        ("elm", "logit_adjustment", "step, loss"),
        ("over_sampling_augmented", "over_sampling", "augmented replicas"),
        ("weight_balancing", "erm", "second stage, decay"),
    ],
)
def test_a_method_hangs_below_the_one_to_which_it_adds_the_least(method: str, parent: str, adds: str) -> None:
    assert NODES[method].parent == parent
    assert NODES[method].adds == adds


def test_one_family_stands_with_those_above_it() -> None:
    shown = family_tree(family="Embeddings")
    names = {node.method for node in shown.nodes}
    assert {"erm", "logit_adjustment", "elm", "supcon"} <= names
    assert not {"ldam", "focal", "crt"} & names
    assert {node.parent for node in shown.nodes} <= {"", *names}
    assert "Margins" not in shown.families
