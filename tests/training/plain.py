"""A small training run of three classes, and the same run as the page that is to be read has it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

import ltviz
from ltviz.core.counts import ClassCounts
from ltviz.datasets.cifar import Cifar
from ltviz.methods.schedule import Recipe, Schedule
from ltviz.models.resnet import ResNet
from ltviz.samplers import make as make_sampler
from ltviz.training import plain
from ltviz.training.trainer import Trainer

COUNTS = [20, 9, 6]
LABELS = np.repeat(np.arange(3), COUNTS)
IMAGES = np.random.default_rng(0).integers(0, 256, (35, 32, 32, 3), np.uint8)
MEAN, STD = (0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010)
WEIGHT = torch.tensor([0.2, 0.8, 2.0])
RECIPE = Recipe("test", epochs=5, batch=16, rate=0.05, decay=2e-4, augmentation="basic")
# As many steps of fewer images: a CPU that has no bfloat16 takes very long for one.
FEW: dict[str, Any] = {"counts": [8, 4, 3], "recipe": replace(RECIPE, batch=6)}


class Shuffled:
    def __init__(self, rows: int = 35) -> None:
        self.rows = rows

    def indices(self, epoch: int, epochs: int) -> np.ndarray:
        return np.random.default_rng(epoch).permutation(self.rows)


def trainer(
    loss: str = "ldam", seed: int = 0, counts: list[int] = COUNTS, net: nn.Module | None = None, **given: object
) -> Trainer:
    made = ltviz.make_loss(loss, counts)
    cosine = made.uses == "cosine"
    return Trainer(
        net or ResNet(8, 3, "cosine" if cosine else "linear", scale=30.0 if cosine else 1.0, seed=seed),
        made,
        **{
            "images": IMAGES[: sum(counts)],
            "labels": np.repeat(np.arange(3), counts),
            "sampler": Shuffled(sum(counts)),
            "recipe": RECIPE,
            "schedule": Schedule(deferred=0.6),
            "deferred_weight": WEIGHT,
            "seed": seed,
            "mean": MEAN,
            "std": STD,
            "precision": "fp32",
            **given,
        },
    )


def same(a: dict[str, Tensor], b: dict[str, Tensor]) -> bool:
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


def small() -> Cifar:
    """A data set of few images; 6 others, of all classes, for the test."""
    generator, counts = np.random.default_rng(1), FEW["counts"]
    test = generator.integers(0, 256, (6, 32, 32, 3), np.uint8)
    none, rows = np.empty(0, np.int64), np.arange(sum(counts))
    return Cifar(
        name="cifar10", train_images=IMAGES[: len(rows)], train_labels=np.repeat(np.arange(3), counts),
        val_images=test[:0], val_labels=none, test_images=test, test_labels=np.arange(6) % 3, train_rows=rows,
        val_rows=none, counts=ClassCounts(counts), profile="exp", imbalance=8 / 3, seed=0, order=(0, 1, 2),
        class_names=("a", "b", "c"), verified=False,
    )  # fmt: skip


@cache
def plain_loop(bf16: bool) -> tuple[nn.Module, list[float]]:
    """The training of `of_the_page`, as it is written to be read."""
    own = FEW["recipe"]
    recipe = {"epochs": own.epochs, "batch": own.batch, "rate": own.rate, "decay": own.decay}
    net, history = plain.train(small(), deferred=0.6, depth=8, bf16=bf16, **recipe)
    return net, [row["loss"] for row in history]


def of_the_page(**given: object) -> Trainer:
    """The training of that page: every image once an epoch, weights by class from the fourth on."""
    counts, labels = FEW["counts"], small().train_labels
    weight = ltviz.make_loss("class_balanced", counts, beta=0.9999).class_weight
    return trainer(**FEW, sampler=make_sampler("instance", labels, counts), deferred_weight=weight, **given)
