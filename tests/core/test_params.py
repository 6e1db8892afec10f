"""Parameters: one declaration, checked and parsed the same everywhere."""

import numpy as np
import pytest

from ltviz.core import checks
from ltviz.core.errors import BadInput, LtvizError
from ltviz.core.params import Choice, Flag, Param, resolve

DECLARED = {
    "max_margin": Param(0.5, 0, 2, 0.01, "margin"),
    "passes": Param(3, 1, 10, 1, "passes"),
    "form": Choice("softmax", ("softmax", "sigmoid"), "form"),
    "as_released": Flag(False, "quirk"),
}
GOOD = [("max_margin", 0, 0.0), ("max_margin", np.float32(2), 2.0), ("passes", 10, 10), ("passes", 4.0, 4)]
BAD = [
    ("max_margin", 2.1), ("max_margin", float("nan")), ("max_margin", None), ("max_margin", "0.3"),
    ("max_margin", True), ("max_margin", np.bool_(True)), ("passes", 2.5), ("passes", float("inf")),
    ("form", "soft"), ("form", 1), ("as_released", 1), ("as_released", "yes"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "wanted"), GOOD)
def test_valid_values_come_back_as_plain_numbers(name, value, wanted):
    got = resolve("x", DECLARED, {name: value})[name]
    assert got == wanted
    assert type(got) is type(wanted)


@pytest.mark.parametrize(("name", "value"), BAD)
def test_bad_values_name_parameter_value_and_rule(name, value):
    with pytest.raises(BadInput, match=f"{name} must be") as caught:
        resolve("x", DECLARED, {name: value})
    assert repr(value) in str(caught.value)


def test_an_unknown_name_gets_a_suggestion():
    with pytest.raises(BadInput, match="x has max_margin, passes.*Did you mean 'max_margin'"):
        resolve("x", DECLARED, {"max_margn": 0.3})


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [("max_margin", "1e-1", 0.1), ("passes", "7", 7), ("passes", "1e1", 10), ("as_released", "True", True)],
)
def test_parsing_reads_what_people_type(name, text, wanted):
    assert DECLARED[name].parse(name, text) == wanted


@pytest.mark.parametrize(("name", "text"), [("max_margin", "much"), ("passes", "2.5"), ("as_released", "maybe")])
def test_parsing_refuses_the_rest(name, text):
    with pytest.raises(BadInput, match=name):
        DECLARED[name].parse(name, text)


@pytest.mark.parametrize("value", [-1, 2**32, "7", 1.5, True, None, 2**64])
def test_seeds(value):
    with pytest.raises(BadInput, match=r"0 \.\. 2\^32-1"):
        checks.seed(value)


@pytest.mark.parametrize(
    "name",
    ["../../x", "/etc/passwd", "", "a\0b", "x" * 300, "CON", "con.txt", ".hidden", "a/b", "a b", "end.", None, 7],
)
def test_names_that_would_leave_the_folder_are_refused(name):
    with pytest.raises(BadInput, match="name of a run"):
        checks.file_name("run", name)


def test_holes_in_numbers_are_counted():
    with pytest.raises(LtvizError, match="margin_curve: y has 3 non-finite"):
        checks.finite("margin_curve", x=np.arange(4.0), y=np.array([np.nan, 1, np.inf, -np.inf]))
