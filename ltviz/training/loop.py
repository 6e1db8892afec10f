"""All epochs of a trainer at once, with one thread: for nets that are trained in seconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import torch
from tqdm import tqdm

from ltviz.training.epoch import Epoch
from ltviz.training.trainer import Trainer


@contextmanager
def one_thread() -> Iterator[None]:
    """Compute with one thread inside: small batches are slower with more, and sums keep their order."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def trained(
    trainer: Trainer, *, evaluate: Callable[[int], Mapping[str, Any]] | None = None, progress: bool = False
) -> list[Epoch]:
    """Run all epochs of a trainer and return what each did.

    Parameters
    ----------
    trainer : Trainer
        Trained in place, from the epoch at which it stands.
    evaluate : callable, optional
        Called after each epoch with its number, the model in evaluation mode; returns measures for the record.
    progress : bool
        Show a bar once two seconds have passed, if the output is a terminal.

    Raises
    ------
    TrainingDiverged
        If the loss of a step is NaN or infinite; names step, loss, rate and rows.
    """
    history: list[Epoch] = []
    epochs, name = range(trainer.epoch, trainer.recipe.epochs), trainer.loss.name
    bar = tqdm(epochs, desc=name, unit="epoch", delay=2, disable=None if progress else True)
    for epoch in bar:
        done = trainer.run_epoch()
        history.append(replace(done, measures=evaluate(epoch) if evaluate else {}))
        bar.set_postfix(loss=f"{done.loss:.3f}", refresh=False)
    return history
