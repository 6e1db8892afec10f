"""A term on the embeddings beside the classification."""

from __future__ import annotations

from ltviz.methods.rows._base import GENTLE, LA, Method

FAMILY = "Embeddings"


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
)
