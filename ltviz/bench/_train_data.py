"""What `ltviz bench train` trains on: the images, a run of ltviz's, and one of the usual recipe."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from ltviz.bench._train_result import RECIPE
from ltviz.bench._usual_recipe import Photos, Reference
from ltviz.core.errors import DataError
from ltviz.datasets import cifar
from ltviz.losses import Field, make_loss, names
from ltviz.models.resnet import ResNet
from ltviz.samplers import make as make_sampler
from ltviz.training.device import precision_of
from ltviz.training.pace import Pace
from ltviz.training.probe import fastest
from ltviz.training.trainer import Trainer


def of_one_net() -> list[str]:
    """Return the losses that one net is trained by: those that look at other nets or a teacher need a step."""
    return [name for name in names() if not {"peers", "teacher"} & {*Field()[name].fields()}]


@dataclass(frozen=True)
class Data:
    """Images and labels of CIFAR-10-LT, or random ones of the same shape."""

    images: np.ndarray
    labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray
    name: str

    @classmethod
    def found(cls) -> Data:
        """Return the real images where they are."""
        try:
            data = cifar.load("cifar10", 100)
            parts = (data.train_images, data.train_labels, data.test_images, data.test_labels)
            images, labels, test_images, test_labels = (np.array(part) for part in parts)
            return cls(images, labels, test_images, test_labels, "CIFAR-10-LT")
        except DataError:
            draw = np.random.default_rng(0)
            counts = [int(5000 * 0.01 ** (c / 9)) for c in range(10)]
            labels = np.repeat(np.arange(10), counts)
            images = draw.integers(0, 256, (len(labels) + 10_000, 32, 32, 3), np.uint8)
            test = np.arange(10_000) % 10
            return cls(images[: len(labels)], labels, images[len(labels) :], test, "random images")

    def trainer(self, place: torch.device, *, seed: int = 0, loss: str = "ce") -> Trainer:
        """Return a run of ltviz's: bf16 where the device has it."""
        counts = np.bincount(self.labels)
        made = make_loss(loss, counts)
        head = "cosine" if made.uses == "cosine" else "linear"
        images = RECIPE.epochs * len(self.labels)
        found = fastest(precision_of("auto", place), images) if place.type == "cpu" else None
        return Trainer(
            ResNet(32, 10, head, scale=made.logit_scale or 1.0, seed=seed),
            made,
            torch.from_numpy(self.images).to(place),
            self.labels,
            sampler=make_sampler("instance", self.labels, counts, seed=seed),
            recipe=RECIPE,
            seed=seed,
            device=place,
            pace=Pace() if found is None else found.pace,
            mean=cifar.MEAN,
            std=cifar.STD,
        )

    def reference(self, place: torch.device, test: int) -> Reference:
        """Return a run of the usual recipe, with so many test images."""
        mean, std = tuple(map(float, cifar.MEAN)), tuple(map(float, cifar.STD))
        seen = Photos(self.images, self.labels, mean, std, seed=0)
        unseen = Photos(self.test_images[:test], self.test_labels[:test], mean, std, seed=None)
        return Reference(seen, unseen, RECIPE, 10, place)

    def where(self, place: torch.device, ours: Trainer) -> str:
        """Return what is trained, and on what."""
        name = torch.cuda.get_device_name(place) if place.type == "cuda" else f"CPU, {torch.get_num_threads()} threads"
        return f"ResNet-32, {len(self.labels)} {self.name}, batch {RECIPE.batch}; {name}, {ours.precision}, {ours.pace}"
