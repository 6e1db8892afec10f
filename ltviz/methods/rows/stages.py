"""A second stage on the features of a first training, which the rows of one recipe share."""

from __future__ import annotations

from ltviz.methods.rows._base import COSINE, Method
from ltviz.methods.schedule import Recipe

FAMILY = "Two stages"

_KANG = "Kang et al. 2020, arXiv 1910.09217"
_WEIGHTS = Recipe("weight balancing", epochs=320, batch=64, rate=0.01, decay=5e-3, augmentation="basic")

ROWS = (
    Method(
        "crt",
        "ce",
        f"{_KANG}, section 4.1; classifier-balancing, cls_crt.yaml",
        stages=("crt",),
        idea="Plain cross-entropy; then the classifier anew, on batches in which all classes come equally often",
        title="cRT",
    ),
    Method(
        "lws",
        "ce",
        f"{_KANG}, section 4.3; classifier-balancing, TauNormClassifier.py",
        stages=("lws",),
        idea="Plain cross-entropy; then one factor for each class's score, learned on batches of equally many of each",
        title="LWS",
    ),
    Method(
        "tau_norm",
        "ce",
        f"{_KANG}, section 4.2; classifier-balancing, tau_norm.py",
        stages=("tau_norm",),
        idea="Plain cross-entropy; then each class vector divided by a power of its length, without the bias",
        title="τ-normalised",
    ),
    Method(
        "ncm",
        "ce",
        f"{_KANG}, section 4; classifier-balancing, KNNClassifier.py",
        stages=("ncm",),
        idea="Plain cross-entropy; then each image to the class whose mean of features is nearest",
        title="Nearest class mean",
    ),
    Method(
        "mislas",
        "ce",
        "Zhong et al. 2021, arXiv 2104.00466; train_stage1.py, train_stage2.py (CIFAR-10, exp 100)",
        step="mixup",
        stages=("mislas",),
        idea="Mixup; then classifier and class factors with labels smoothed, the more the more frequent their class",
        title="MiSLAS",
    ),
    Method(
        "weight_balancing",
        "ce",
        "Alshammari et al. 2022, arXiv 2203.14197; demo2_second-stage-training.py (with ResNet-34, for CIFAR-100)",
        schedule=COSINE,
        recipe=_WEIGHTS,
        stages=("weight_balancing",),
        decay=_WEIGHTS.decay,
        idea="Cross-entropy with strong decay; then the classifier with balanced weights and bounded class vectors",
        title="Weight balancing",
    ),
)
