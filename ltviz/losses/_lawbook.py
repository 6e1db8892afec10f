"""The laws that every loss must keep, one small function each; `_laws` runs them."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ltviz.core.errors import LtvizError
from ltviz.core.params import Choice, Flag, Param
from ltviz.losses._base import Loss, Outputs, doc_sections

COUNTS = (60, 1000, 7, 200)  # in no order: a loss that takes the last or the first class for the rarest is found out
LABELS = (2, 0, 1, 2, 3, 1, 0, 2)
SECTIONS = ("Equation", "Parameters", "Raises", "Source")

Fields = dict[str, Tensor]


class Broken(Exception):
    """A law does not hold; the message says how."""


class DoesNotApply(Exception):
    """A law has nothing to say about this loss (or this machine); the message says why."""


@dataclass(frozen=True)
class Subject:
    """A loss class at some parameter values, and batches to try it on."""

    cls: type[Loss]
    options: Mapping[str, Any] = field(default_factory=dict)

    def loss(self, counts: Any = COUNTS, *, reduction: str = "none", **more: Any) -> Loss:
        """Return the loss, by default with a value for each row."""
        return self.cls(counts, reduction=reduction, **{**self.options, **more})

    def batch(self, dtype: torch.dtype = torch.float64, seed: int = 0) -> tuple[Fields, Tensor]:
        """Return exactly the fields that the loss needs, and labels."""
        draw = torch.Generator().manual_seed(seed)
        rows, classes = len(LABELS), len(COUNTS)
        features, vectors, logits = (
            torch.randn(shape, generator=draw, dtype=torch.float64)
            for shape in ((rows, 5), (classes, 5), (rows, classes))
        )
        cosine = F.normalize(features, dim=1) @ F.normalize(vectors, dim=1).T
        every = {"logits": 3 * logits, "cosine": cosine, "embedding": features, "prototypes": vectors}
        needed = {name: every[name].to(dtype) for name in self.loss().needs() if name in every}
        return needed, torch.tensor(LABELS)

    def scores(self, rows: Tensor) -> Outputs:
        """Return outputs that hold these scores (B, C) in the field that the loss uses, and zeros where it needs more."""
        extra = {"embedding": torch.ones(len(rows), 5), "prototypes": torch.ones(rows.shape[1], 5)}
        more = {name: extra[name].to(rows) for name in self.loss().needs() if name in extra}
        return Outputs(**{**more, self.cls.uses: rows})

    @property
    def scale(self) -> float:
        """The factor between the scores that the loss takes and its logits."""
        return float(getattr(self.loss(), "scale", 1.0)) if self.cls.uses == "cosine" else 1.0


Law = Callable[[Subject], None]
LAWS: dict[str, Law] = {}
ONCE: set[str] = set()  # laws about the class, not about its parameter values


def law(function: Law) -> Law:
    """Take a function into the book under its name."""
    LAWS[function.__name__] = function
    return function


def once(function: Law) -> Law:
    """Take a law that is tried at the default parameters only."""
    ONCE.add(function.__name__)
    return law(function)


def _holds(condition: bool | Tensor, message: str) -> None:
    if not bool(condition):
        raise Broken(message)


def _same(got: Tensor, wanted: Any, rtol: float, what: str) -> None:
    """Compare by the norm of the largest entry: a row's loss near 0 carries the rounding of its scores."""
    wanted = torch.as_tensor(wanted, dtype=torch.float64)
    gap = float((got.detach().cpu().double() - wanted.detach().cpu()).abs().max())
    size = max(float(wanted.detach().abs().max()), 1e-3)
    _holds(gap <= rtol * size, f"{what}: off by {gap:.3g} where the largest value is {size:.3g}")


def _gradients(loss: Loss, fields: Fields, labels: Tensor) -> tuple[Tensor, list[Tensor]]:
    leaves = {name: tensor.detach().clone().requires_grad_() for name, tensor in fields.items()}
    value = loss(Outputs(**leaves), labels)
    grads = torch.autograd.grad(value.sum(), list(leaves.values()), allow_unused=True)
    return value.detach(), [torch.zeros(()) if g is None else g for g in grads]


def _finite(loss: Loss, fields: Fields, labels: Tensor, what: str) -> None:
    value, grads = _gradients(loss, fields, labels)
    _holds(value.isfinite().all(), f"{what}: the value is {value.tolist()}")
    for name, grad in zip(fields, grads, strict=True):
        _holds(grad.isfinite().all(), f"{what}: the gradient by {name} is not finite")


