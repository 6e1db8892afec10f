"""DBM's margins alone: a view of a study and a figure that are there already."""

from __future__ import annotations

from dataclasses import replace

from ltviz.views.margin_curve import VIEW as CURVE

VIEW = replace(
    CURVE,
    question="How far does DBM push down the target's logit, in frequent and in rare classes?",
    begins={"losses": "dbm", "angle": 60.0},
    order=25,
    study_name="margin_curve",
    figure_name="margin_curve",
)
