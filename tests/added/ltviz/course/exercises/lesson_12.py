"""The exercises of an added lesson."""

from __future__ import annotations

from ltviz.course.exercise import Exercise, Mistake, counts

EXERCISES = (
    Exercise(
        "12.1",
        "How long is the tail?",
        given=lambda draw: {"counts": counts(draw)},
        right=lambda given: given.counts[0] / given.counts[-1],
        mistakes=(Mistake(lambda given: given.counts[-1] / given.counts[0], "That is one over it."),),
        hint="Divide the largest count by the smallest.",
    ),
    Exercise(
        "12.2",
        "The rarest class",
        given=lambda draw: {"names": draw.permutation(["cat", "ship", "truck"]).tolist(), "counts": [90, 30, 10]},
        right=lambda given: given.names[2],
        mistakes=(Mistake(lambda given: given.names[0], "That class has the most images."),),
        hint="The position is the class's number.",
    ),
    Exercise(
        "12.3",
        "Any margin that is wide enough",
        given=lambda draw: {"least": round(float(draw.uniform(0.2, 0.6)), 2)},
        accepts=lambda answer, given: answer > given.least,
        mistakes=(
            Mistake(lambda given: 0.0, "Wider.", when=lambda answer, given: answer <= given.least),
            Mistake(lambda given: -1.0, "A margin is not negative.", when=lambda answer, given: answer < 0),
        )[::-1],
        hint="A number is enough.",
    ),
)
