"""DBM: its Figures 1 to 4, and its ablation."""

from __future__ import annotations

from ltviz.views.papers import Paper, Plate

_DATA = "The paper's data are CIFAR-100-LT, of which there is no record here; digits stand in, and the title says so."

PAPER = Paper(
    "Difficulty-aware balancing margin loss for long-tailed recognition",
    "AAAI 2025, arXiv 2412.15477",
    (
        Plate(
            "figure_1",
            "dbm_overview",
            "The paper's Figure 1 is a drawing of class and instance margins. These are the margins that a trained net "
            "gets. " + _DATA,
        ),
        Plate(
            "figure_2",
            "margin_surface",
            "The paper's Figure 2, the margin by class frequency and difficulty, from its closed form.",
        ),
        Plate(
            "figure_3",
            "accuracy_vs_parameter",
            "The paper's Figure 3: how much tau and K matter. Drawn is what the margin adds for the same seeds, where "
            "the paper has accuracies. " + _DATA,
        ),
        Plate(
            "figure_4",
            "angle_histogram",
            "The paper's Figure 4: angles of test images to the vector of their class, without and with the margin. "
            + _DATA,
        ),
        Plate(
            "ablation",
            "dbm_ablation",
            "The paper's ablation, part by part, with errors over seeds that the paper does not have. " + _DATA,
        ),
    ),
)
