"""The exercises of the lessons: one file a lesson, found by its name.

`exercise` hands a student what is given, `check` judges the answer.
"""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import Path
from typing import Any

from ltviz.core.checks import did_you_mean
from ltviz.core.errors import BadDeclaration, BadInput, NotRight
from ltviz.course.exercise import Exercise, Given, Verdict, graded

_HERE = Path(__file__).parent


def lessons() -> tuple[str, ...]:
    """Return the numbers of the lessons that have exercises, from the files; none is imported."""
    return tuple(sorted(path.stem.removeprefix("lesson_") for path in _HERE.glob("lesson_[0-9][0-9].py")))


@cache
def of_lesson(number: str) -> dict[str, Exercise]:
    """Return the exercises of a lesson by their ids, in order; none where it has no file.

    Raises
    ------
    BadDeclaration
        Where an exercise is another lesson's, or two have one id.
    """
    if number not in lessons():
        return {}
    declared = importlib.import_module(f"{__name__}.lesson_{number}").EXERCISES
    found = {each.id: each for each in declared}
    if strange := [each for each in found if each[:2] != number]:
        raise BadDeclaration(f"lesson_{number}.py holds {strange[0]}, which is another lesson's")
    if len(found) < len(declared):
        raise BadDeclaration(f"in lesson_{number}.py two exercises have one id")
    return found


def find(id: str) -> Exercise:
    """Return the exercise of that id.

    Raises
    ------
    BadInput
        For an unknown one; the message names those that there are.
    """
    known = of_lesson(id[:2]) if isinstance(id, str) else {}
    if id in known:
        return known[id]
    every = [each for number in lessons() for each in of_lesson(number)]
    rule = "" if isinstance(id, str) else " (an exercise is named by a text, such as '04.2')"
    raise BadInput(f"no exercise {id!r}{rule}; there are {', '.join(known or every)}.{did_you_mean(id, every)}")


def exercise(id: str, student: str | int = "") -> Given:
    """Return what a student is given for an exercise.

    Parameters
    ----------
    id : str
        The exercise: lesson and number, ``"04.2"``.
    student : str or int
        Who asks. Numbers differ from student to student, and are the same for one at every call.

    Returns
    -------
    Given
        Its fields by name.

    Raises
    ------
    BadInput
        For an unknown exercise, or a student that is neither text nor whole number.

    Examples
    --------
    >>> given = exercise("04.2", student="anna")
    >>> given.max_margin == exercise("04.2", student="anna").max_margin
    True
    """
    return find(id).given_to(student)


def check(id: str, answer: Any, student: str | int = "") -> Verdict:
    """Judge an answer: right, not yet, or a hint that names what it rests on.

    Parameters
    ----------
    id : str
        The exercise: lesson and number, ``"04.2"``.
    answer : object
        The answer; ``...`` or None where there is none yet.
    student : str or int
        Who answers: the one to whom `exercise` gave the numbers.

    Returns
    -------
    Verdict
        It shows itself. No answer makes it raise, but where nbgrader grades or validates.

    Raises
    ------
    BadInput
        For an unknown exercise, or a student that is neither text nor whole number.
    NotRight
        While nbgrader runs the cell, for any answer that is not right: by that it gives no points.

    Examples
    --------
    >>> check("04.2", ...)
    04.2: not yet: put your answer in place of the three dots, and run both cells again.
    """
    verdict = find(id).judge(answer, student)
    if not verdict.right and graded():
        raise NotRight(str(verdict))
    return verdict
