"""What goes into a loss: the outputs of a model and the labels, checked before anything is computed."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor
from torch.masked import MaskedTensor

from ltviz.core.by_class import brief, by_class, readable
from ltviz.core.errors import BadInput, LikelyMistake
from ltviz.losses._habits import of_labels, of_scores

if TYPE_CHECKING:
    from ltviz.losses._base import Loss

PATIENCE = 1000  # steps: a linear layer that learns at all has left [-1, 1] long before
_FIELDS = ("logits", "cosine", "embedding", "prototypes", "peers", "teacher")
_SCORES = ("logits", "cosine", "teacher")


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
    peers : Tensor (B, networks, C), optional
        Logits of other networks that learn beside this one.
    teacher : Tensor (B, C), optional
        Logits of a network that has learned.
    """

    logits: Tensor | None = None
    cosine: Tensor | None = None
    embedding: Tensor | None = None
    prototypes: Tensor | None = None
    peers: Tensor | None = None
    teacher: Tensor | None = None


def checked(loss: Loss, outputs: Outputs | Tensor, labels: Tensor) -> tuple[Outputs, Tensor]:
    """Return outputs widened to float32 and labels as int64, or say what is wrong with them."""
    if isinstance(outputs, Tensor):
        outputs = Outputs(**{loss.uses: outputs})
    if not isinstance(outputs, Outputs):
        raise BadInput(f"{loss.name} takes a tensor or ltviz.Outputs; got {type(outputs).__name__}{_handed(outputs)}")
    needs = loss.needs()
    for field in needs:
        if getattr(outputs, field) is None:
            every = " and ".join(needs)
            raise BadInput(f"{loss.name} needs {every}; {field} is missing from the outputs{_ways(field)}")
    wide = {f: _tensor(loss, f, getattr(outputs, f)) for f in _FIELDS if getattr(outputs, f) is not None}
    return replace(outputs, **wide), _labels(loss, labels, wide)


def _handed(outputs: Any) -> str:
    """Return how something else becomes a tensor or Outputs."""
    if isinstance(outputs, np.ma.MaskedArray):
        return ": a masked entry has no loss; leave such rows out and give torch.from_numpy(scores.data)"
    if hasattr(outputs, "_asdict"):
        return ": give ltviz.Outputs(**outputs._asdict())"
    if isinstance(outputs, Mapping):
        return ": give ltviz.Outputs(**outputs)"
    return ": torch.as_tensor(scores) makes one" if hasattr(outputs, "__array__") or isinstance(outputs, list) else ""


def _ways(field: str) -> str:
    """Return how the scores that a loss needs are made from what a model has."""
    if field == "cosine":
        return ": cosine = F.normalize(features) @ F.normalize(class_vectors).T, without a bias (a cosine head)"
    if field == "logits":
        return ": of a cosine head, logits = scale * cosine with a scale of 10 to 30"
    return ""


def _dense(name: str, tensor: Tensor) -> None:
    """Refuse tensors whose entries do not all stand there: sparse, nested, masked."""
    masked = isinstance(tensor, MaskedTensor)
    if masked or tensor.is_nested or tensor.layout != torch.strided:
        seen = "a masked tensor" if masked else "a nested tensor" if tensor.is_nested else str(tensor.layout)
        way = "leave such rows out" if masked or tensor.is_nested else f"give {name}.to_dense()"
        raise BadInput(f"{name} must be a dense tensor, in which every entry stands; got {seen}: {way}")


def _tensor(loss: Loss, field: str, tensor: Tensor) -> Tensor:
    if not isinstance(tensor, Tensor):
        raise BadInput(f"{field} must be a tensor; got {type(tensor).__name__}{_handed(tensor)}")
    _dense(field, tensor)
    if not tensor.dtype.is_floating_point:
        raise BadInput(f"{field} must be floating point; got {tensor.dtype}")
    if tensor.device != loss.counts.device:
        raise BadInput(f"all must be on the same device: {field} {tensor.device}, {loss.name} {loss.counts.device}")
    half = tensor.dtype.itemsize < 4
    wide = tensor.float() if half else tensor
    classes = len(loss.class_counts)
    if field == "embedding" and wide.ndim not in (2, 3):
        raise BadInput(f"embedding must be (batch, D) or (batch, views, D); got {tuple(wide.shape)}")
    if field == "prototypes" and (wide.ndim != 2 or len(wide) != classes):
        raise BadInput(f"prototypes must be (classes, D), with {classes} classes; got {tuple(wide.shape)}")
    if field == "peers" and (wide.ndim != 3 or wide.shape[2] != classes):
        raise BadInput(
            f"peers must be (batch, networks, {classes}), as torch.stack(logits, 1); got {tuple(wide.shape)}"
        )
    if field in _SCORES:
        if wide.ndim != 2:
            way = of_scores(field, tuple(wide.shape), classes)
            raise BadInput(f"{field} must be (batch, classes); got {tuple(wide.shape)}{way}")
        if wide.shape[1] != classes:
            raise BadInput(f"{field} have {wide.shape[1]} columns, counts have {classes} classes")
    if wide.numel() == 0:
        raise BadInput(f"{field} have no values, shape {tuple(wide.shape)}: an empty batch has no mean")
    if loss.values_checked:
        largest = _values(loss, field, wide.detach(), 1.01 if half else 1.0001)
        if field == loss.uses == "logits" and tensor.requires_grad and largest is not None:
            _watch(loss, largest)
    return wide


