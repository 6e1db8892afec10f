"""The cells of a lesson's exercises: question, answer and check, and what nbgrader must know of each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ltviz.core.errors import DataError
from ltviz.course.exercise import POINTS
from ltviz.course.student import source, tags

_HEAD = re.compile(r"### (?P<id>\d\d\.\d) · (?P<title>.+)")
_GIVEN = 'given = exercise("{id}", student=student)\n'
_CHECK = 'check("{id}", answer, student=student)'
# What nbgrader does with a cell: it marks a check, leaves an answer to the student, and keeps the rest as it was.
_FLAGS: dict[str, dict[str, Any]] = {
    "question": {"grade": False, "locked": True, "solution": False},
    "answer": {"grade": False, "locked": False, "solution": True},
    "check": {"grade": True, "locked": True, "solution": False, "points": POINTS},
}


@dataclass(frozen=True)
class ExerciseCells:
    """The three cells of an exercise, as the notebook's JSON has them."""

    id: str
    title: str
    question: dict[str, Any]
    answer: dict[str, Any]
    check: dict[str, Any]


def exercise_cells(notebook: dict[str, Any]) -> list[ExerciseCells]:
    """Return the exercises of a notebook, in their order.

    Raises
    ------
    DataError
        Where cells do not stand in the form: a question that begins with ``### 04.2 · Title``, the answer (tag
        `exercise`), the check (tag `check`).
    """
    cells = notebook["cells"]
    found, of = [], set()
    for k, question in enumerate(cells):
        head = _HEAD.match(source(question)) if question["cell_type"] == "markdown" else None
        if head is None:
            continue
        answer, check = [*cells[k + 1 : k + 3], question, question][:2]
        if not (
            _is(answer, "exercise")
            and source(answer).startswith(_GIVEN.format(id=head["id"]))
            and _is(check, "check")
            and source(check) == _CHECK.format(id=head["id"])
        ):
            raise DataError(
                f"exercise {head['id']} needs, after its question, a code cell tagged 'exercise' that begins with\n"
                f"{_GIVEN.format(id=head['id'])}and one tagged 'check' that is\n{_CHECK.format(id=head['id'])}"
            )
        found.append(ExerciseCells(head["id"], head["title"].strip(), question, answer, check))
        of |= {id(answer), id(check)}
    for cell in cells:
        if {"exercise", "check"} & {*tags(cell)} and id(cell) not in of:
            raise DataError(f"no question '### NN.k · Title' stands before the cell\n{source(cell)}")
    return found


def graded(notebook: dict[str, Any]) -> dict[str, Any]:
    """Return a notebook whose exercises carry nbgrader's metadata, and no other cell does."""
    known = {id(cell): meta for each in exercise_cells(notebook) for cell, meta in _metadata(each)}
    cells = []
    for cell in notebook["cells"]:
        metadata = {name: value for name, value in cell["metadata"].items() if name != "nbgrader"}
        if id(cell) in known:
            metadata["nbgrader"] = known[id(cell)]
        cells.append({**cell, "metadata": metadata})
    return {**notebook, "cells": cells}


def _metadata(exercise: ExerciseCells) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for part, flags in _FLAGS.items():
        name = f"{exercise.id.replace('.', '-')}-{part}"
        yield getattr(exercise, part), {**flags, "grade_id": name, "schema_version": 3, "task": False}


def _is(cell: dict[str, Any], tag: str) -> bool:
    return cell["cell_type"] == "code" and tag in tags(cell)
