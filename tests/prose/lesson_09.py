"""What ties the sentences of lesson 9, angles, to what measures them."""

from __future__ import annotations

import numpy as np
import torch

from ltviz.losses import make_loss

from .measuring import margins
from .seeds import values
from .ties import OF_09, PLANE, SLOPE, fixed
from .unmeasured import ADVICE, DEFINED, DONE, OTHERS


def rare(method: str, measure: str) -> np.ndarray:
    """A measure of the rare third of the digits, for ten seeds."""
    return values(method, "few", measure)


def row(method: str, *said: float) -> list[bool]:
    of = (rare(method, measure).mean() for measure in ("angle", "spread", "tightness"))
    return [abs(value - each) < by for value, each, by in zip(of, said, (0.06, 0.06, 0.6), strict=True)]


def change(own: str, other: str, measure: str) -> np.ndarray:
    return rare(own, measure) - rare(other, measure)


def dbm() -> tuple[np.ndarray, np.ndarray]:
    """How far the margin brings rare images to the vector, and away from the mean."""
    return -change("dbm_bs", "dbm_bs(margin=0)", "angle"), change("dbm_bs", "dbm_bs(margin=0)", "spread")


def elm() -> list[bool]:
    nearer, wider, tighter = (change("elm", "elm(strength=0)", x) for x in ("angle", "spread", "tightness"))
    return [round(-nearer.mean()) == 23, round(wider.mean()) == 7, *(nearer < 0), *(wider > 0), *(tighter < 0)]


def side_by_side() -> list[bool]:
    """Whether the margin changes width over distance by far less than the term on the embeddings."""
    margin, term = change("dbm_bs", "dbm_bs(margin=0)", "tightness"), change("elm", "elm(strength=0)", "tightness")
    return [abs(margin.mean()) < 3, term.mean() < -30]


def longer_feature() -> list[bool]:
    """Whether a tenfold feature lowers the loss of images that are right, and changes no answer."""
    logits = torch.randn(200, 5, generator=torch.Generator().manual_seed(0))
    labels = logits.argmax(dim=1)  # every image is right
    once, tenfold = (make_loss("ce", [1] * 5, reduction="none")(k * logits, labels) for k in (1, 10))
    return [*(tenfold < once).tolist(), bool(((10 * logits).argmax(dim=1) == labels).all())]


MEASURED = [
    ("the loss of every image that is right falls", longer_feature),
    ("asks for about {}° in the rarest class", lambda: np.degrees(0.3)),
    ("For an image 30° from its class's vector, that takes 6 off the logit", SLOPE),
    (
        "LDAM's curve stays where it is: 15 for the rarest class",
        lambda: [abs(margins().logits[0].max() - 15) < 1e-5, *fixed()],
    ),
    ("DBM's sinks to 1.4 at 0°", lambda: abs(32 * (1 - np.cos(0.3)) - 1.4) < 0.05),
    ("another class is nearer beyond 45°", lambda: margins().angle == np.pi / 6),
    ("So a margin on the angle *costs* most near right angles", SLOPE),
    ("how steeply its score falls with the angle", SLOPE),
    ("For our 17° that is 9.5 more per radian at the vector, 7.5 more at 30°, no more at 81°", SLOPE),
    ("why a margin on the angle costs less and less as an image comes near", SLOPE),
    ("stand further apart under logit adjustment *every time*", PLANE),
    ("the four rarest vectors stand at about {}° from one another, the four most frequent at {}°", PLANE),
    ("$K = 0.1$ asks for {}° in the rarest class", lambda: np.degrees(0.1)),
    (
        "Every group came closer, the rare digits most, by a part of what they were asked (2.3°, 3.8° and 5.7°)",
        OF_09,
    ),
    ("The frequent digits moved by a degree", OF_09),
    ("And all angles are large: 58° to 69° in the median", OF_09),
    ("none is negative, no two images are more than 90° apart", lambda: True),
    ("{}° for ten classes", lambda: np.degrees(np.arccos(np.sqrt(0.9)))),
    ("| the class's vector to the mean of its training images | {}° | {}° | ${}$° |", OF_09),
    ("| a test image to the vector | {}° | {}° | ${}$° |", OF_09),
    ("| a test image to that mean | {}° | {}° | ${}$° |", OF_09),
    ("The class did not get any tighter", OF_09),
    (
        "they turn by {}°, test images come {}° closer to the vector, and move *away* from the mean by 2 to 3°",
        OF_09,
    ),
    ("the rare digits are recognised more often (with $K = 0.3$ by 7 points on average)", OF_09),
    ("lie {}° from the mean of their class in training, closer than those of the frequent ones ({}°)", OF_09),
    ("In the test they lie at {}°, the frequent ones at {}°", OF_09),
    ("A margin on the cosine is the same everywhere", fixed),
    ("A margin on the angle costs about $s\\,m\\sin\\theta$, least at the vector", SLOPE),
    ("On digits, a margin changed the second", OF_09),
    ("That classes turn to their vectors and do not tighten was measured on digits", OF_09),
    ("| DBM-BS with $K = 0$ | 72.4° | 26.7° | 103 % |", lambda: row("dbm_bs(margin=0)", 72.4, 26.7, 103)),
    ("| DBM-BS with $K = 0.1$ | 70.4° | 27.2° | 100 % |", lambda: row("dbm_bs", 70.4, 27.2, 100)),
    ("| ELM with strength 0 | 65.8° | 24.8° | 98 % |", lambda: row("elm(strength=0)", 65.8, 24.8, 98)),
    ("| ELM | 43.1° | 31.4° | 55 % |", lambda: row("elm", 43.1, 31.4, 55)),
    ("brings the rare images ${}$° closer to the vector, and ${}$° *away* from the mean", dbm),
    ("brings them 23° closer to the vector, and 7° away from the mean as well", elm),
    ("its classes are the tighter ones, for they have moved apart by far more", elm),
    ("The two DBM rows lie side by side, the two ELM rows do not", side_by_side),
]
UNMEASURED = {
    DEFINED: [
        "three ways to raise a score",
        "two ways to grant the wish",
        "it can shrink for two reasons",
        "A test image is given to the *nearest* vector",
        "A score is two lengths and a cosine",
        "A cosine head leaves the angle",
        "mixes two things",
        "Which vector is *nearest* decides",
        "the number that counts is a difference",
        'is not "more compact features"',
        "that is a margin on the angle",
        "On the cosine it is $s\\,\\Delta$",
        "may have turned towards a class that is as wide as before",
        "The nearest one decides",
        "The recorded tables hold two mean angles",
        "a width says little without the distance",
        "How wide a class is means something only beside",
    ],
    DONE: [
        "Now the image moves on",
        "On the right the same loss",
        "Ours stop after a fixed number",
        "one 5° and one 60° from its vector",
        "have come 6° closer to their class's vector",
    ],
    ADVICE: [
        "Do not be alarmed by angles near 90°",
        "Look at the difference between",
        "Weights ask for no margin at all",
        "Let one of them stand at 0°",
        "The reversal, least cost and most pull",
    ],
    OTHERS: [
        "The features of a class shrink",
        "No class is better off",
        "**Minority collapse**",
        "Both are statements about an end",
        "DBM's paper shows, in its Figure 4",
    ],
}
