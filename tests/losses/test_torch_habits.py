"""Losses under torch's own tools, and what they answer to torch's own words, shapes and kinds of label."""

from __future__ import annotations

import copy
import io
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from torch.nn import functional as F

import ltviz
from ltviz import Outputs, make_loss
from ltviz.core.errors import BadInput, LikelyMistake
from ltviz.losses import Case
from ltviz.losses._inputs import PATIENCE
from ltviz.losses._registry import Field, shipped
from ltviz.losses.laws._book import Subject

COUNTS = [500, 50, 5]


@pytest.fixture(autouse=True)
def compiled_anew() -> None:
    torch._dynamo.reset()


def case(name: str) -> tuple[Any, Outputs, torch.Tensor]:
    subject = Subject(Field()[name])
    fields, labels = subject.batch(torch.float32)
    loss = subject.loss(reduction="mean")
    return loss.eval() if loss.draws else loss, Outputs(**fields), labels


@pytest.mark.thorough(every=4)
@pytest.mark.parametrize("name", shipped())
def test_a_loss_compiles_as_one_graph(name: str) -> None:
    """But a random one: it looks on the host whether and what it has to draw."""
    loss, outputs, labels = case(name)
    whole = torch.compile(loss, fullgraph=not loss.draws, backend="eager")
    assert whole(outputs, labels).item() == pytest.approx(loss(outputs, labels).item(), rel=1e-6)


@pytest.mark.parametrize("name", shipped())
def test_vmap_gives_each_batch_its_own_value(name: str) -> None:
    loss, outputs, labels = case(name)
    fields = {key: tensor for key, tensor in vars(outputs).items() if tensor is not None}
    some = {key: torch.stack([tensor, tensor.flip(0)]) for key, tensor in fields.items()}
    got = torch.func.vmap(lambda each: loss(Outputs(**each), labels))(some)
    wanted = [loss(Outputs(**{key: tensor[k] for key, tensor in some.items()}), labels) for k in range(2)]
    torch.testing.assert_close(got, torch.stack(wanted))


def test_under_compile_no_value_is_looked_at_and_outside_it_is() -> None:
    loss = make_loss("ce", COUNTS)
    holed = torch.full((2, 3), float("nan"))
    assert torch.compile(loss, fullgraph=True, backend="eager")(holed, torch.tensor([0, 1])).isnan()
    with pytest.raises(BadInput, match="is nan"):
        loss(holed, torch.tensor([0, 1]))


def test_functional_call_and_grad() -> None:
    loss, (scores, labels) = make_loss("class_balanced", COUNTS), (torch.randn(4, 3), torch.tensor([0, 1, 2, 0]))
    state = {**dict(loss.named_buffers()), "class_weight": torch.tensor([1.0, 2.0, 3.0])}
    slope = torch.func.grad(lambda z: torch.func.functional_call(loss, state, (z, labels)))(scores)
    other = copy.deepcopy(loss)
    other.set_class_weight([1.0, 2.0, 3.0])
    leaf = scores.clone().requires_grad_()
    other(leaf, labels).backward()
    torch.testing.assert_close(slope, leaf.grad)


@pytest.mark.parametrize(
    ("word", "value", "said"),
    [
        *[(word, [1.0, 2.0, 3.0], "set_class_weight") for word in ("weight", "weights", "class_weight", "alpha")],
        ("pos_weight", 2.0, "no class weight"),
        ("label_smoothing", 0.1, "label_smoothing=0.1"),
        ("ignore_index", -100, "keep = labels != -100"),
        ("size_average", True, "reduction='mean'"),
        ("device", "cuda", r"\.to\('cuda'\)"),
        ("cls_num_list", [1, 2], "the argument after the loss's name"),
    ],
)
@pytest.mark.parametrize("name", ["ce", "focal", "dbm"])
def test_a_word_of_torchs_leads_to_the_right_door(name: str, word: str, value: Any, said: str) -> None:
    with pytest.raises(BadInput, match=f"unknown parameter '{word}'.*{said}"):
        make_loss(name, COUNTS, **{word: value})


def test_fixed_class_weights_are_torchs() -> None:
    loss, scores, labels = make_loss("ce", COUNTS), torch.randn(5, 3), torch.tensor([0, 1, 2, 2, 0])
    for weight in ([1.0, 2.0, 8.0], np.array([1.0, 2.0, 8.0]), pd.Series({2: 8.0, 0: 1.0, 1: 2.0})):
        loss.set_class_weight(weight)
        wanted = F.cross_entropy(scores, labels, weight=torch.tensor([1.0, 2.0, 8.0]))
        assert loss(scores, labels).item() == pytest.approx(wanted.item(), rel=1e-6)


Z, Y = torch.zeros(2, 3), torch.tensor([0, 1])
SHAPES = {
    "dense": (
        torch.zeros(2, 3, 4, 5),
        torch.zeros(2, 4, 5, dtype=torch.long),
        r"permute\(0, 2, 3, 1\)\.reshape\(-1, 3\)",
    ),
    "classes last": (torch.zeros(2, 4, 3), torch.zeros(2, 4, dtype=torch.long), r"reshape\(-1, 3\)"),
    "one row": (torch.zeros(3), torch.tensor(1), r"logits\[None\]"),
    "soft labels": (Z, torch.tensor([[0.9, 0.1, 0.0], [0.2, 0.3, 0.5]]), "soft|distribution|mixup"),
    "one-hot": (Z, F.one_hot(Y, 3), r"argmax\(1\)|argmax\(dim=1\)"),
    "no tensor": (Z, [0, 1], r"torch\.as_tensor\(labels\)"),
    "numpy scores": (np.zeros((2, 3)), Y, r"torch\.as_tensor\(scores\)"),
    "masked scores": (np.ma.masked_array(np.zeros((2, 3)), np.eye(2, 3)), Y, "masked"),
    "sparse scores": (Z.to_sparse(), Y, r"logits\.to_dense\(\)"),
    "a dict": ({"logits": Z}, Y, r"ltviz\.Outputs\(\*\*outputs\)"),
    "an ignored label": (Z, torch.tensor([0, -100]), "leave such rows out"),
}