def _values(loss: Loss, field: str, tensor: Tensor, most: float) -> float | None:
    """Refuse NaN, infinity, and cosines beyond what the rounding of a product of unit vectors explains.

    Returns the largest absolute value, or None where none may be read.
    """
    ends = _ends(tensor)
    if ends is None:
        return None
    largest = max(-ends[0], ends[1])  # NaN where a value is
    if not largest < torch.inf:
        place = torch.nonzero(~tensor.isfinite())[0].tolist()
        words = ("row", "class") if field in _SCORES else ("row", "place", "place")
        where = ", ".join(f"{word} {i}" for word, i in zip(words, place, strict=False))
        raise BadInput(f"{field}: {where} is {tensor[tuple(place)].item()}; only finite values have a loss")
    if field == "cosine" and not largest <= most:
        raise BadInput(
            f"{loss.name} takes cosines, found {largest:g}: normalise features and class weights. The logits of a "
            "linear layer are no cosines, however small they are at first"
        )
    return largest


def _watch(loss: Loss, largest: float) -> None:
    """Warn once of logits that training never takes beyond 1: they are more likely cosines without their scale."""
    if loss.small_logits is None:
        return
    loss.small_logits = loss.small_logits + 1 if largest <= 1 else None
    if loss.small_logits == PATIENCE:
        loss.small_logits = None
        warnings.warn(
            f"{loss.name} takes logits, and in {PATIENCE} steps of training none went beyond 1: they are more likely "
            "cosines, whose softmax can never be sure of a class. Multiply them by a scale of 10 to 30: "
            "ltviz.Outputs(logits=scale * cosine)",
            LikelyMistake,
            stacklevel=5,
        )


def _labels(loss: Loss, labels: Tensor, fields: Mapping[str, Tensor]) -> Tensor:
    classes = len(loss.class_counts)
    if not isinstance(labels, Tensor):
        raise BadInput(
            f"labels must be class ids (integers) in a tensor; got {type(labels).__name__}: torch.as_tensor(labels)"
        )
    _dense("labels", labels)
    number, shape = labels.dtype, tuple(labels.shape)
    kind = "bool" if number == torch.bool else "float" if number.is_floating_point or number.is_complex else "integer"
    if kind != "integer" or labels.ndim != 1:
        way = of_labels(kind, shape, classes)
        raise BadInput(f"labels must be class ids (integers), one per row (B,); got {number} {shape}{way}")
    field, rows = next(((f, t) for f, t in fields.items() if f != "prototypes"), ("", labels))
    if labels.device != rows.device:
        raise BadInput(f"all must be on the same device: {field} {rows.device}, labels {labels.device}")
    if len(labels) != len(rows):
        raise BadInput(f"{len(labels)} labels for {len(rows)} rows")
    for other, more in fields.items():
        if other != "prototypes" and len(more) != len(rows):
            raise BadInput(f"{field} have {len(rows)} rows, {other} {len(more)}: all are of one batch")
    labels = labels.long()
    ends = _ends(labels) if loss.values_checked else None
    if ends is not None and not (ends[0] >= 0 and ends[1] < classes):
        row = int(torch.nonzero((labels < 0) | (labels >= classes))[0])
        raise BadInput(
            f"label {int(labels[row])} at row {row}, classes are 0..{classes - 1}; no label is ignored: leave such "
            "rows out"
        )
    return labels


def _ends(tensor: Tensor) -> tuple[float, float] | None:
    """Return the least and the largest value (NaN if one is), or None where none may be read.

    That is while a CUDA graph is recorded, inside torch.compile and torch.export, on the meta device, and in vmap.
    """
    if torch.compiler.is_compiling() or tensor.is_meta:
        return None
    if tensor.is_cuda and torch.cuda.is_current_stream_capturing():
        return None
    try:
        low, high = torch.stack(torch.aminmax(tensor)).cpu()  # one look at the device
        return float(low), float(high)
    except RuntimeError as error:
        if "vmap" not in str(error):
            raise
        return None


def weights(given: Any, like: Tensor, owner: str) -> Tensor:
    """Return class weights as `like` (C,), or say what is wrong with them."""
    rule = f"{owner}: class weights must be ({len(like)},), one for each class, finite and above 0"
    given = by_class("class weights", given)
    if not isinstance(given, Tensor):
        given = readable("class weights", given)
    if isinstance(given, str) or not isinstance(given, Sequence | Tensor | np.ndarray):
        raise BadInput(f"{rule}; got {brief(given)}")
    try:
        wide = given if isinstance(given, Tensor) else torch.as_tensor(np.asarray(given))
    except (TypeError, ValueError, RuntimeError) as error:
        raise BadInput(f"{rule}; got {brief(given)}") from error
    if wide.dtype == torch.bool or wide.dtype.is_complex:
        raise BadInput(f"{rule}; got {wide.dtype}")
    if wide.shape != like.shape:
        raise BadInput(f"{rule}; got {tuple(wide.shape)}: the counts have {len(like)} classes")
    narrow = wide.detach().to(like.dtype)
    ends = _ends(narrow)
    if ends is not None and not (ends[0] > 0 and ends[1] < torch.inf):
        raise BadInput(f"{rule}; got {brief(wide.tolist())}")
    return narrow
