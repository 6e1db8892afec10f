"""The exercises of lesson 9, angles."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ltviz.course.exercise import Exercise, Mistake
from ltviz.studies.margin_curve import margin_curve

_SCALE = 30.0


def _vectors(draw: np.random.Generator) -> dict[str, Any]:
    lengths = np.array([0.5, 2.0, 5.0])
    return {
        "feature": (4 * draw.standard_normal(4)).round(2),
        "vectors": (draw.standard_normal((3, 4)) * draw.permutation(lengths)[:, None]).round(2),
        "scale": _SCALE,
    }


def _cosines(given: Any) -> np.ndarray:
    lengths = np.linalg.norm(given.vectors, axis=1) * np.linalg.norm(given.feature)
    return np.asarray(given.vectors @ given.feature / lengths)


def _angles(draw: np.random.Generator) -> dict[str, Any]:
    return {"angle": int(draw.integers(25, 60)), "margin": int(draw.integers(10, 25)), "scale": _SCALE}


def _dropped(given: Any) -> float:
    """Return by how much DBM's loss lowers the target's logit, with the class margin alone."""
    loss = f"dbm(margin={math.radians(given.margin)}, scale={given.scale}, instance=none)"
    return float(margin_curve(losses=loss, angle=given.angle, counts=[9, 9]).logits[0][0])


def _fan(draw: np.random.Generator) -> dict[str, Any]:
    middle = float(draw.uniform(20, 40))
    images = (middle + draw.uniform(-20, 20, 9)).round(1)
    vector = round(float(images.max() + draw.uniform(75, 95)), 1)
    wide = float(np.abs(images - np.median(images)).mean())
    return {"images": images, "vector": vector, "within": round(1.1 * wide + 0.5, 1)}


def _mean_angle(turned: float, given: Any) -> float:
    return float(np.abs(given.images - (given.vector + turned)).mean())


EXERCISES = (
    Exercise(
        "09.1",
        "A score without lengths",
        given=_vectors,
        right=lambda given: given.scale * _cosines(given),
        mistakes=(
            Mistake(
                lambda given: given.vectors @ given.feature,
                "These are the scores of a linear head: the lengths of the feature and of the class vectors are "
                "still in them.",
            ),
            Mistake(
                _cosines,
                "These are the cosines. The scale is missing: without it softmax never comes near to 1.",
            ),
            Mistake(
                lambda given: given.scale * given.vectors @ given.feature / np.linalg.norm(given.feature),
                "You took out the feature's length only. A long class vector still wins by its length.",
            ),
        ),
        hint="Divide the products of feature and class vectors by both lengths, and multiply by the scale.",
    ),
    Exercise(
        "09.2",
        "What a margin on the angle takes off",
        given=_angles,
        right=_dropped,
        mistakes=(
            Mistake(
                lambda given: given.scale * math.radians(given.margin),
                "That is a margin of the same size on the cosine. On the angle it depends on where the image lies.",
            ),
            Mistake(
                lambda given: given.scale * (math.cos(given.angle) - math.cos(given.angle + given.margin)),
                "You gave degrees to a cosine that takes radians: use numpy.radians.",
            ),
            Mistake(
                lambda given: given.scale * math.radians(given.margin) * math.sin(math.radians(given.angle)),
                "That is the rule for small margins, s m sin(theta). This margin is not small.",
            ),
            Mistake(
                lambda given: -_dropped(given),
                "The size is right. How much is taken off is what the logit loses: without the margin minus with it.",
            ),
        ),
        within=0.005,
        hint="s cos(theta) - s cos(theta + m), both angles in radians.",
    ),
    Exercise(
        "09.3",
        "Turn the vector until the images are near",
        given=_fan,
        accepts=lambda answer, given: _mean_angle(float(answer), given) <= given.within,
        mistakes=(
            Mistake(
                lambda given: float(np.median(given.images)),
                "Say by how much to turn the vector, not where it should point, and mind the sign.",
                when=lambda answer, given: _mean_angle(float(answer) - given.vector, given) <= given.within,
            ),
            Mistake(
                lambda given: given.vector - float(np.median(given.images)),
                "You turned it the wrong way: away from the images. Their angles are smaller than the vector's.",
                when=lambda answer, given: float(answer) > 0,
            ),
        ),
        hint="The mean distance to some numbers is smallest at their median. From the vector's angle it is a turn by "
        "median minus angle.",
    ),
    Exercise(
        "09.4",
        "The angle that the ideal leaves",
        given=lambda draw: {"classes": int(draw.choice([4, 5, 20, 50, 100]))},
        right=lambda given: math.degrees(math.acos(math.sqrt(1 - 1 / given.classes))),
        mistakes=(
            Mistake(
                lambda given: math.acos(math.sqrt(1 - 1 / given.classes)),
                "The number is right in radians; it is asked for in degrees.",
            ),
            Mistake(
                lambda given: math.degrees(math.acos(-1 / (given.classes - 1))),
                "That is the angle between two class vectors. Asked for is that of an image to its own.",
            ),
            Mistake(
                lambda given: math.degrees(math.acos(1 - 1 / given.classes)),
                "You forgot a root: the vector's own length has to be divided out, and it is the root of 1 - 1/C.",
            ),
        ),
        hint="The image is e_y; the vector is e_y minus the mean of all, which has 1 - 1/C in place y. Divide by its "
        "length.",
    ),
)
