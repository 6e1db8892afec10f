"""Every exercise: its solution is right, its stub is not yet an answer, each known mistake gets the hint of its own."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import ltviz
from ltviz.course import exercise_cells, exercises, lessons, student
from ltviz.course.exercise import Exercise

STUDENTS = ("", "anna", "ben", "chloé", 41023, 41024)
LESSONS = lessons.lessons()
EXERCISES = [each for number in exercises.lessons() for each in exercises.of_lesson(number).values()]
WIDGETS = {"explore", "show"}
each_exercise = pytest.mark.parametrize("each", EXERCISES, ids=lambda each: f"lesson_{each.id[:2]}-{each.id}")
each_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)


def read(lesson: Path) -> dict[str, Any]:
    return json.loads(lesson.read_text(encoding="utf-8"))


@cache
def parts(lesson: Path) -> dict[str, exercise_cells.ExerciseCells]:
    """The cells of a lesson's exercises, by their ids."""
    return {each.id: each for each in exercise_cells.exercise_cells(read(lesson))}


@cache
def imported(lesson: Path) -> Mapping[str, Any]:
    """The names that the lesson imports for its exercises."""
    names: dict[str, Any] = {}
    for cell in read(lesson)["cells"]:
        if cell["cell_type"] == "code" and "exercise" not in student.tags(cell):
            lines = ast.parse(student.source(cell)).body
            found = [line for line in lines if isinstance(line, ast.Import | ast.ImportFrom)]
            exec(compile(ast.Module(found, []), lesson.name, "exec"), names)
    return names


def answered(lesson: Path, cell: Mapping[str, Any], who: object) -> dict[str, Any]:
    """The names after a cell was run for a student, without a kernel."""
    names = {**imported(lesson), "student": who}
    exec(compile(student.source(dict(cell)), lesson.name, "exec"), names)
    return names


def lesson_of(exercise: Exercise) -> Path:
    (found,) = (path for path in LESSONS if path.stem[:2] == exercise.id[:2])
    return found


@each_exercise
def test_its_solution_is_right_for_every_student(each: Exercise) -> None:
    lesson = lesson_of(each)
    cell = parts(lesson)[each.id]
    for who in STUDENTS:
        names = answered(lesson, cell.answer, who)
        verdict = eval(student.source(cell.check), names)
        assert verdict.right, (who, names["answer"], verdict, each.given_to(who))


@each_exercise
def test_its_stub_is_no_answer_yet_and_does_not_raise(each: Exercise) -> None:
    lesson = lesson_of(each)
    copy = student.student_copy(read(lesson))
    (cell,) = (of for of in exercise_cells.exercise_cells(copy) if of.id == each.id)
    verdict = eval(student.source(cell.check), answered(lesson, cell.answer, "anna"))
    assert (verdict.right, verdict.answered) == (False, False)
    assert "not yet" in repr(verdict)


@each_exercise
def test_each_mistake_is_told_what_it_rests_on(each: Exercise) -> None:
    assert each.mistakes, "name what students get wrong here"
    assert len({mistake.hint for mistake in each.mistakes} | {each.hint}) == len(each.mistakes) + 1
    for who in STUDENTS:
        for mistake in each.mistakes:
            verdict = ltviz.check(each.id, mistake.answer(each.given_to(who)), who)
            assert not verdict.right, (who, mistake.hint)
            assert verdict.hint == mistake.hint, (who, verdict)


@each_exercise
def test_what_is_given_differs_between_students_and_not_between_calls(each: Exercise) -> None:
    assert len({repr(each.given_to(who)) for who in STUDENTS}) > 1
    assert repr(each.given_to("anna")) == repr(each.given_to(" anna "))


@each_exercise
def test_no_answer_raises(each: Exercise) -> None:
    """Whatever stands in the cell, the class goes on."""
    given = each.given_to("anna")
    for answer in (float("nan"), "x", [[1], [2, 3]], {}, print, given, np.full(3, np.nan), object(), torch.ones(2, 2)):
        verdict = ltviz.check(each.id, answer, "anna")
        assert not verdict.right, answer
        assert verdict.hint


@each_lesson
def test_what_a_lesson_asks_is_declared_and_the_other_way_round(lesson: Path) -> None:
    declared = exercises.of_lesson(lesson.stem[:2])
    assert {id: cells.title for id, cells in parts(lesson).items()} == {id: of.title for id, of in declared.items()}
    assert [*parts(lesson)] == [*declared] == sorted(declared)


@each_lesson
def test_a_students_copy_has_no_solution(lesson: Path) -> None:
    copy = student.student_text(lesson.read_text(encoding="utf-8"))
    assert "SOLUTION" not in copy
    assert copy.count(student.STUB) == len(parts(lesson))
    assert student.student_text(copy) == copy
    assert exercise_cells.graded(json.loads(copy)) == json.loads(copy)
    assert not any(student.TEACHER in student.tags(cell) for cell in json.loads(copy)["cells"])


@each_lesson
def test_graded_cells_hold_no_widgets(lesson: Path) -> None:
    for cells in parts(lesson).values():
        for cell in (cells.answer, cells.check):
            names = {node.id for node in ast.walk(ast.parse(student.source(cell))) if isinstance(node, ast.Name)}
            assert not names & WIDGETS


@each_lesson
def test_nbgrader_takes_it(lesson: Path) -> None:
    kept = read(lesson)
    assert exercise_cells.graded(kept) == kept, f"run: python -m ltviz.course.clean {lesson}"
    marks = [cell["metadata"]["nbgrader"] for cell in kept["cells"] if "nbgrader" in cell["metadata"]]
    assert len({each["grade_id"] for each in marks}) == len(marks) == 3 * len(parts(lesson))
    assert sum(each.get("points", 0) for each in marks if each["grade"]) == len(parts(lesson))
    form = pytest.importorskip("nbgrader.nbgraderformat", reason="nbgrader comes with the development extra")
    form.reads(lesson.read_text(encoding="utf-8"), as_version=4)
