"""Laws on what a loss computes: the paper's formula, and how it answers to classes, rows, scores and weights."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ltviz.losses._base import Outputs
from ltviz.losses._inputs import checked
from ltviz.losses._numpy import Case
from ltviz.losses.laws._book import (
    LAWS,
    Broken,
    DoesNotApply,
    Subject,
    gradients,
    holds,
    law,
    noting,
    of_classes,
    of_rows,
    once,
    same,
    sections,
)

SECTIONS = ("Equation", "Parameters", "Raises", "Source")
PLACES = ((True, 1.0), (False, 1.0), (True, 0.0), (True, 0.03), (True, 1.0))  # training mode, share of it that is done


@once
def declarations(subject: Subject) -> None:
    """Title, source and the names of the exemptions are what they should be."""
    cls = subject.cls
    holds(bool(cls.title and cls.source), "title and source must not be empty")
    for key in cls.exempt:
        holds(key.split("[")[0] in LAWS, f"exempt names {key!r}; the laws are {', '.join(LAWS)}")
    holds(cls.neutral is not None or "neutral" in cls.exempt, "neutral is None: say why in exempt['neutral']")


@once
def docstring(subject: Subject) -> None:
    """One sentence, then Equation, Parameters, Raises, Source; every parameter is described."""
    found = sections(subject.cls.__doc__)
    holds(found[""].endswith("."), "the docstring must begin with one sentence")
    present = [name for name in found if name in SECTIONS]
    holds(present == list(SECTIONS), f"sections must be {', '.join(SECTIONS)}; found {', '.join(present) or 'none'}")
    for name in subject.cls.params:
        holds(f"{name} :" in found["Parameters"], f"the docstring does not describe {name}")


@law
def reference(subject: Subject) -> None:
    """The value is the paper's formula in numpy float64, whatever the class weights are, throughout training."""
    weight = torch.tensor(subject.each([0.5, 0.25, 3.0, 1.5]))
    kinds = ((torch.float64, 1e-10), (torch.float32, 1e-5), (torch.float16, 1e-2), (torch.bfloat16, 1e-2))
    for seed, (dtype, rtol) in enumerate(kinds):
        loss = subject.loss()
        loss.set_class_weight(weight)
        fields, labels = subject.batch(dtype, seed)
        wide = {name: tensor.double().numpy() for name, tensor in fields.items()}
        for training, progress in PLACES if seed == 0 else PLACES[:1]:
            loss.train(training).set_progress(progress)
            noted = noting(loss)
            got = loss(Outputs(**fields), labels)
            holds(len(noted) <= 1, f"it draws {len(noted)} times in a call; draw once, what is needed by its shape")
            draw = noted[0].double().numpy() if noted and noted[0] is not None else None
            own = labels.numpy(), np.array(subject.counts), weight.double().numpy()
            case = Case(*own, draw=draw, progress=progress, **wide)
            wanted = subject.cls.reference(case, **loss.options)
            holds(got.dtype.itemsize >= 4, f"{dtype} inputs give {got.dtype}; float32 or wider is the rule")
            where = f"{'' if training else ', in evaluation mode'}{'' if progress == 1 else f', {progress:.0%} done'}"
            same(got, wanted, rtol, f"value and reference in {dtype}{where}")


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
    first, second = gradients(loss, fields, labels), gradients(loss, fields, labels)
    holds(first[0].isfinite().all() and torch.equal(first[0], second[0]), "the second value differs from the first")
    for a, b in zip(first[1], second[1], strict=True):
        holds(a.isfinite().all() and torch.equal(a, b), "the second gradient differs from the first")


@law
def relabelling(subject: Subject) -> None:
    """Permuting the classes in scores, labels and counts changes nothing."""
    fields, labels = subject.batch()
    before = subject.loss()(Outputs(**fields), labels)
    classes = list(range(subject.classes))
    for order in (classes[::-1], classes[1::2] + classes[::2], classes[1:] + classes[:1]):
        moved, place = of_classes(fields, order), torch.tensor(order).argsort()

        def turned(drawn: Tensor, order: list[int] = order) -> Tensor:
            return drawn[:, order] if drawn.shape == (len(labels), subject.classes) else drawn

        loss = subject.loss([subject.counts[j] for j in order], turned)
        after = loss(Outputs(**moved), place[labels])
        same(after, before, 1e-9, f"classes in the order {order}")


@once
def neutral(subject: Subject) -> None:
    """At `neutral` the loss is cross-entropy of the logits, or of scale times the cosines."""
    if subject.cls.neutral is None:
        raise DoesNotApply("it has no neutral values")
    at = Subject(subject.cls, subject.cls.neutral)
    fields, labels = at.batch()
    wanted = F.cross_entropy(at.scale * fields[subject.cls.uses], labels, reduction="none")
    same(at.loss()(Outputs(**fields), labels), wanted, 1e-9, f"cross-entropy at {dict(subject.cls.neutral)}")


@law
def batch_order(subject: Subject) -> None:
    """The order of the rows does not matter."""
    fields, labels = subject.batch()
    rows = list(range(len(labels)))
    order = rows[5:] + rows[4::-1]
    loss = subject.loss(turned=lambda drawn: drawn[order] if len(drawn) == len(rows) else drawn)
    after = loss(Outputs(**of_rows(fields, order)), labels[order])
    same(after, subject.loss()(Outputs(**fields), labels)[order], 1e-9, "rows in another order")


