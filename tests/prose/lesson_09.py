"""What ties the sentences of lesson 9, angles, to what measures them: those in `ties`, and these."""

from __future__ import annotations

import numpy as np

from . import ties, unmeasured
from .seeds import values
from .unmeasured import ADVICE, DEFINED, DONE


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


OTHER = unmeasured.UNMEASURED["09"]
MEASURED = [
    *ties.MEASURED["09"],
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
    **OTHER,
    DEFINED: [
        *OTHER[DEFINED],
        "that is a margin on the angle",
        "On the cosine it is $s\\,\\Delta$",
        "may have turned towards a class that is as wide as before",
        "The nearest one decides",
        "The recorded tables hold two mean angles",
        "a width says little without the distance",
        "How wide a class is means something only beside",
    ],
    DONE: [*OTHER[DONE], "one 5° and one 60° from its vector", "have come 6° closer to their class's vector"],
    ADVICE: [*OTHER[ADVICE], "Let one of them stand at 0°", "The reversal, least cost and most pull"],
}
