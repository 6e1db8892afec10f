"""What makes a run of a notebook a failure, though Jupyter reports success."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from typing import Any

from ltviz import losses
from ltviz.core.checks import did_you_mean, one_of, seed
from ltviz.core.errors import BadInput
from ltviz.core.profiles import PROFILES, checked_ratio

# Lines on stderr that mean nothing for the lesson: the kernel's own start-up.
ALLOWED_STDERR = (
    re.compile(r"^\s*$"),
    re.compile(r"frozen_modules|PYDEVD_DISABLE_FILE_VALIDATION|Debugger warning|to python to disable frozen modules"),
)
# What a parameter of such a name means in every lesson.
CHECKS: dict[str, Callable[[Any], Any]] = {
    "seed": seed,
    "loss": losses.parse,
    "imbalance": checked_ratio,
    "profile": lambda value: one_of("profile", value, PROFILES),
}
WIDGET_STATE = "application/vnd.jupyter.widget-state+json"


def declared(notebook: Any) -> dict[str, Any]:
    """Names and defaults in the cell tagged `parameters`, read without running it."""
    cells = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    if len(cells) != 1 or cells[0].cell_type != "code":
        raise BadInput(f"a notebook has one code cell tagged 'parameters'; this one has {len(cells)}")
    found: dict[str, Any] = {}
    for line in ast.parse(cells[0].source).body:
        if not (isinstance(line, ast.Assign) and len(line.targets) == 1 and isinstance(line.targets[0], ast.Name)):
            raise BadInput("the parameters cell may only hold lines such as 'seed = 0'")
        found[line.targets[0].id] = ast.literal_eval(line.value)
    return found


def parse(notebook: Any, given: Mapping[str, str]) -> dict[str, Any]:
    """Read `-p name=value` pairs by the type of each default."""
    defaults = declared(notebook)
    return {name: _parse(name, text, defaults[name]) if name in defaults else text for name, text in given.items()}


def check_parameters(notebook: Any, given: Mapping[str, Any]) -> None:
    """Refuse a parameter that the notebook does not have (papermill would only log it), or a value that is wrong."""
    defaults = declared(notebook)
    for name, value in given.items():
        if name not in defaults:
            hint = did_you_mean(name, defaults)
            raise BadInput(f"unknown parameter {name!r} ({value!r}); the notebook has {', '.join(defaults)}.{hint}")
        wanted = type(defaults[name])
        fits = type(value) is wanted or (wanted is float and type(value) is int)
        if not fits:
            raise BadInput(
                f"parameter {name!r} must be {wanted.__name__}, as its default {defaults[name]!r}; "
                f"got {value!r} ({type(value).__name__})"
            )
        if name in CHECKS:
            CHECKS[name](value)


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


def _parse(name: str, text: str, default: Any) -> Any:
    if isinstance(default, bool):
        words = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
        return words.get(text.lower(), text)
    for kind in (int, float):
        if isinstance(default, kind):
            try:
                return kind(text)
            except ValueError:
                return text
    return text
