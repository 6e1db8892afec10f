"""What ties the sentences of explorers, scenes, figures and studies to what measures them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ltviz.figures.themes import unmarked
from ltviz.studies.head_and_tail import head_and_tail
from ltviz.studies.margin_bound import margin_bound
from ltviz.studies.margin_surface import margin_surface
from ltviz.views import compute, draw, view

from .measuring import CIFAR, shifts
from .ties import BAYES, OF_01, PLANE, WHEEL, Tie, a_margin_needs_room, beyond, both_move, largest_beside, overshoots

BESIDE = 28  # the first of the 20 other samples that two truths shows
CURVES = "tests/explorers/test_cards_curves.py: test_"
JUMPS = "tests/explorers/test_card_jump.py: test_"
JUMP = f"{JUMPS}the_note_says_what_20_draws_give"
FREQUENCY = "tests/explorers/test_cards_frequency.py: test_"
LOTTERY = "tests/studies/test_lottery.py: test_all_pairs_of_recorded_seeds_are_counted"
RECORDED = "tests/studies/test_recorded_results.py: test_mean_and_deviation_over_seeds_the_best_method_first"
ANGLES = "tests/studies/test_trained.py: test_angles_quartiles_and_change_by_hand"
RESAMPLED = "tests/studies/test_resampling.py"
META = "tests/studies/test_meta_weights.py"
GAIN = "tests/studies/test_trained.py: test_the_gain_is_against_the_same_seeds_net_without_margin"


def shows(name: str, numbers: Callable[[Any], list[str]]) -> list[bool]:
    """Whether a figure's texts hold the numbers of its study, written as the reader sees them."""
    result = compute(name, **view(name).tiny)
    figure = draw(name, result)
    texts = [
        figure.layout.title.text,
        *(each.text for each in figure.layout.annotations),
        *(each.name for each in figure.data),
    ]
    read = unmarked(" ".join(text for text in texts if text)).replace("\N{MINUS SIGN}", "-")
    return [number.replace("\N{MINUS SIGN}", "-") in read for number in numbers(result)]


def two_margins() -> list[bool]:
    """Whether the figure of both spaces holds the sample's distances, its gaps, and what the loss counts of them."""
    return shows(
        "margin_spaces",
        lambda r: [
            *(f"{each:.2f} σ".replace("-", "−") for each in r.distance),
            *(f"{each:.1f}".replace("-", "−") for each in (*r.gap, *(r.gap - r.margin))),
        ],
    )


def rarest_and_hardest() -> int:
    """The place of a margin surface's corner where the class is rarest and the sample most difficult."""
    found = margin_surface()
    return int(np.ravel_multi_index((found.difficulty.argmax(), found.ratio.argmin()), found.margin.shape))


