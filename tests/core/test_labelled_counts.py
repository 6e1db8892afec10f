"""Numbers that carry class ids are read by them, or refused, in every function that takes counts."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
import torch

import ltviz
from ltviz import views
from ltviz.core import own_counts
from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadInput
from ltviz.datasets import toy
from ltviz.methods import stages
from ltviz.metrics import accuracy, boundary
from ltviz.models.heads import Features
from ltviz.records import record
from ltviz.samplers import make as make_sampler
from ltviz.studies.margin_curve import margins_at
from ltviz.studies.weight_curve import weights_at

LABELS = pd.Series([0] * 50 + [1] * 500 + [2] * 150, name="class")  # by frequency: 1, 2, 0
COUNTS = [50, 500, 150]
SCORES, LABEL = torch.zeros(3, 3), torch.tensor([0])


def near(x: np.ndarray) -> np.ndarray:
    """Three round classes, of which any two are neighbours."""
    return -((x[:, None] - np.array([[0.0, 1.0], [-0.9, -0.5], [0.9, -0.5]])) ** 2).sum(axis=2)


# function -> a number that depends on which class has which count
TAKE: dict[str, Callable[[Any], Any]] = {
    "ltviz.core.counts.ClassCounts": lambda counts: list(ClassCounts(counts)),
    "ltviz.losses.make_loss": lambda counts: ltviz.make_loss("balanced_softmax", counts)(SCORES[:1], LABEL),
    "ltviz.samplers.make": lambda counts: make_sampler("class_balanced", LABELS, counts).indices(0, 1),
    "ltviz.datasets.toy.make": lambda counts: toy.make("moons", counts).labels,
    "ltviz.datasets.toy.ToyData.draw": lambda counts: toy.make("rings", [1, 2, 3]).draw(counts, 0).labels,
    "ltviz.metrics.boundary.boundary_shift": lambda counts: boundary.boundary_shift(
        lambda x: near(x) * [1.0, 1.1, 1.3],
        near,
        counts,
        (-2.0, 2.0, -2.0, 2.0),
    ),
    "ltviz.metrics.boundary.balanced_boundary": lambda counts: (
        boundary.balanced_boundary(near, counts, (-2.0, 2.0, -2.0, 2.0)).points
    ),
    "ltviz.studies.margin_curve.margins_at": lambda counts: margins_at(counts, "ldam").logits,
    "ltviz.studies.weight_curve.weights_at": lambda counts: weights_at(counts, "inverse_frequency").weights,
    "ltviz.core.own_counts.read": lambda counts: list(own_counts.read(counts)),
    "ltviz.core.own_counts.training_counts": lambda counts: list(own_counts.training_counts(counts, "exp", 9, 3, 1)),
    "ltviz.studies.class_counts.class_counts": lambda counts: list(views.compute("class_counts", counts=counts).counts),
    "ltviz.studies.margin_curve.margin_curve": lambda counts: views.compute("margin_curve", counts=counts).logits,
    "ltviz.studies.mm_margin.mm_margin": lambda counts: views.compute("mm_margin", counts=counts).panels[1].classes,
    "ltviz.studies.weight_curve.weight_curve": lambda counts: views.compute("weight_curve", counts=counts).weights,
    "ltviz.studies.loss_anatomy.loss_anatomy": lambda counts: views.compute("loss_anatomy", counts=counts).drop,
    "ltviz.records.record.measure": lambda counts: record.measure(np.array([0, 1, 1]), np.array([0, 1, 2]), counts)[
        "by_group"
    ],
    "ltviz.methods.stages.logit_adjustment.LogitAdjustment.apply": lambda counts: (
        stages.make("logit_adjustment").apply(Features(SCORES, SCORES, SCORES, SCORES), counts).logits
    ),
}
ELSEWHERE = {
    "ltviz.methods.stages.ncm.NCM.apply",  # have learned what they need of them
    "ltviz.methods.stages.tau_norm.TauNorm.apply",
    "ltviz.methods.meant",  # only makes a loss for them
    "ltviz.records.record.fields",  # keeps the counts that a run was made with
    "ltviz.core.own_counts.file",  # of a spelling alone
    "ltviz.core.own_counts.spelled",  # writes what has been read
    "ltviz.methods.objective.objective",  # of a data set, which has read them
    "ltviz.methods.objective.finished",  # the same
    "ltviz.studies.margin_bound.margin_bound",  # of two classes, in either order
}


def doors() -> Iterator[str]:
    """Every public function and constructor with a parameter `counts`, told from the sources."""
    home = Path(ltviz.__file__).parent
    for file in sorted(home.rglob("*.py")):
        module = ".".join(["ltviz", *file.relative_to(home).with_suffix("").parts]).removesuffix(".__init__")
        if "._" in module or module.startswith("ltviz.losses."):  # each loss has a test below
            continue
        for each in ast.parse(file.read_text(encoding="utf-8")).body:
            inner = each.body if isinstance(each, ast.ClassDef) else []
            for part in (each, *inner):
                if isinstance(part, ast.FunctionDef) and (part.name == "__init__" or part.name[0] != "_"):
                    names = {arg.arg for arg in (*part.args.args, *part.args.kwonlyargs)}
                    owner = [] if part is each else [each.name]
                    if "counts" in names:
                        yield ".".join([module, *owner, part.name]).removesuffix(".__init__")


def value_of(taken: Any) -> Any:
    return taken.tolist() if hasattr(taken, "tolist") else taken


def test_every_function_that_takes_counts_is_in_the_table() -> None:
    assert set(doors()) == {*TAKE, *ELSEWHERE}


@pytest.mark.parametrize("door", TAKE)
def test_counts_with_class_ids_are_read_by_them_everywhere(door: str) -> None:
    take, told = TAKE[door], LABELS.value_counts()
    assert told.tolist() != COUNTS
    wanted = value_of(take(COUNTS))
    if door != "ltviz.samplers.make":  # which knows from the labels that these are not theirs
        assert value_of(take(told.tolist())) != wanted
    for counts in (told, told.to_frame(), Counter(LABELS), dict(told), told.astype("Int64"), told.sort_index()):
        assert value_of(take(counts)) == wanted, type(counts)
    for index in (["0", "1", "2"], [1, 2, 3], [0, 2, 4]):
        told = pd.Series(COUNTS, index)
        for kept in (told, told.to_frame(), dict(told)):
            with pytest.raises(BadInput, match=r"class ids must .*np\.unique\(labels, return_inverse=True\)"):
                take(kept)


@pytest.mark.parametrize("name", [*ltviz.losses()])
def test_a_loss_reads_value_counts(name: str) -> None:
    told = ltviz.losses()[name](LABELS.value_counts())
    assert told.counts.tolist() == COUNTS


def test_the_rare_class_keeps_its_weight() -> None:
    labels = pd.Series([0] * 50 + [1] * 5000 + [2] * 500)
    loss = ltviz.make_loss("balanced_softmax", labels.value_counts())
    assert loss(torch.zeros(1, 3), torch.tensor([0])).item() == pytest.approx(4.710, abs=5e-4)


class Jagged:
    """As a tensor of rows of different lengths appears."""

    is_nested = True


LEADS_OUT = {
    "twice": (pd.Series(COUNTS, [0, 1, 1]), r"class 1 comes twice.*groupby"),
    "levels": (LABELS.to_frame().value_counts(), r"several levels.*value_counts\(\)"),
    "two columns": (LABELS.value_counts().reset_index(), r"2 columns.*zip\(table\['class'\], table\['count'\]\)"),
    "three columns": (pd.DataFrame(np.ones((2, 3), int)), "3 columns"),
    "unique": (np.unique(LABELS, return_counts=True), r"dict\(zip\(\*np.unique\(labels, return_counts=True\)\)\)"),
    "torch unique": (torch.tensor(LABELS.to_numpy()).unique(return_counts=True), "return_counts=True"),
    "names unique": (np.unique(LABELS.astype(str), return_counts=True), "return_counts=True"),
    "pairs": (Counter(LABELS).most_common(), r"dict\(pairs\)"),
    "masked": (np.ma.array(COUNTS, mask=[0, 1, 0]), "masked array"),
    "a masked element": ([50, np.ma.masked, 150], "none of them masked"),
    "sparse tensor": (torch.tensor(COUNTS).to_sparse(), "sparse.*to_dense"),
    "sparse matrix": (scipy.sparse.csr_matrix([COUNTS]), "sparse.*toarray"),
    "sparse array": (scipy.sparse.coo_array(np.array(COUNTS)), "sparse.*toarray"),
    "nested tensor": (Jagged(), "nested"),
    "nested array": (np.array([np.array([1, 2]), np.array([3])], dtype=object), "1-D sequence"),
    "nested list": ([[50], [500]], "1-D sequence"),
    "gradient": (torch.tensor([50.0, 500.0], requires_grad=True), "requires grad"),
    "half": (torch.tensor([50.0, 500.0]).bfloat16(), "BFloat16"),
    "nowhere": (torch.tensor([50, 500], device="meta"), "list or a numpy array"),
    "missing": (pd.Series([50, None, 150], dtype="Int64"), "whole numbers"),
    "normalised": (LABELS.value_counts(normalize=True), "whole numbers.*shares.*value_counts\\(\\) says it without"),
    "float ids": (LABELS.astype(float).value_counts(), "class ids must be integers"),
    "intervals": (LABELS.value_counts(bins=2), "class ids must be integers"),
    "answers": ((LABELS > 0).value_counts(), "class ids must be integers"),
}


@pytest.mark.parametrize(("counts", "message"), LEADS_OUT.values(), ids=LEADS_OUT)
def test_what_cannot_be_read_leads_out(counts: Any, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        ClassCounts(counts)


def test_a_long_value_is_cut_in_its_message() -> None:
    with pytest.raises(BadInput) as caught:
        ClassCounts([0.5] * 100_000)
    assert len(str(caught.value)) < 500


def test_class_weights_priors_and_accuracies_by_class_id() -> None:
    loss = ltviz.make_loss("ce", COUNTS)
    loss.set_class_weight(pd.Series([3.0, 1.0, 2.0], [2, 0, 1]))
    assert loss.class_weight.tolist() == [1, 2, 3]
    with pytest.raises(BadInput, match="class weights: class 0 is missing"):
        loss.set_class_weight({1: 1.0, 2: 2.0, 3: 3.0})
    assert loss.class_weight.tolist() == [1, 2, 3]
    middle = np.zeros((1, 2))
    assert toy.make("gaussians", [9, 9]).bayes(middle, pd.Series([0.1, 0.9], [1, 0])) == [0]
    found = accuracy.by_group(pd.Series([0.1, 0.5, 0.9], [2, 1, 0]), ClassCounts([500, 50, 5]).groups())
    assert found == {"many": 0.9, "medium": 0.5, "few": 0.1}


def test_labels_keep_their_rows_whatever_their_index() -> None:
    shuffled = LABELS.sample(frac=1.0, random_state=0)
    drawn = make_sampler("instance", shuffled, shuffled.value_counts()).indices(0, 1)
    assert sorted(shuffled.to_numpy()[drawn]) == sorted(LABELS)


def test_counts_are_read_without_pandas() -> None:
    for file in Path(ltviz.__file__).parent.rglob("*.py"):
        assert "import pandas" not in file.read_text(encoding="utf-8"), file
