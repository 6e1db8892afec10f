"""More than one branch, which see different samples."""

from __future__ import annotations

from ltviz.methods.rows._base import DEFERRED, THEN_WEIGHTS, Method
from ltviz.methods.schedule import Recipe

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
    Method(
        "ride",
        "ldam",
        "Wang et al. 2021, arXiv 2010.01809; model/loss.py, 3 experts (there with Nesterov's momentum)",
        {"max_margin": 0.5, "scale": 30.0},
        head="cosine",
        schedule=DEFERRED,
        recipe=Recipe("ride", epochs=200, batch=128, rate=0.1, decay=5e-4, augmentation="basic"),
        step="ride",
        idea=f"Three experts with LDAM's margins, rewarded for differing{THEN_WEIGHTS}",
        title="RIDE",
    ),
)
