"""All methods, each below the one to which it adds something."""

from __future__ import annotations

from ltviz.views._table import View

VIEW = View("What does each method add, and to which other one?", {}, size=(980, 700), order=202)
