"""The rows of the papers' tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ltviz.methods.schedule import Recipe, Schedule

DROPS = Schedule()
LDAM = Recipe("ldam", epochs=200, batch=128, rate=0.1, decay=2e-4, augmentation="basic")


@dataclass(frozen=True)
class Method:
    """A row of a paper's table.

    Parameters
    ----------
    name : str
        As in run folders and on the command line.
    loss : str
        The loss's name.
    params : mapping
        Its parameters where they differ from the loss's defaults.
    head : {"linear", "cosine", "sigmoid"}
        See `ltviz.models.heads`. A cosine head takes its scale from the loss.
    sampler : str
        Name of a sampler.
    jitter : float
        Standard deviation of the noise on all but the first replica of a sample in an epoch, pixels in [0, 1].
    schedule : Schedule
        The rate's course, and when class-balanced weights come in.
    recipe : Recipe
        The paper's own.
    model : str
        The paper's own.
    step : str
        What one batch does: a name in `ltviz.methods.steps`, or with parameters, ``"mixup(alpha=0.4)"``.
    stages : tuple of str
        What follows the training, in order: names in `ltviz.methods.stages`, or with parameters.
    equal_counts : bool
        Whether the loss is told that all classes are as large as the largest, which makes LDAM's margin uniform.
        Deferred weights still come from the true counts.
    source : str
        Paper, and the file of the released code.
    idea : str
        What it does, in plain words.
    title : str
        What a figure calls it; without one, its loss's title.
    """

    name: str
    loss: str
    source: str
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)
    head: str = "linear"
    sampler: str = "instance"
    jitter: float = 0.0
    schedule: Schedule = DROPS
    recipe: Recipe = LDAM
    model: str = "resnet32"
    step: str = "plain"
    stages: tuple[str, ...] = ()
    equal_counts: bool = False
    idea: str = ""
    title: str = ""


_DEFERRED = Schedule(deferred=0.8)
GENTLE = Schedule(drops=(0.1, 0.01))
_COSINE = Schedule(shape="cosine")
_LA = Recipe("logit adjustment", epochs=200, batch=128, rate=0.1, decay=1e-4, augmentation="basic")
_BALMS = Recipe("balanced softmax", epochs=520, batch=512, rate=0.05, decay=5e-4, augmentation="strong")
DBM = Recipe("dbm", epochs=200, batch=64, rate=0.1, decay=2e-4, augmentation="strong")
_BUDA = "Buda et al. 2018, arXiv 1710.05381; Byrd and Lipton 2019, arXiv 1812.03372"
_CAO = "Cao et al. 2019, arXiv 1906.07413"
_MM = "Maximum Margin, arXiv 2206.05380; README (CIFAR-100, exp 100)"
_PAPER_OFDBM = "DBM, AAAI 2025, arXiv 2412.15477"
_MM_PARAMS = {"max_margin": 1.29, "gamma": 1.528}
_THEN_WEIGHTS = "; from 80 % of the epochs on, class-balanced weights"

ROWS = (
    Method("erm", "ce", f"{_CAO}, table 2 (ERM); cifar_train.py", idea="Cross-entropy and nothing else"),
    Method(
        "focal",
        "focal",
        f"{_CAO}, table 2 (Focal); losses.py",
        {"gamma": 1.0},
        idea="Focal loss: samples that are already well classified count less",
    ),
    Method(
        "inverse_frequency",
        "inverse_frequency",
        f"{_CAO}, section 4 (weights 1/n, mean 1 in the batch)",
        idea="Cross-entropy weighted by one over a class's number of samples, from the start",
    ),
    Method(
        "class_balanced",
        "class_balanced",
        f"{_CAO}, table 2 (CB RW); cifar_train.py",
        {"beta": 0.9999},
        idea="Cross-entropy weighted by one over a class's effective number of samples, from the start",
    ),
    Method(
        "class_balanced_resampling",
        "ce",
        f"{_CAO}, table 2 (CB RS); classes drawn equally, which its weights (1-b)/(1-b^n) per sample come close to",
        sampler="class_balanced",
        idea="Cross-entropy on batches in which all classes come equally often",
        title="Class-balanced re-sampling",
    ),
    Method(
        "over_sampling",
        "ce",
        f"{_BUDA} (the jitter of 0.05 is ltviz's)",
        sampler="over",
        jitter=0.05,
        idea="Cross-entropy; rare classes' samples are repeated until all classes are as large as the largest",
        title="Over-sampling",
    ),
    Method(
        "under_sampling",
        "ce",
        _BUDA,
        sampler="under",
        idea="Cross-entropy; each epoch uses only as many samples of a class as the rarest has",
        title="Under-sampling",
    ),
    Method(
        "cb_focal",
        "focal",
        "Cui et al. 2019, arXiv 1901.05555; cifar_main.py (sigmoid form, beta 0.9999)",
        {"gamma": 1.0, "form": "sigmoid", "weights_by": "none"},
        head="sigmoid",
        schedule=Schedule(deferred=0.0),
        idea="Focal loss with a sigmoid for each class; class-balanced weights from the start",
        title="Class-balanced focal loss",
    ),
    Method(
        "ce_drw",
        "ce",
        f"{_CAO}, table 5 (CE-DRW); cifar_train.py",
        schedule=_DEFERRED,
        idea=f"Cross-entropy{_THEN_WEIGHTS}",
        title="CE-DRW",
    ),
    Method(
        "ldam",
        "ldam",
        f"{_CAO}, table 2 (LDAM); losses.py",
        {"max_margin": 0.5, "scale": 30.0},
        head="cosine",
        idea="LDAM's margins: larger for rarer classes",
    ),
    Method(
        "ldam_drw",
        "ldam",
        f"{_CAO}, table 2 (LDAM-DRW); losses.py, cifar_train.py",
        {"max_margin": 0.5, "scale": 30.0},
        head="cosine",
        schedule=_DEFERRED,
        idea=f"LDAM's margins{_THEN_WEIGHTS}",
        title="LDAM-DRW",
    ),
    Method(
        "m_drw",
        "ldam",
        f"{_CAO}, table 2 (M-DRW): one margin for all classes, which the paper tuned and does not print; 0.35 is "
        "ltviz's choice, not tuned: additive-margin softmax (arXiv 1801.05599), whose margin it is, has it at scale 30",
        {"max_margin": 0.35, "scale": 30.0},
        head="cosine",
        schedule=_DEFERRED,
        equal_counts=True,
        idea=f"One margin, the same for all classes{_THEN_WEIGHTS}",
        title="M-DRW",
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
        schedule=_DEFERRED,
        idea=f"MM's margins{_THEN_WEIGHTS}",
        title="MM-DRW",
    ),
    Method(
        "mm_ldam_drw",
        "mm_ldam",
        _MM,
        {**_MM_PARAMS, "scale": 26.0},
        head="cosine",
        schedule=_DEFERRED,
        idea=f"MM's margins, larger for rarer classes{_THEN_WEIGHTS}",
        title="MM-LDAM-DRW",
    ),
    Method(
        "balanced_softmax",
        "balanced_softmax",
        "Ren et al. 2020, arXiv 2007.10740; BalancedSoftmaxLoss.py (13,000 steps: 520 epochs of CIFAR-10, exp 100)",
        schedule=_COSINE,
        recipe=_BALMS,
        idea="Cross-entropy of the scores plus the log of each class's count, in training only",
    ),
    Method(
        "logit_adjustment",
        "logit_adjustment",
        "Menon et al. 2021, arXiv 2007.07314, eq. 10, appendix D",
        {"tau": 1.0},
        schedule=GENTLE,
        recipe=_LA,
        idea="Cross-entropy of the scores plus the log of each class's share, in training only",
    ),
    Method(
        "logit_adjustment_posthoc",
        "ce",
        "Menon et al. 2021, arXiv 2007.07314, eq. 9 (tau 1), appendix D",
        schedule=GENTLE,
        recipe=_LA,
        stages=("logit_adjustment",),
        idea="Plain cross-entropy; in the test, the log of each class's share is taken off its score",
        title="Logit adjustment, post hoc",
    ),
    Method(
        "vs",
        "vs",
        "Kini et al. 2021, arXiv 2103.01550; README (CIFAR-10, exp 100)",
        {"gamma": 0.2, "tau": 1.2},
        idea="Cross-entropy with a smaller factor and shift on rarer classes' scores, in training only",
    ),
    Method(
        "cdt",
        "cdt",
        "Ye et al. 2020 (CDT), as in Bag of Tricks; gamma 0.2",
        {"gamma": 0.2},
        idea="Cross-entropy with rarer classes' scores divided by more, in training only",
    ),
    Method(
        "mixup",
        "ce",
        "Zhang et al. 2018, arXiv 1710.09412; train.py (alpha 1)",
        step="mixup",
        idea="Cross-entropy on blends of two images, whose labels are blended alike",
        title="Mixup",
    ),
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
        "bbn",
        "ce",
        "Zhou et al. 2020, arXiv 1912.02413; combiner.py (its rate drops at 60 % and 80 %, with Nesterov's momentum; "
        "here as in LDAM's recipe)",
        step="bbn",
        idea="Two branches, of samples as they are and of reversed frequencies; the first yields to the second",
        title="BBN",
    ),
    Method(
        "crt",
        "ce",
        "Kang et al. 2020, arXiv 1910.09217, section 4.1; classifier-balancing, cls_crt.yaml",
        stages=("crt",),
        idea="Plain cross-entropy; then the classifier anew, on batches in which all classes come equally often",
        title="cRT",
    ),
    *(
        Method(
            f"dbm_{short}",
            "dbm",
            f"{_PAPER_OFDBM}, table 2 (DBM-{short.upper()}); losses/dbm.py",
            {"base": base, "margin": 0.1, "tau": 1.0, "scale": 32.0},
            head="cosine",
            schedule=replace(_COSINE, deferred=0.8 if short == "drw" else None),
            recipe=DBM,
            idea=f"DBM's margins for rare classes and wrong-side samples, {idea}",
            title=f"DBM + {words}",
        )
        for short, base, idea, words in (
            ("ce", "ce", "in cross-entropy", "cross-entropy"),
            ("cb", "class_balanced", "in cross-entropy with class-balanced weights", "class-balanced weights"),
            ("drw", "ce", f"in cross-entropy{_THEN_WEIGHTS}", "deferred weights"),
            ("bs", "balanced_softmax", "in balanced softmax", "balanced softmax"),
        )
    ),
)
