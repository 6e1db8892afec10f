"""Exercises of the lessons: what a student is given, which answer is right, and what each known mistake says of itself.

A lesson's exercises stand in one file, `ltviz/course/exercises/lesson_NN.py`, as `EXERCISES`.
"""

from __future__ import annotations

import hashlib
import html
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np

from ltviz.core import profiles
from ltviz.core.by_class import brief
from ltviz.core.checks import did_you_mean
from ltviz.core.errors import BadDeclaration, BadInput
from ltviz.course import _answers

# What nbgrader sets while it runs the cells of a class. There an answer that is not right must raise to earn nothing,
# and one that is shows the points it earns.
_GRADED = "NBGRADER_EXECUTION"
POINTS = 1
NOT_YET = "put your answer in place of the three dots, and run both cells again."


class Given(SimpleNamespace):
    """What a student is given, each thing under its name: ``given.counts``."""

    def __getattr__(self, name: str) -> Any:
        names = list(vars(self))
        raise AttributeError(f"given has no {name!r}; it has {', '.join(names)}.{did_you_mean(name, names)}")

    def __repr__(self) -> str:
        return "\n".join(f"given.{name} = {value!r}" for name, value in vars(self).items())


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that is known, and what it rests on.

    Parameters
    ----------
    answer : callable
        From what is given, an answer that makes the mistake.
    hint : str
        The misconception by its name, and the way out, but not the answer.
    when : callable, optional
        Of an answer and what is given, whether the answer makes the mistake, where many do; by default those that
        are like `answer`.
    """

    answer: Callable[[Any], Any]
    hint: str
    when: Callable[[Any, Any], Any] | None = None


@dataclass(frozen=True)
class Verdict:
    """What `check` says of an answer.

    Parameters
    ----------
    exercise : str
        The exercise's number.
    right : bool
        Whether the answer is accepted.
    hint : str
        What the student is told of an answer that is not.
    answered : bool
        False where there is no answer yet.
    """

    exercise: str
    right: bool
    hint: str = ""
    answered: bool = True

    def __repr__(self) -> str:
        return f"{self.exercise}: {self.words}"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(POINTS) if self.right and graded() else repr(self))

    def _repr_html_(self) -> str:
        sign = "✓" if self.right else "✗" if self.answered else "…"
        return f"<p>{sign} <b>{self.exercise}</b> {html.escape(self.words)}</p>"

    @property
    def words(self) -> str:
        """The verdict without the exercise's number."""
        if self.right:
            return "right."
        return f"not right yet. {self.hint}" if self.answered else f"not yet: {self.hint}"


@dataclass(frozen=True)
class Exercise:
    """One exercise of a lesson.

    Parameters
    ----------
    id : str
        The lesson's number and its own: ``"04.2"``.
    title : str
        As the lesson's heading has it.
    given : callable
        From a numpy Generator, seeded by exercise and student, a mapping of what is given.
    right : callable, optional
        From what is given, the right answer: a truth, number or text, or an array of them. With `accepts`, one of
        the right answers.
    accepts : callable, optional
        Of an answer and what is given, whether it is right, where many are.
    mistakes : tuple of Mistake
        The wrong answers that are known.
    within : float, optional
        How far a number may lie from the right one, as a share of it; by default 0.01, and 0 for whole numbers.
    absolute : float, optional
        The same as a difference.
    hint : str
        What is said of an answer that is none of the known ones.

    Raises
    ------
    BadDeclaration
        Where the id has another form, or nothing says which answer is right.
    """

    id: str
    title: str
    given: Callable[[np.random.Generator], Mapping[str, Any]]
    right: Callable[[Any], Any] | None = None
    accepts: Callable[[Any, Any], Any] | None = None
    mistakes: tuple[Mistake, ...] = field(default=(), kw_only=True)
    within: float | None = field(default=None, kw_only=True)
    absolute: float | None = field(default=None, kw_only=True)
    hint: str = field(default="", kw_only=True)

    def __post_init__(self) -> None:
        if not re.fullmatch(r"\d\d\.[1-9]", self.id):
            raise BadDeclaration(f"an exercise's id is its lesson's number and its own, '04.2'; got {self.id!r}")
        if self.right is None and self.accepts is None:
            raise BadDeclaration(f"exercise {self.id} must say by 'right' or 'accepts' which answers are right")
        if not self.hint:
            raise BadDeclaration(f"exercise {self.id} has no hint for an answer that nobody thought of")

    def given_to(self, student: Any = "") -> Given:
        """Return what a student is given: the same at every call, and something else for another student."""
        text = f"{self.id}\n{_student(student)}"
        seed = int.from_bytes(hashlib.sha256(text.encode("utf-8")).digest()[:8], "big")
        return Given(**self.given(np.random.default_rng(seed)))

    def judge(self, answer: Any, student: Any = "") -> Verdict:
        """Return what is to be said of a student's answer; no answer raises."""
        if answer is None or answer is ...:
            return Verdict(self.id, False, NOT_YET, answered=False)
        given = self.given_to(student)
        wanted = self.right(given) if self.right else self.mistakes[0].answer(given) if self.mistakes else None
        flaw = _answers.complaint(answer, wanted)
        if self.accepts is None:
            if _answers.alike(answer, wanted, self.within, self.absolute):
                return Verdict(self.id, True)
        elif not flaw:
            accepted, why = _asked(self.accepts, answer, given)
            if accepted:
                return Verdict(self.id, True)
            flaw = why and f"It cannot be judged ({why}). {self.hint}"
        for mistake in self.mistakes:
            if self._makes(mistake, answer, given):
                return Verdict(self.id, False, mistake.hint)
        return Verdict(self.id, False, flaw or self.hint)

    def _makes(self, mistake: Mistake, answer: Any, given: Given) -> bool:
        if mistake.when is not None:
            return _asked(mistake.when, answer, given)[0]
        return _answers.alike(answer, mistake.answer(given), self.within, self.absolute)


def counts(draw: np.random.Generator, classes: int = 10) -> np.ndarray:
    """Return the counts of a long-tailed training set for an exercise, (C,) int64, class 0 the most frequent."""
    largest, imbalance = int(draw.integers(400, 5000)), float(draw.integers(15, 200))
    return profiles.profile("exp", largest, classes, imbalance).values


def graded() -> bool:
    """Whether nbgrader runs the cells."""
    return bool(os.environ.get(_GRADED))


def _asked(question: Callable[[Any, Any], Any], answer: Any, given: Given) -> tuple[bool, str]:
    """Whether it holds of an answer, and what the answer raised when it was asked: it may be anything."""
    try:
        return bool(question(answer, given)), ""
    except Exception as error:
        return False, f"{type(error).__name__}: {error}"


def _student(student: Any) -> str:
    """Return who the student is, as text."""
    if isinstance(student, bool) or not isinstance(student, (str, int, np.integer)):
        raise BadInput(
            f"student must be a text or a whole number, such as 'anna' or 41023; got {brief(student)} "
            f"({type(student).__name__})"
        )
    return str(student).strip()
