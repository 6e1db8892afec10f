"""The whole training of one net on CIFAR-LT, on one page: LDAM with deferred re-weighting, from top to bottom.

It is written to be read. `ltviz train` does the same, for every method, on a GPU, and so that it can be stopped and
taken up again; the tests hold the two to the same numbers, bit for bit.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch.nn import functional as F

import ltviz
from ltviz.datasets.cifar import Cifar
from ltviz.losses import Outputs
from ltviz.models.heads import Features
from ltviz.models.resnet import ResNet


def learning_rate(epoch: int, epochs: int) -> float:
    """Return the rate of an epoch (from 0), relative to the full one."""
    warm = epochs // 40  # 5 epochs of 200
    if epoch < warm:
        return (epoch + 1) / warm
    if epoch >= max(1, epochs * 9 // 10):
        return 0.0001
    return 0.01 if epoch >= max(1, epochs * 8 // 10) else 1.0


def cropped_and_flipped(images: torch.Tensor, epoch: int, seed: int) -> torch.Tensor:
    """Return each image (N, 32, 32, 3) cropped at random from itself on a black border, and flipped half the time."""
    draw = np.random.default_rng([seed, epoch, 2])
    top, left = draw.integers(9, size=(2, len(images)))
    flip = draw.integers(2, size=len(images))
    padded = F.pad(images, (0, 0, 4, 4, 4, 4))  # 40 x 40
    crops = [image[y : y + 32, x : x + 32] for image, y, x in zip(padded, top, left, strict=True)]
    return torch.stack([crop.flip(1) if turned else crop for crop, turned in zip(crops, flip, strict=True)])


def train(
    data: Cifar,
    loss: str = "ldam",
    *,
    deferred: float | None = 0.8,
    depth: int = 32,
    epochs: int = 200,
    batch: int = 128,
    rate: float = 0.1,
    decay: float = 2e-4,
    bf16: bool = False,
    seed: int = 0,
) -> tuple[ResNet, list[dict[str, Any]]]:
    """Train a ResNet and return it with a row for each epoch: its loss, and the balanced accuracy in the test.

    Parameters
    ----------
    data : Cifar
        See `ltviz.datasets.cifar.load`.
    loss : str
        A loss of ltviz, with its defaults; of cosines where it says so, else of logits.
    deferred : float or None
        The share of the epochs after which rare classes get larger weights; None: never.
    depth, epochs, batch, rate, decay
        Of the net, and of LDAM's recipe.
    bf16 : bool
        Whether the convolutions compute in bfloat16.
    seed : int
        Decides initial weights, order, crops and flips.
    """
    images, labels = torch.from_numpy(data.train_images), torch.from_numpy(data.train_labels)  # (N, 32, 32, 3) bytes

    # The loss is told how many images each class has: that is all it knows of the long tail.
    criterion = ltviz.make_loss(loss, data.counts)
    # Class-balanced weights, (1 - beta) / (1 - beta^n_j): for now they wait.
    weight = ltviz.make_loss("class_balanced", data.counts, beta=0.9999).class_weight
    first = epochs if deferred is None else int(deferred * epochs + 1e-9)

    cosine = criterion.uses == "cosine"  # such a loss needs class vectors of length 1, and scales the cosines itself
    scale = criterion.options["scale"] if cosine else 1.0
    net = ResNet(depth, len(data.counts), "cosine" if cosine else "linear", scale, seed)
    # How convolutions are fastest; it changes no result but its rounding.
    net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimizer = torch.optim.SGD(net.parameters(), lr=rate, momentum=0.9, weight_decay=decay, fused=True)

    # Pixels 0 .. 255 become (pixel / 255 - mean) / std, colour by colour: one factor and one shift.
    mean, std = (torch.tensor(x, dtype=torch.float64).view(3, 1, 1) for x in (data.mean, data.std))
    factor, shift = (1 / (255 * std)).float(), (-mean / std).float()

    def looked_at(some: torch.Tensor) -> Features:
        pixels = torch.addcmul(shift, some.permute(0, 3, 1, 2), factor)  # (B, 3, 32, 32)
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            features: Features = net(pixels)  # logits, cosines, embedding and class vectors
        return features

    history = []
    for epoch in range(epochs):
        net.train()
        optimizer.param_groups[0]["lr"] = rate * learning_rate(epoch, epochs)
        if epoch >= first:
            criterion.set_class_weight(weight)
        # Every image once, in a new order: classes come as often as they are.
        order = torch.from_numpy(np.random.default_rng([seed, epoch]).permutation(len(labels)))
        if len(order) % batch == 1:
            order = order[:-1]  # batch norm has no variance in a batch of one
        augmented = cropped_and_flipped(images[order], epoch, seed)
        losses = []
        for some, theirs in zip(augmented.split(batch), labels[order].split(batch), strict=True):
            value = criterion(Outputs(**looked_at(some)._asdict()), theirs)
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            losses.append(value.detach())

        net.eval()
        with torch.no_grad():
            test = torch.tensor(data.test_images).split(128)
            predictions = torch.cat([looked_at(some).logits.argmax(dim=1) for some in test]).numpy()
        right = predictions == data.test_labels
        by_class = [right[data.test_labels == c].mean() for c in range(len(data.counts))]
        history.append({"loss": float(torch.stack(losses).mean()), "balanced": float(np.mean(by_class))})
    return net, history
