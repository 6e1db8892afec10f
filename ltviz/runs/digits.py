"""Runs: one method trained on long-tailed digits with one seed."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import torch

from ltviz import methods
from ltviz.core.checks import seed as checked_seed
from ltviz.datasets import digits
from ltviz.losses import Field
from ltviz.methods import Method
from ltviz.methods.objective import first_of
from ltviz.models.heads import Features
from ltviz.records.record import measure
from ltviz.runs._digits_run import Run
from ltviz.runs._stages import Finish, Second
from ltviz.runs.assemble import Assembled, assemble
from ltviz.training import loop
from ltviz.training.epoch import Epoch
from ltviz.training.trainer import Trainer

__all__ = ["Run", "digits_run", "train", "train_each"]

_EVERY = 5  # epochs from one look at the test set to the next, counted back from the last


def train(
    method: str | Method,
    data: digits.Digits,
    *,
    seed: int = 0,
    epochs: int = 60,
    bottleneck: int | None = None,
    progress: bool = False,
    **params: Any,
) -> Run:
    """Train one method on long-tailed digits, on the CPU, with one thread.

    Parameters
    ----------
    method : str or Method
        A name in `methods.METHODS`, or a method of your own; trained by the digits' recipe.
    data : Digits
        See `ltviz.datasets.digits.load`.
    seed : int
        Decides initial weights and order. Methods with one seed start from the same convolutions.
    epochs : int
        The schedule keeps its shape for any number.
    bottleneck : {None, 2}
        2 gives features in the plane.
    progress : bool
        Show a bar once two seconds have passed, if the output is a terminal.
    **params
        Parameters of the loss, the step or a second stage, over those of the method.

    Returns
    -------
    Run
        The same for the same arguments, but for `seconds`.

    Raises
    ------
    BadInput
        For an unknown method or parameter, or a value out of range; nothing is trained then.
    TrainingDiverged
        If the loss becomes NaN or infinite.
    """
    plan = _plan(method, epochs, params)
    return _ended(plan, data, _begun(plan, data, checked_seed(seed), bottleneck, progress))


def train_each(
    rows: Iterable[tuple[Method, Mapping[str, Any]]], data: digits.Digits, *, seed: int, epochs: int
) -> Iterator[Run]:
    """Train several methods, each with its parameters, on one seed; what their trainings have in common is done once.

    Yields
    ------
    Run
        As `train` returns it, one by one.
    """
    begun: dict[Method, _Begun] = {}
    for method, params in rows:
        plan = _plan(method, epochs, params)
        first = first_of(plan)
        if first not in begun:
            begun[first] = _begun(plan, data, checked_seed(seed), None, False)
        yield _ended(plan, data, begun[first])


@dataclass(frozen=True, eq=False)
class _Begun:
    """A training that is done but for the method's second stages.

    `seen` is what the net made of the test images after the epochs that are measured.
    """

    parts: Assembled
    seed: int
    history: list[Epoch]
    seen: dict[int, Features]
    seconds: float = 0.0

    def outputs(self, images: np.ndarray) -> Features:
        """Return what the trained net makes of images."""
        with torch.no_grad():
            seen = self.parts.answer(self.parts.net(torch.from_numpy(images)))
        return seen._replace(prototypes=seen.prototypes.detach())  # the net's own vectors, which know of gradients


def _plan(method: str | Method, epochs: int, params: Mapping[str, Any]) -> Method:
    return methods.on_digits(methods.given(methods.find(method), params), epochs)


def _begun(method: Method, data: digits.Digits, seed: int, bottleneck: int | None, progress: bool) -> _Begun:
    """Train the net; what comes after it has no part in this, but is refused before if it cannot be."""
    parts = assemble(method, data, seed, precision="fp32", bottleneck=bottleneck)
    begun = _Begun(parts, seed, [], {})

    def look(epoch: int) -> dict[str, Any]:
        if _is_measured(method.recipe.epochs - 1 - epoch):
            begun.seen[epoch] = begun.outputs(data.test_images)
        return {}

    start = time.process_time()
    with loop.one_thread():
        begun.history.extend(loop.trained(parts.trainer, evaluate=look, progress=progress))
    return replace(begun, seconds=time.process_time() - start)


def _ended(method: Method, data: digits.Digits, begun: _Begun) -> Run:
    """Fit the second stages, and measure what the method predicts with them."""
    parts = begun.parts.ending(method)

    def measured(features: Features) -> dict[str, Any]:
        return measure(_predictions(features), data.test_labels, data.counts)

    def while_fitting(trainer: Trainer, finish: Finish, left: int) -> dict[str, Any]:
        return measured(finish(trainer.predict(data.test_images))) if _is_measured(left) else {}

    history = [
        replace(each, measures=measured(parts.finished(begun.seen[each.epoch]))) if each.epoch in begun.seen else each
        for each in begun.history
    ]
    start = time.process_time()
    with loop.one_thread():
        history += Second(parts, data, begun.seed, while_fitting, begun.outputs).fit()
        seconds = begun.seconds + time.process_time() - start
        on_train, on_val, on_test = (
            parts.finished(begun.outputs(x)) for x in (data.train_images, data.val_images, data.test_images)
        )
    history[-1] = replace(history[-1], measures=measured(on_test))  # by all stages, of which each is fitted now
    return Run(
        method=method.name,
        loss=parts.spelling,
        dataset="digits",
        profile=data.profile,
        imbalance=data.imbalance,
        seed=begun.seed,
        recipe=method.recipe,
        counts=data.counts,
        history=tuple(history),
        seconds=seconds,
        train_labels=_frozen(data.train_labels),
        val_labels=_frozen(data.val_labels),
        test_labels=_frozen(data.test_labels),
        train_predictions=_predictions(on_train),
        val_predictions=_predictions(on_val),
        test_predictions=_predictions(on_test),
        train_logits=_numpy(on_train.logits),
        test_logits=_numpy(on_test.logits),
        train_cosine=None if on_train.cosine is None else _numpy(on_train.cosine),
        test_cosine=None if on_test.cosine is None else _numpy(on_test.cosine),
        train_embedding=_numpy(on_train.embedding),
        test_embedding=_numpy(on_test.embedding),
        prototypes=_numpy(on_test.prototypes.detach().clone()),
    )


def digits_run(
    method: str | Method,
    imbalance: float = 50,
    profile: str = "exp",
    seed: int = 0,
    epochs: int = 60,
    bottleneck: int | None = None,
    **params: Any,
) -> Run:
    """Return the run of a method on long-tailed digits, trained at most once while the process lives.

    Parameters
    ----------
    method : str or Method
        A name in `methods.METHODS`, or a method of your own. A loss of your own that is defined anew is trained anew.
    imbalance, profile
        See `ltviz.datasets.digits.load`.
    seed : int
        Decides the subset, the initial weights and the order: runs of two methods with one seed are paired.
    epochs, bottleneck, **params
        See `train`.
    """
    row = methods.find(method)
    loss: Any = Field()[row.loss]
    return _trained(row, loss, imbalance, profile, seed, epochs, bottleneck, **params)


@lru_cache(maxsize=512, typed=True)
def _trained(
    method: Method,
    loss: Any,
    imbalance: float,
    profile: str,
    seed: int,
    epochs: int,
    bottleneck: int | None,
    **params: Any,
) -> Run:
    """Train once for each class of the loss: one that is defined again under its name is another one."""
    plan = _plan(method, epochs, params)
    begun = _first(first_of(plan), loss, imbalance, profile, checked_seed(seed), bottleneck)
    return _ended(plan, digits.load(imbalance=imbalance, profile=profile, seed=seed), begun)


@lru_cache(maxsize=32, typed=True)
def _first(method: Method, loss: Any, imbalance: float, profile: str, seed: int, bottleneck: int | None) -> _Begun:
    """Train the net of all methods that differ in their second stages alone, once."""
    data = digits.load(imbalance=imbalance, profile=profile, seed=seed)
    return _begun(method, data, seed, bottleneck, progress=False)


def _is_measured(left: int) -> bool:
    return left % _EVERY == 0


def _numpy(tensor: torch.Tensor) -> np.ndarray:
    return _frozen(tensor.numpy())


def _predictions(features: Features) -> np.ndarray:
    return _frozen(features.logits.numpy().argmax(axis=1))


def _frozen(array: np.ndarray) -> np.ndarray:
    view = array.view()
    view.setflags(write=False)
    return view
