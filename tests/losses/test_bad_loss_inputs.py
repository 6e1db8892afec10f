"""Bad tensors and bad parameters, by the rows of the project's list of bad inputs (24 to 49)."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import torch

import ltviz
from ltviz.core.errors import BadDeclaration, BadInput
from ltviz.core.params import Param

COUNTS = [50, 500, 5]
NAMES = ltviz.losses.names()
BARE = [name for name in NAMES if len(ltviz.losses()[name].fields()) == 1]  # a tensor by itself is all that they need
SCORED = [name for name in BARE if ltviz.losses()[name].uses != "embedding"]
LABELS = torch.tensor([0, 1, 2, 0, 1, 2, 0, 1])
GOOD = torch.linspace(-0.9, 0.9, 24).reshape(8, 3)
HOLED = GOOD.clone()
HOLED[2, 0] = float("nan")
ENDLESS = GOOD.clone()
ENDLESS[1, 2] = float("-inf")

WRONG = [
    ("24-numpy", GOOD.numpy(), LABELS, "takes a tensor or ltviz.Outputs"),
    ("26-fewer-labels", GOOD[:4], LABELS, "8 labels for 4 rows"),
    ("27-label-C", GOOD, torch.tensor([0, 1, 2, 0, 1, 2, 0, 3]), r"label 3 at row 7, classes are 0\.\.2"),
    ("27-label-below-0", GOOD, torch.tensor([0, -1, 2, 0, 1, 2, 0, 1]), r"label -1 at row 1"),
    ("28-label-minus-100", GOOD, torch.full((8,), -100), r"label -100 at row 0"),
    ("29-float-labels", GOOD, LABELS.float(), r"class ids \(integers\)"),
    ("29-bool-labels", GOOD, LABELS > 0, r"class ids \(integers\)"),
    ("29-one-hot-labels", GOOD, torch.eye(3, dtype=torch.long)[LABELS], r"class ids \(integers\)"),
    ("29-list-labels", GOOD, LABELS.tolist(), r"class ids \(integers\)"),
    ("30-empty-batch", GOOD[:0], LABELS[:0], "empty batch"),
    ("33-integers", torch.ones(8, 3, dtype=torch.int64), LABELS, "floating point"),
    ("33-complex", GOOD.to(torch.complex64), LABELS, "floating point"),
]
OF_SCORES = [
    ("24-two-columns", GOOD[:, :2], LABELS, r"2 columns.*3 classes"),
    ("24-one-column", GOOD[:, :1], LABELS, r"1 columns.*3 classes"),
    ("25-one-dimension", GOOD[:, 0], LABELS, r"\(batch, classes\)"),
    ("25-three-dimensions", GOOD[None], LABELS, r"\(batch, classes\)"),
    ("32-nan", HOLED, LABELS, "row 2, class 0 is nan"),
    ("32-inf", ENDLESS, LABELS, "row 1, class 2 is -inf"),
]
OF_EMBEDDINGS = [
    ("25-one-dimension", GOOD[:, 0], LABELS, r"\(batch, D\) or \(batch, views, D\)"),
    ("25-four-dimensions", GOOD[:, None, None], LABELS, r"\(batch, D\) or \(batch, views, D\)"),
    ("32-nan", HOLED, LABELS, "row 2, place 0 is nan"),
]


@pytest.mark.parametrize(
    ("name", "scores", "labels", "match"),
    [
        pytest.param(name, *wrong, id=f"{row}-{name}")
        for name in BARE
        for row, *wrong in (*WRONG, *(OF_SCORES if name in SCORED else OF_EMBEDDINGS))
    ],
)
def test_bad_tensors(name: str, scores: object, labels: object, match: str) -> None:
    with pytest.raises(BadInput, match=match) as caught:
        ltviz.make_loss(name, COUNTS)(scores, labels)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("name", BARE)
def test_row_29_narrow_integers_are_widened(name: str) -> None:
    loss = ltviz.make_loss(name, COUNTS)
    values = {str(d): loss(GOOD, LABELS.to(d)).item() for d in (torch.int64, torch.int32, torch.uint8, torch.int8)}
    assert len(set(values.values())) == 1


@pytest.mark.parametrize("name", BARE)
@pytest.mark.parametrize("rows", [slice(0, 1), slice(0, 8, 3)], ids=["31-one-row", "31-one-class"])
def test_row_31_accepted(name: str, rows: slice) -> None:
    assert torch.isfinite(ltviz.make_loss(name, COUNTS)(GOOD[rows], torch.zeros_like(LABELS[rows])))


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")
@pytest.mark.parametrize("name", BARE)
def test_rows_27_34_35_on_a_gpu(name: str) -> None:
    loss = ltviz.make_loss(name, COUNTS)
    on_cpu = loss(GOOD, LABELS).item()
    with pytest.raises(BadInput, match="same device"):
        loss(GOOD.cuda(), LABELS.cuda())
    loss = loss.to("cuda")
    with pytest.raises(BadInput, match="same device"):
        loss(GOOD.cuda(), LABELS)
    with pytest.raises(BadInput, match="label 3 at row 0"):
        loss(GOOD.cuda(), LABELS.cuda() + 3)
    assert loss(GOOD.cuda(), LABELS.cuda()).item() == pytest.approx(on_cpu, rel=1e-5)


@pytest.mark.parametrize("name", BARE)
def test_row_34_another_device(name: str) -> None:
    with pytest.raises(BadInput, match="same device"):
        ltviz.make_loss(name, COUNTS)(GOOD.to("meta"), LABELS)


COSINE = [name for name in BARE if ltviz.losses()[name].uses == "cosine"]


@pytest.mark.parametrize("name", COSINE)
def test_row_38_cosines(name: str) -> None:
    loss = ltviz.make_loss(name, COUNTS)
    with pytest.raises(BadInput, match=r"takes cosines, found 3.*normalise"):
        loss(torch.full((8, 3), 3.0), LABELS)
    rounded = torch.full((8, 3), 1 + 1e-6).requires_grad_()
    loss(rounded, LABELS).backward()
    assert torch.isfinite(rounded.grad).all()


@pytest.mark.parametrize("name", NAMES)
def test_row_40_a_missing_field_is_named(name: str) -> None:
    loss = ltviz.make_loss(name, COUNTS)
    given = {field: torch.ones(8, 3) for field in ("logits", "embedding", "teacher") if field != loss.uses}
    with pytest.raises(BadInput, match=rf"needs .*{loss.uses}.*; {loss.uses} is missing"):
        loss(ltviz.Outputs(**given), LABELS)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("reduction", ["avg", None, "Mean"])
def test_row_43_reduction(name: str, reduction: object) -> None:
    with pytest.raises(BadInput, match="'mean', 'sum', 'none'"):
        ltviz.make_loss(name, COUNTS, reduction=reduction)


def test_row_44_unknown_parameter_with_a_hint() -> None:
    with pytest.raises(BadInput, match=r"max_margn.*ldam has max_margin, scale.*Did you mean 'max_margin'"):
        ltviz.make_loss("ldam", COUNTS, max_margn=0.3)


PARAMS = [(n, p, c) for n in NAMES for p, c in ltviz.losses()[n].params.items() if isinstance(c, Param)]


@pytest.mark.parametrize(("name", "param", "control"), [pytest.param(*p, id=f"45-{p[0]}-{p[1]}") for p in PARAMS])
def test_row_45_every_parameter_keeps_its_range(name: str, param: str, control: Param) -> None:
    span = control.high - control.low
    for value in (control.low - 0.01 * span, control.high + 0.01 * span, np.nan, np.inf, None, "1", True, [1.0]):
        with pytest.raises(BadInput, match=param) as caught:
            ltviz.make_loss(name, COUNTS, **{param: value})
        assert repr(value) in str(caught.value)
        assert f"{control.low:g}" in str(caught.value)
        assert f"{control.high:g}" in str(caught.value)


@pytest.mark.parametrize("beta", [1.0, 1 - 1e-9, 1 - 1e-16, 1])
def test_row_46_beta_1_is_inverse_frequency(beta: float) -> None:
    limit = ltviz.make_loss("inverse_frequency", COUNTS).weight()
    torch.testing.assert_close(ltviz.make_loss("class_balanced", COUNTS, beta=beta).weight(), limit, rtol=1e-6, atol=0)


@pytest.mark.parametrize("form", ["softmax", "sigmoid"])
@pytest.mark.parametrize("gamma", [0.0, 0.1, 0.5, 0.9, 1.0, 2.0])
def test_row_47_focal_gradient_where_p_is_1(gamma: float, form: str) -> None:
    scores = torch.tensor([[200.0, -200.0, -200.0], [0.0, 40.0, 0.0]]).requires_grad_()
    ltviz.make_loss("focal", COUNTS, gamma=gamma, form=form)(scores, torch.tensor([0, 1])).backward()
    assert torch.isfinite(scores.grad).all()


@pytest.mark.parametrize(
    "ask", [lambda n: ltviz.make_loss(n, COUNTS), lambda n: ltviz.losses()[n], ltviz.losses.LossSpec.of]
)
def test_row_48_unknown_loss(ask) -> None:
    with pytest.raises(BadInput, match=r"ldma.*balanced_softmax.*Did you mean 'ldam'"):
        ask("ldma")


def test_row_49_a_name_taken_or_a_source_missing() -> None:
    from ltviz.losses._base import Loss

    with pytest.raises(BadDeclaration, match="belongs to a loss of ltviz"):
        type("Focal", (Loss,), {"title": "x", "source": "y"})
    with pytest.raises(TypeError, match="needs a `source`"):
        type("Sourceless", (Loss,), {"title": "x", "__module__": __name__})


def test_row_49_two_losses_in_one_file() -> None:
    program = (
        "from ltviz.losses._base import Loss\n"
        "own = {'title': 'x', 'source': 'y', '__module__': 'ltviz.losses.twin'}\n"
        "for name in 'AB':\n"
        "    type(name, (Loss,), {**own, '__qualname__': name})\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    assert "twin.py declares two public losses, A and B" in done.stderr


@pytest.mark.parametrize("name", ["dbm"])
@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"base_params": {"tau_": 1.0}, "base": "logit_adjustment"}, "tau_.*Did you mean 'tau'"),
        ({"base_params": {"tau": -1.0}, "base": "logit_adjustment"}, "tau must be"),
        ({"base_params": {"tau": 1.0}}, "ce has no parameters"),
        ({"base_params": {"scale": 3.0}, "base": "ldam"}, "scale is dbm's own"),
        ({"base_params": [1]}, "base_params must be a mapping"),
        ({"base": "dbm"}, "base must be one of"),
    ],
)
def test_bad_parameters_of_a_base(name: str, given: dict, match: str) -> None:
    with pytest.raises(BadInput, match=match):
        ltviz.make_loss(name, COUNTS, **given)


@pytest.mark.parametrize("name", BARE)
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_row_36_half_precision_is_widened_before_scaling(name: str, dtype: torch.dtype) -> None:
    loss = ltviz.make_loss(name, COUNTS)
    largest = 1.0 if loss.uses == "cosine" else 2185.0
    scores = (largest * GOOD.sign()).to(dtype).requires_grad_()
    value = loss(scores, LABELS)
    value.backward()
    assert value.dtype == torch.float32
    assert value.item() == pytest.approx(loss(scores.detach().float(), LABELS).item(), rel=1e-6)
    assert torch.isfinite(scores.grad).all()


EXTREME = {
    "all-equal": torch.zeros(8, 3),
    "right-and-sure": 2 * torch.eye(3)[LABELS] - 1,
    "wrong-and-sure": 1 - 2 * torch.eye(3)[LABELS],
}


@pytest.mark.parametrize("name", BARE)
@pytest.mark.parametrize("scores", EXTREME.values(), ids=[f"37-{key}" for key in EXTREME])
def test_row_37_extreme_scores(name: str, scores: torch.Tensor) -> None:
    loss = ltviz.make_loss(name, COUNTS)
    given = (scores * (1.0 if loss.uses == "cosine" else 1e4)).requires_grad_()
    value = loss(given, LABELS)
    value.backward()
    assert torch.isfinite(value)
    assert torch.isfinite(given.grad).all()


def test_row_41_the_target_falls_over_the_whole_angle() -> None:
    angle = torch.linspace(0, torch.pi, 1001, dtype=torch.float64)
    rows = torch.stack([torch.full_like(angle, 0.3), torch.full_like(angle, -0.3), angle.cos()], dim=1)
    labels = torch.full((1001,), 2)
    for margin in (0.001, 0.1, 0.5, 1.5):
        target = ltviz.make_loss("dbm", COUNTS, margin=margin).adjust(rows, labels)[:, 2]
        assert target.diff().max() <= 1e-9


@pytest.mark.parametrize("name", BARE)
def test_row_42_views_of_memory(name: str) -> None:
    loss, kept = ltviz.make_loss(name, COUNTS), GOOD.clone()
    wanted = loss(GOOD, LABELS).item()
    assert loss(GOOD.T.contiguous().T, LABELS).item() == pytest.approx(wanted)
    with torch.inference_mode():
        assert loss(GOOD.clone(), LABELS.clone()).item() == pytest.approx(wanted)
    same = loss(GOOD[:1].expand(4, 3), LABELS[:1].expand(4)).item()
    assert same == pytest.approx(loss(GOOD[:1].repeat(4, 1), LABELS[:1].repeat(4)).item(), rel=1e-5)
    assert torch.equal(GOOD, kept)


@pytest.mark.parametrize("name", SCORED)
def test_row_43_the_mean_s_denominator(name: str) -> None:
    """`batch` divides by the batch's weights, so one row's weight cancels; `none` lets it stand."""
    heavy = torch.tensor([4.0, 4.0, 4.0])
    value = {}
    for by in ("batch", "none"):
        loss = ltviz.make_loss(name, COUNTS, weights_by=by)
        for factor in (1, 2):
            loss.set_class_weight(factor * heavy)
            value[by, factor] = loss(GOOD[1:2], LABELS[1:2]).item()
    assert value["batch", 2] == pytest.approx(value["batch", 1])
    assert value["none", 2] == pytest.approx(2 * value["none", 1]) != 0
