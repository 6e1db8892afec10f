"""The base of all losses: cross-entropy with four hooks, of which a loss overrides only what it changes."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import wraps
from types import FunctionType
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ltviz.core.checks import one_of
from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadDeclaration, BadInput
from ltviz.core.params import Control
from ltviz.losses._declarations import check
from ltviz.losses._drawing import Drawing
from ltviz.losses._habits import resolved
from ltviz.losses._inputs import Outputs, checked, weights
from ltviz.losses._numpy import Case
from ltviz.losses._registry import register


class Loss(Drawing, nn.Module):
    r"""Cross-entropy with four hooks: `adjust`, `weight`, `pointwise`, `extra`.

    Equation
    --------
    row_i = w_i * pointwise(adjust(scores), y)_i / mean_{batch}(w) + extra_i,   w_i the class weight of y_i

    Parameters
    ----------
    counts : ClassCounts or anything that makes one
        The training set's counts by class id, in any order.
    reduction : {"mean", "sum", "none"}
        ``none`` returns row_i (B,); ``mean`` their mean; ``sum`` B times the mean.
    weights_by : {"batch", "none"}
        ``batch`` divides by the mean weight of the batch, as PyTorch's weighted cross-entropy does (with one row,
        its weight cancels); ``none`` leaves the weights as they are.
    seed : int
        Of what a random loss draws; the others take it and draw nothing.
    **params
        The loss's own parameters, declared in `params`; each becomes an attribute.

    Raises
    ------
    BadInput
        For bad counts, an unknown parameter, or a value outside its range.
    """

    name: ClassVar[str] = ""
    title: ClassVar[str] = ""
    source: ClassVar[str] = ""
    place: ClassVar[int | None] = None  # among the colours, dashes and markers of losses; without one, a free place
    uses: ClassVar[str] = "logits"
    margin_unit: ClassVar[str] = "logit"
    halves: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    params: ClassVar[Mapping[str, Control]] = {}
    neutral: ClassVar[Mapping[str, Any] | None] = None
    margin_from_counts: ClassVar[bool] = False
    exempt: ClassVar[Mapping[str, str]] = {}
    tried: ClassVar[Sequence[Mapping[str, Any]]] = ()  # parameter values at which the laws are tried too

    counts: Tensor
    class_weight: Tensor

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.__name__.startswith("_"):
            return
        check(cls, Loss)
        if "uses" in vars(cls) and "margin_unit" not in vars(cls):
            cls.margin_unit = "cosine" if cls.uses == "cosine" else "logit"
        if inspect.isfunction(cls.forward) and "forward" not in vars(cls):
            cls.forward = _twin(cls.forward)  # type: ignore[method-assign]
        register(cls)

    def __init__(
        self,
        counts: ClassCounts | Any,
        *,
        reduction: str = "mean",
        weights_by: str = "batch",
        seed: int = 0,
        **params: Any,
    ) -> None:
        super().__init__()
        self.reduction = one_of("reduction", reduction, ("mean", "sum", "none"))
        self.weights_by = one_of("weights_by", weights_by, ("batch", "none"))
        self.start_drawing(seed)
        self.class_counts = ClassCounts(counts)
        for key, value in resolved(self.name, self.params, params).items():
            setattr(self, key, value)
        self.values_checked = True
        self.small_logits: int | None = 0  # steps so far in which no logit exceeded 1; None once one did
        self.register_buffer("counts", torch.from_numpy(self.class_counts.values.copy()))
        self.register_buffer("class_weight", torch.ones(len(self.class_counts)))
        self.set_class_weight(self.weight())

    # What a loss may change ------------------------------------------------------------------------------------

    def adjust(self, scores: Tensor, labels: Tensor) -> Tensor:
        """Return the scores (B, C) that enter the pointwise loss: margins and shifts are put in here.

        It is given the field that the loss `uses`: logits, or cosines.
        """
        return scores

    def weight(self) -> Tensor:
        """Return the class weights (C,), float64."""
        return torch.ones(len(self.class_counts), dtype=torch.float64)

    def pointwise(self, scores: Tensor, labels: Tensor) -> Tensor:
        """Return the loss of each row (B,): cross-entropy."""
        return F.cross_entropy(scores, labels, reduction="none")

    def extra(self, outputs: Outputs, labels: Tensor) -> Tensor | float:
        """Return what is added to each row (B,): a term on the embeddings."""
        return 0.0

    def needs(self) -> tuple[str, ...]:
        """Return the fields of `Outputs` that these parameter values require."""
        return (self.uses,)

    def margins(self) -> Tensor | None:
        """Return the margin of each class (C,) in `margin_unit`, float64; None where samples of one class differ."""
        return None

    def margin_at(self, scores: Tensor, labels: Tensor) -> Tensor | None:
        """Return the margin (B,) in `margin_unit` at these scores (B, C); None for a loss without margins."""
        margins = self.margins()
        return None if margins is None else margins.to(scores.dtype)[labels]

    def margin_in_words(self) -> str:
        """Return the numbers of the margin and of which samples it is, for a figure's caption."""
        return ", ".join(f"{key} = {value:g}" for key, value in self.options.items() if isinstance(value, float))

    def set_progress(self, progress: float) -> None:
        """Tell the loss how far training is, 0 to 1; most losses do not care, and tell only a loss inside them."""
        for inner in self.children():
            if isinstance(inner, Loss):
                inner.set_progress(progress)

    @classmethod
    def reference(cls, case: Case, **params: Any) -> np.ndarray:
        """Return the paper's formula in plain numpy float64, equal to ``reduction="none"``."""
        raise BadDeclaration(f"{cls.__name__} has no `reference`: the formula in numpy, for the tests")

    @classmethod
    def controls(cls, given: Mapping[str, Any]) -> Mapping[str, Control]:
        """Return all that a spelling may set, at these values: a plug-in adds its base's, as ``base.name``."""
        return cls.params

    # What every loss shares ------------------------------------------------------------------------------------

    @property
    def options(self) -> dict[str, Any]:
        """The values of the declared parameters."""
        return {key: getattr(self, key) for key in self.params}

    def adjusted(self, outputs: Outputs, labels: Tensor) -> Tensor:
        """Return the scores (B, C) of these outputs as they enter the pointwise loss.

        A loss whose margin follows more than the scores overrides this in place of `adjust`.
        """
        return self.adjust(getattr(outputs, self.uses), labels)

    def classified(self, outputs: Outputs, labels: Tensor) -> Tensor:
        """Return the classification term of each row (B,), without its weight: 0 where the loss takes no scores."""
        if self.uses == "embedding":
            assert outputs.embedding is not None
            return outputs.embedding.new_zeros(len(labels))
        return self.pointwise(self.adjusted(outputs, labels), labels)

    @classmethod
    def fields(cls, **params: Any) -> tuple[str, ...]:
        """Return what `needs` says at these parameters, by default their defaults."""
        if cls.needs is Loss.needs:
            return (cls.uses,)  # without making one: a loss with fixed weights is made for its number of classes only
        return cls((2, 1), **params).needs()

    @property
    def logit_scale(self) -> float | None:
        """What turns the cosines that the loss takes into logits; None for a loss of logits: training finds theirs."""
        return float(getattr(self, "scale", 1.0)) if self.uses == "cosine" else None

    @property
    def counts_wide(self) -> Tensor:
        """The counts as float64 on the loss's device: logarithms and powers are taken of these."""
        return self.counts.to(torch.float64)

    def set_class_weight(self, weight: Any) -> None:
        """Overwrite the class weights in place: fixed ones, or those that deferred re-weighting brings in.

        Parameters
        ----------
        weight : Tensor, ndarray or sequence (C,), or mapping from class id to number
            One for each class, finite and above 0. By the default ``weights_by="batch"`` the mean is that of
            ``torch.nn.CrossEntropyLoss(weight=...)``, and only their ratios matter.

        Raises
        ------
        BadInput
            For anything else; the old weights stay.

        Examples
        --------
        >>> import ltviz
        >>> loss = ltviz.make_loss("ce", [5000, 500, 50])
        >>> loss.set_class_weight([1.0, 2.0, 8.0])
        """
        with torch.no_grad():
            self.class_weight.copy_(weights(weight, self.class_weight, self.name))

    @contextmanager
    def unchecked(self) -> Iterator[None]:
        """Skip the checks of values (not of shapes) inside a loop whose data has been checked once.

        On a GPU a check of values waits for the device; see `forward` for where they are left out anyway.

        Examples
        --------
        >>> import ltviz, torch
        >>> loss = ltviz.make_loss("ce", [5000, 500, 50])
        >>> with loss.unchecked():
        ...     value = loss(torch.zeros(2, 3), torch.tensor([0, 2]))
        """
        before, self.values_checked = self.values_checked, False
        try:
            yield
        finally:
            self.values_checked = before

    def forward(self, outputs: Outputs | Tensor, labels: Tensor) -> Tensor:
        """Return the loss.

        Shapes and types are always checked. Values (NaN, infinity, labels out of range, cosines beyond 1) are too,
        except where none can be read: inside `unchecked`, ``torch.compile``, ``torch.export`` and ``torch.func.vmap``,
        and while a CUDA graph is recorded.

        Parameters
        ----------
        outputs : Outputs or Tensor (B, C)
            By name: ``Outputs(logits=z)``, ``Outputs(cosine=c, logits=scale * c)``. A bare tensor fills the field that
            the loss `uses`, logits or cosines: whether it holds them cannot always be seen.
        labels : Tensor (B,)
            Class ids 0 .. C-1, any integer type; there is no ignored label.

        Returns
        -------
        Tensor
            A scalar, or (B,) for ``reduction="none"``; float32 or wider.

        Warns
        -----
        LikelyMistake
            Once, where a loss on logits has been trained for a thousand steps and none of them exceeded 1: they are
            more likely cosines without their scale.
        """
        kind = "cpu" if self.counts.is_meta else self.counts.device.type
        with torch.autocast(kind, enabled=False):
            outputs, labels = checked(self, outputs, labels)
            point = self.classified(outputs, labels)
            weight = self.class_weight.to(point.dtype)[labels]
            if self.weights_by == "batch":
                weight = weight / weight.mean()
            rows = weight * point + self.extra(outputs, labels)
            if self.reduction == "none":
                return rows
            return rows.mean() if self.reduction == "mean" else rows.sum()

    def by_row(self, outputs: Outputs | Tensor, labels: Tensor) -> Tensor:
        """Return the loss of each row (B,), whatever the reduction; see `forward`."""
        before, self.reduction = self.reduction, "none"
        try:
            rows: Tensor = self(outputs, labels)
        finally:
            self.reduction = before
        return rows

    def _load_from_state_dict(self, state_dict: Any, prefix: str, *args: Any, **kwargs: Any) -> None:
        other = state_dict.get(f"{prefix}counts")
        own = self.class_counts.values.tolist()
        if other is not None and not other.is_meta and other.tolist() != own:
            raise BadInput(
                f"this state belongs to other class counts: {other.tolist()}, here {own}; make the loss with those "
                "counts"
            )
        key = f"{prefix}class_weight"
        if key in state_dict:  # with assign=True torch would take the tensor itself, of any dtype
            state_dict[key] = weights(state_dict[key], self.class_weight, self.name)
        super()._load_from_state_dict(state_dict, prefix, *args, **kwargs)

    def _apply(self, fn: Any, recurse: bool = True) -> Loss:
        """Move the buffers, but never narrow them: ``.half()`` leaves float32 weights as they are."""

        def moved(tensor: Tensor) -> Tensor:
            out = fn(tensor)
            return tensor.to(out.device) if out.dtype.itemsize < tensor.dtype.itemsize else out

        return super()._apply(moved, recurse)

    def extra_repr(self) -> str:
        """Show the parameters in the module's repr."""
        return ", ".join(f"{key}={value!r}" for key, value in self.options.items())


def _twin(function: Any) -> Any:
    """Return a copy with a code object of its own.

    torch.compile keeps at most eight versions of one code object; the losses would share those of `Loss.forward`.
    """
    code = function.__code__.replace()
    twin = FunctionType(code, function.__globals__, function.__name__, function.__defaults__, function.__closure__)
    return wraps(function)(twin)