@law
def views(subject: Subject) -> None:
    """An embedding of one view (B, 1, D) is an embedding (B, D)."""
    fields, labels = subject.batch()
    if "embedding" not in fields:
        raise DoesNotApply("it needs no embedding")
    one = {**fields, "embedding": fields["embedding"][:, :1]}
    flat = {**fields, "embedding": fields["embedding"][:, 0]}
    loss = subject.loss()
    same(loss(Outputs(**one), labels), loss(Outputs(**flat), labels), 1e-9, "one view and no axis of views")


@law
def reductions(subject: Subject) -> None:
    """`mean` is the mean of `none` and `sum` B times it; class weights multiply rows, and only that."""
    fields, labels = subject.batch()
    outputs, weight = Outputs(**fields), torch.tensor(subject.each([0.5, 0.25, 3.0, 1.5]))

    def value(reduction: str, factor: float = 1.0, by: str = "batch", rows: slice = slice(None)) -> Tensor:
        loss = subject.loss(reduction=reduction, weights_by=by)
        loss.set_class_weight(factor * weight)
        return loss(Outputs(**of_rows(fields, rows)), labels[rows])

    each = value("none")
    holds(each.shape == labels.shape, f"reduction='none' gives {tuple(each.shape)}, not (B,)")
    same(value("mean"), each.mean(), 1e-9, "mean of 'none'")
    same(value("sum"), each.sum(), 1e-9, "sum of 'none'")
    loss = subject.loss()
    extra = torch.as_tensor(loss.extra(outputs, labels))
    same(value("none", 2.0), each, 1e-9, "twice the class weights with weights_by='batch'")
    plain = value("none", by="none") - extra
    same(value("none", 2.0, by="none") - extra, 2 * plain, 1e-9, "twice the class weights with weights_by='none'")
    same((each - extra) * weight.double()[labels].mean(), plain, 1e-6, "weights_by='batch' against 'none'")
    same(value("mean", rows=slice(0, 1)), value("mean", 9.0, rows=slice(0, 1)), 1e-9, "one row: its weight cancels")


@law
def shift(subject: Subject) -> None:
    """Adding a constant to all logits changes nothing."""
    if subject.cls.uses != "logits":
        raise DoesNotApply(f"it takes {subject.cls.uses}")
    loss, (fields, labels) = subject.loss(), subject.batch()
    moved = {**fields, "logits": fields["logits"] + 7.5}
    same(loss(Outputs(**moved), labels), loss(Outputs(**fields), labels), 1e-9, "logits + 7.5")


def alike(drawn: Tensor) -> Tensor:
    """Return the first of the numbers drawn in the place of all: what a score does is then not what its draw does."""
    return drawn.flatten()[0].expand_as(drawn)


@law
def rarest_margin(subject: Subject) -> None:
    """The rarest class gets the largest margin, and no margin exceeds its maximum."""
    if not subject.cls.margin_from_counts:
        raise DoesNotApply("its margins do not follow the counts")
    for counts in (subject.counts, subject.counts[::-1], sorted(subject.counts)):
        loss, classes = subject.loss(counts, alike), len(counts)
        most, margins = getattr(loss, "max_margin", getattr(loss, "margin", None)), loss.margins()
        if margins is not None and most is not None:
            top = float(margins.max())
            holds(top <= most * (1 + 1e-12), f"counts {counts}: a margin of {top:.4g} exceeds {most}")
        drop = torch.zeros(classes, dtype=torch.float64)
        for label, row in enumerate(0.1 + 0.2 * torch.eye(classes, dtype=torch.float64)):
            outputs, labels = checked(loss, subject.scores(row[None]), torch.tensor([label]))
            drop[label] = subject.scale * row[label] - loss.adjusted(outputs, labels)[0, label].detach()
        rarest = loss.class_counts.rarest
        holds(drop[rarest] >= drop.max() - 1e-9, f"counts {counts}: the target score falls by {drop.tolist()}")


@law
def monotone(subject: Subject) -> None:
    """Raising the true class's score never raises the loss; a target's score never rises with its angle."""
    if subject.cls.uses == "embedding":
        raise DoesNotApply("it takes embeddings")
    steps = torch.linspace(torch.pi, 0, 401, dtype=torch.float64)
    own = steps.cos() if subject.cls.uses == "cosine" else 30 * (1 - 2 * steps / torch.pi)
    loss = subject.loss(weights_by="none", turned=alike)
    for label in range(subject.classes):
        rows = torch.tensor([subject.each([0.31, -0.52, 0.07, 0.44])], dtype=torch.float64).repeat(len(own), 1)
        rows[:, label] = own
        outputs, labels = checked(loss, subject.scores(rows), torch.full((len(own),), label))
        with torch.no_grad():
            value, target = loss(outputs, labels), loss.adjusted(outputs, labels)[:, label]
        rise = float(value.diff().max())
        holds(rise <= 1e-9, f"class {label}: the loss rises by {rise:.3g} as the true score rises")
        fall = float(target.diff().min())
        holds(fall >= -1e-9, f"class {label}: the adjusted target falls by {-fall:.3g} as its score rises")
