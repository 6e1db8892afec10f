"""The notebook's kernel in which this code runs, if it does."""

from __future__ import annotations

import sys
from typing import Any


def kernel() -> Any:
    """Return the kernel; None outside Jupyter."""
    ipython = sys.modules.get("IPython")
    return getattr(ipython.get_ipython(), "kernel", None) if ipython else None


def attended() -> bool:
    """Whether somebody can answer: papermill, nbclient and nbconvert run cells that may not ask for input."""
    here = kernel()
    return here is not None and bool(here._allow_stdin)
