"""A small training run of three classes, and the same run as the page that is to be read has it."""

from __future__ import annotations

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


class Shuffled:
    def indices(self, epoch: int, epochs: int) -> np.ndarray:
        return np.random.default_rng(epoch).permutation(35)


def trainer(loss: str = "ldam", seed: int = 0, **given: object) -> Trainer:
    made = ltviz.make_loss(loss, COUNTS)
    cosine = made.uses == "cosine"
    net = ResNet(8, 3, "cosine" if cosine else "linear", scale=30.0 if cosine else 1.0, seed=seed)
    return Trainer(
        net,
        made,
        **{
            "images": IMAGES,
            "labels": LABELS,
            "sampler": Shuffled(),
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
    """The same images as a data set; 20 others, of all classes, for the test."""
    generator = np.random.default_rng(1)
    test = generator.integers(0, 256, (21, 32, 32, 3), np.uint8)
    none, rows = np.empty(0, np.int64), np.arange(35)
    return Cifar(
        name="cifar10", train_images=IMAGES, train_labels=LABELS, val_images=test[:0], val_labels=none,
        test_images=test, test_labels=np.arange(21) % 3, train_rows=rows, val_rows=none, counts=ClassCounts(COUNTS),
        profile="exp", imbalance=20 / 6, seed=0, order=(0, 1, 2), class_names=("a", "b", "c"), verified=False,
    )  # fmt: skip


def plain_loop(bf16: bool) -> tuple[nn.Module, list[float]]:
    """The training of `of_the_page`, as it is written to be read."""
    recipe = {"epochs": RECIPE.epochs, "batch": RECIPE.batch, "rate": RECIPE.rate, "decay": RECIPE.decay}
    net, history = plain.train(small(), deferred=0.6, depth=8, bf16=bf16, **recipe)
    return net, [row["loss"] for row in history]


def of_the_page(**given: object) -> Trainer:
    """The training of that page: every image once an epoch, weights by class from the fourth on."""
    weight = ltviz.make_loss("class_balanced", COUNTS, beta=0.9999).class_weight
    return trainer(sampler=make_sampler("instance", LABELS, COUNTS), deferred_weight=weight, **given)
