"""The course of a training of two branches on digits: what each knows by itself, epoch by epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch

from ltviz.datasets.digits import load
from ltviz.methods import Method
from ltviz.metrics.accuracy import by_class
from ltviz.runs.assemble import assemble
from ltviz.training import loop


def course(
    method: Method,
    imbalance: float,
    profile: str,
    seed: int,
    looks: np.ndarray,
    shares: Sequence[float],
    groups: Sequence[str],
) -> np.ndarray:
    """Return the test accuracy of groups of classes after some epochs (B, G, L), in a net of two branches.

    Parameters
    ----------
    method : Method
        Planned for digits.
    imbalance, profile, seed
        Of the training set; the seed is that of the training too.
    looks : ndarray (L,)
        Epochs, from 1.
    shares : sequence of float
        What the first branch counts of both, for each of B answers.
    groups : sequence of str
        Names of G terciles.
    """
    data = load(imbalance=imbalance, profile=profile, seed=seed)
    parts = assemble(method, data, seed, precision="fp32")
    net: Any = parts.net
    images, members = torch.from_numpy(data.test_images), data.counts.groups("terciles").members
    seen: list[list[list[float]]] = []

    def look(epoch: int) -> Mapping[str, Any]:
        if epoch + 1 in looks:
            with torch.no_grad():
                chosen = [net(images, share=share).logits.argmax(dim=1).numpy() for share in shares]
            right = [by_class(data.test_labels, each, len(data.counts)) for each in chosen]
            seen.append([[float(own[members[group]].mean()) for group in groups] for own in right])
        return {}

    with loop.one_thread():
        loop.trained(parts.trainer, evaluate=look)
    return np.array(seen).transpose(1, 2, 0)
