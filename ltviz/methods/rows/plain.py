"""Plain cross-entropy, from which all others begin."""

from __future__ import annotations

from ltviz.methods.rows._base import CAO, Method

FAMILY = "Plain"

ROWS = (Method("erm", "ce", f"{CAO}, table 2 (ERM); cifar_train.py", idea="Cross-entropy and nothing else"),)
