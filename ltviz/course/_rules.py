"""What makes a run of a notebook a failure, though Jupyter reports success."""

from __future__ import annotations

import re
from typing import Any

# Lines on stderr that mean nothing for the lesson: the kernel's own start-up.
ALLOWED_STDERR = (
    re.compile(r"^\s*$"),
    re.compile(r"frozen_modules|PYDEVD_DISABLE_FILE_VALIDATION|Debugger warning|to python to disable frozen modules"),
)
WIDGET_STATE = "application/vnd.jupyter.widget-state+json"


def sentinel(stem: str) -> str:
    """The words that the last cell of a lesson shows."""
    return f"end of {stem}"


def silent_failures(notebook: Any, stem: str) -> list[str]:
    """Everything that went wrong without stopping the run; an empty list means that the run is sound."""
    faults = []
    code = [(k, cell) for k, cell in enumerate(notebook.cells) if cell.cell_type == "code" and cell.source.strip()]
    for k, cell in code:
        if cell.execution_count is None:
            faults.append(f"cell {k} was never executed")
        faults += [f"cell {k}: {fault}" for fault in _faults(cell.outputs)]
    states = notebook.metadata.get("widgets", {}).get(WIDGET_STATE, {}).get("state", {})
    for model in states.values():
        faults += [f"inside a widget: {fault}" for fault in _faults(model.get("state", {}).get("outputs", ()))]
    last = code[-1][1].outputs if code else ()
    shown = " ".join(str(o.get("data", {}).get("text/plain", "")) + str(o.get("text", "")) for o in last)
    if sentinel(stem) not in shown:
        faults.append(f"the last cell did not show {sentinel(stem)!r}")
    return faults


def _faults(outputs: Any) -> list[str]:
    faults = []
    for output in outputs:
        if output["output_type"] == "error":
            faults.append(f"{output['ename']}: {output['evalue']}")
        elif output["output_type"] == "stream" and output["name"] == "stderr":
            lines = "".join(output["text"]).splitlines()
            bad = [line for line in lines if not any(rule.search(line) for rule in ALLOWED_STDERR)]
            if bad:
                faults.append(f"stderr: {bad[-1][:200]}")
    return faults
