"""What the added lesson says."""

from __future__ import annotations

from typing import Any

MEASURED: list[tuple[str, Any]] = []
UNMEASURED = {"says what a file is": ["A lesson is one notebook."]}
