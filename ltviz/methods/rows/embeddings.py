"""A term on the embeddings beside the classification."""

from __future__ import annotations

from ltviz.methods.rows._base import Method

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
)
