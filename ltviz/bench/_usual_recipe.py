"""The recipe that the papers' code follows, as it is usually written: what `ltviz bench train` measures against.

A DataLoader whose transforms crop, flip and normalise one Pillow image at a time, float32, ``.item()`` after every
batch, and the whole test set after every epoch. It is a yardstick: nothing else in ltviz uses it.
"""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset

from ltviz.methods.schedule import Recipe
from ltviz.models.resnet import ResNet

_PAD = 4


class Photos(Dataset[tuple[Tensor, int]]):
    """Images one by one, as Pillow opens them.

    Parameters
    ----------
    images : ndarray (N, 32, 32, 3)
        uint8.
    labels : ndarray (N,)
        Class ids.
    mean, std : tuple of three floats
        Of images in [0, 1].
    seed : int or None
        Of crop and flip; None leaves the image as it is.
    """

    def __init__(
        self, images: np.ndarray, labels: np.ndarray, mean: tuple[float, ...], std: tuple[float, ...], seed: int | None
    ) -> None:
        self.images, self.labels = images, labels
        self.mean, self.std = (torch.tensor(each).view(3, 1, 1) for each in (mean, std))
        self.draw = None if seed is None else np.random.default_rng(seed)

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        image = Image.fromarray(self.images[index])
        if self.draw is not None:
            left, top = self.draw.integers(2 * _PAD + 1, size=2).tolist()
            wide = ImageOps.expand(image, _PAD)
            image = wide.crop((left, top, left + image.width, top + image.height))
            if self.draw.random() < 0.5:
                image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        tensor = torch.from_numpy(np.array(image)).permute(2, 0, 1).contiguous().float().div(255)
        return tensor.sub_(self.mean).div_(self.std), int(self.labels[index])


class Reference:
    """Trains ResNet-32 with cross-entropy, the usual way.

    Parameters
    ----------
    train, test : Photos
        The images.
    recipe : Recipe
        Batch, rate, decay, momentum.
    classes : int
        C.
    device : torch.device
        Where to compute.
    """

    def __init__(self, train: Photos, test: Photos, recipe: Recipe, classes: int, device: torch.device) -> None:
        self.device = device
        self.model = ResNet(32, classes).to(device)
        self.optimizer = torch.optim.SGD(
            self.model.parameters(), lr=recipe.rate, momentum=recipe.momentum, weight_decay=recipe.decay
        )
        self.seen = 0.0, 0.0
        # On a CPU, workers would take the cores that train; on a GPU machine there are cores to spare.
        workers, pinned = (4, True) if device.type == "cuda" else (0, False)
        given = {"batch_size": recipe.batch, "num_workers": workers, "pin_memory": pinned}
        order = torch.Generator().manual_seed(0)
        self.train = DataLoader(train, shuffle=True, generator=order, **given)  # type: ignore[arg-type]
        self.test = DataLoader(test, generator=order, **given)  # type: ignore[arg-type]

    def steps(self) -> Iterator[float]:
        """Train for an epoch, yielding the seconds of each step, loading included."""
        self.model.train()
        begun = perf_counter()
        for images, labels in self.train:
            x, y = images.to(self.device, non_blocking=True), labels.to(self.device, non_blocking=True)
            logits = self.model(x).logits
            loss = F.cross_entropy(logits, y)
            self.seen = loss.item(), (logits.argmax(1) == y).float().mean().item()  # two waits for the device a batch
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            yield perf_counter() - begun
            begun = perf_counter()

    def evaluate(self) -> float:
        """Return the accuracy on the test set."""
        self.model.eval()
        right = 0.0
        with torch.no_grad():
            for images, labels in self.test:
                found = self.model(images.to(self.device, non_blocking=True)).logits.argmax(1)
                right += (found == labels.to(self.device, non_blocking=True)).sum().item()
        return right / len(self.test.dataset)  # type: ignore[arg-type]