MEASURED: dict[str, list[Tie]] = {
    "margin_bound": [
        (
            "that class's term grow",
            lambda: [(np.diff(margin_bound().rare) > 0).all(), (np.diff(margin_bound().frequent) < 0).all()],
        )
    ],
    "margin_curve": [
        (
            "LDAM gives the rarest class the same margin at every imbalance: what a larger imbalance changes is how "
            "little is left for the frequent ones",
            f"{CURVES}ldams_rarest_class_has_one_margin_and_a_prior_grows",
        ),
        (
            "it grows with the imbalance, for the rare classes",
            f"{CURVES}ldams_rarest_class_has_one_margin_and_a_prior_grows",
        ),
    ],
    "mm_margin": [("Both are largest beside the boundary and jump there", largest_beside)],
    "margin_surface": [
        ("gets a margin of {}°", f"{CURVES}ten_times_the_samples_leave_a_tenth_of_dbms_margin"),
    ],
    "loss_anatomy": [
        (
            "A margin moves the whole curve of the penalty towards the own class; a weight stretches it",
            f"{CURVES}a_margin_moves_the_penalty_and_a_weight_stretches_it",
        ),
        (
            "LDAM charges a sample of the rarest class that much nearer to its own class already",
            f"{CURVES}ldam_costs_what_a_tie_costs_nearer_to_the_class",
        ),
    ],
    "class_counts": [
        ("the five rarest of ten classes hold {} %", lambda: 100 * np.sort(CIFAR.values)[:5].sum() / CIFAR.total),
    ],
    "two_truths": [
        ("while one class is rarer, none is both", BAYES),
        ("cross-entropy stands {} σ in the rare", lambda: -shifts("ce", "separable", first=BESIDE)),
        # for a linear head with a free bias, tau = 1 after training is the boundary of logit adjustment
        ("τ = 1 goes {} σ beyond it", lambda: shifts("logit_adjustment", "separable", first=BESIDE)),
        ("of 0.5 stops {} σ short of it", lambda: -shifts("ldam", "separable", first=BESIDE)),
        ("({} σ with its margin at 0)", lambda: -shifts("ldam(max_margin=0)", "separable", first=BESIDE)),
    ],
    "balance_of_forces": [
        (
            "Weights make arrows longer; a margin has samples push from further off; a prior moves where pushing "
            "starts, for both classes the same way",
            "tests/plane/test_forces.py: test_weights_make_arrows_longer",
        ),
    ],
    "rare_margins": [
        ("DBM's class margin, an angle, with rarity itself", f"{FREQUENCY}margins_and_weights"),
        ("LDAM's margin grows with the fourth root of rarity", f"{FREQUENCY}margins_and_weights"),
    ],
    "rare_weights": [
        (
            "classes of more than 1 / (1 − β) samples count alike",
            f"{FREQUENCY}class_balanced_weights_from_flat_to_the_inverse",
        ),
    ],
    "rare_errors": [
        (
            "β moves the error from the tail to the head",
            f"{FREQUENCY}beta_moves_the_error_from_the_tail_to_the_head",
        ),
        (
            "the rare class gains more than the frequent one loses",
            f"{FREQUENCY}beta_moves_the_error_from_the_tail_to_the_head",
        ),
        (
            "{} % of the rare class's new points come out wrong",
            lambda: 100 * head_and_tail(100.0, 0.0).errors[1].mean(),
        ),
    ],
    "angle_wheel": [
        (
            "beyond 60° here, a difficulty of 0.25",
            f"{WHEEL}the_second_margin_starts_where_another_class_is_nearer",
        ),
        ("has doubled it at 180°", f"{WHEEL}the_second_margin_starts_where_another_class_is_nearer"),
        ("The rarest class has a margin of {}°", lambda: np.degrees(0.3)),
        ("turned 90° away, so that another class is nearer", f"{WHEEL}the_guess_asks_for_what_the_formula_gives"),
    ],
    "mm_jump": [
        ("the right side's margin moves the boundary by {} σ", JUMP),
        ("does nothing beyond chance: {} σ", JUMP),
        ("Where they separate, neither does ({} σ and {} σ)", JUMP),
        ("MM costs balanced accuracy where the classes overlap", f"{JUMPS}mm_costs_where_classes_overlap"),
    ],
    "scene overlap": [
        ("Priors act", both_move),
        ("LDAM's margin moves the boundary the wrong way, into the rare class's side", a_margin_needs_room),
    ],
    "scene separable": [
        ("Margins act", a_margin_needs_room),
        (
            "moves the boundary further still, beyond",
            lambda: [*overshoots(), *(beyond("logit_adjustment", "ldam", "separable") > 0)],
        ),
    ],
    "scene few_points": [
        (
            "move the boundary by {} and {} sigma",
            lambda: tuple(beyond(x, "ce", "few_points").mean() for x in ("logit_adjustment", "class_balanced")),
        ),
        (
            "differs from one draw of the rare points to the next about as much",
            lambda: [0.5 < shifts(x, "few_points").std(ddof=1) < 0.8 for x in ("logit_adjustment", "class_balanced")],
        ),
    ],
    "figures/deployment_prior": [("Which loss is best depends on where it will be used", OF_01)],
    "figures/loss_anatomy": [
        ("scores, sample at ‹number›°", lambda: shows("loss_anatomy", lambda r: [f"at {np.degrees(r.at):.0f}°"])),
    ],
    "figures/mm_margin": [("The margin is largest beside the boundary, and jumps there", largest_beside)],
    "figures/margin_surface": [
        ("The margin (degrees) is widest for", lambda: margin_surface().margin.argmax() == rarest_and_hardest())
    ],
    "figures/margin_bound": [
        ("The best boundary leaves the rare class the larger margin", lambda: margin_bound().found < 0.5),
        (
            "Two classes alike: the best boundary stands half-way",
            lambda: abs(margin_bound(imbalance=1.0).found - 0.5) < 1e-4,
        ),
        (
            "found by search at g₁ = ‹number› of the gap",
            lambda: shows(
                "margin_bound", lambda r: [f"{r.found:.3f}", f"{r.ratio:.3f}", f"{r.formula:.3f}", f"{r.ldam:.3f}"]
            ),
        ),
        ("formula: ... = ‹number›, so g₁ = ‹number›; LDAM's margins: g₁ = ‹number›", lambda: True),
    ],
    "figures/dbm_ablation": [
        (
            "linear head: ‹number› %,...paper ‹number› %",
            lambda: shows(
                "dbm_ablation",
                lambda r: [
                    f"linear head: {100 * b.balanced[0].mean():.1f} %, paper {100 * b.paper[0]:.1f} %" for b in r.bases
                ],
            ),
        ),
    ],
    "figures/decision_map": [
        (
            "‹number› % right",
            lambda: shows("decision_map", lambda r: [f"{100 * p.accuracy:.0f} % right" for p in r.panels]),
        )
    ],
    "figures/confusion": [
        (
            "‹number›",
            "tests/studies/test_trained.py: test_confusion_counts_every_test_image_and_shows_each_row_as_100_percent",
        ),
        ("‹number› % right", lambda: shows("confusion", lambda r: [f"{100 * b:.1f} % right" for b in r.balanced])),
    ],
    "figures/embedding_map": [
        (
            "‹number› % right (‹number› %)",
            lambda: shows(
                "embedding_map",
                lambda r: [f"{100 * m.balanced:.0f} % right ({100 * m.unsqueezed:.0f} %)" for m in r.methods],
            ),
        ),
    ],
    "figures/per_class_error": [
        (
            "mean ‹number› %",
            lambda: shows("per_class_error", lambda r: [f"mean {100 * e.mean():.1f} %" for e in r.error]),
        ),
    ],
    "figures/leaderboard_lottery": [
        ("The worse method wins ‹number› %", LOTTERY),
        ("Equal: ‹number› %", LOTTERY),
        ("the worse one wins (%)", LOTTERY),
    ],
    "figures/recorded_results": [
        ("± ‹number›", RECORDED),
        ("(‹number›)", RECORDED),
        ("‹number›......", lambda: shows("recorded_results", lambda r: [f"{100 * row.mean:.2f}" for row in r.rows])),
    ],
    "studies/accuracy_vs_parameter": [
        ("Without margin: ‹number› % of all classes right, ‹number› % of the rarest third", GAIN),
    ],
    "studies/resampling_overfit": [
        ("... ‹number›", f"{RESAMPLED}: test_the_gap_is_of_the_run_that_was_trained"),
    ],
    "studies/meta_weights": [
        ("... ‹number›", f"{META}: test_the_course_is_that_of_the_runs"),
    ],
    "studies/undersampling_cost": [
        (
            "an epoch does without ‹number› % of the images, and takes fewer steps in proportion",
            f"{RESAMPLED}: test_what_is_thrown_away_is_counted_and_the_cost_is_against_the_same_seed",
        ),
    ],
    "studies/angle_histogram": [
        (
            "... ‹number›",
            lambda: shows("angle_histogram", lambda r: [f"{g} {c.mean():+.1f}" for g, c in r.change.items()]),
        ),
        ("± ‹number›", ANGLES),
    ],
    "studies/boundary_vs_fit": [
        (
            "‹number› to ‹number›",
            lambda: shows(
                "boundary_vs_fit",
                lambda r: [f"{m[0]:.2f} to {m[-1]:.2f}".replace("-", "−") for m in r.shift.mean(axis=2)],
            ),
        ),
    ],
    "studies/margin_spaces": [
        (
            "stands ‹number› σ and ‹number› σ from the boundary; its logit is ‹number› and ‹number› ahead, of which "
            "the loss counts ‹number› and ‹number›",
            two_margins,
        ),
    ],
    "figures/margin_spaces": [("‹number›", two_margins)],
    "studies/max_margin_convergence": [
        (
            "‹number› and ‹number›",
            lambda: shows(
                "max_margin_convergence",
                lambda r: [f"{f:.2f} and {e:.2f}".replace("-", "−") for f, e in r.by_class.mean(axis=2)],
            ),
        ),
    ],
    "studies/reweighting_tradeoff": [
        (
            "... ‹number› % to ‹number› %",
            lambda: shows(
                "reweighting_tradeoff",
                lambda r: [
                    f"{100 * each[0].mean():.1f} % to {100 * each[-1].mean():.1f} %"
                    for each in (r.head, r.tail, r.balanced)
                ],
            ),
        ),
    ],
    "studies/weighting_vanishes": [
        (
            "‹number› to ‹number› and ‹number› to ‹number›",
            lambda: shows(
                "weighting_vanishes",
                lambda r: [
                    f"{one[0]:.2f} to {one[-1]:.2f} and {two[0]:.2f} to {two[-1]:.2f}".replace("-", "−")
                    for one, two in zip(r.trained.mean(axis=2), r.fitted.mean(axis=2), strict=True)
                ],
            ),
        ),
    ],
    "studies/embedding_map": [("the last layer has two units, which costs accuracy", PLANE)],
}
