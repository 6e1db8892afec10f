"""More than one branch, which see different samples."""

from __future__ import annotations

from ltviz.methods.rows._base import Method

FAMILY = "Branches and experts"


ROWS = (
    Method(
        "bbn",
        "ce",
        "Zhou et al. 2020, arXiv 1912.02413; combiner.py (its rate drops at 60 % and 80 %, with Nesterov's momentum; "
        "here as in LDAM's recipe)",
        step="bbn",
        idea="Two branches, of samples as they are and of reversed frequencies; the first yields to the second",
        title="BBN",
    ),
)
