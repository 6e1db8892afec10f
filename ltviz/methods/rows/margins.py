"""Margins between a class and the others: larger for rarer classes, or for samples that need them."""

from __future__ import annotations

from dataclasses import replace

from ltviz.methods.rows._base import CAO, COSINE, DBM, DBM_PAPER, DEFERRED, THEN_WEIGHTS, Method

FAMILY = "Margins"

_MM = "Maximum Margin, arXiv 2206.05380; README (CIFAR-100, exp 100)"
_MM_PARAMS = {"max_margin": 1.29, "gamma": 1.528}

ROWS = (
    Method(
        "ldam",
        "ldam",
        f"{CAO}, table 2 (LDAM); losses.py",
        {"max_margin": 0.5, "scale": 30.0},
        head="cosine",
        idea="LDAM's margins: larger for rarer classes",
    ),
    Method(
        "ldam_drw",
        "ldam",
        f"{CAO}, table 2 (LDAM-DRW); losses.py, cifar_train.py",
        {"max_margin": 0.5, "scale": 30.0},
        head="cosine",
        schedule=DEFERRED,
        idea=f"LDAM's margins{THEN_WEIGHTS}",
        title="LDAM-DRW",
    ),
    Method(
        "m_drw",
        "ldam",
        f"{CAO}, table 2 (M-DRW): one margin for all classes, which the paper tuned and does not print; 0.35 is "
        "ltviz's choice, not tuned: additive-margin softmax (arXiv 1801.05599), whose margin it is, has it at scale 30",
        {"max_margin": 0.35, "scale": 30.0},
        head="cosine",
        schedule=DEFERRED,
        equal_counts=True,
        idea=f"One margin, the same for all classes{THEN_WEIGHTS}",
        title="M-DRW",
    ),
    Method(
        "mm",
        "mm",
        f"{_MM}, without re-weighting",
        {**_MM_PARAMS, "scale": 19.0},
        head="cosine",
        idea="MM's margins, which follow each sample's gap to the best other class",
    ),
    Method(
        "mm_drw",
        "mm",
        _MM,
        {**_MM_PARAMS, "scale": 19.0},
        head="cosine",
        schedule=DEFERRED,
        idea=f"MM's margins{THEN_WEIGHTS}",
        title="MM-DRW",
    ),
    Method(
        "mm_ldam_drw",
        "mm_ldam",
        _MM,
        {**_MM_PARAMS, "scale": 26.0},
        head="cosine",
        schedule=DEFERRED,
        idea=f"MM's margins, larger for rarer classes{THEN_WEIGHTS}",
        title="MM-LDAM-DRW",
    ),
    *(
        Method(
            f"dbm_{short}",
            "dbm",
            f"{DBM_PAPER}, table 2 (DBM-{short.upper()}); losses/dbm.py",
            {"base": base, "margin": 0.1, "tau": 1.0, "scale": 32.0},
            head="cosine",
            schedule=replace(COSINE, deferred=0.8 if short == "drw" else None),
            recipe=DBM,
            idea=f"DBM's margins for rare classes and wrong-side samples, {idea}",
            title=f"DBM + {words}",
        )
        for short, base, idea, words in (
            ("ce", "ce", "in cross-entropy", "cross-entropy"),
            ("cb", "class_balanced", "in cross-entropy with class-balanced weights", "class-balanced weights"),
            ("drw", "ce", f"in cross-entropy{THEN_WEIGHTS}", "deferred weights"),
            ("bs", "balanced_softmax", "in balanced softmax", "balanced softmax"),
        )
    ),
)
