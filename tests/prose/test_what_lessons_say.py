"""What the lessons and the README say of trained nets, read from their records, and of fits, which are made here."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
import torch

import ltviz
from ltviz import losses
from ltviz.core.counts import ClassCounts
from ltviz.course import lessons
from ltviz.datasets import toy
from ltviz.datasets.digits import counts_of
from ltviz.explorers import CARDS
from ltviz.losses import make_loss
from ltviz.metrics.accuracy import confusion
from ltviz.metrics.geometry import angle_to_own, separation
from ltviz.plane.fit import fit2d
from ltviz.records import record
from ltviz.records.kept import KeptRun
from ltviz.runs.kept import finished
from ltviz.studies._trained import nets_of
from ltviz.studies.boundary_shift import shift_of
from ltviz.studies.deployment_prior import KNOWN, deployment_prior
from ltviz.studies.margin_bound import margin_bound
from ltviz.studies.margin_curve import margin_curve

LESSONS = lessons.lessons()


def test_what_lesson_09_says_of_the_digits() -> None:
    """Its prose quotes five seeds; the words of each statement stand beside the line that measures it."""
    rare, frequent = [7, 8, 9], [0, 1, 2, 3]
    groups = (frequent, [4, 5, 6], rare)
    told = {name: [] for name in ("erm", "without", "with", "wide")}
    for seed in range(5):
        for name, method, params in (
            ("erm", "erm", {}),
            ("without", "dbm_bs", {"margin": 0.0}),
            ("with", "dbm_bs", {}),
            ("wide", "dbm_bs", {"margin": 0.3}),
        ):
            run = kept(method, seed, **params)
            test, train = run.labels("test"), run.labels("train")
            told[name].append(
                [
                    _median(angle_to_own(run.class_means(), range(10), run.class_vectors()), np.arange(10), rare),
                    _median(run.angles("test"), test, rare),
                    _median(run.mean_angles("test"), test, rare),
                    _median(run.mean_angles("test"), test, frequent),
                    _median(run.mean_angles("train"), train, rare),
                    _median(run.mean_angles("train"), train, frequent),
                    *(_median(run.angles("test"), test, c) for c in groups),
                    100 * (run.predictions("test") == test)[np.isin(test, rare)].mean(),
                ]
            )
    erm, without, with_, wide = (np.array(each) for each in told.values())
    # the class's vector to the mean of its training images; a test image to the vector; a test image to that mean
    assert without.mean(axis=0)[:3] == pytest.approx([55.7, 69.2, 30.8], abs=1.5)
    turned = (with_ - without).mean(axis=0)
    assert turned[:3] == pytest.approx([-3.9, -2.1, 0.5], abs=0.7)
    # The class did not get any tighter; on digits a margin changed the second; that classes turn to their vectors
    assert ((with_ - without)[:, 0] < -2).all()
    assert turned[2] > -0.5
    # in training rare classes lie 14° from the mean of their class, closer than those of the frequent ones (18°);
    # in the test they lie at 36°, the frequent ones at 20°
    assert erm.mean(axis=0)[2:6] == pytest.approx([36, 20, 14, 18], abs=2)
    # Every group came closer, the rare digits most; the frequent digits moved by a degree, asked for less than half
    counts = counts_of(50.0, "exp").values
    asked = np.degrees(0.1 * counts.min() / counts)
    assert asked[rare] == pytest.approx([2.3, 3.8, 5.7], abs=0.05)
    assert asked[frequent].max() < 0.5
    assert (turned[6:9] < 0).all()
    assert turned[8] == turned[6:9].min() > -asked[rare].mean()
    assert turned[6] == pytest.approx(-1, abs=0.4)
    # all angles are large
    assert 57 < min(with_.mean(axis=0)[6:9]) < max(without.mean(axis=0)[6:9]) < 70
    # K = 0.3: they turn by 12°, test images come 6° closer, and move away from the mean by 2 to 3°;
    # the rare digits are recognised more often, by 7 points
    more = (wide - without).mean(axis=0)
    assert more[:3] == pytest.approx([-12, -6, 2.5], abs=1)
    assert more[9] == pytest.approx(7, abs=3)


def test_what_lesson_01_says_of_the_digits() -> None:
    """Two seeds of the lesson's nets, against their accuracy by class and at three test priors."""
    seeds, rare, frequent = range(2), [7, 8, 9], [0, 1, 2, 3]
    names = ("erm", "class_balanced", "mm", "logit_adjustment")
    every = {name: [kept(name, seed) for seed in seeds] for name in names}
    errors = {name: 100 - 100 * np.mean([run.class_accuracy for run in runs], axis=0) for name, runs in every.items()}
    # mistakes lie below the diagonal far more often than above it: a network bets against it
    for run in every["erm"]:
        taken = confusion(run.labels("test"), run.predictions("test"), 10)
        assert np.tril(taken, -1).sum() > 10 * np.triu(taken, 1).sum()
    # the tail gains several points under either, and the four most frequent digits lose less than one
    for cure in ("class_balanced", "mm"):
        assert (errors["erm"] - errors[cure])[rare].mean() > 3
        assert (errors[cure] - errors["erm"])[frequent].mean() < 1
    found = deployment_prior(seeds=2, stops=5)
    at = {name: 100 * of.mean(axis=1) for name, of in found.accuracy.items()}  # t = 1, 0.5, 0, -0.5, -1
    erm, corrected = at.pop("erm"), at.pop(KNOWN)
    # as frequent as in training, no method does clearly better than cross-entropy: it answers for the training
    # frequencies, and which loss is best depends on where it will be used; a long-tailed loss answers for equal ones
    assert max(of[0] for of in at.values()) - erm[0] < 0.5
    assert at["logit_adjustment"][2] > erm[2] + 3
    # the more equal the classes become, the more it loses, and reversed most
    assert (np.diff(erm) < 0).all()
    # knowing the prior repairs most of the damage with the tail reversed, and less than half with equal classes
    equal, turned = ((corrected[k] - erm[k]) / (erm[0] - erm[k]) for k in (2, 4))
    assert turned > 0.5 > equal > 0
    # overall accuracy hides this; balanced accuracy shows it
    assert erm[0] > 95 > 85 > erm[2]


