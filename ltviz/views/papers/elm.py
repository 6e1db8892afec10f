"""ELM: embeddings, and the gap between training and test."""

from __future__ import annotations

from ltviz.views.papers import Paper, Plate

_OURS = (
    "The objective follows the paper's abstract, its constants are ours, and the data are digits, as the title says."
)

PAPER = Paper(
    "ELM: embedding and logit margins for long-tail learning",
    "Jitkrittum and others 2022, arXiv 2204.13208",
    (
        Plate(
            "logit_margins",
            "margin_curve",
            "The pairwise margin on the logits, which ELM shares with logit adjustment: its closed form, on the counts "
            "of CIFAR-10-LT at an imbalance of 100.",
            {"losses": "logit_adjustment"},
        ),
        Plate(
            "embeddings",
            "embedding_map",
            "Embeddings in the plane, without and with ELM's term on them. " + _OURS,
            {"methods": "logit_adjustment, elm"},
        ),
        Plate(
            "geometry",
            "embedding_geometry",
            "How wide the classes are and how far apart, with and without the term, over seeds. " + _OURS,
            {"rows": "erm, elm(strength=0), elm"},
        ),
        Plate(
            "generalisation",
            "generalisation_gap",
            "The gap between training and test, which the paper says its term makes smaller, over seeds. " + _OURS,
            {"rows": "erm, elm(strength=0), elm"},
        ),
    ),
)
