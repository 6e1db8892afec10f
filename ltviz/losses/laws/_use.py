"""Laws on how a loss may be used: extreme and bad inputs, precision, copies, devices, no side effects."""

from __future__ import annotations

import copy
import random
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ltviz.core.errors import LtvizError
from ltviz.core.params import Choice, Flag, Param
from ltviz.losses._base import Loss, Outputs
from ltviz.losses.laws._book import (
    Broken,
    DoesNotApply,
    Fields,
    Subject,
    finite,
    gradients,
    holds,
    law,
    of_rows,
    once,
    refused,
    same,
)

CALLS = 1000


@law
def extremes(subject: Subject) -> None:
    """Value and gradient are finite at extreme scores, at both ends of every parameter, in half precision too."""
    ends: list[dict[str, Any]] = [{}]
    for name, param in subject.cls.params.items():
        if isinstance(param, Param):
            ends += [{name: param.low}, {name: param.high}]
    size = 1.0 if subject.cls.uses == "cosine" else 1e4
    own = torch.eye(subject.classes)
    rows = torch.cat([s * x for s in (size, -size) for x in (own, 2 * own - 1, torch.ones_like(own))])
    rows = torch.cat([rows, torch.zeros_like(own)])
    if subject.cls.uses == "cosine":
        rows = torch.cat([rows, rows * (1 + 1e-6)])
    labels = torch.arange(subject.classes).repeat(len(rows) // subject.classes)
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
                finite(loss, fields, turn, f"extreme scores in {dtype} at {end or 'the defaults'}")
        fields, some = subject.batch(torch.float32)
        if "embedding" in fields:
            finite(loss, {**fields, "embedding": fields["embedding"] * 0}, some, "an embedding of zeros")
            alone = of_rows({**fields, "embedding": fields["embedding"][:, 0]}, slice(0, 1))
            finite(loss, alone, some[:1], "one row of one view")
        finite(loss, of_rows(fields, slice(0, 1)), some[:1], "one row")
        finite(loss, fields, torch.zeros_like(some), "a batch of one class")


@law
def any_counts(subject: Subject) -> None:
    """Equal counts, counts of 1 and a ratio of 10^9 to 1 give finite values and weights above 0."""
    fields, labels = subject.batch(torch.float32)
    for counts in ((9, 9, 9, 9), (1, 1, 1, 1), (10**9, 1, 31, 1), (1, 10**6, 10**9, 10**3)):
        loss = subject.loss([int(count) for count in subject.each(counts)])
        holds((loss.class_weight > 0).all(), f"counts {counts}: class weights {loss.class_weight.tolist()}")
        finite(loss, fields, labels, f"counts {counts}")


@law
def autocast(subject: Subject) -> None:
    """Inside autocast nothing narrows."""
    loss, (fields, labels) = subject.loss(), subject.batch(torch.float32)
    before = loss(Outputs(**fields), labels)
    for dtype in (torch.bfloat16, torch.float16):
        with torch.autocast("cpu", dtype=dtype):
            inside = loss(Outputs(**fields), labels)
        holds(inside.dtype == before.dtype, f"autocast to {dtype} gives {inside.dtype}")
        same(inside, before.double(), 1e-6, f"autocast to {dtype}")


@law
def state(subject: Subject) -> None:
    """deepcopy, .to, .half and state_dict keep the value; a state of other counts is refused."""
    loss, (fields, labels) = subject.loss(), subject.batch(torch.float32)
    loss.set_class_weight(torch.tensor(subject.each([0.5, 0.25, 3.0, 1.5])))
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
        same(other(Outputs(**fields), labels), before, 1e-6, name)
    other = subject.loss(subject.counts[::-1])
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
    gradients(subject.loss(), fields, labels)
    after = (random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist())  # type: ignore[index]  # noqa: NPY002
    holds(before == after, "a global random state changed")


def _other(subject: Subject, seed: int) -> tuple[Fields, Tensor]:
    """Return another batch, in which classes come in other shares too."""
    fields, labels = subject.batch(seed=seed)
    return fields, torch.where(labels > seed % 3, labels, 0)


@law
def no_memory(subject: Subject) -> None:
    """After other batches, labels, gradients and modes, the first batch has its first value again."""
    loss, (fields, labels) = subject.loss(), subject.batch()
    first = loss(Outputs(**fields), labels).detach()
    calm = subject.loss().eval()(Outputs(**fields), labels).detach() if int(loss.drawn) else first
    for seed in range(1, 4):
        gradients(loss, *_other(subject, seed))
    same(loss(Outputs(**fields), labels), first, 1e-12, "the first batch again, after three others")
    same(loss.eval()(Outputs(**fields), labels), calm, 1e-12, "in evaluation mode")
    same(loss.train()(Outputs(**fields), labels), first, 1e-12, "in training mode again")
    for progress in (0.0, 0.5, 1.0):
        loss.set_progress(progress)
    same(loss(Outputs(**fields), labels), first, 1e-12, "at the end of training, where a new loss begins")


@law
def draws(subject: Subject) -> None:
    """What is drawn follows from seed and calls alone, both survive a copy; in evaluation mode nothing is drawn."""
    fields, labels = subject.batch()
    outputs = Outputs(**fields)

    def value(loss: Loss) -> Tensor:
        return loss(outputs, labels).detach()

    loss = subject.drawing()
    first, state = value(loss), copy.deepcopy(loss.state_dict())
    twin, second = copy.deepcopy(loss), value(loss)
    if torch.equal(first, second) and not int(loss.drawn):
        raise DoesNotApply("it draws nothing")
    holds(not torch.equal(first, second), "two calls draw the same")
    holds(torch.equal(value(subject.drawing()), first), "the same seed draws other numbers: use self.draw")
    holds(not torch.equal(value(subject.drawing(seed=1)), first), "another seed draws the same numbers")
    holds(torch.equal(value(twin), second), "a deepcopy does not go on where the loss was")
    resumed = subject.drawing()
    resumed.load_state_dict(state)
    holds(torch.equal(value(resumed), second), "a loaded state does not go on where the loss was")
    loss = subject.drawing()
    value(loss)
    calm = value(loss.eval())
    holds(torch.equal(value(loss), calm), "in evaluation mode it draws")
    holds(torch.equal(value(loss.train()), second), "a call in evaluation mode changes what is drawn next in training")


@once
def many_calls(subject: Subject) -> None:
    """After a thousand calls with other batches the first batch has its first value again."""
    loss, (fields, labels) = subject.loss(), subject.batch()
    first = loss(Outputs(**fields), labels).detach()
    others = [(Outputs(**fields), labels) for fields, labels in (_other(subject, seed) for seed in range(1, 4))]
    with torch.no_grad():
        for call in range(CALLS):
            loss(*others[call % len(others)])
    same(loss(Outputs(**fields), labels), first, 1e-12, f"the first batch again, after {CALLS} calls with others")


@law
def inputs_untouched(subject: Subject) -> None:
    """Inputs are not written to; transposed, expanded and inference-mode tensors and small integers are taken."""
    loss, (fields, labels) = subject.loss(), subject.batch()
    kept, before = {name: t.clone() for name, t in fields.items()}, loss(Outputs(**fields), labels)
    for name, tensor in fields.items():
        holds(torch.equal(tensor, kept[name]), f"{name} was changed in place")
    turned = {name: t.transpose(0, -1).contiguous().transpose(0, -1) for name, t in fields.items()}
    same(loss(Outputs(**turned), labels), before, 1e-12, "non-contiguous inputs")
    with torch.inference_mode():
        same(loss(Outputs(**fields), labels.to(torch.uint8)), before, 1e-12, "inference mode and uint8 labels")
    wide = {name: t if name == "prototypes" else t[:1].expand(2, *t.shape[1:]) for name, t in fields.items()}
    finite(loss, {name: t.detach() for name, t in wide.items()}, labels[:1].expand(2), "expanded inputs")


@once
def bad_parameters(subject: Subject) -> None:
    """Each parameter is in range by default, may take both ends, and refuses everything else by name."""
    unknown = "no_such_parameter"
    refused(lambda: subject.drawing(**{unknown: 1}), "an unknown parameter", unknown)
    refused(lambda: subject.loss(reduction="avg"), "reduction='avg'", "reduction")
    for name, control in subject.cls.params.items():
        bad: list[Any] = [None, [], float("nan")]
        if isinstance(control, Param):
            holds(control.low <= control.range[0] < control.range[1] <= control.high, f"{name}: the slider's range")
            holds(control.step > 0, f"{name}: the slider's step")
            for good in (control.default, control.low, control.high):
                subject.drawing(**{name: good})
            bad += [control.low - 1e-6, control.high + 1e-6, float("inf"), float("-inf"), True, str(control.default)]
        elif isinstance(control, Choice):
            holds(control.default in control.options, f"{name}: the default is no option")
            bad += ["no such option", 0, True]
        elif isinstance(control, Flag):
            bad += [1, "yes"]
        for value in bad:
            refused(lambda n=name, v=value: subject.drawing(**{n: v}), f"{name}={value!r}", name)  # type: ignore[misc]


@once
def bad_inputs(subject: Subject) -> None:
    """Wrong shapes, types, labels and values raise before anything is computed."""
    loss, (fields, labels) = subject.loss(), subject.batch(torch.float32)
    uses, classes = subject.cls.uses, subject.classes
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
        refused(lambda t=tensor, i=ids: loss(Outputs(**{**fields, uses: t}), i), what)  # type: ignore[misc]


@law
def cuda(subject: Subject) -> None:
    """On a GPU value and gradient are those of the CPU."""
    if not torch.cuda.is_available():
        raise DoesNotApply("no CUDA device here")
    fields, labels = subject.batch(torch.float32)
    value, grads = gradients(subject.loss(), fields, labels)
    there = subject.loss().to("cuda")
    moved, gpu_grads = gradients(there, {name: t.to("cuda") for name, t in fields.items()}, labels.to("cuda"))
    same(moved, value.double(), 1e-5, "value on CUDA")
    for a, b in zip(gpu_grads, grads, strict=True):
        same(a, b.double(), 1e-4, "gradient on CUDA")
    refused(lambda: there(Outputs(**fields), labels), "CPU scores for a loss on CUDA", "device")
