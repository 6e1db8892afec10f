"""The base of all losses: cross-entropy with four hooks, of which a loss overrides only what it changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ltviz.core.by_class import by_class
from ltviz.core.checks import one_of
from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadDeclaration, BadInput
from ltviz.core.params import Control, resolve
from ltviz.losses._inputs import Outputs, checked
from ltviz.losses._registry import register


class Loss(nn.Module):
    r"""Cross-entropy with four hooks: `adjust`, `weight`, `pointwise`, `extra`.

    Equation
    --------
    row_i = w_i * pointwise(adjust(outputs), y)_i / mean_batch(w) + extra_i, with w_i the class weight of y_i.

    Parameters
    ----------
    counts : ClassCounts or anything that makes one
        The training set's counts by class id, in any order.
    reduction : {"mean", "sum", "none"}
        ``none`` returns row_i (B,); ``mean`` their mean; ``sum`` B times the mean.
    weights_by : {"batch", "none"}
        ``batch`` divides by the mean weight of the batch, as PyTorch's weighted cross-entropy does (with one row,
        its weight cancels); ``none`` leaves the weights as they are.
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
    uses: ClassVar[str] = "logits"
    params: ClassVar[Mapping[str, Control]] = {}
    neutral: ClassVar[Mapping[str, Any] | None] = None
    margin_from_counts: ClassVar[bool] = False
    exempt: ClassVar[Mapping[str, str]] = {}

    counts: Tensor
    class_weight: Tensor

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.__name__.startswith("_"):
            return
        for field in ("title", "source"):
            if not getattr(cls, field):
                raise BadDeclaration(f"the loss {cls.__name__} needs a `{field}` (see ltviz.losses.ce for the pattern)")
        if cls.uses not in ("logits", "cosine", "embedding"):
            raise BadDeclaration(f"{cls.__name__}.uses must be 'logits', 'cosine' or 'embedding'; got {cls.uses!r}")
        register(cls)

    def __init__(
        self,
        counts: ClassCounts | Any,
        *,
        reduction: str = "mean",
        weights_by: str = "batch",
        **params: Any,
    ) -> None:
        super().__init__()
        self.reduction = one_of("reduction", reduction, ("mean", "sum", "none"))
        self.weights_by = one_of("weights_by", weights_by, ("batch", "none"))
        self.class_counts = ClassCounts(counts)
        for key, value in resolve(self.name, self.params, params).items():
            setattr(self, key, value)
        self.values_checked = True
        self.register_buffer("counts", torch.from_numpy(self.class_counts.values.copy()))
        self.register_buffer("class_weight", torch.ones(len(self.class_counts)))
        self.set_class_weight(self.weight())

    # What a loss may change ------------------------------------------------------------------------------------

    def adjust(self, outputs: Outputs, labels: Tensor) -> Tensor:
        """Return the scores (B, C) that enter the pointwise loss: margins and shifts are put in here."""
        assert outputs.logits is not None
        return outputs.logits

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

    def set_progress(self, progress: float) -> None:
        """Tell the loss how far training is, 0 to 1; most losses do not care."""

    @classmethod
    def reference(
        cls,
        outputs: Mapping[str, np.ndarray],
        labels: np.ndarray,
        counts: np.ndarray,
        class_weight: np.ndarray,
        draw: Any = None,
        **params: Any,
    ) -> np.ndarray:
        """Return the paper's formula in plain numpy float64, equal to ``reduction="none"``."""
        raise BadDeclaration(f"{cls.__name__} has no `reference`: the formula in numpy, for the tests")

    # What every loss shares ------------------------------------------------------------------------------------

    @property
    def options(self) -> dict[str, Any]:
        """The values of the declared parameters."""
        return {key: getattr(self, key) for key in self.params}

    @property
    def counts_wide(self) -> Tensor:
        """The counts as float64 on the loss's device: logarithms and powers are taken of these."""
        return self.counts.to(torch.float64)

    def set_class_weight(self, weight: Any) -> None:
        """Overwrite the class weights in place, as deferred re-weighting does; what carries class ids is read by them.

        Raises
        ------
        BadInput
            If they are not (C,), finite and above 0; the old weights stay.
        """
        weight = torch.as_tensor(by_class("class weights", weight))
        if weight.shape != self.class_weight.shape:
            raise BadInput(f"class weights must be ({len(self.counts)},); got {tuple(weight.shape)}")
        narrow = weight.to(self.class_weight)
        if not bool((narrow > 0).all() and narrow.isfinite().all()):
            raise BadInput(f"class weights must be finite and above 0; got {weight.tolist()}")
        with torch.no_grad():
            self.class_weight.copy_(narrow)

    @contextmanager
    def unchecked(self) -> Iterator[None]:
        """Skip the checks of values (not of shapes) inside a loop whose data has been checked once."""
        before, self.values_checked = self.values_checked, False
        try:
            yield
        finally:
            self.values_checked = before

    def forward(self, outputs: Outputs | Tensor, labels: Tensor) -> Tensor:
        """Return the loss.

        Parameters
        ----------
        outputs : Outputs or Tensor (B, C)
            A bare tensor fills the field that the loss `uses`: logits, or cosines.
        labels : Tensor (B,)
            Class ids 0 .. C-1, any integer type; there is no ignored label.

        Returns
        -------
        Tensor
            A scalar, or (B,) for ``reduction="none"``; float32 or wider.
        """
        with torch.autocast(self.counts.device.type, enabled=False):
            outputs, labels = checked(self, outputs, labels)
            point = self.pointwise(self.adjust(outputs, labels), labels)
            weight = self.class_weight.to(point.dtype)[labels]
            if self.weights_by == "batch":
                weight = weight / weight.mean()
            rows = weight * point + self.extra(outputs, labels)
            if self.reduction == "none":
                return rows
            return rows.mean() if self.reduction == "mean" else rows.sum()

    def _load_from_state_dict(self, state_dict: Any, prefix: str, *args: Any, **kwargs: Any) -> None:
        other = state_dict.get(f"{prefix}counts")
        if other is not None and not torch.equal(other.cpu(), self.counts.cpu()):
            raise BadInput(
                f"this state belongs to other class counts: {other.tolist()}, here {self.counts.tolist()}; make the "
                "loss with those counts"
            )
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
