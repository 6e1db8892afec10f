"""How far does one sample stand from the boundary in the plane, and how far ahead is its logit?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from ltviz.core.checks import number, one_of
from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadInput
from ltviz.datasets import toy
from ltviz.losses import Loss, LossSpec, Outputs
from ltviz.plane.fit import Fit2D, fit2d
from ltviz.plane.threads import one_thread

SCENES = ("overlap", "separable")  # two classes: one straight boundary


@dataclass(frozen=True)
class MarginSpaces:
    """One sample's two margins, trained without and with the loss's margin; see `margin_spaces`.

    Parameters
    ----------
    loss, neutral : str
        Spellings: of the loss, and of what it is without its margin. Below, the first of two is the neutral one.
    counts : ClassCounts
        Training counts.
    points, labels : ndarray (N, 2), (N,)
        The training points.
    sigma : float
        A class's standard deviation, in the points' unit.
    sample : ndarray (2,)
        The point that is looked at, of the rare class.
    foot : ndarray (2, 2)
        The place on each boundary that is nearest to it.
    distance : ndarray (2,)
        Its distance to each boundary in sigma, positive on its own class's side: the margin in the input space.
    gap : ndarray (2,)
        Its own logit minus the other one: the margin in the label space.
    margin : ndarray (2,)
        What the loss takes off that gap in training, in logits; 0 for the neutral form.
    normal : ndarray (2, 2)
        Unit normals of the boundaries, into the rare class's side.
    caption : str
        What was done.
    """

    loss: str
    neutral: str
    counts: ClassCounts
    points: np.ndarray
    labels: np.ndarray
    sigma: float
    sample: np.ndarray
    foot: np.ndarray
    distance: np.ndarray
    gap: np.ndarray
    margin: np.ndarray
    normal: np.ndarray
    caption: str


def margin_spaces(
    *,
    loss: str = "ldam",
    scene: str = "separable",
    imbalance: float = 100.0,
    sample: int = 0,
    seed: int = toy.SEED,
) -> MarginSpaces:
    """Fit a loss and its neutral form to the same points, and measure one rare sample in both spaces.

    Parameters
    ----------
    loss : str
        The spelling of a loss that becomes cross-entropy at some parameter values.
    scene : {"overlap", "separable"}
        Two clouds.
    imbalance : float
        Frequent over rare class.
    sample : int
        Which of the rare class's points: 0 is the one nearest to the boundary without margin, or furthest beyond it.
    seed : int
        Of the points.

    Raises
    ------
    BadInput
        For a value out of range, or a loss without a neutral form.
    """
    spec = LossSpec.of(loss)
    if not spec.loss.neutral:
        raise BadInput(
            f"{spec.name} has no neutral parameter values, so no form without its margin to be compared with; give "
            "one that has, such as ldam or logit_adjustment"
        )
    neutral = spec.given(**spec.loss.neutral)
    data = toy.scene(one_of("scene", scene, SCENES), imbalance=imbalance, seed=seed)
    rare = data.counts.rarest if data.counts[0] != data.counts[1] else 1
    at = number("sample", sample, 0, data.counts[rare] - 1, whole=True)
    made = [each.make(data.counts) for each in (neutral, spec)]
    fits = [fit2d(data.points, data.labels, each) for each in made]
    own = data.points[data.labels == rare]
    normals, offsets = zip(*(line(fit, rare) for fit in fits), strict=True)
    point = own[np.argsort(own @ normals[0], kind="stable")[at]]
    reach = np.array([point @ n - b for n, b in zip(normals, offsets, strict=True)])
    foot = np.stack([point - r * n for r, n in zip(reach, normals, strict=True)])
    gap, margin = np.array([_gaps(fit, each, point, rare) for fit, each in zip(fits, made, strict=True)]).T
    distance = reach / data.sigma
    caption = (
        f"{toy.SCENES[scene].title} ({', '.join(map(str, data.counts))} points). Trained without and with the margin, "
        f"the sample stands {distance[0]:.2f} σ and {distance[1]:.2f} σ from the boundary; its logit is {gap[0]:.1f} "
        f"and {gap[1]:.1f} ahead, of which the loss counts {(gap - margin)[0]:.1f} and {(gap - margin)[1]:.1f}."
    ).replace("-", "\u2212")
    return MarginSpaces(
        spec.text, neutral.text, data.counts, data.points, data.labels, data.sigma, point, foot, distance, gap, margin,
        np.stack(normals), caption,
    )  # fmt: skip


def line(fit: Fit2D, side: int) -> tuple[np.ndarray, float]:
    """Return the unit normal n (2,) of a straight boundary, into a class's side, and b: it stands where n x = b."""
    first, second = fit.parameters.reshape(2, 3)
    x, y, off = (second - first) * (1 if side == 1 else -1)
    length = float(np.hypot(x, y))
    normal = np.array([x, y]) / length
    return normal, float(normal @ fit.model.centre - off / length * fit.model.spread)


def _gaps(fit: Fit2D, loss: Loss, point: np.ndarray, label: int) -> tuple[float, float]:
    """Return by how much the own logit is ahead, and what of that the loss takes off."""
    with one_thread(), torch.no_grad():
        logits = torch.from_numpy(np.array(fit.scores(point[None])))
        outputs = Outputs(logits=logits, **({"cosine": logits / fit.scale} if loss.uses == "cosine" else {}))
        adjusted = loss.adjusted(outputs, torch.tensor([label]))
    gap, seen = (float(each[0, label] - each[0, 1 - label]) for each in (logits, adjusted))
    return gap, gap - seen
