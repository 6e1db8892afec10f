"""A term on the embeddings beside the classification."""

from __future__ import annotations

from ltviz.methods.rows._base import COSINE, DBM_PAPER, GENTLE, LA, Method
from ltviz.methods.schedule import Recipe

FAMILY = "Embeddings"

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
)
