"""What the laws for losses are made of: the subject, batches to try it on, comparisons, and the book itself."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from ltviz.core.errors import LtvizError
from ltviz.losses._base import Loss, Outputs

COUNTS = (60, 1000, 7, 200)  # in no order: a loss that takes the last or the first class for the rarest is found out
LABELS = (2, 0, 1, 2, 3, 1, 0, 2)

Fields = dict[str, Tensor]
Turn = Callable[[Tensor], Tensor]


class Broken(Exception):
    """A law does not hold; the message says how."""


class DoesNotApply(Exception):
    """A law has nothing to say about this loss (or this machine); the message says why."""


@dataclass(frozen=True)
class Subject:
    """A loss class at some parameter values, for some number of classes, and batches to try it on."""

    cls: type[Loss]
    options: Mapping[str, Any] = field(default_factory=dict)
    classes: int = len(COUNTS)

    @property
    def counts(self) -> tuple[int, ...]:
        """Training counts of all classes."""
        return tuple(COUNTS[k % len(COUNTS)] * (1 + k // len(COUNTS)) for k in range(self.classes))

    @property
    def labels(self) -> tuple[int, ...]:
        """Labels of a batch, in which each class comes."""
        starts = range(0, self.classes, len(COUNTS))
        return tuple(start + label for start in starts for label in LABELS if start + label < self.classes)

    def each(self, values: Sequence[float]) -> list[float]:
        """Return one value for each class: these, again and again."""
        return [values[k % len(values)] for k in range(self.classes)]

    def loss(self, counts: Any = None, turned: Turn = lambda drawn: drawn, **more: Any) -> Loss:
        """Return the loss, by default with a value for each row; a random one draws the same at each call, `turned`."""
        return repeating(self.drawing(counts, **more), turned)

    def drawing(self, counts: Any = None, **more: Any) -> Loss:
        """Return the loss as it is: a random one draws anew at each call."""
        return self.cls(self.counts if counts is None else counts, **{"reduction": "none", **self.options, **more})

    def batch(self, dtype: torch.dtype = torch.float64, seed: int = 0) -> tuple[Fields, Tensor]:
        """Return exactly the fields that the loss needs, and labels; an embedding has two views of each row."""
        draw = torch.Generator().manual_seed(seed)
        rows, classes = len(self.labels), self.classes
        features, vectors, logits, other, peers, teacher = (
            torch.randn(shape, generator=draw, dtype=torch.float64)
            for shape in ((rows, 5), (classes, 5), (rows, classes), (rows, 5), (rows, 2, classes), (rows, classes))
        )
        cosine = F.normalize(features, dim=1) @ F.normalize(vectors, dim=1).T
        views = torch.stack([features, features + other], dim=1)
        every = {"logits": 3 * logits, "cosine": cosine, "embedding": views, "prototypes": vectors}
        every |= {"peers": 3 * peers, "teacher": 3 * teacher}
        needed = {name: every[name].to(dtype) for name in self.loss().needs() if name in every}
        return needed, torch.tensor(self.labels)

    def scores(self, rows: Tensor) -> Outputs:
        """Return outputs with these scores (B, C) in the field that the loss uses, and ones in others it needs."""
        many, classes = rows.shape
        extra = {"embedding": torch.ones(many, 2, classes), "prototypes": torch.ones(classes, classes)}
        extra |= {"logits": rows, "cosine": rows.clamp(-1, 1), "peers": rows[:, None], "teacher": rows}
        more = {name: extra[name].to(rows) for name in self.loss().needs() if name in extra}
        return Outputs(**{**more, self.cls.uses: rows})

    @property
    def scale(self) -> float:
        """The factor between the scores that the loss takes and its logits."""
        return self.loss().logit_scale or 1.0


def repeating(loss: Loss, turned: Turn = lambda drawn: drawn) -> Loss:
    """Make a loss draw the same numbers at every call and on every device, turned as a batch is."""
    draw = type(loss).draw

    def again(like: Tensor, kind: str = "uniform") -> Tensor | None:
        loss.drawn.zero_()
        numbers = draw(loss, like.detach().cpu(), kind)
        return None if numbers is None else turned(numbers).to(like.device)

    loss.draw = again  # type: ignore[method-assign]
    return loss


def noting(loss: Loss) -> list[Tensor | None]:
    """Return a list to which the loss adds whatever it draws from now on."""
    draw, noted = loss.draw, list[Tensor | None]()

    def note(like: Tensor, kind: str = "uniform") -> Tensor | None:
        noted.append(draw(like, kind))
        return noted[-1]

    loss.draw = note  # type: ignore[method-assign]
    return noted


def of_rows(fields: Fields, rows: Any) -> Fields:
    """Return the fields with these rows of the batch."""
    return {name: t if name == "prototypes" else t[rows] for name, t in fields.items()}


def of_classes(fields: Fields, order: Sequence[int]) -> Fields:
    """Return the fields with the classes in another order."""
    axes = {"prototypes": 0, "embedding": None, "peers": 2}
    place = torch.tensor(order)
    return {
        name: t if (axis := axes.get(name, 1)) is None else t.index_select(axis, place) for name, t in fields.items()
    }


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


def holds(condition: bool | Tensor, message: str) -> None:
    """Break the law with this message unless the condition is true."""
    if not bool(condition):
        raise Broken(message)


def same(got: Tensor, wanted: Any, rtol: float, what: str) -> None:
    """Compare by the norm of the largest entry: a row's loss near 0 carries the rounding of its scores."""
    wanted = torch.as_tensor(wanted, dtype=torch.float64)
    gap = float((got.detach().cpu().double() - wanted.detach().cpu()).abs().max())
    size = max(float(wanted.detach().abs().max()), 1e-3)
    holds(gap <= rtol * size, f"{what}: off by {gap:.3g} where the largest value is {size:.3g}")