def test_what_lesson_04_says_of_the_digits() -> None:
    """On the training images every class is right; the gap grows as n falls: rare classes will lose more of it."""
    for method in ("erm", "ldam_drw"):
        train, test = (
            np.array([run.margins(split)[run.labels(split) == c].mean() for c in range(10)])
            for run in [kept(method, 0)]
            for split in ("train", "test")
        )
        assert (train > 0).all()
        gap = train - test
        assert gap[:4].mean() < gap[4:7].mean() < gap[7:].mean()
        assert all(kept(method, 0).margins("train") > 0)


def test_what_lesson_10_says_of_one_loss_under_two_names() -> None:
    """Same loss, seed, images and order; after 40 epochs the two ended 2.2 points apart."""
    home = record.shipped()[0] / "cifar10-exp100"
    one, other = (
        record.read(home / f"{method}-short" / "seed0" / "run.json")
        for method in ("balanced_softmax", "logit_adjustment")
    )
    assert one["settings"] == other["settings"]
    assert one["last"]["balanced"] - other["last"]["balanced"] == pytest.approx(0.022, abs=5e-4)
    scores, labels = torch.randn(8, 10, generator=torch.Generator().manual_seed(0)), torch.arange(8)
    values = [make_loss(told["loss"], told["counts"])(scores, labels) for told in (one, other)]
    assert values[0].item() == pytest.approx(values[1].item(), rel=1e-6)


def test_what_lesson_09_says_of_the_plane() -> None:
    """Of five seeds: vectors stand further apart under logit adjustment every time, cross-entropy's fan is seed 0's."""
    rare = np.ix_([6, 7, 8, 9], [6, 7, 8, 9])
    apart = {}
    for method in ("erm", "logit_adjustment"):
        runs = [kept(method, seed, bottleneck=2) for seed in range(5)]
        apart[method] = np.array([np.degrees(separation(run.class_vectors())[rare]).sum() / 12 for run in runs])
    assert (apart["logit_adjustment"] > apart["erm"]).all()
    assert apart["erm"][0] < 60 < apart["erm"][1:].min()
    # with all of its features, the four rarest vectors stand at about 91° from one another, the four most frequent 96°
    all_of_them = [kept("erm", seed) for seed in range(5)]
    whole = [np.degrees(separation(run.class_vectors())) for run in all_of_them]
    means = [np.mean([angles[np.ix_(c, c)].sum() / 12 for angles in whole]) for c in ([6, 7, 8, 9], [0, 1, 2, 3])]
    assert means == pytest.approx([91, 96], abs=1.5)
    # the last layer has two units, which costs accuracy
    squeezed = [kept("erm", seed, bottleneck=2) for seed in range(5)]
    right = [[(r.predictions("test") == r.labels("test")).mean() for r in of] for of in (squeezed, all_of_them)]
    assert (np.array(right[0]) < right[1]).all()