@once
def declarations(subject: Subject) -> None:
    """Title, source and the names of the exemptions are what they should be."""
    cls = subject.cls
    _holds(bool(cls.title and cls.source), "title and source must not be empty")
    for key in cls.exempt:
        _holds(key.split("[")[0] in LAWS, f"exempt names {key!r}; the laws are {', '.join(LAWS)}")
    _holds(cls.neutral is not None or "neutral" in cls.exempt, "neutral is None: say why in exempt['neutral']")


@once
def docstring(subject: Subject) -> None:
    """One sentence, then Equation, Parameters, Raises, Source; every parameter is described."""
    sections = doc_sections(subject.cls)
    _holds(sections.get("", "").endswith("."), "the docstring must begin with one sentence")
    present = [name for name in sections if name in SECTIONS]
    _holds(present == list(SECTIONS), f"sections must be {', '.join(SECTIONS)}; found {', '.join(present) or 'none'}")
    for name in subject.cls.params:
        _holds(f"{name} :" in sections["Parameters"], f"the docstring does not describe {name}")


@law
def reference(subject: Subject) -> None:
    """The value is the paper's formula in numpy float64, whatever the class weights are."""
    weight = torch.tensor([0.5, 0.25, 3.0, 1.5])
    kinds = ((torch.float64, 1e-10), (torch.float32, 1e-5), (torch.float16, 1e-2), (torch.bfloat16, 1e-2))
    for seed, (dtype, rtol) in enumerate(kinds):
        loss = subject.loss()
        loss.set_class_weight(weight)
        fields, labels = subject.batch(dtype, seed)
        wide = {name: tensor.double().numpy() for name, tensor in fields.items()}
        wanted = subject.cls.reference(wide, labels.numpy(), np.array(COUNTS), weight.double().numpy(), **loss.options)
        got = loss(Outputs(**fields), labels)
        _holds(got.dtype.itemsize >= 4, f"{dtype} inputs give {got.dtype}; float32 or wider is the rule")
        _same(got, wanted, rtol, f"value and reference in {dtype}")


@law
def gradcheck(subject: Subject) -> None:
    """The gradient is that of the value, in float64."""
    loss, (fields, labels) = subject.loss(), subject.batch()
    names = list(fields)
    leaves = [fields[name].requires_grad_() for name in names]
    try:
        torch.autograd.gradcheck(lambda *given: loss(Outputs(**dict(zip(names, given))), labels), leaves)
    except RuntimeError as error:  # gradcheck's own report
        raise Broken(str(error).split("\n")[0]) from error


@law
def second_call(subject: Subject) -> None:
    """A second call gives the same finite value and gradient: nothing is kept or worn out."""
    loss, (fields, labels) = subject.loss(), subject.batch(torch.float32)
    first, second = _gradients(loss, fields, labels), _gradients(loss, fields, labels)
    _holds(first[0].isfinite().all() and torch.equal(first[0], second[0]), "the second value differs from the first")
    for a, b in zip(first[1], second[1], strict=True):
        _holds(a.isfinite().all() and torch.equal(a, b), "the second gradient differs from the first")


@law
def relabelling(subject: Subject) -> None:
    """Permuting the classes in scores, labels and counts changes nothing."""
    fields, labels = subject.batch()
    before = subject.loss()(Outputs(**fields), labels)
    for order in ([3, 2, 1, 0], [2, 0, 3, 1], [1, 2, 3, 0]):
        moved = {
            name: t[order] if name == "prototypes" else t if name == "embedding" else t[:, order]
            for name, t in fields.items()
        }
        place = torch.tensor(order).argsort()
        after = subject.loss([COUNTS[j] for j in order])(Outputs(**moved), place[labels])
        _same(after, before, 1e-9, f"classes in the order {order}")


@once
def neutral(subject: Subject) -> None:
    """At `neutral` the loss is cross-entropy of the logits, or of scale times the cosines."""
    if subject.cls.neutral is None:
        raise DoesNotApply("it has no neutral values")
    at = Subject(subject.cls, subject.cls.neutral)
    fields, labels = at.batch()
    wanted = F.cross_entropy(at.scale * fields[subject.cls.uses], labels, reduction="none")
    _same(at.loss()(Outputs(**fields), labels), wanted, 1e-9, f"cross-entropy at {dict(subject.cls.neutral)}")


@law
def batch_order(subject: Subject) -> None:
    """The order of the rows does not matter."""
    loss, (fields, labels) = subject.loss(), subject.batch()
    order = [5, 2, 7, 0, 1, 6, 3, 4]
    moved = {name: t if name == "prototypes" else t[order] for name, t in fields.items()}
    after = loss(Outputs(**moved), labels[order])
    _same(after, loss(Outputs(**fields), labels)[order], 1e-9, "rows in another order")


