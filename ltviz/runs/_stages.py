"""The second stages of a run, fitted one after the other; their epochs are measured, and saved as they go."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from ltviz.core.errors import CheckpointError, LtvizError
from ltviz.losses import Loss
from ltviz.methods import Method
from ltviz.methods.objective import finished
from ltviz.methods.schedule import Recipe, Schedule
from ltviz.methods.stages import At, Data, Stage
from ltviz.models.heads import Features, make_head
from ltviz.runs import checkpoint
from ltviz.runs.stopping import whole
from ltviz.samplers import make as make_sampler
from ltviz.training.epoch import Epoch
from ltviz.training.trainer import Trainer

Finish = Callable[[Features], Features]


@dataclass(frozen=True)
class Second:
    """What the second stages of a run need of it.

    Parameters
    ----------
    method : Method
        With its recipe.
    data : Data
        What the run is trained on.
    net : Module
        Trained; it stays as it is.
    scale : float
        Of a cosine head.
    seed : int
        Of the run.
    build : callable
        Makes a trainer on the run's images from a model, a loss, and sampler, recipe, schedule and seed by name.
    seen : callable
        Maps images to what the net makes of them.
    measure : callable
        Maps a trainer, what changes its features, and how many epochs are left to measures; none, if it likes.
    device : torch.device
        Where it computes.
    folder : Path or None
        Where to save each epoch, and to go on from.
    identity : mapping
        What two halves of a run have in common.
    """

    method: Method
    data: Data
    net: nn.Module
    scale: float
    seed: int
    build: Callable[..., Trainer]
    seen: Callable[[np.ndarray], Features]
    measure: Callable[[Trainer, Finish, int], Mapping[str, Any]]
    device: torch.device
    folder: Path | None = None
    identity: Mapping[str, Any] | None = None

    def fit(self, stages: Sequence[Stage], before: int) -> tuple[tuple[Stage, ...], list[Epoch]]:
        """Return the stages with what they have learned, and the epochs that they trained for it.

        Parameters
        ----------
        stages : sequence of Stage
            In order, not fitted.
        before : int
            Epochs of the training: theirs are counted on.
        """
        fitted, history = list(stages), list[Epoch]()
        for k, stage in enumerate(stages):
            at = At(
                seed=self._seed(k),
                device=self.device,
                head=self._head,
                train=_Training(self, fitted, k, history, before),
                seen=partial(self._seen, fitted[:k]),
            )
            fitted[k] = stage.fit(self.net, self.data, self.method.recipe, at)
        return tuple(fitted), history

    def _seen(self, before: Sequence[Stage], images: np.ndarray) -> Features:
        return finished(before, self.seen(images), self.data.counts)

    def _seed(self, k: int) -> int:
        return int(np.random.SeedSequence([self.seed, 7, k, 1]).generate_state(1)[0])

    def _head(self, features: int, generator: torch.Generator) -> nn.Module:
        return make_head(self.method.head, features, len(self.data.counts), generator, scale=self.scale)


@dataclass(frozen=True)
class _Training:
    """Trains what a stage asks for; one training a stage."""

    run: Second
    stages: list[Stage]
    k: int
    history: list[Epoch]
    before: int

    def __call__(self, model: nn.Module, loss: Loss, *, sampler: str, recipe: Recipe, schedule: Schedule) -> None:
        data, seed, own = self.run.data, self.run._seed(self.k), list[Epoch]()
        order = make_sampler(sampler, data.train_labels, data.counts, seed=seed)
        trainer = self.run.build(model, loss, sampler=order, recipe=recipe, schedule=schedule, seed=seed)
        folder = self.run.folder / f"stage{self.k}" if self.run.folder else None
        if folder:
            own = self._resumed(trainer, folder)
        begun = self.before + len(self.history)
        while trainer.epoch < recipe.epochs:
            done = trainer.run_epoch()
            told = self.run.measure(trainer, self._finish, recipe.epochs - trainer.epoch)
            own.append(replace(done, epoch=begun + done.epoch, stage=self.stages[self.k].name, measures=told))
            if folder:
                with whole():
                    meta = {**(self.run.identity or {}), "history": list(map(asdict, own))}
                    checkpoint.save(folder, trainer.epoch, trainer.state(), meta)
        self.history.extend(own)

    def _finish(self, features: Features) -> Features:
        return finished(self.stages[self.k + 1 :], features, self.run.data.counts)

    def _resumed(self, trainer: Trainer, folder: Path) -> list[Epoch]:
        checkpoint.tidy(folder)
        found = checkpoint.load_newest(folder, self.run.identity or {})
        if found is None:
            return []
        epoch, tensors, meta = found
        try:
            trainer.load(tensors, epoch)
        except LtvizError as error:
            raise CheckpointError(f"{folder} does not fit {self.run.method.name}: {error}") from error
        return [Epoch(**each) for each in meta["history"]]
