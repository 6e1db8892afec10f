"""A small training run of three classes, and the same run as a plain loop."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

import ltviz
from ltviz.losses import Outputs
from ltviz.methods.schedule import Recipe, Schedule
from ltviz.models.resnet import ResNet
from ltviz.training import augment
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


def plain_loop(bf16: bool) -> tuple[nn.Module, list[float]]:
    """The same training, written as one would."""
    net = ResNet(8, 3, "cosine", scale=30.0).to(memory_format=torch.channels_last)
    loss = ltviz.make_loss("ldam", COUNTS)
    optimizer = torch.optim.SGD(net.parameters(), lr=1.0, momentum=0.9, weight_decay=2e-4, fused=True)
    mean, std = (torch.tensor(x, dtype=torch.float64).view(3, 1, 1) for x in (MEAN, STD))
    scale, shift = (1 / (255 * std)).float(), (-mean / std).float()
    told = []
    for epoch in range(5):
        optimizer.param_groups[0]["lr"] = 0.05 * [1, 1, 1, 1, 0.0001][epoch]
        if epoch == 3:
            loss.set_class_weight(WEIGHT)
        net.train()
        order = np.random.default_rng(epoch).permutation(35)
        images = augment.basic(torch.from_numpy(IMAGES), order, epoch, 0)
        values = []
        for begin in (0, 16, 32):
            x = torch.addcmul(shift, images[begin : begin + 16].permute(0, 3, 1, 2), scale)
            with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
                value = loss(Outputs(**net(x)._asdict()), torch.from_numpy(LABELS[order[begin : begin + 16]]))
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            values.append(value.detach())
        told.append(float(torch.stack(values).mean()))
    return net, told