def test_what_lesson_04_says_of_the_bound_and_of_mms_margin() -> None:
    """The minimum's place, "28 % less", the scales and the 4.6 of logit adjustment."""
    bound = margin_bound()
    prose = _prose("04")
    assert f"at $g_1 = {bound.found:.2f}$ of the gap. That leaves $g_2 = {1 - bound.found:.2f}$" in prose
    loss = make_loss("mm", bound.counts)
    own = torch.tensor([-1e-9, 1e-9], dtype=torch.float64, requires_grad=True)  # the gap to a rival at 0
    margin = loss.margin_of_gap(own, torch.tensor([0, 0]))
    (pull,) = torch.autograd.grad((own - margin).sum(), own)  # as it would be with gradient; without, it is 1
    assert pull[0].item() < 1 < pull[1].item()
    assert f"just before it, {100 * (1 - pull[0].item()):.0f} % less" in prose
    curve = margin_curve()
    assert f"({', '.join(f'{s:g}' for s in curve.scales[:2])} and {curve.scales[2]:g})" in prose
    assert f"its {curve.logits[3].max():.1f} for the rarest class at IF = 100" in prose


@pytest.mark.parametrize("name", ["overlap", "separable"])
def test_what_lesson_05_says_of_the_two_bayes_boundaries_in_deviations(name: str) -> None:
    """There are two right boundaries; while one class is rarer, none is both; the training prior and the balanced one
    differ by log(n1/n2)/d."""
    data, gap = toy.scene(name), toy.SCENES[name].gap
    along = np.column_stack([np.linspace(-4, 4, 400_001), np.zeros(400_001)]) * data.sigma
    density = data.log_density(along)
    places = [
        along[np.argmax(scores @ [1.0, -1.0] < 0), 0] / data.sigma
        for scores in (density, density + np.log(data.counts.prior))
    ]
    assert places[1] - places[0] == pytest.approx(np.log(100) / gap, abs=1e-4)
    prose = _prose("05")
    assert r"\frac{1}{d}\,\log\frac{n_1}{n_2}\;\sigma" in prose
    assert r"\sigma^2" not in prose


@pytest.mark.slow
def test_what_lesson_05_says_of_mms_two_margins_and_of_the_rarest_class() -> None:
    moved, lost = [], []
    for seed in range(20):
        data = toy.scene("few_points", seed=seed)
        test = data.draw(ClassCounts([2000] * 3), 1000 + seed)
        plain, right, wrong, ldam = (
            fit2d(data.points, data.labels, make_loss(loss, data.counts, **params))
            for loss, params in (
                ("ldam", {"max_margin": 0.0, "scale": 19.0}),
                ("mm", {"side": "positive"}),
                ("mm", {"side": "negative"}),
                ("ldam", {}),
            )
        )
        moved.append([shift_of(plain, data) - shift_of(fit, data) for fit in (right, wrong)])
        shares = confusion(test.labels, ldam.predict(test.points), 3) / 2000
        lost.append([shares[2, 0], shares[2, 1], shares[0, 2], shares[1, 2]])
    (right, wrong), (far, near) = np.mean(moved, axis=0), np.std(moved, axis=0, ddof=1)
    prose = _prose("05").replace("−", "-")
    assert f"moves it by {right:.2f} ± {far:.2f} σ" in prose
    assert f"not beyond chance ({wrong:.2f} ± {near:.2f} σ)" in prose
    first, other, *back = 100 * np.mean(lost, axis=0)
    assert f"LDAM takes {first:.0f} % of its new points for the most frequent class and {other:.0f} % for" in prose
    assert max(back) < 1  # less than 1 % of theirs


