"""`python -m ltviz.course.clean FILE...`: put notebooks into the form in which they are kept, for the pre-commit hook.

Outputs, execution counts and widget state go; cells of exercises get nbgrader's metadata, which nobody types.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from ltviz.core.errors import DataError
from ltviz.core.files import write_text
from ltviz.course.exercise_cells import graded
from ltviz.course.student import as_text


def dirty(path: Path) -> list[str]:
    """Return what is not as it is kept: outputs, execution counts, widget state, nbgrader's metadata.

    Raises
    ------
    DataError
        Where the cells of an exercise do not stand in the form.
    """
    notebook = json.loads(path.read_text(encoding="utf-8"))
    found = ["widget state"] if "widgets" in notebook["metadata"] else []
    for k, cell in enumerate(notebook["cells"]):
        if cell.get("outputs") or cell.get("execution_count") is not None:
            found.append(f"outputs in cell {k}")
    if graded(notebook) != notebook:
        found.append("nbgrader's metadata")
    return found


def cleaned(notebook: dict[str, Any]) -> dict[str, Any]:
    """Return a notebook as it is kept."""
    notebook = graded(notebook)
    cells = [
        {**cell, "outputs": [], "execution_count": None} if cell["cell_type"] == "code" else cell
        for cell in notebook["cells"]
    ]
    metadata = {name: value for name, value in notebook["metadata"].items() if name != "widgets"}
    return {**notebook, "cells": cells, "metadata": metadata}


def main(arguments: list[str]) -> int:
    """Mend each notebook that is not as it is kept, and name it; 1 if there was one."""
    faults = []
    for path in map(Path, arguments):
        try:
            found = dirty(path)
        except DataError as error:
            faults.append(f"{path}: {error}")
            continue
        if found:
            write_text(path, as_text(cleaned(json.loads(path.read_text(encoding="utf-8")))))
            faults.append(f"{path}: mended {', '.join(found)}")
    sys.stderr.write("".join(fault + "\n" for fault in faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
