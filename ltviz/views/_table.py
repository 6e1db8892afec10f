"""What a view is, and the controls that many views share."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ltviz.core.own_counts import own
from ltviz.core.params import Choice, Control, Param, Text
from ltviz.core.profiles import PROFILES, Imbalance

if TYPE_CHECKING:
    from ltviz.losses import Loss

SCORES = ("logits", "cosine")
SAMPLE = (*SCORES, "embedding", "prototypes")  # what one sample between two classes has
SLOTS = ("loss", "losses", "methods")  # the controls that name losses, of which a view has one at most


@dataclass(frozen=True)
class Override:
    """Controls that do nothing while another one has some value: to say them then is an error.

    Parameters
    ----------
    by : str
        The control that has its way.
    idle : callable
        State -> the controls, or parameters of the view's loss, that do nothing there.
    why : str
        What makes them idle, as the end of a sentence.
    typed : bool
        Whether only a command line is told so: a lesson hands them on for the case that the other one is emptied.
    """

    by: str
    idle: Callable[[Mapping[str, Any]], Collection[str]]
    why: str
    typed: bool = False


def scores(loss: type[Loss]) -> bool:
    """Return whether a loss takes scores: one of embeddings alone has no margin, weight or boundary."""
    return loss.uses in SCORES


@dataclass(frozen=True)
class View:
    """One question with its controls; the study and the figure of the same name answer it.

    Parameters
    ----------
    name : str
        The name of the study and of the figure.
    question : str
        What the figure answers; its caption.
    controls : dict of str to Control
        The study's keywords, with their defaults.
    tiny : dict
        A state at which the view is quick: tests and `fast` notebooks use it.
    size : tuple of int
        Width and height of the figure in pixels.
    gives : tuple of str
        The fields of `Outputs` that the study gives a loss.
    takes : callable
        Class of a loss -> whether that loss has what is drawn.
    overrides : tuple of Override
        Which controls do nothing at which states.
    """

    name: str
    question: str
    controls: Mapping[str, Control]
    tiny: Mapping[str, Any] = field(default_factory=dict)
    size: tuple[int, int] = (900, 560)
    gives: tuple[str, ...] = SCORES
    takes: Callable[[type[Loss]], bool] = scores
    overrides: tuple[Override, ...] = ()

    @property
    def slot(self) -> str | None:
        """The control that names losses or methods; None where nothing is drawn of any."""
        return next((key for key in SLOTS if key in self.controls), None)

    def shows(self, loss: type[Loss]) -> bool:
        """Return whether this loss can be drawn: the view gives the fields that it needs, and it has what is drawn."""
        return self.slot in ("loss", "losses") and {*loss.fields()} <= {*self.gives} and self.takes(loss)

    def study(self) -> Callable[..., Any]:
        """Return the function that computes; importing it may import torch."""
        return getattr(importlib.import_module(f"ltviz.studies.{self.name}"), self.name)

    def figure(self) -> Callable[..., Any]:
        """Return the function that draws."""
        return getattr(importlib.import_module(f"ltviz.figures.{self.name}"), self.name)


def long_tail(*, classes: int = 10, largest: int = 5000, imbalance: float = 100.0) -> dict[str, Control]:
    """Return the controls of a long-tailed training set, a profile's or one's own; the defaults are CIFAR-10-LT's."""
    return {
        "profile": Choice("exp", PROFILES, "how the counts fall from the most frequent class to the rarest"),
        "imbalance": Imbalance(
            imbalance, 1.0, 1e6, 0.05, "most frequent over rarest class (100 means 100 to 1)", shown=(1, 1000), log=True
        ),
        "classes": Param(classes, 2, 1000, 1, "number of classes", shown=(2, 20)),
        "largest": Param(
            largest, 1, 10**9, 0.1, "training samples of the most frequent class", shown=(100, 10_000), log=True
        ),
        "counts": own(),
    }


def losses_text(default: str, about: str) -> Text:
    """Return the control of one loss, or of several with commas, each with its parameters in brackets."""

    def reads(text: str) -> None:
        from ltviz.losses import LossSpec

        LossSpec.many(text)

    return Text(default, about, reads=reads)


def seeded(default: int = 0) -> Param:
    """Return the control of a seed."""
    return Param(default, 0, 2**32 - 1, 1, "seed of everything random here", shown=(0, max(20, default)))
