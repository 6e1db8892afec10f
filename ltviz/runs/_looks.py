"""What a trainer's net makes of the images that it is judged by: one look an epoch, for all runs that share it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from ltviz.datasets import DataSet
from ltviz.models.heads import Features
from ltviz.training.trainer import Trainer

Finish = Callable[[Features], Features]


class Looks:
    """What a trainer's net makes of validation and test images; what it made of them is kept until its next epoch.

    Parameters
    ----------
    trainer : Trainer
        Whose net is asked.
    data : DataSet
        Whose images it is asked about. They stay on the device: they are looked at after each epoch.
    """

    def __init__(self, trainer: Trainer, data: DataSet) -> None:
        self._trainer, self._data = trainer, data
        self._epoch, self._kept = -1, dict[str, Features]()

    @cached_property
    def images(self) -> dict[str, Tensor]:
        """The images of each split, where the trainer computes."""
        return {split: torch.tensor(self._data.whole(split), device=self._trainer.device) for split in ("val", "test")}

    def classes(self, split: str, finish: Finish, trainer: Trainer) -> np.ndarray:
        """Return the class of the largest logit of each image of a split, (N,) int64.

        Parameters
        ----------
        split : {"val", "test"}
            Which images.
        finish : callable
            A change of what the net makes of them: a run's second stages.
        trainer : Trainer
            Another one than its own has another net, and is asked anew.
        """
        if trainer is not self._trainer:
            return trainer.classes(self.images[split], finish)
        if self._epoch != trainer.epoch:
            self._epoch, self._kept = trainer.epoch, {}
        if split not in self._kept:
            self._kept[split] = trainer.look(self.images[split])
        return trainer.classes(self._kept[split], finish)
