"""A data set and methods that train in milliseconds: 106 small images of ten noisy pictures, ResNet-8."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from ltviz.core.counts import ClassCounts
from ltviz.datasets.cifar import Cifar, write_pack
from ltviz.losses import _registry
from ltviz.methods import METHODS, find
from ltviz.models.table import make_model
from ltviz.runs import run as one_run

SMALL = {name: replace(find(name), model="resnet8") for name in METHODS}
FAST: dict[str, Any] = {"recipe": "basic", "device": "cpu", "precision": "fp32"}
COUNTS = (30, 22, 16, 12, 9, 6, 4, 3, 2, 2)


def make(counts: tuple[int, ...] = COUNTS, tests: int = 3, side: int = 8) -> Cifar:
    """Return such a set; a pack takes images of 32 pixels alone, which cost a net sixteen times as much."""
    generator = np.random.default_rng(0)
    pictures = generator.integers(0, 256, (10, side, side, 3))
    train, val, test = np.repeat(np.arange(10), counts), np.repeat(np.arange(1, 10), 2), np.repeat(np.arange(10), tests)

    def images(labels: np.ndarray) -> np.ndarray:
        noise = generator.integers(0, 256, (len(labels), side, side, 3))
        return (0.7 * pictures[labels] + 0.3 * noise).astype(np.uint8)

    n = len(train)
    return Cifar(
        name="cifar10",
        train_images=images(train),
        train_labels=train,
        val_images=images(val),
        val_labels=val,
        test_images=images(test),
        test_labels=test,
        train_rows=np.arange(n),
        val_rows=np.arange(n, n + len(val)),
        counts=ClassCounts(counts),
        profile="exp",
        imbalance=15.0,
        seed=0,
        order=tuple(range(10)),
        class_names=tuple(f"class {c}" for c in range(10)),
        verified=False,
    )


@pytest.fixture(autouse=True, scope="module")
def losses_as_they_were() -> Iterator[None]:
    """Forget the losses that a file of tests registers."""
    before = dict(_registry._OWN)
    yield
    _registry._OWN.clear()
    _registry._OWN.update(before)


@pytest.fixture(scope="session")
def tiny() -> Cifar:
    return make()


@pytest.fixture(scope="session")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pack(make(side=32), tmp_path_factory.mktemp("pack") / "tiny.pack")


def small_model(name: str, *args: Any, **given: Any) -> nn.Module:
    """Stand in for `make_model` where a command asks for a paper's net: a ResNet-8 that sees images made smaller.

    Not smaller than 4 pixels: a convolution of stride 2 on a single pixel has, in bfloat16, a weights' gradient of
    memory that oneDNN does not initialise.
    """
    net = make_model(re.sub(r"resnet\d+", "resnet8", name), *args, **given)
    net.register_forward_pre_hook(lambda net, images: F.adaptive_avg_pool2d(*images, 4))
    return net


class Killed(BaseException):
    """What a test raises where a process would end."""


def weights(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, torch.Tensor]]:
    """Collect the state of each run as it finishes."""
    kept: list[dict[str, torch.Tensor]] = []
    plain = one_run.LiveRun.finish

    def spy(live: one_run.LiveRun, *args: Any) -> Any:
        kept.append(live.trainer.state())
        return plain(live, *args)

    monkeypatch.setattr(one_run.LiveRun, "finish", spy)
    return kept


def same(a: dict[str, torch.Tensor], b: dict[str, torch.Tensor]) -> bool:
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)
