"""A term on the embeddings beside the classification."""

from __future__ import annotations

from ltviz.methods.rows._base import COSINE, DBM_PAPER, GENTLE, LA, Method
from ltviz.methods.schedule import Recipe

FAMILY = "Embeddings"

_SUH = "Suh and Seo 2023, ICML; bluecdm/Long-tailed-recognition"
_GML = Recipe("gml", epochs=200, batch=128, rate=0.1, decay=5e-4, augmentation="strong")
_NCL = Recipe("ncl", epochs=400, batch=64, rate=0.1, decay=2e-4, augmentation="strong")
_PACO = Recipe("paco", epochs=400, batch=128, rate=0.05, decay=5e-4, augmentation="strong")
_PROCO = Recipe("proco", epochs=200, batch=256, rate=0.3, decay=2e-4, augmentation="strong")
_BCL = Recipe("bcl", epochs=200, batch=256, rate=0.15, decay=5e-4, augmentation="strong")

ROWS = (
    Method(
        "supcon",
        "supcon",
        "Khosla et al. 2020, arXiv 2004.11362, section 3; SupContrast losses.py (there the classifier is trained "
        "afterwards, and at temperature 0.07)",
        {"temperature": 0.1, "strength": 1.0},
        step="two_views",
        idea="Cross-entropy on two views of each image, and embeddings of one class drawn together",
        title="SupCon",
    ),
    Method(
        "elm",
        "elm",
        "follows the abstract of Jitkrittum et al. 2022, arXiv 2204.13208: no code is released, and objective, "
        "constants and step are ltviz's; schedule and recipe are those of logit adjustment, which it is at strength 0",
        {"tau": 1.0, "strength": 0.5, "max_margin": 0.5, "temperature": 0.1},
        schedule=GENTLE,
        recipe=LA,
        step="two_views(width=0)",
        idea="Logit adjustment, and embeddings of one class held together, the more so the rarer it is",
    ),
    Method(
        "bcl",
        "bcl",
        "Zhu et al. 2022, arXiv 2207.09052; the DBM code's losses/bcl.py and README (there a third view is "
        "classified, and class vectors have a projection of their own)",
        {"tau": 1.0, "alpha": 2.0, "strength": 0.6, "temperature": 0.1},
        schedule=GENTLE,
        recipe=_BCL,
        step="two_views",
        idea="Logit adjustment, and embeddings drawn to their class and pushed from each other class alike",
        title="BCL",
    ),
    Method(
        "dbm_bcl",
        "dbm",
        f"{DBM_PAPER}, table 2 (DBM-BCL); losses/bcl.py",
        {"base": "bcl", "margin": 0.1, "tau": 1.0, "scale": 32.0},
        head="cosine",
        schedule=COSINE,
        recipe=_BCL,
        step="two_views",
        idea="DBM's margins for rare classes and wrong-side samples, in BCL",
        title="DBM + BCL",
    ),
    Method(
        "gml",
        "gml",
        f"{_SUH}, losses.py, CIFAR100_train_student.sh (there a ResNet-56 teaches, here a net of the "
        "same kind; both are trained before)",
        {"tau": 1.0, "scale": 30.0, "strength": 1.0, "distillation": 1.0, "temperature": 4.0},
        head="cosine",
        schedule=GENTLE,
        recipe=_GML,
        step="gml",
        idea="Logit adjustment of the head's scores, and of embeddings beside a teacher's, who is followed too",
        title="GML",
    ),
    Method(
        "dbm_gml",
        "dbm",
        f"{DBM_PAPER}, table 2 (DBM-GML); here the scores that follow the teacher have the margin",
        {"base": "gml", "margin": 0.1, "tau": 1.0, "scale": 32.0},
        head="cosine",
        schedule=GENTLE,
        recipe=_GML,
        step="gml",
        idea="DBM's margins for rare classes and wrong-side samples, in GML",
        title="DBM + GML",
    ),
    Method(
        "ncl",
        "ncl",
        "Li et al. 2022, arXiv 2203.15359; lib/loss/loss.py, cifar100_im100_NCL_with_contrastive.yaml",
        {"tau": 1.0, "mining": 1.0, "share": 0.3, "strength": 0.6},
        schedule=GENTLE,
        recipe=_NCL,
        step="ncl",
        idea="Three nets, each by balanced softmax over all and over its hardest classes, and drawn to the others",
        title="NCL",
    ),
    Method(
        "dbm_ncl",
        "dbm",
        f"{DBM_PAPER}, table 2 (DBM-NCL); large_scale/losses/ncl.py",
        {"base": "ncl", "margin": 0.1, "tau": 1.0, "scale": 32.0},
        head="cosine",
        schedule=GENTLE,
        recipe=_NCL,
        step="ncl",
        idea="DBM's margins for rare classes and wrong-side samples, in each of NCL's three nets",
        title="DBM + NCL",
    ),
    Method(
        "paco",
        "logit_adjustment",
        "Cui et al. 2021, arXiv 2107.12028; LT/losses.py, LT/paco_cifar.py",
        {"tau": 1.0},
        schedule=GENTLE,
        recipe=_PACO,
        step="paco",
        idea="One softmax over the classes' adjusted scores and over embeddings of the batch and of a queue",
        title="PaCo",
    ),
    Method(
        "proco",
        "logit_adjustment",
        "Du et al. 2024, arXiv 2403.06726; README, ProCo_cifar/main.py",
        {"tau": 1.0},
        schedule=GENTLE,
        recipe=_PROCO,
        step="proco",
        idea="Logit adjustment, of the head's scores and of those from a distribution of each class's embeddings",
        title="ProCo",
    ),
)