@law
def reductions(subject: Subject) -> None:
    """`mean` is the mean of `none` and `sum` B times it; class weights multiply rows, and only that."""
    fields, labels = subject.batch()
    outputs, weight = Outputs(**fields), torch.tensor([0.5, 0.25, 3.0, 1.5])

    def value(reduction: str, factor: float = 1.0, by: str = "batch", rows: slice = slice(None)) -> Tensor:
        loss = subject.loss(reduction=reduction, weights_by=by)
        loss.set_class_weight(factor * weight)
        given = {name: t if name == "prototypes" else t[rows] for name, t in fields.items()}
        return loss(Outputs(**given), labels[rows])

    each = value("none")
    _holds(each.shape == labels.shape, f"reduction='none' gives {tuple(each.shape)}, not (B,)")
    _same(value("mean"), each.mean(), 1e-9, "mean of 'none'")
    _same(value("sum"), each.sum(), 1e-9, "sum of 'none'")
    loss = subject.loss()
    extra = torch.as_tensor(loss.extra(outputs, labels))
    _same(value("none", 2.0), each, 1e-9, "twice the class weights with weights_by='batch'")
    plain = value("none", by="none") - extra
    _same(value("none", 2.0, by="none") - extra, 2 * plain, 1e-9, "twice the class weights with weights_by='none'")
    _same((each - extra) * weight.double()[labels].mean(), plain, 1e-6, "weights_by='batch' against 'none'")
    _same(value("mean", rows=slice(0, 1)), value("mean", 9.0, rows=slice(0, 1)), 1e-9, "one row: its weight cancels")


@law
def shift(subject: Subject) -> None:
    """Adding a constant to all logits changes nothing."""
    if subject.cls.uses != "logits":
        raise DoesNotApply(f"it takes {subject.cls.uses}")
    loss, (fields, labels) = subject.loss(), subject.batch()
    moved = {**fields, "logits": fields["logits"] + 7.5}
    _same(loss(Outputs(**moved), labels), loss(Outputs(**fields), labels), 1e-9, "logits + 7.5")


@law
def rarest_margin(subject: Subject) -> None:
    """The rarest class gets the largest margin, and no margin exceeds its maximum."""
    if not subject.cls.margin_from_counts:
        raise DoesNotApply("its margins do not follow the counts")
    for counts in (COUNTS, COUNTS[::-1], (50, 500, 5000)):
        loss, classes = subject.loss(counts), len(counts)
        most = getattr(loss, "max_margin", getattr(loss, "margin", None))
        _holds(hasattr(loss, "margins"), "margin_from_counts is True, so margins() must return them (C,)")
        top = float(loss.margins().max())  # type: ignore[operator]
        _holds(most is None or top <= most * (1 + 1e-12), f"counts {counts}: a margin of {top:.4g} exceeds {most}")
        drop = torch.zeros(classes, dtype=torch.float64)
        for label, row in enumerate(0.1 + 0.2 * torch.eye(classes, dtype=torch.float64)):
            outputs, labels = loss.checked(subject.scores(row[None]), torch.tensor([label]))
            drop[label] = subject.scale * row[label] - loss.adjust(outputs, labels)[0, label].detach()
        rarest = loss.class_counts.rarest
        _holds(drop[rarest] >= drop.max() - 1e-9, f"counts {counts}: the target score falls by {drop.tolist()}")


@law
def monotone(subject: Subject) -> None:
    """Raising the true class's score never raises the loss; a target's score never rises with its angle."""
    if subject.cls.uses == "embedding":
        raise DoesNotApply("it takes embeddings")
    steps = torch.linspace(torch.pi, 0, 401, dtype=torch.float64)
    own = steps.cos() if subject.cls.uses == "cosine" else 30 * (1 - 2 * steps / torch.pi)
    loss = subject.loss(weights_by="none")
    for label in range(len(COUNTS)):
        rows = torch.tensor([[0.31, -0.52, 0.07, 0.44]], dtype=torch.float64).repeat(len(own), 1)
        rows[:, label] = own
        outputs, labels = loss.checked(subject.scores(rows), torch.full((len(own),), label))
        with torch.no_grad():
            value, target = loss(outputs, labels), loss.adjust(outputs, labels)[:, label]
        rise = float(value.diff().max())
        _holds(rise <= 1e-9, f"class {label}: the loss rises by {rise:.3g} as the true score rises")
        fall = float(target.diff().min())
        _holds(fall >= -1e-9, f"class {label}: the adjusted target falls by {-fall:.3g} as its score rises")