def test_what_lesson_09_says_of_the_drop_and_of_the_slope_of_an_angular_margin() -> None:
    """A margin on the angle costs most near right angles, and costs less and less as an image comes near; how steeply
    its score falls with the angle is the reverse: 9.5 more per radian at the vector."""
    loss = make_loss("dbm", [2, 2], margin=0.3, instance="none")
    degrees = torch.arange(1.0, 120.0, 0.1, dtype=torch.float64)
    theta = torch.deg2rad(degrees).requires_grad_()
    cosine = torch.stack([theta.cos(), theta.sin()], dim=1)
    score = loss.adjust(cosine, torch.zeros(len(theta), dtype=torch.long))[:, 0]
    (slope,) = torch.autograd.grad(-score.sum(), theta)
    more = (slope - 32 * theta.sin()).detach()  # per radian
    drop = (32 * theta.cos() - score).detach()
    assert degrees[drop.argmax()].item() == pytest.approx(90 - np.degrees(0.15), abs=0.06)
    assert (more.diff() < 0).all()  # the nearer the vector, the more
    at = {name: float(np.interp(place, degrees, more)) for name, place in (("vector", 1.0), ("30", 30.0))}
    gone = float(np.interp(0.0, -more, degrees))  # where the margin adds nothing
    assert gone == pytest.approx(90 - np.degrees(0.15), abs=0.01)
    prose = _prose("09")
    assert at["vector"] == pytest.approx(32 * np.sin(0.3), abs=0.1)
    assert (
        f"{32 * np.sin(0.3):.1f} more per radian at the vector, {at['30']:.1f} more at 30°, no more at {gone:.0f}°"
        in prose
    )
    assert f"that takes {np.interp(30, degrees, drop):.0f} off the logit" in prose


def test_what_lesson_10_says_of_a_mean_below_zero_and_of_the_class_without_validation_images() -> None:
    """The trucks' mean in the test is just below zero, and 52 % are right."""
    margins = nets_of("ldam_drw", 50.0, "exp", 60, [0], "cifar10-exp100", images=True).of["ldam_drw"][0]
    trucks = margins.margins("test")[margins.labels("test") == 9]
    assert -0.01 < trucks.mean() < 0
    assert f"and {100 * (trucks > 0).mean():.0f} % of them are right" in _prose("10")
    assert "lacks the most frequent" in _prose("10")


SIDED = re.compile(r"hard[\s*]+(?:positive|negative)", re.IGNORECASE)


def test_no_text_says_hard_positive_without_naming_the_side() -> None:
    """The word is for the right side in MM's paper and for the wrong side in DBM's."""
    texts = {path.stem: _prose(path.stem) for path in LESSONS}
    texts |= {
        name: f"{card.question}\n{card.note}\n{getattr(card.guess, 'prompt', '')}" for name, card in CARDS.items()
    }
    for name, card in CARDS.items():
        texts[f"{name}'s dials"] = "\n".join(
            f"{dial.label}: {getattr(dial.control, 'help', '')} {dict(dial.words)}" for dial in card.dials.values()
        )
    home = Path(ltviz.__file__).parent
    code = [*home.glob("figures/*.py"), *home.glob("views/*.py"), *home.glob("losses/*.py"), *home.rglob("*.js")]
    texts |= {str(path): path.read_text(encoding="utf-8") for path in code}
    for name, text in texts.items():
        for found in SIDED.finditer(text):
            around = text[max(0, found.start() - 160) : found.end() + 160]
            assert re.search("(right|wrong)[ _]side", around, re.IGNORECASE), f"{name}: {around!r}"
    both = [make_docs(name) for name in ("mm", "dbm")]
    for text in (*both, texts["04_margins"], CARDS["angle_wheel"].note, CARDS["mm_jump"].note):
        assert "DBM's paper" in text or "The paper" in text
        assert SIDED.search(text)
        assert "wrong side" in text
        assert "right side" in text


def make_docs(loss: str) -> str:
    return " ".join((losses()[loss].__doc__ or "").split())


def _prose(lesson: str) -> str:
    (path,) = lessons.find([lesson])
    cells = nbformat.read(path, as_version=4).cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def _median(angles: np.ndarray, labels: np.ndarray, classes: list[int]) -> float:
    return float(np.degrees(np.median(angles[np.isin(labels, classes)])))


def test_margins_and_priors_beat_cross_entropy_over_ten_seeds() -> None:
    """Digits, imbalance 50, paired over subset and initial weights: each above by two standard errors."""
    scores = {
        name: np.array([kept(name, seed).class_accuracy.mean() for seed in range(10)])
        for name in ("erm", "logit_adjustment", "ldam_drw", "dbm_bs")
    }
    for name in ("logit_adjustment", "ldam_drw", "dbm_bs"):
        difference = scores[name] - scores["erm"]
        error = difference.std(ddof=1) / np.sqrt(10)
        assert difference.mean() > 2 * error, (name, difference)


def kept(method: str, seed: int, **params: Any) -> KeptRun:
    """The run as it lies in `data/runs`; tests/runs/test_kept.py trains one of them anew."""
    run = finished(method, 50.0, "exp", seed, 60, **params)
    assert isinstance(run, KeptRun), f"{method} {params}, seed {seed}, is not kept any more: see data/runs/README.md"
    return run
