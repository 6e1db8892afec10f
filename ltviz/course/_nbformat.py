"""nbformat, without the grammars of web addresses that its check of JSON would build: they take two seconds.

jsonschema builds them where the package `rfc3987_syntax` is there (JupyterLab brings it), and does without where it is
not. Notebooks have no address that is checked.
"""

from __future__ import annotations

import sys
from typing import Any

_GRAMMARS = "rfc3987_syntax"


def _imported() -> Any:
    modules: dict[str, Any] = sys.modules
    hidden = _GRAMMARS not in modules
    if hidden:
        modules[_GRAMMARS] = None  # an import of it fails
    try:
        import nbformat
    finally:
        if hidden:
            del modules[_GRAMMARS]
    return nbformat


nbformat = _imported()