@law
def extremes(subject: Subject) -> None:
    """Value and gradient are finite at extreme scores, at both ends of every parameter, in half precision too."""
    ends: list[dict[str, Any]] = [{}]
    for name, param in subject.cls.params.items():
        if isinstance(param, Param):
            ends += [{name: param.low}, {name: param.high}]
    size = 1.0 if subject.cls.uses == "cosine" else 1e4
    own = torch.eye(len(COUNTS))
    rows = torch.cat([s * x for s in (size, -size) for x in (own, 2 * own - 1, torch.ones_like(own))])
    rows = torch.cat([rows, torch.zeros_like(own)])
    if subject.cls.uses == "cosine":
        rows = torch.cat([rows, rows * (1 + 1e-6)])
    labels = torch.arange(len(COUNTS)).repeat(len(rows) // len(COUNTS))
    for end in ends:
        loss = subject.loss(**end)
        for dtype, factor in (
            (torch.float32, 1.0),
            (torch.float64, 1.0),
            (torch.float16, 0.2185),
            (torch.bfloat16, 1.0),
        ):
            outputs = subject.scores(rows * (factor if size > 1 else 1.0))
            fields = {name: t.to(dtype) for name, t in vars(outputs).items() if t is not None}
            for turn in (labels, labels.flip(0)):
                _finite(loss, fields, turn, f"extreme scores in {dtype} at {end or 'the defaults'}")
        fields, some = subject.batch(torch.float32)
        if "embedding" in fields:
            _finite(loss, {**fields, "embedding": fields["embedding"] * 0}, some, "an embedding of zeros")
        _finite(loss, {name: t if name == "prototypes" else t[:1] for name, t in fields.items()}, some[:1], "one row")
        _finite(loss, fields, torch.zeros_like(some), "a batch of one class")


@law
def any_counts(subject: Subject) -> None:
    """Equal counts, counts of 1 and a ratio of 10^9 to 1 give finite values and weights above 0."""
    fields, labels = subject.batch(torch.float32)
    for counts in ((9, 9, 9, 9), (1, 1, 1, 1), (10**9, 1, 31, 1), (1, 10**6, 10**9, 10**3)):
        loss = subject.loss(counts)
        _holds((loss.class_weight > 0).all(), f"counts {counts}: class weights {loss.class_weight.tolist()}")
        _finite(loss, fields, labels, f"counts {counts}")


@law
def autocast(subject: Subject) -> None:
    """Inside autocast nothing narrows."""
    loss, (fields, labels) = subject.loss(), subject.batch(torch.float32)
    before = loss(Outputs(**fields), labels)
    for dtype in (torch.bfloat16, torch.float16):
        with torch.autocast("cpu", dtype=dtype):
            inside = loss(Outputs(**fields), labels)
        _holds(inside.dtype == before.dtype, f"autocast to {dtype} gives {inside.dtype}")
        _same(inside, before.double(), 1e-6, f"autocast to {dtype}")


@law
def state(subject: Subject) -> None:
    """deepcopy, .to, .half and state_dict keep the value; a state of other counts is refused."""
    loss, (fields, labels) = subject.loss(), subject.batch(torch.float32)
    loss.set_class_weight(torch.tensor([0.5, 0.25, 3.0, 1.5]))
    before = loss(Outputs(**fields), labels).double()
    fresh = subject.loss()
    fresh.load_state_dict(loss.state_dict())
    copies = {
        "state_dict": fresh,
        "deepcopy": copy.deepcopy(loss),
        ".half()": copy.deepcopy(loss).half(),
        ".double()": copy.deepcopy(loss).double(),
    }
    for name, other in copies.items():
        _same(other(Outputs(**fields), labels), before, 1e-6, name)
    other = subject.loss(COUNTS[::-1])
    try:
        other.load_state_dict(loss.state_dict())
    except LtvizError:
        return
    raise Broken("load_state_dict took a state of other counts")


@law
def no_global_random(subject: Subject) -> None:
    """Making and calling the loss leaves Python's, numpy's and torch's generators as they were."""
    before = (random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist())  # type: ignore[index]  # noqa: NPY002
    fields, labels = subject.batch()
    _gradients(subject.loss(), fields, labels)
    after = (random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist())  # type: ignore[index]  # noqa: NPY002
    _holds(before == after, "a global random state changed")


@law
def inputs_untouched(subject: Subject) -> None:
    """Inputs are not written to; transposed, expanded and inference-mode tensors and small integers are taken."""
    loss, (fields, labels) = subject.loss(), subject.batch()
    kept, before = {name: t.clone() for name, t in fields.items()}, loss(Outputs(**fields), labels)
    for name, tensor in fields.items():
        _holds(torch.equal(tensor, kept[name]), f"{name} was changed in place")
    turned = {name: t.T.contiguous().T for name, t in fields.items()}
    _same(loss(Outputs(**turned), labels), before, 1e-12, "non-contiguous inputs")
    with torch.inference_mode():
        _same(loss(Outputs(**fields), labels.to(torch.uint8)), before, 1e-12, "inference mode and uint8 labels")
    wide = {name: t if name == "prototypes" else t[:1].expand(2, *t.shape[1:]) for name, t in fields.items()}
    _finite(loss, {name: t.detach() for name, t in wide.items()}, labels[:1].expand(2), "expanded inputs")


def _refused(action: Callable[[], Any], what: str, word: str = "") -> None:
    try:
        action()
    except LtvizError as error:
        _holds(word in str(error), f"{what}: the message does not name {word}: {error}")
        return
    except Exception as error:
        raise Broken(f"{what} raises {type(error).__name__}: {error}; an LtvizError was due") from error
    raise Broken(f"{what} is accepted")


@once
def bad_parameters(subject: Subject) -> None:
    """Each parameter is in range by default, may take both ends, and refuses everything else by name."""
    unknown = "no_such_parameter"
    _refused(lambda: subject.loss(**{unknown: 1}), "an unknown parameter", unknown)
    _refused(lambda: subject.loss(reduction="avg"), "reduction='avg'", "reduction")
    for name, control in subject.cls.params.items():
        bad: list[Any] = [None, [], float("nan")]
        if isinstance(control, Param):
            _holds(control.low <= control.range[0] < control.range[1] <= control.high, f"{name}: the slider's range")
            _holds(control.step > 0, f"{name}: the slider's step")
            for good in (control.default, control.low, control.high):
                subject.loss(**{name: good})
            bad += [control.low - 1e-6, control.high + 1e-6, float("inf"), float("-inf"), True, str(control.default)]
        elif isinstance(control, Choice):
            _holds(control.default in control.options, f"{name}: the default is no option")
            bad += ["no such option", 0, True]
        elif isinstance(control, Flag):
            bad += [1, "yes"]
        for value in bad:
            _refused(lambda n=name, v=value: subject.loss(**{n: v}), f"{name}={value!r}", name)  # type: ignore[misc]


@once
def bad_inputs(subject: Subject) -> None:
    """Wrong shapes, types, labels and values raise before anything is computed."""
    loss, (fields, labels) = subject.loss(), subject.batch(torch.float32)
    uses, classes = subject.cls.uses, len(COUNTS)
    scores = fields[uses]
    holed = scores.clone()
    holed[2, 0] = float("nan")
    wrong: list[tuple[str, Tensor, Tensor]] = [
        ("an empty batch", scores[:0], labels[:0]),
        (f"1-D {uses}", scores[0], labels),
        (f"whole-number {uses}", scores.long(), labels),
        (f"NaN in {uses}", holed, labels),
        ("too few labels", scores, labels[:-1]),
        ("a label too large", scores, labels + classes),
        ("a label of -100", scores, torch.full_like(labels, -100)),
        ("float labels", scores, labels.float()),
        ("one-hot labels", scores, F.one_hot(labels, classes)),
    ]
    if uses != "embedding":
        wrong += [("one column", scores[:, :1], labels), ("a column too many", F.pad(scores, (0, 1)), labels)]
    if uses == "cosine":
        wrong.append(("a cosine of 3", torch.full_like(scores, 3.0), labels))
    for what, tensor, ids in wrong:
        _refused(lambda t=tensor, i=ids: loss(Outputs(**{**fields, uses: t}), i), what)  # type: ignore[misc]


@law
def cuda(subject: Subject) -> None:
    """On a GPU value and gradient are those of the CPU."""
    if not torch.cuda.is_available():
        raise DoesNotApply("no CUDA device here")
    fields, labels = subject.batch(torch.float32)
    value, grads = _gradients(subject.loss(), fields, labels)
    there = subject.loss().to("cuda")
    moved, gpu_grads = _gradients(there, {name: t.cuda() for name, t in fields.items()}, labels.cuda())
    _same(moved, value.double(), 1e-5, "value on CUDA")
    for a, b in zip(gpu_grads, grads, strict=True):
        _same(a, b.double(), 1e-4, "gradient on CUDA")
    _refused(lambda: there(Outputs(**fields), labels), "CPU scores for a loss on CUDA", "device")