def gradients(loss: Loss, fields: Fields, labels: Tensor) -> tuple[Tensor, list[Tensor]]:
    """Return the value and the gradient by each field, of copies."""
    leaves = {name: tensor.detach().clone().requires_grad_() for name, tensor in fields.items()}
    value = loss(Outputs(**leaves), labels)
    grads = torch.autograd.grad(value.sum(), list(leaves.values()), allow_unused=True)
    return value.detach(), [torch.zeros(()) if g is None else g for g in grads]


def sections(doc: str | None) -> dict[str, str]:
    """Return the sections of a numpydoc text by heading; ``""`` is what stands before the first."""
    lines, found, heading = inspect.cleandoc(doc or "").splitlines(), {"": ""}, ""
    for line, under in zip(lines, [*lines[1:], ""]):
        if line and under and set(under) == {"-"}:
            heading = line
            found[heading] = ""
        elif not (line and set(line) == {"-"}):
            found[heading] += line + "\n"
    return {name: text.strip() for name, text in found.items()}


def finite(loss: Loss, fields: Fields, labels: Tensor, what: str) -> None:
    """Break the law unless value and gradient are finite."""
    value, grads = gradients(loss, fields, labels)
    holds(value.isfinite().all(), f"{what}: the value is {value.tolist()}")
    for name, grad in zip(fields, grads, strict=True):
        holds(grad.isfinite().all(), f"{what}: the gradient by {name} is not finite")


def refused(action: Callable[[], Any], what: str, word: str = "") -> None:
    """Break the law unless the action raises an error of ours that names `word`."""
    try:
        action()
    except LtvizError as error:
        holds(word in str(error), f"{what}: the message does not name {word}: {error}")
        return
    except Exception as error:
        raise Broken(f"{what} raises {type(error).__name__}: {error}; an LtvizError was due") from error
    raise Broken(f"{what} is accepted")
