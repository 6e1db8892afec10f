"""Sentences that look like claims and measure nothing here, by the reason: a few words of each."""

from __future__ import annotations

DEFINED = "it defines, or follows from the formula beside it"
DONE = "it says what is done, or sets a question"
ADVICE = "it says where to look, or how to judge"
OTHERS = "it reports what others found or do, with the source beside it, or names a conjecture as one"
LIMITS = "it says what the lesson leaves out"
NAMED = "it is a name, a label, or a part of the sentence that tests/studies/test_scenes.py measures"
JUDGED = "it is a paper's claim, which the figure itself sets against seeds and judges"

UNMEASURED: dict[str, dict[str, list[str]]] = {
    "two_losses": {DONE: ["Both panels have the same points"]},
    "decision_map": {DEFINED: ["Dotted and dashed lines are the best", "Regions are faint where there are no points"]},
    "explain dbm": {
        DEFINED: ["h = 1 if another class has a larger cosine"],
        NAMED: ["which samples get more", "the loss that takes"],
    },
    "explain gcl": {DEFINED: ["a larger one for rarer classes"]},
    "explain label_aware_smoothing": {DEFINED: ["a larger part where its class is frequent"]},
    "explain ldam": {DEFINED: ["larger for rarer classes"]},
    "explain mm": {
        DEFINED: ["A sample whose cosines are all negative"],
        NAMED: ["larger values give smaller margins", "how much smaller the margin"],
    },
    "explain mm_ldam": {
        DEFINED: ["largest for the rarest class", "the rarest class has the smallest M_y"],
        NAMED: ["larger values give smaller margins", "how much smaller the margin"],
    },
    "explain bcl": {DEFINED: ["how far the nearest embeddings decide"]},
    "explain elm": {
        DEFINED: [
            "how far the nearest embeddings decide",
            "how much nearer the rarest class's embeddings must be",
        ],
        OTHERS: ["The paper's abstract says what the objective does"],
    },
    "explain ncl": {DEFINED: ["those of the largest mean logit, a share of all classes, at least 2"]},
    "explain supcon": {DEFINED: ["how far the nearest embeddings decide"]},
    "explain vs": {DEFINED: ["a smaller factor and a smaller shift"]},
    "README.md": {
        DONE: [
            "a boundary moves across the gap",
            "says where it is and how large",
            "No GPU is needed",
            "numbers that follow from `seed=`",
            "Counts stay as they are",
            "The figure says which classes pay for it",
        ],
        DEFINED: [
            "The test set has the same number of images of each class",
            "Half as many go to the validation set",
            "Copies of one file stay in one set",
        ],
    },
    "data/README.md": {DONE: ["to move it"]},
    "data/runs/README.md": {
        DONE: ["One folder for each run", "many seeds of a method stand in one file", "makes what lacks"]
    },
    "balance_of_forces": {DONE: ["keeps its direction and steepness while you drag it"]},
    "figures/_axes": {NAMED: ["‹number›"]},
    "figures/_svg": {NAMED: ["‹number›"]},
    "figures/accuracy_vs_parameter": {NAMED: ["gain in test accuracy"]},
    "figures/calibration": {NAMED: ["‹number›"]},
    "figures/generalisation_gap": {NAMED: ["‹number›"]},
    "figures/method_atlas": {NAMED: ["What do methods gain on rare classes"]},
    "figures/dbm_ablation": {NAMED: ["gain (percentage points)"]},
    "figures/boundary_shift": {NAMED: ["How far ... of ... moves the boundary"]},
    "figures/loss_anatomy": {DEFINED: ["tie at 45°"]},
    "figures/margin_surface": {NAMED: ["(‹number›°)"]},
    "loss_anatomy": {
        DEFINED: ["meets the tie at 45°", "cross-entropy charges a sample 0.69"],
    },
    "figures/mm_margin": {DEFINED: ["signed gap d"]},
    "figures/resampling_overfit": {NAMED: ["costs more in the test"]},
    "figures/undersampling_cost": {NAMED: ["What under-sampling throws away, and what it costs"]},
    "leaderboard_lottery": {DONE: ["the same two methods every time", "trained with class-balanced weights"]},
    "figures/leaderboard_lottery": {NAMED: ["‹number› over ... seeds", "... ‹number›"]},
    "figures/_ranking": {NAMED: ["‹number›"]},
    "figures/recorded_results": {NAMED: ["minus the nearest figure with a dot"]},
    "studies/_scenes": {
        NAMED: [
            "moves into the rare class's side with",
            "does not move with",
            "moves into the frequent class's side with",
        ]
    },
    "studies/_tables": {NAMED: ["the largest class has ... images"]},
    "studies/_choices": {NAMED: ["the best epoch by the test set, not the last"]},
    "studies/_claimed": {
        JUDGED: [
            "Under-sampling costs frequent classes accuracy",
            "Inverse frequency hurts frequent classes more",
            "ELM's rare classes are tighter",
            "ELM's gap of rare classes is smaller",
            "DBM + balanced softmax has smaller angles of rare classes",
        ],
    },
    "studies/_claimed_in_plane": {
        JUDGED: [
            "goes to the boundary with the largest margin",
            "MM comes nearer to the largest margin",
            "The effect of class weights fades as training goes on",
            "The effect of a prior fades as training goes on",
            "The effect of class weights fades as the fit is loosened",
            "The effect of a prior fades as the fit is loosened",
            "The effect of LDAM's margins stays",
        ],
    },
    "studies/claims": {DONE: ["Paired over seeds, 95 % intervals"], NAMED: ["‹number›"]},
    "studies/margin_distribution": {DONE: ["the lowest 0.5 % are cut"]},
    "studies/recorded_results": {OTHERS: ["Papers report the best test epoch"]},
    "site/lecture": {DONE: ["let them say when to stop", "say which of the two areas grows"]},
    "site/script": {
        DONE: [
            "Everybody moves the slider of the guess",
            "moves the slider again",
            "Read out the gain",
            "say which of the two areas grows",
            "The class says stop where both are treated alike",
            "Collect the best balanced accuracy",
        ]
    },
}
