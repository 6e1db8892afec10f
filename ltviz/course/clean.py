"""`python -m ltviz.course.clean FILE...`: fail where a notebook holds outputs, for the pre-commit hook."""

from __future__ import annotations

import json
import sys
from pathlib import Path


def dirty(path: Path) -> list[str]:
    """What a committed notebook must not hold: outputs, execution counts, widget state."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    found = ["widget state"] if "widgets" in notebook["metadata"] else []
    for k, cell in enumerate(notebook["cells"]):
        if cell.get("outputs") or cell.get("execution_count") is not None:
            found.append(f"outputs in cell {k}")
    return found


def main(arguments: list[str]) -> int:
    """Name every notebook that holds outputs; 1 if there is one."""
    faults = [f"{name}: {', '.join(found)}" for name in arguments if (found := dirty(Path(name)))]
    sys.stderr.write("".join(fault + "\n" for fault in faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
