"""Stripes: upright, level and slanting ones, of no use.

It takes imbalance (4), profile (exp) and seed (0).
"""

from __future__ import annotations

from functools import partial

import numpy as np

from ltviz.core.profiles import profile as make_profile
from ltviz.datasets import Images, Selection, Source

NAMES = ("upright", "level", "slanting")


def load(imbalance, profile, seed):
    """Return noisy stripes."""
    counts = make_profile(profile, 16, 3, imbalance)
    generator = np.random.default_rng(seed)
    ways = np.arange(8)[None, :], np.arange(8)[:, None], np.add.outer(np.arange(8), np.arange(8))

    def images(labels):
        clean = np.stack([np.broadcast_to(ways[c] % 4 < 2, (8, 8)) for c in labels])
        grey = 150 * clean + generator.integers(0, 100, (len(labels), 8, 8))
        return np.repeat(grey[..., None].astype(np.uint8), 3, axis=3)

    train, few = np.repeat(np.arange(3), counts.values), np.repeat(np.arange(3), 4)
    return Images(
        name="stripes",
        profile=profile,
        imbalance=float(imbalance),
        seed=seed,
        counts=counts,
        class_names=NAMES,
        train_images=images(train),
        train_labels=train,
        val_images=images(few),
        val_labels=few,
        test_images=images(few),
        test_labels=few,
        mean=np.full(3, 0.4),
        std=np.full(3, 0.3),
        model="resnet8",
    )


class Stripes(Source):
    """Three classes of stripes."""

    title = "Noisy stripes"
    model = "resnet8"
    defaults = {"imbalance": 4, "profile": "exp", "seed": 0}

    def select(self, imbalance=4, profile="exp", seed=0, **rest):
        """See `Source`."""
        counts = make_profile(profile, 16, 3, imbalance)
        read = partial(load, imbalance, profile, seed)
        return Selection("stripes", profile, float(imbalance), counts, read, self.model)


SOURCE = Stripes()
