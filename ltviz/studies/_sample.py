"""One sample between two classes: the geometry on which losses of any kind are compared through their hooks.

Class directions are orthogonal unit vectors. The sample's feature lies at an angle theta from its own class's, in
the plane of that and one rival's: its cosines are cos(theta) to its own class, sin(theta) to the rival, 0 to all
others. It is on the right side of the boundary below 45 degrees.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadInput
from ltviz.losses import Loss, LossSpec, Outputs

SHARPNESS = 10.0  # logits per cosine for a loss without a scale: about what a trained linear head reaches
_VECTORS = 2000  # classes, whose unit vectors fill 32 MB
_SCORES = 4_000_000  # in one part of the classes
_ROUNDING = 1e-12  # logits: below it a difference is none
_FIELDS = ("logits", "cosine", "embedding", "prototypes", "peers", "teacher")


def make(loss: LossSpec, counts: ClassCounts) -> Loss:
    """Return a loss in its final form: nothing is drawn at random."""
    return loss.make(counts).eval()


def scored(loss: Loss, what: str) -> Loss:
    """Return a loss that takes scores, or say what one of embeddings alone does not have."""
    if loss.uses == "embedding":
        raise BadInput(f"{loss.name} takes embeddings alone and no scores, so it has no {what}; choose another loss")
    return loss


def rivals(counts: ClassCounts) -> np.ndarray:
    """Return each class's rival (C,): the most frequent other class."""
    order = counts.by_frequency
    return np.where(np.arange(len(counts)) == order[0], order[1], order[0])


def outputs(loss: Loss, labels: Tensor, theta: Tensor, sharpness: float = SHARPNESS) -> Outputs:
    """Return what a model would give for samples of these classes (B,) at these angles (B,), float64.

    Raises
    ------
    BadInput
        For a loss that needs more than scores, an embedding and class vectors.
    """
    for field in loss.needs():
        if field not in _FIELDS:
            raise BadInput(f"{loss.name} needs {field}, which one sample alone does not have; choose another loss")
    classes = len(loss.class_counts)
    vectors = classes <= _VECTORS
    if not vectors and {"embedding", "prototypes"} & {*loss.needs()}:
        raise BadInput(
            f"{loss.name} needs a vector of each class, here as long as there are classes; {classes} are too many: "
            f"at most {_VECTORS}"
        )
    rows = torch.arange(len(labels))
    rival = torch.as_tensor(rivals(loss.class_counts))[labels]
    cosine = torch.zeros(len(labels), classes, dtype=torch.float64)
    cosine = cosine.index_put((rows, labels), theta.cos()).index_put((rows, rival), theta.sin())
    logits = _scale(loss, sharpness) * cosine
    return Outputs(
        logits=logits,
        cosine=cosine,
        embedding=cosine if vectors else None,  # the directions are the axes, so the cosines are the coordinates
        prototypes=torch.eye(classes, dtype=torch.float64) if vectors else None,
        peers=logits[:, None],  # another net and a teacher, where a loss asks them, say the same
        teacher=logits,
    )


def drops(loss: Loss, theta: float, sharpness: float = SHARPNESS) -> np.ndarray:
    """Return by how much the loss lowers the logit of a sample's own class, for each class that is drawn (K,).

    It is measured against the most frequent class's logit, where that is not the target: the softmax does not
    see a shift that all logits share, so a prior's shift is 0 for the most frequent class.
    """
    own: list[np.ndarray] = []
    with torch.no_grad(), loss.unchecked():
        for labels in parts(loss.class_counts):
            fall = _fall(loss, labels, theta, sharpness)
            own.append(fall[np.arange(len(labels)), labels])
        common = _fall(loss, torch.tensor([loss.class_counts.rarest]), theta, sharpness)
    fall = np.concatenate(own) - common[0, loss.class_counts.most_frequent]
    return np.where(np.abs(fall) < _ROUNDING, 0.0, fall)  # a shift that all logits share cancels up to rounding


def parts(counts: ClassCounts) -> tuple[Tensor, ...]:
    """Return the labels of the classes that are drawn, in parts whose scores have room in memory."""
    return torch.from_numpy(counts.drawn).split(max(1, _SCORES // len(counts)))


def _fall(loss: Loss, labels: Tensor, theta: float, sharpness: float) -> np.ndarray:
    if loss.uses == "embedding":
        return np.zeros((len(labels), len(loss.class_counts)))
    given = outputs(loss, labels, torch.full((len(labels),), theta, dtype=torch.float64), sharpness)
    assert given.logits is not None
    return np.asarray((given.logits - loss.adjusted(given, labels)).numpy())


def penalties(loss: Loss, label: int, theta: Tensor, sharpness: float = SHARPNESS) -> Tensor:
    """Return the loss of samples of one class at these angles (n,): weight times penalty, plus the extra term."""
    labels = torch.full((len(theta),), label)
    with loss.unchecked():
        given = outputs(loss, labels, theta, sharpness)
        rows = loss.classified(given, labels) * loss.class_weight.to(torch.float64)[labels]
        if type(loss).extra is Loss.extra:
            return rows
        return rows + torch.stack([_extra(loss, label, angle, sharpness) for angle in theta])


def _extra(loss: Loss, label: int, theta: Tensor, sharpness: float) -> Tensor:
    """Return the embedding term of one sample beside one sample of each class, each at its class's direction."""
    classes = len(loss.class_counts)
    labels = torch.cat([torch.tensor([label]), torch.arange(classes)])
    angles = torch.cat([theta[None], torch.zeros(classes, dtype=torch.float64)])
    term: Any = loss.extra(outputs(loss, labels, angles, sharpness), labels)
    return term[0] if isinstance(term, Tensor) and term.ndim else torch.as_tensor(term, dtype=torch.float64)


def _scale(loss: Loss, sharpness: float) -> float:
    return loss.logit_scale or sharpness
