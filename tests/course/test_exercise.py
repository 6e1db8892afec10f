"""How answers are judged, what `exercise` and `check` refuse, and the form in which the cells are kept."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import numpy as np
import pytest
import torch

import ltviz
from ltviz.cli import run as command
from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadDeclaration, BadInput, DataError, LtvizError, NotRight
from ltviz.course import clean, exercise_cells, exercises, lessons, student
from ltviz.course.exercise import Exercise, Mistake

NAN = float("nan")


def asked(right: Any, **more: Any) -> Exercise:
    return Exercise("99.1", "A title", given=lambda draw: {"two": 2}, right=lambda given: right, hint="Hm.", **more)


@pytest.mark.parametrize(
    ("right", "accepted", "refused"),
    [
        (
            2.0,
            [2, 2.01, np.float32(2), torch.tensor(2.0, requires_grad=True), np.array(2.0)],
            [2.03, 1.9, -2.0, NAN, np.inf, "2", True, [2.0], 2j, 10**400],
        ),
        (7, [7, 7.0, np.int64(7)], [8, 7.01, "7", None, NAN]),
        (0.0, [0, 0.0, -0.0], [1e-3, NAN]),
        (True, [True, np.True_], [False, 1, 1.0, "True"]),
        ("LDAM drw", ["ldam drw", " LDAM  DRW "], ["ldam-drw", 3, ["ldam drw"]]),
        (["head", "tail"], [("Head", "tail")], [["tail", "head"], "head", ["head"]]),
        (
            np.array([0.5, 0.0]),
            [[0.5, 0], torch.tensor([0.5, 0.0]), (0.504, 0.0)],
            [[0.5, 0.1], [0.5], 0.5, [[0.5, 0.0]], [0.5, NAN], [[1], [2, 3]], {0: 0.5}, "0.5, 0"],
        ),
        (np.array([3, 1]), [ClassCounts([3, 1]), [3.0, 1.0]], [[3, 2], [1, 3]]),
    ],
    ids=["number", "whole", "zero", "truth", "text", "texts", "array", "counts"],
)
def test_what_is_accepted(right: Any, accepted: list[Any], refused: list[Any]) -> None:
    each = asked(right)
    for answer in accepted:
        assert each.judge(answer).right, answer
    for answer in refused:
        verdict = each.judge(answer)
        assert not verdict.right, answer
        assert verdict.hint


@pytest.mark.parametrize(
    ("right", "answer", "hint"),
    [
        (2.0, "2", "A number is asked for; your answer is '2' (str)."),
        (2.0, [1, 2], "A number is asked for; yours is an array of shape (2,)."),
        (2.0, NAN, "Your answer is nan, which is no number that can be compared."),
        (2.0, 3.0, "Hm."),
        ([1.0, 2.0], [1.0, NAN], "Your answer has 1 value(s) that are not finite, the first at [1]."),
        ([1.0, 2.0], 3.0, "An array of shape (2,) is asked for; yours is a number."),
        (["a", "b"], [1, 2], "An array of shape (2,) of texts is asked for; your answer is [1, 2] (list)."),
        (True, "yes", "True or False is asked for; your answer is 'yes' (str)."),
    ],
)
def test_a_wrong_kind_or_shape_is_told_so(right: Any, answer: Any, hint: str) -> None:
    assert asked(right).judge(answer).hint == hint


def test_tolerances() -> None:
    assert asked(100.0, within=0.1).judge(109).right
    assert not asked(100.0, absolute=0.5).judge(100.9).right
    assert asked(0.0, absolute=0.5).judge(0.4).right
    assert asked(100, within=0.1).judge(109).right


def test_many_answers_may_be_right() -> None:
    each = Exercise(
        "99.1",
        "Move this until",
        given=lambda draw: {"least": 3},
        accepts=lambda answer, given: answer > given.least,
        mistakes=(Mistake(lambda given: given.least, "Not more.", when=lambda answer, given: answer <= given.least),),
        hint="Hm.",
    )
    assert each.judge(4).right
    assert each.judge(-7).hint == "Not more."
    assert each.judge(NAN).hint.startswith("Your answer is nan")
    assert each.judge("4").hint == "A number is asked for; your answer is '4' (str)."
    free = Exercise("99.1", "t", given=lambda draw: {}, accepts=lambda answer, given: answer(2) == 4, hint="Square it.")
    assert free.judge(lambda x: x * x).right
    assert free.judge(lambda x: x).hint == "Square it."
    assert free.judge(3).hint == "It cannot be judged (TypeError: 'int' object is not callable). Square it."


def test_a_verdict_shows_itself() -> None:
    each = asked("<b>")
    assert repr(each.judge("<b>")) == "99.1: right."
    assert repr(each.judge(...)).startswith("99.1: not yet: put your answer")
    assert each.judge(None) == each.judge(...)
    assert "&lt;i&gt;" in each.judge(SimpleNamespace(x="<i>"))._repr_html_()


@pytest.mark.parametrize(
    ("id", "student", "said"),
    [
        ("04.22", "", "no exercise '04.22'; there are 04.*Did you mean '04.2'"),
        ("4.2", "", "Did you mean '04.2'"),
        (4.2, "", r"no exercise 4.2 \(an exercise is named by a text, such as '04.2'\)"),
        ("04.2", None, r"student must be a text or a whole number.*got None \(NoneType\)"),
        ("04.2", True, "got True"),
        ("04.2", 1.5, "got 1.5"),
    ],
)
def test_what_is_no_exercise_or_student_is_refused(id: Any, student: Any, said: str) -> None:
    for call in (lambda: ltviz.exercise(id, student=student), lambda: ltviz.check(id, 1.0, student=student)):
        with pytest.raises(BadInput, match=said):
            call()


def test_a_field_that_is_not_given_is_told_so() -> None:
    given = ltviz.exercise("04.2")
    with pytest.raises(AttributeError, match=r"given has no 'count'; it has counts.*Did you mean 'counts'"):
        given.count  # noqa: B018


def test_a_declaration_that_says_too_little_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for more in ({"id": "4.2"}, {"right": None}, {"hint": ""}):
        with pytest.raises(BadDeclaration):
            Exercise(**{"id": "04.2", "title": "t", "given": dict, "right": float, "hint": "h", **more})  # type: ignore[arg-type]
    monkeypatch.setattr(exercises, "lessons", lambda: ("98",))
    for declared, said in (((asked(1),), "another lesson's"), ((asked(1), asked(2)), "two exercises have one id")):
        number = "98" if "another" in said else "99"
        monkeypatch.setattr(exercises, "lessons", lambda number=number: (number,))
        monkeypatch.setattr(exercises.importlib, "import_module", lambda name, d=declared: SimpleNamespace(EXERCISES=d))
        with pytest.raises(BadDeclaration, match=said):
            exercises.of_lesson.__wrapped__(number)


def test_where_nbgrader_runs_a_wrong_answer_raises_and_a_right_one_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    each = exercises.find("04.2")
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert ltviz.check("04.2", each.right(each.given_to("anna")), "anna").right
    for answer in (..., 3.0):
        with pytest.raises(NotRight, match="04.2: not"):
            ltviz.check("04.2", answer, "anna")
    assert issubclass(NotRight, LtvizError)


QUESTION, ANSWER, CHECK = (
    nbformat.v4.new_markdown_cell("### 99.1 · A title\n\nWhat?"),
    nbformat.v4.new_code_cell(
        f'given = exercise("99.1", student=student)\n{student.BEGIN}\nn = 3\nanswer = n\n{student.END}\n',
        metadata={"tags": ["exercise"]},
    ),
    nbformat.v4.new_code_cell('check("99.1", answer, student=student)', metadata={"tags": ["check"]}),
)
TEACHER = nbformat.v4.new_markdown_cell("Ask them.", metadata={"tags": ["teacher"]})


def written(path: Path, *cells: Any) -> Path:
    nbformat.write(nbformat.v4.new_notebook(cells=list(cells)), path)
    return path


def test_a_lesson_is_put_into_its_form(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = nbformat.v4.new_code_cell("1", outputs=[nbformat.v4.new_output("stream", text="1")], execution_count=3)
    own.metadata["nbgrader"] = {"grade": True}
    path = written(tmp_path / "99_x.ipynb", own, QUESTION, ANSWER, CHECK)
    assert clean.main([str(path)]) == 1
    assert "mended outputs in cell 0, nbgrader's metadata" in capsys.readouterr().err
    assert clean.main([str(path)]) == 0
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert "nbgrader" not in kept["cells"][0]["metadata"]
    assert [cell["metadata"]["nbgrader"]["grade_id"] for cell in kept["cells"][1:]] == [
        f"99-1-{part}" for part in ("question", "answer", "check")
    ]
    nbformat.validate(nbformat.reads(path.read_text(encoding="utf-8"), as_version=4))


@pytest.mark.parametrize(
    "cells",
    [(QUESTION,), (QUESTION, ANSWER), (QUESTION, CHECK, ANSWER), (ANSWER, CHECK), (QUESTION, TEACHER, ANSWER, CHECK)],
    ids=["no answer", "no check", "order", "no question", "between"],
)
def test_cells_in_another_form_are_refused(
    cells: tuple[Any, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path / "99_x.ipynb", *cells)
    before = path.read_bytes()
    assert clean.main([str(path)]) == 1
    assert "99.1" in capsys.readouterr().err
    assert path.read_bytes() == before


def test_a_students_copy(tmp_path: Path) -> None:
    text = written(tmp_path / "99_x.ipynb", QUESTION, TEACHER, ANSWER, CHECK).read_text(encoding="utf-8")
    copy = json.loads(student.student_text(text))
    assert [student.source(cell) for cell in copy["cells"]] == [
        QUESTION.source,
        f'given = exercise("99.1", student=student)\n{student.STUB}\n',
        CHECK.source,
    ]
    for half in (student.BEGIN, student.END, f"  {student.BEGIN}"):
        torn = text.replace(half, "", 1) if half in text else text.replace(student.BEGIN, half)
        with pytest.raises(DataError, match="each alone on its line"):
            student.student_text(torn)


def test_students_copies_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(["notebooks", "04", "--student", str(tmp_path / "class")]) == 0
    own = tmp_path / "class" / "04_margins.ipynb"
    assert capsys.readouterr().out.strip() == str(own)
    assert "SOLUTION" not in own.read_text(encoding="utf-8")
    assert student.STUB in own.read_text(encoding="utf-8")
    assert command(["notebooks", "04", "--student", str(tmp_path / "class")]) == 0
    own.write_text(own.read_text(encoding="utf-8").replace("answer = ...", "answer = 3"), encoding="utf-8")
    assert command(["notebooks", "--student", str(tmp_path / "class")]) == 1
    assert "perhaps somebody's answers" in capsys.readouterr().err
    assert [path.name for path in own.parent.iterdir()] == [own.name]
    assert command(["notebooks", "--student", str(tmp_path), "-p", "seed=1"]) == 2
    assert "--parameter would do nothing" in capsys.readouterr().err


def test_a_folder_of_ones_own_gets_students_copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wide = []

    def call(words: list[str], env: dict[str, str]) -> int:
        wide.append(float(env["LTVIZ_FIGURE_WIDTH"]))
        return 0

    monkeypatch.setattr("ltviz.cli.lessons.subprocess.call", call)
    monkeypatch.delenv("LTVIZ_FIGURE_WIDTH", raising=False)
    own = tmp_path / "mine" / "04_margins.ipynb"
    for text in ("", "my answers"):  # what is there stays
        own.parent.mkdir(exist_ok=True)
        own.write_text(text)
        assert command(["lab", "--no-browser", "--folder", str(own.parent)]) == 0
        assert (student.STUB in own.read_text(encoding="utf-8")) == (not text)
        assert "SOLUTION" not in own.read_text(encoding="utf-8")
    assert max(wide) <= 840, "no figure is cut off beside the files on a screen of 1280"


def test_exercise_cells_of_a_notebook() -> None:
    (found,) = exercise_cells.exercise_cells({"cells": [QUESTION, ANSWER, CHECK]})
    assert (found.id, found.title) == ("99.1", "A title")


@pytest.mark.slow
def test_nbgrader_gives_points_for_what_is_right_alone(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Its own validator runs the cells: it passes the solution, and names the stub that stands beside it."""
    validator = pytest.importorskip("nbgrader.validator", reason="nbgrader comes with the development extra")
    lesson = json.loads(lessons.find(["04"])[0].read_text(encoding="utf-8"))
    solved, stub = (exercise_cells.exercise_cells(notebook)[0] for notebook in (lesson, student.student_copy(lesson)))
    cells = [nbformat.v4.new_code_cell("from ltviz import check, exercise\nstudent = ''")]
    for name, each in (("a", solved), ("b", stub)):
        for cell in (each.question, each.answer, each.check):
            own = nbformat.from_dict(json.loads(json.dumps(cell)))
            own.metadata.nbgrader.grade_id += name
            own.id += name
            own.source = student.source(own)
            cells.append(own)
    path = written(tmp_path / "x.ipynb", *cells)
    failed = validator.Validator().validate(str(path))["failed"]
    assert [each["source"] for each in failed] == [student.source(stub.check)]
    assert f": {solved.id}: not yet: put your answer" in failed[0]["error"]
    assert not [record for record in caplog.records if "cannot be converted" in record.message]
