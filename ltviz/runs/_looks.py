"""What a trainer's net makes of images: one look after an epoch, for all runs that share it."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from ltviz.datasets import DataSet
from ltviz.models.heads import Features
from ltviz.training.trainer import Trainer


class Looks:
    """What nets make of the images of a data set; what a trainer's own made of them is kept until its next epoch.

    Parameters
    ----------
    trainer : Trainer
        Whose net is asked again and again.
    data : DataSet
        Whose images it is asked about. Those that are looked at after each epoch stay on the device.
    """

    def __init__(self, trainer: Trainer, data: DataSet) -> None:
        self._trainer, self._data = trainer, data
        self._epoch, self._kept = -1, dict[str, Features]()

    def seen(self, split: str, trainer: Trainer) -> Features:
        """Return what a net makes of the images of a split, float32, on the CPU.

        Parameters
        ----------
        split : {"train", "val", "test"}
            Which images.
        trainer : Trainer
            Whose net: its own's, or another's that trains a second stage.
        """
        if trainer is not self._trainer:
            return trainer.predict(self._images(split))
        if self._epoch != trainer.epoch:
            self._epoch, self._kept = trainer.epoch, {}
        if split not in self._kept:
            self._kept[split] = trainer.predict(self._images(split))
        return self._kept[split]

    def _images(self, split: str) -> Tensor | np.ndarray:
        return self._data.whole(split) if split == "train" else self._held[split]

    @cached_property
    def _held(self) -> dict[str, Tensor]:
        return {split: torch.tensor(self._data.whole(split), device=self._trainer.device) for split in ("val", "test")}
