"""Torch's habits that a loss here does not share: each word, shape or kind of label gets an answer that leads on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ltviz.core.errors import BadInput
from ltviz.core.params import Control, resolve

_WEIGHTS = (
    "class weights are set on the loss: loss.set_class_weight([w_0, ..., w_C-1]) takes fixed ones, the losses "
    "inverse_frequency and class_balanced take them from the counts, and a loss of your own returns them from weight()"
)
_POINTWISE = "write a loss of your own whose `pointwise` is"
WAYS = {
    **dict.fromkeys(("weight", "weights", "class_weight", "class_weights", "alpha"), _WEIGHTS),
    "pos_weight": (
        "it weighs one sigmoid's yes against its no, which is no class weight: write a loss of your own whose "
        "`pointwise` weighs them (focal's form='sigmoid' shows the shape). Otherwise " + _WEIGHTS
    ),
    "label_smoothing": f"{_POINTWISE} F.cross_entropy(scores, labels, reduction='none', label_smoothing=0.1)",
    "ignore_index": "no label is ignored: keep = labels != -100; loss(scores[keep], labels[keep])",
    **dict.fromkeys(("size_average", "reduce"), "it is reduction='mean', 'sum' or 'none'"),
    **dict.fromkeys(("device", "dtype"), "a loss is moved as every torch module is: make_loss(...).to('cuda')"),
    **dict.fromkeys(
        ("num_classes", "cls_num_list", "samples_per_class", "samples_per_cls"),
        "the counts are the argument after the loss's name, and their number is that of the classes",
    ),
}


def way_out(name: str) -> str:
    """Return `` weight: class weights are set ...`` for a word of torch's, else an empty string."""
    return f" {name}: {WAYS[name]}." if name in WAYS else ""


def resolved(owner: str, declared: Mapping[str, Control], given: Mapping[str, Any]) -> dict[str, Any]:
    """Merge the given values over the defaults, each checked; torch's words are answered before any other.

    Raises
    ------
    BadInput
        For a name that is not declared, or a value outside its range.
    """
    for name in given:
        if name in WAYS and name not in declared:
            raise BadInput(f"unknown parameter {name!r} ({given[name]!r}) of {owner}.{way_out(name)}")
    return resolve(owner, declared, given)


def of_scores(field: str, shape: tuple[int, ...], classes: int) -> str:
    """Return how scores of another shape become (batch, classes)."""
    if len(shape) == 1 and shape[0] == classes:
        return f"; one row is {field}[None], with labels (1,)"
    if len(shape) > 2 and shape[1] == classes:
        axes = ", ".join(map(str, (0, *range(2, len(shape)), 1)))
        return f"; flatten dense outputs: {field}.permute({axes}).reshape(-1, {classes}), labels.reshape(-1)"
    if len(shape) > 2 and shape[-1] == classes:
        return f"; flatten them: {field}.reshape(-1, {classes}), labels.reshape(-1)"
    return ""


def of_labels(kind: str, shape: tuple[int, ...], classes: int) -> str:
    """Return how labels of another kind (``"float"``, ``"bool"``, ``"integer"``) or shape become class ids (B,)."""
    if len(shape) == 2 and shape[1] == 1:
        return "; a column becomes labels.squeeze(1).long()"
    if len(shape) == 2 and shape[1] == classes:
        soft = (
            "; of soft ones each class takes its share (the mean of reduction='none' times labels[:, c], with labels "
            "all c), and mixup is lam * loss(scores, a) + (1 - lam) * loss(scores, b)"
        )
        return f"; one-hot labels become labels.argmax(dim=1){soft if kind == 'float' else ''}"
    if len(shape) > 1:
        return "; flatten them and the scores: labels.reshape(-1), scores of shape (labels, classes)"
    return "; whole numbers in another type become labels.long()" if shape and kind != "integer" else ""
