"""Margins between a class and the others: larger for rarer classes, or for samples that need them."""

from __future__ import annotations

from dataclasses import replace

from ltviz.methods.rows._base import (
    CAO,
    COSINE,
    DBM,
    DBM_PAPER,
    DEFERRED,
    DRS,
    GENTLE,
    THEN_CLASSES,
    THEN_WEIGHTS,
    Method,
)
from ltviz.methods.schedule import Recipe

FAMILY = "Margins"

_MM = "Maximum Margin, arXiv 2206.05380; README (CIFAR-100, exp 100)"
_MM_PARAMS = {"max_margin": 1.29, "gamma": 1.528}
_HINGE = "no code released, so its scale is ltviz's; the paper has it for 10 classes only"
_LARGE = Recipe("large-margin softmax", epochs=200, batch=128, rate=0.1, decay=5e-4, augmentation="basic")
_GCL = Recipe("gcl", epochs=200, batch=64, rate=0.1, decay=2e-4, augmentation="basic")

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
        "hg_drs",
        "hinge",
        f"{CAO}, table 2 (HG-DRS): one margin, which the paper does not print; 0.5 is LDAM's largest; {_HINGE}",
        {"shape": "constant", "max_margin": 0.5, "scale": 30.0},
        head="cosine",
        schedule=DRS,
        idea=f"A hinge with one margin{THEN_CLASSES}",
        title="HG-DRS",
    ),
    Method(
        "ldam_hg_drs",
        "hinge",
        f"{CAO}, table 2 (LDAM-HG-DRS), eq. 10, 11; {_HINGE}",
        {"shape": "ldam", "max_margin": 0.5, "scale": 30.0},
        head="cosine",
        schedule=DRS,
        idea=f"A hinge with LDAM's margins{THEN_CLASSES}",
        title="LDAM-HG-DRS",
    ),
    Method(
        "large_margin_softmax",
        "large_margin_softmax",
        "Liu et al. 2016, arXiv 1612.02295; the authors' CIFAR-10 example (m 2, rate 0.1, decay 5e-4); epochs and "
        "batch as in LDAM's recipe",
        {"multiple": 2},
        schedule=GENTLE,
        recipe=_LARGE,
        idea="The angle to the own class is doubled before its cosine is taken, the same for every class",
    ),
    Method(
        "gcl",
        "gcl",
        "Li et al. 2022, arXiv 2305.11733; cifar_train_backbone.py, cifar_train_classifier.py",
        {"noise": 0.5, "max_margin": 0.0, "gamma": 0.0, "scale": 30.0},
        head="cosine",
        schedule=GENTLE,
        recipe=_GCL,
        step="mixup",
        stages=("gcl",),
        idea="Mixup, and random clouds on rare classes' cosines; then the classifier on classes drawn equally",
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
    Method(
        "dbm_ldam",
        "dbm",
        f"ltviz's own combination of {DBM_PAPER}, and {CAO}: neither paper nor released code has it",
        {"base": "ldam", "base.max_margin": 0.5, "margin": 0.1, "tau": 1.0, "scale": 32.0},
        head="cosine",
        schedule=COSINE,
        recipe=DBM,
        idea="DBM's margins for rare classes and wrong-side samples, on top of LDAM's margins; ltviz's own combination",
        title="DBM + LDAM",
    ),
)
