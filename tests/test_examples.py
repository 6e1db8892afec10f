"""Each public door has an example in its docstring, and the example does what it says."""

from __future__ import annotations

import doctest
import sys
from collections.abc import Callable
from typing import Any

import pytest

import ltviz
from ltviz import samplers
from ltviz.core.counts import ClassCounts
from ltviz.datasets import digits, toy
from ltviz.datasets.cifar import long_tail_indices
from ltviz.losses import Loss
from ltviz.runs.compare import compare

DOORS: dict[str, Callable[..., Any]] = {
    "make_loss": ltviz.make_loss,
    "set_class_weight": Loss.set_class_weight,
    "unchecked": Loss.unchecked,
    "show": ltviz.show,
    "explore": ltviz.explore,
    "exercise": ltviz.exercise,
    "check": ltviz.check,
    "ClassCounts": ClassCounts,
    "toy": toy.make,
    "digits": digits.load,
    "cifar": long_tail_indices,
    "samplers": samplers.make,
    "compare": compare,
}


@pytest.mark.parametrize("door", DOORS)
def test_the_example_of_a_door_runs(door: str, capsys: pytest.CaptureFixture[str]) -> None:
    names = dict(vars(sys.modules[DOORS[door].__module__]))
    (found,) = doctest.DocTestFinder(recurse=False).find(DOORS[door], door, globs=names)
    assert found.examples
    doctest.DocTestRunner().run(found)
    assert capsys.readouterr().out == ""
