"""Parameters of lessons: what people type is read as the lesson means it, and refused before a kernel starts."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import nbformat
import pytest

from ltviz.core.errors import BadInput
from ltviz.course import _parameters, lessons, runner


def book(parameters: str, *cells: str) -> Any:
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in (parameters, *cells)])
    made.cells[0].metadata["tags"] = ["parameters"]
    return made


@pytest.mark.parametrize(
    ("line", "text", "wanted"),
    [
        ("x = 100", "1e2", 100),
        ("x = 100", "7", 7),
        ("x = 0.5", "1", 1.0),
        ("x: float = 1", "100.5", 100.5),
        ("x: float = 1", "3", 3.0),
        ("x: int | float = 1", "100.5", 100.5),
        ("x = False", "yes", True),
        ("x: bool = False", "1", True),
        ("x = 'ldam'", "7", "7"),
        ("x = None", "None", None),
        ("x = None", "2.5", 2.5),
        ("x = None", "ldam", "ldam"),
        ("x: float | None = None", "0.5", 0.5),
        ("x: str | None = 'a'", "None", None),
        ("x: str | None = None", "7", "7"),
        ("x = [1, 2]", "[3, 4.5]", [3, 4.5]),
        ("x = [1, 2]", "3,4", [3, 4]),
        ("x = ['a']", "ldam, ce", ["ldam", "ce"]),
        ("x = ['a']", "[ldam]", ["ldam"]),
        ("x: list[str] = []", "", []),
        ("x = (1, 2)", "3, 4", (3, 4)),
        ("x = {'a': 1}", "{'b': 2}", {"b": 2}),
        ("x: Something = 1", "ldam", "ldam"),
    ],
)
def test_a_text_is_read_as_the_line_means_it(line: str, text: str, wanted: Any) -> None:
    value = _parameters.parse(book(line), {"x": text})["x"]
    assert (value, type(value)) == (wanted, type(wanted))
    _parameters.check(book(line), {"x": value})


@pytest.mark.parametrize(
    ("line", "text", "said"),
    [
        ("x = 1", "1.5", "must be int.*x: float = 1"),
        ("x = 1", "much", "must be int.*got 'much'"),
        ("x: float | None = None", "much", "must be float or NoneType"),
        ("x = [1]", "5", None),
        ("x = {'a': 1}", "5", "must be dict"),
        ("x = True", "maybe", "must be bool"),
    ],
)
def test_a_text_of_another_kind_is_refused(line: str, text: str, said: str | None) -> None:
    value = _parameters.parse(book(line), {"x": text})
    if said is None:
        _parameters.check(book(line), value)
        return
    with pytest.raises(BadInput, match=said):
        _parameters.check(book(line), value)


@pytest.mark.parametrize(
    "cell",
    ["x = y", "x = 1 + y", "x: int", "x = y = 1", "x, y = 1, 2", "import os", "x = [", "x = f()", "x = {[]: 1}"],
)
def test_a_parameters_cell_that_is_more_than_values_names_the_line(cell: str) -> None:
    with pytest.raises(BadInput, match="parameters cell.*line 2"):
        _parameters.declared(book(f"seed = 0\n{cell}"))


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("imbalance", 0.01, "did you mean 100"),
        ("imbalance", 5000, "from 1 to 110"),
        ("seed", -1, "seed must be"),
        ("profile", "exponential", "Did you mean 'exp'"),
        ("profile", 7, "profile must be"),
    ],
)
def test_a_value_is_refused_in_the_words_of_the_view_that_gets_it(name: str, value: Any, said: str) -> None:
    lesson = nbformat.read(lessons.find(["01"])[0], as_version=4)
    with pytest.raises(BadInput, match=said):
        _parameters.check(lesson, {name: value})


@pytest.mark.parametrize(
    ("lesson", "name", "value", "said"),
    [
        ("04", "loss", "ldma", "Did you mean 'ldam'"),
        ("05", "loss", "ldam(max_margn=1)", "max_margin"),
        ("10", "methods", "erm, ldam_dwr", "Did you mean 'ldam_drw'"),
        ("10", "records", "cifar", "cifar10-exp100"),
    ],
)
def test_a_text_is_read_before_a_kernel_starts(lesson: str, name: str, value: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        runner.parse(lessons.find([lesson])[0], {name: value})


def test_an_imbalance_need_not_be_whole_where_the_view_takes_any() -> None:
    for text, wanted in (("100.5", 100.5), ("1e2", 100)):
        assert runner.parse(lessons.find(["01"])[0], {"imbalance": text}) == {"imbalance": wanted}


def test_a_dial_of_an_explorer_refuses_too() -> None:
    made = book("tau = 1.0", "import ltviz\nltviz.explore('two_truths', imbalance=tau)")
    with pytest.raises(BadInput, match="imbalance"):
        _parameters.check(made, {"tau": -1.0})


def test_a_student_is_asked_as_the_exercises_ask() -> None:
    path = lessons.find(["04"])[0]
    assert runner.parse(path, {"student": "41023"}) == {"student": "41023"}
    for student in (1.5, True, None):
        with pytest.raises(BadInput, match="student must be a text or a whole number"):
            _parameters.check(nbformat.read(path, as_version=4), {"student": student})


# Its parameters choose images and methods: the calls that read these refuse what cannot be.
OWN_DATA = "11_your_own_data"


def test_every_parameter_of_a_lesson_reaches_a_view_or_is_a_switch() -> None:
    """Else its value would be checked by nothing but its type."""
    assert OWN_DATA in {path.stem for path in lessons.lessons()}
    for path in lessons.lessons():
        if path.stem == OWN_DATA:
            continue
        for parameter in _parameters.declared(nbformat.read(path, as_version=4)).values():
            assert parameter.handed or parameter.kinds == (bool,), f"{path.stem}: {parameter.name}"


def test_to_read_a_notebook_builds_no_grammar_of_addresses() -> None:
    """jsonschema's take longer than all else that a lesson's runner imports; others find it as it is."""
    code = "import sys, ltviz.course.runner; print('nbformat' in sys.modules, 'lark' in sys.modules)"
    code += "; print('rfc3987_syntax' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False", "False"]
