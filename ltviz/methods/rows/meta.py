"""What is otherwise chosen by hand, a sample's weight or a class's rate, is learned by looking one step ahead."""

from __future__ import annotations

from ltviz.methods.rows._base import LDAM, Method
from ltviz.methods.rows.priors import BALMS

FAMILY = "Meta-learning"


ROWS = (
    Method(
        "meta_weight_net",
        "ce",
        "Shu et al. 2019, arXiv 1902.07379; meta-weight-net-class-imbalance.py (100 epochs of batch 100, rate drops at "
        "80 % and 90 %, Nesterov's momentum)",
        recipe=LDAM,
        step="meta_weight_net",
        idea="Cross-entropy in which a small net weighs samples by their loss, as suits a few held-out images",
        title="Meta-Weight-Net",
    ),
    Method(
        "balanced_meta_softmax",
        "ce",
        "Ren et al. 2020, arXiv 2007.10740; run_networks.py, data/MetaSampler.py (2,000 steps after 13,000)",
        recipe=BALMS,
        stages=("balanced_meta_softmax",),
        idea="Plain cross-entropy; then the classifier anew by balanced softmax, on batches of learned class rates",
        title="Balanced meta-softmax",
    ),
)
