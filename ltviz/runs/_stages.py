"""The second stages of a run, fitted one after the other; their epochs are measured, and saved as they go."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from ltviz.core.errors import CheckpointError, LtvizError
from ltviz.datasets import DataSet
from ltviz.losses import Loss
from ltviz.methods.objective import finished
from ltviz.methods.schedule import Recipe, Schedule
from ltviz.methods.stages import At, Stage
from ltviz.methods.steps import Step
from ltviz.models.heads import Features, make_head
from ltviz.runs import checkpoint
from ltviz.runs.assemble import Assembled
from ltviz.runs.guard import whole
from ltviz.samplers import make as make_sampler
from ltviz.training.epoch import Epoch
from ltviz.training.trainer import Trainer

Finish = Callable[[Features], Features]


@dataclass(frozen=True)
class Second:
    """Fits the second stages of a run.

    Parameters
    ----------
    parts : Assembled
        With its net trained, which stays as it is.
    data : DataSet
        What the run is trained on.
    seed : int
        Of the run.
    measure : callable
        Maps a trainer, what changes its features, and how many epochs are left to measures; none, if it likes.
    seen : callable
        Maps images to what the net makes of them.
    folder : Path or None
        Where to save each epoch, and to go on from.
    identity : mapping
        What two halves of a run have in common.
    """

    parts: Assembled
    data: DataSet
    seed: int
    measure: Callable[[Trainer, Finish, int], Mapping[str, Any]]
    seen: Callable[[np.ndarray], Features]
    folder: Path | None = None
    identity: Mapping[str, Any] = field(default_factory=dict)

    def fit(self) -> list[Epoch]:
        """Put fitted stages in their places, and return the epochs that they trained for it, numbered on."""
        fitted, history, method = list(self.parts.stages), list[Epoch](), self.parts.method
        for k, stage in enumerate(self.parts.stages):
            at = At(
                seed=self._seed(k),
                device=self.parts.trainer.device,
                head=self._head,
                train=_Training(self, fitted, k, history),
                seen=partial(self._seen, fitted[:k]),
            )
            fitted[k] = stage.fit(self.parts.net, self.data, method.recipe, at)
        self.parts.stages = tuple(fitted)
        return history

    def _seen(self, before: Sequence[Stage], images: np.ndarray) -> Features:
        return finished(before, self.seen(images), self.data.counts)

    def _seed(self, k: int) -> int:
        return int(np.random.SeedSequence([self.seed, 7, k, 1]).generate_state(1)[0])

    def _head(self, features: int, generator: torch.Generator) -> nn.Module:
        built = self.parts.built
        return make_head(built["head"], features, built["classes"], generator, scale=built["scale"])


@dataclass(frozen=True)
class _Training:
    """Trains what a stage asks for; one training a stage."""

    run: Second
    stages: list[Stage]
    k: int
    history: list[Epoch]

    def __call__(
        self,
        model: nn.Module,
        loss: Loss,
        *,
        sampler: str,
        recipe: Recipe,
        schedule: Schedule,
        step: Step | None = None,
    ) -> None:
        data, seed, own = self.run.data, self.run._seed(self.k), list[Epoch]()
        order = make_sampler(sampler, data.labels("train"), data.counts, seed=seed)
        given: dict[str, Any] = {"sampler": order, "recipe": recipe, "schedule": schedule, "step": step, "seed": seed}
        trainer = self.run.parts.build(model, loss, **given)
        folder = self.run.folder / f"stage{self.k}" if self.run.folder else None
        if folder:
            own = self._resumed(trainer, folder)
        begun = self.run.parts.method.recipe.epochs + len(self.history)
        while trainer.epoch < recipe.epochs:
            done = trainer.run_epoch()
            measures = self.run.measure(trainer, self._finish, recipe.epochs - trainer.epoch)
            own.append(replace(done, epoch=begun + done.epoch, stage=self.stages[self.k].name, measures=measures))
            if folder:
                with whole():
                    meta = {**self.run.identity, "history": list(map(asdict, own))}
                    checkpoint.save(folder, trainer.epoch, trainer.state(), meta)
        self.history.extend(own)

    def _finish(self, features: Features) -> Features:
        return finished(self.stages[self.k + 1 :], features, self.run.data.counts)

    def _resumed(self, trainer: Trainer, folder: Path) -> list[Epoch]:
        checkpoint.tidy(folder)
        newest = checkpoint.load_newest(folder, self.run.identity)
        if newest is None:
            return []
        epoch, tensors, meta = newest
        try:
            trainer.load(tensors, epoch)
        except LtvizError as error:
            raise CheckpointError(f"{folder} does not fit {self.run.parts.method.name}: {error}") from error
        return [Epoch(**each) for each in meta["history"]]
