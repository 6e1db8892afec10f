"""A lesson as a student gets it, made from the author's: without solutions, and without what is for the teacher.

It needs the standard library alone, so that the build of a wheel can ask it. A notebook is what its JSON says.
"""

from __future__ import annotations

import json
import re
from typing import Any

from ltviz.core.errors import DataError

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
STUB = "answer = ...  # your answer"
REGION = re.compile(rf"^{BEGIN}\n.*?^{END}$", re.MULTILINE | re.DOTALL)
TEACHER = "teacher"  # the tag of a cell that is for the teacher


def tags(cell: dict[str, Any]) -> list[str]:
    """Return a cell's tags."""
    return list(cell["metadata"].get("tags", ()))


def source(cell: dict[str, Any]) -> str:
    """Return a cell's text, which JSON may hold line by line."""
    return "".join(cell["source"])


def student_text(text: str) -> str:
    """Return the JSON of a student's copy of a lesson; that of a student's copy stays as it is.

    Raises
    ------
    DataError
        Where a solution begins and does not end, or the other way round: it would be handed out.
    """
    notebook = json.loads(text)
    copy = student_copy(notebook)
    return text if copy == notebook else as_text(copy)


def student_copy(notebook: dict[str, Any]) -> dict[str, Any]:
    """Return a student's copy of a lesson, as `student_text` does."""
    cells = [_without_solution(cell) for cell in notebook["cells"] if TEACHER not in tags(cell)]
    return {**notebook, "cells": cells}


def as_text(notebook: dict[str, Any]) -> str:
    """Return a notebook as its file has it, in the order of JupyterLab."""
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _without_solution(cell: dict[str, Any]) -> dict[str, Any]:
    text = source(cell)
    left = REGION.sub(STUB, text)
    if re.search(r"(BEGIN|END) SOLUTION", left):
        raise DataError(
            f"a solution stands between the lines '{BEGIN}' and '{END}', each alone on its line; "
            f"cell {cell.get('id', '')} has\n{text}"
        )
    return cell if left == text else {**cell, "source": left.splitlines(keepends=True)}
