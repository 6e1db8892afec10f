"""What goes into a loss: the outputs of a model and the labels, checked before anything is computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from ltviz.core.errors import BadInput

if TYPE_CHECKING:
    from ltviz.losses._base import Loss


@dataclass(frozen=True)
class Outputs:
    """What a model returns for a batch of B samples; a loss names the fields that it needs.

    Parameters
    ----------
    logits : Tensor (B, C), optional
        Unnormalised scores.
    cosine : Tensor (B, C), optional
        Cosines between the feature and each class weight, in [-1, 1].
    embedding : Tensor (B, D) or (B, views, D), optional
        Features, unnormalised, in one space with `prototypes`.
    prototypes : Tensor (C, D), optional
        Class vectors, unnormalised.
    peers, teacher : optional
        Logits of other networks, for ensembles and distillation.
    """

    logits: Tensor | None = None
    cosine: Tensor | None = None
    embedding: Tensor | None = None
    prototypes: Tensor | None = None
    peers: Any = None
    teacher: Any = None


def checked(loss: Loss, outputs: Outputs | Tensor, labels: Tensor) -> tuple[Outputs, Tensor]:
    """Return outputs widened to float32 and labels as int64, or say what is wrong with them."""
    if isinstance(outputs, Tensor):
        outputs = Outputs(**{loss.uses: outputs})
    if not isinstance(outputs, Outputs):
        raise BadInput(f"{loss.name} takes a tensor or ltviz.Outputs; got {type(outputs).__name__}")
    for field in loss.needs():
        if getattr(outputs, field) is None:
            raise BadInput(f"{loss.name} needs {' and '.join(loss.needs())}; {field} is missing from the outputs")
    fields = ("logits", "cosine", "embedding", "prototypes")
    wide = {f: _tensor(loss, f, getattr(outputs, f)) for f in fields if getattr(outputs, f) is not None}
    return replace(outputs, **wide), _labels(loss, labels, wide)


def _tensor(loss: Loss, field: str, tensor: Tensor) -> Tensor:
    if not isinstance(tensor, Tensor) or not tensor.dtype.is_floating_point:
        seen = tensor.dtype if isinstance(tensor, Tensor) else type(tensor).__name__
        raise BadInput(f"{field} must be floating point; got {seen}")
    if tensor.device != loss.counts.device:
        raise BadInput(f"all must be on the same device: {field} {tensor.device}, {loss.name} {loss.counts.device}")
    half = tensor.dtype.itemsize < 4
    wide = tensor.float() if half else tensor
    if field in ("logits", "cosine"):
        classes = len(loss.class_counts)
        if wide.ndim != 2:
            raise BadInput(f"{field} must be (batch, classes); got {tuple(wide.shape)}")
        if wide.shape[0] == 0:
            raise BadInput(f"{field} have 0 rows: an empty batch has no mean")
        if wide.shape[1] != classes:
            raise BadInput(f"{field} have {wide.shape[1]} columns, counts have {classes} classes")
    if loss.values_checked and not _capturing(wide):
        _values(loss, field, wide.detach(), 1.01 if half else 1.0001)
    return wide


def _values(loss: Loss, field: str, tensor: Tensor, most: float) -> None:
    """Refuse NaN, infinity, and cosines beyond what the rounding of a product of unit vectors explains."""
    if not bool(tensor.isfinite().all()):
        place = torch.nonzero(~tensor.isfinite())[0].tolist()
        words = ("row", "class") if field in ("logits", "cosine") else ("row", "place", "place")
        where = ", ".join(f"{word} {i}" for word, i in zip(words, place, strict=False))
        raise BadInput(f"{field}: {where} is {tensor[tuple(place)].item()}; only finite values have a loss")
    largest = float(tensor.abs().max()) if field == "cosine" else 0.0
    if not largest <= most:
        raise BadInput(f"{loss.name} takes cosines, found {largest:g}: normalise features and class weights")


def _labels(loss: Loss, labels: Tensor, fields: Mapping[str, Tensor]) -> Tensor:
    classes = len(loss.class_counts)
    if not isinstance(labels, Tensor) or labels.dtype.is_floating_point or labels.dtype.is_complex:
        seen = str(labels.dtype) if isinstance(labels, Tensor) else type(labels).__name__
        raise BadInput(f"labels must be class ids (integers); got {seen}")
    if labels.dtype == torch.bool or labels.ndim != 1:
        seen = f"{labels.dtype} {tuple(labels.shape)}"
        raise BadInput(f"labels must be class ids (integers), one per row (B,); got {seen}")
    field, rows = next(((f, t) for f, t in fields.items() if f != "prototypes"), ("", labels))
    if labels.device != rows.device:
        raise BadInput(f"all must be on the same device: {field} {rows.device}, labels {labels.device}")
    if len(labels) != len(rows):
        raise BadInput(f"{len(labels)} labels for {len(rows)} rows")
    labels = labels.long()
    if loss.values_checked and not _capturing(labels):
        wrong = (labels < 0) | (labels >= classes)
        if bool(wrong.any()):
            row = int(torch.nonzero(wrong)[0])
            raise BadInput(f"label {int(labels[row])} at row {row}, classes are 0..{classes - 1}; no label is ignored")
    return labels


def _capturing(tensor: Tensor) -> bool:
    """Whether a CUDA graph is being recorded, in which no value may be read."""
    return tensor.is_cuda and torch.cuda.is_current_stream_capturing()