@pytest.mark.parametrize(("scores", "labels", "said"), SHAPES.values(), ids=SHAPES)
def test_another_shape_is_answered_with_the_way(scores: Any, labels: Any, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        make_loss("ce", COUNTS)(scores, labels)


def test_the_flattening_that_the_message_names_is_right() -> None:
    loss, scores = make_loss("ce", COUNTS), torch.randn(2, 3, 4, 5)
    labels = torch.randint(0, 3, (2, 4, 5), generator=torch.Generator().manual_seed(0))
    flat = loss(scores.permute(0, 2, 3, 1).reshape(-1, 3), labels.reshape(-1))
    assert flat.item() == pytest.approx(F.cross_entropy(scores, labels).item(), rel=1e-6)


def test_logits_and_cosines_are_named_in_outputs() -> None:
    with pytest.raises(BadInput, match="logits is missing.*scale \\* cosine"):
        make_loss("balanced_softmax", COUNTS)(Outputs(cosine=Z), Y)
    with pytest.raises(BadInput, match=r"cosine is missing.*F\.normalize"):
        make_loss("ldam", COUNTS)(Outputs(logits=Z), Y)
    with pytest.raises(BadInput, match="found 3.*no cosines, however small"):
        make_loss("ldam", COUNTS)(3 * torch.ones(2, 3), Y)


def test_cosines_given_as_logits_are_named_once() -> None:
    loss = make_loss("balanced_softmax", COUNTS)
    cosine = torch.full((2, 3), 0.5, requires_grad=True)
    for _ in range(PATIENCE - 1):
        loss(cosine, Y)
    with pytest.warns(LikelyMistake, match="more likely cosines.*logits=scale"):
        loss(cosine, Y)
    loss(cosine, Y)  # and not again: a warning is an error here


def test_a_linear_net_that_learns_is_never_taken_for_cosines() -> None:
    """Slow as it may be: small steps, small features, a hundred classes."""
    generator = torch.Generator().manual_seed(0)
    for rate, classes in ((0.01, 3), (0.1, 100)):
        net, loss = torch.nn.Linear(16, classes), make_loss("ce", [10] * classes)
        torch.nn.init.zeros_(net.weight)
        x = torch.randn(256, 16, generator=generator)
        y = x[:, :8].argmax(dim=1) % classes
        step = torch.optim.SGD(net.parameters(), lr=rate, momentum=0.9)
        for _ in range(PATIENCE):
            step.zero_grad()
            loss(net(x), y).backward()
            step.step()
        assert loss.small_logits is None


@pytest.mark.parametrize("bad", [-1.0, 0.0, float("nan"), float("inf")])
def test_a_state_with_bad_class_weights_is_refused(bad: float) -> None:
    loss = make_loss("ce", COUNTS)
    state = {**loss.state_dict(), "class_weight": torch.tensor([1.0, bad, 1.0])}
    with pytest.raises(BadInput, match="finite and above 0"):
        loss.load_state_dict(state)
    assert loss.class_weight.tolist() == [1.0, 1.0, 1.0]
    file = io.BytesIO()
    torch.save(loss.state_dict(), file)
    file.seek(0)
    loss.load_state_dict(torch.load(file, weights_only=True))


@pytest.mark.parametrize("score", [-30.0, -25.0, 25.0, 40.0, 800.0, -800.0])
def test_focals_sigmoid_form_keeps_its_digits_far_out(score: float) -> None:
    scores = torch.full((2, 3), score, dtype=torch.float64)
    scores[:, 1] = -score
    loss = make_loss("focal", COUNTS, form="sigmoid", gamma=1.0, reduction="none")
    case = Case(Y.numpy(), np.array(COUNTS), np.ones(3), logits=scores.numpy())
    wanted = Field()["focal"].reference(case, **loss.options)
    np.testing.assert_allclose(loss(scores, Y).numpy(), wanted, rtol=1e-12)


@pytest.mark.parametrize("name", [name for name in shipped() if Field()[name].fields() == ("logits",)])
def test_references_are_finite_at_800(name: str) -> None:
    for score in (-800.0, 800.0):
        scores = np.full((2, 3), score)
        scores[0, 1] = -score
        loss = make_loss(name, COUNTS)
        case = Case(Y.numpy(), np.array(COUNTS), np.ones(3), logits=scores)
        value = Field()[name].reference(case, **loss.options)
        assert np.isfinite(value).all()


def test_dbm_keeps_its_value_beside_the_ends_of_the_cosine() -> None:
    loss = ltviz.make_loss("dbm", COUNTS, reduction="none", margin=0.3)
    angle = torch.tensor([1e-4, 1e-3, 3e-3, np.pi - 1e-3, np.pi - 1e-4], dtype=torch.float64)
    cosine = torch.zeros(len(angle), 3, dtype=torch.float64)
    cosine[:, 2] = angle.cos()
    labels = torch.full((len(angle),), 2)
    case = Case(labels.numpy(), np.array(COUNTS), np.ones(3), cosine=cosine.numpy())
    wanted = Field()["dbm"].reference(case, **loss.options)
    np.testing.assert_allclose(loss(cosine, labels).numpy(), wanted, rtol=1e-9)
