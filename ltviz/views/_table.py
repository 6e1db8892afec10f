"""What a view is, and the table of all: each file of this folder is one, found by its name."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ltviz.core import unread
from ltviz.core.errors import BadDeclaration
from ltviz.core.params import Control

if TYPE_CHECKING:
    from ltviz.losses import Loss

SCORES = ("logits", "cosine")
FITTED = (*SCORES, "embedding", "prototypes")  # what a fit in the plane has
SAMPLE = (*FITTED, "peers", "teacher")  # what one sample between two classes has
LAST = 1000  # the place of a view that declares none
SLOTS = ("loss", "losses", "methods")  # the controls that name losses, of which a view has one at most

Asked = Callable[[Any], Control]  # the default -> the control


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


def steady(loss: type[Loss]) -> bool:
    """Return whether a loss takes scores and has one value for them: what draws at random has no least value."""
    return scores(loss) and not loss.draws


@dataclass(frozen=True)
class View:
    """One question with its controls; a study and a figure answer it.

    Parameters
    ----------
    question : str
        What the figure answers; its caption.
    asks : mapping of str to callable
        The study's keywords, in the order of the flags: default -> control. The default is the study's own, so that
        it stands in one place.
    tiny : mapping
        A state at which the view is quick: tests and `fast` notebooks use it.
    size : tuple of int
        Width and height of the figure in pixels.
    gives : tuple of str
        The fields of `Outputs` that the study gives a loss.
    takes : callable
        Class of a loss -> whether that loss has what is drawn.
    overrides : tuple of Override
        Which controls do nothing at which states.
    order : int
        The view's place in lists; among equals the alphabet decides.
    begins : mapping
        Defaults of this view that are not the study's.
    name : str
        That of the file, which the table fills in.
    study_name, figure_name : str
        The study and the figure, where they are not of the view's name.
    """

    question: str
    asks: Mapping[str, Asked]
    tiny: Mapping[str, Any] = field(default_factory=dict)
    size: tuple[int, int] = (900, 560)
    gives: tuple[str, ...] = SCORES
    takes: Callable[[type[Loss]], bool] = scores
    overrides: tuple[Override, ...] = ()
    order: int = LAST
    begins: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""
    study_name: str = ""
    figure_name: str = ""

    def named(self, name: str) -> View:
        """Return the view of this file."""
        study, figure = self.study_name or name, self.figure_name or name
        return replace(self, name=name, study_name=study, figure_name=figure)

    @cached_property
    def controls(self) -> Mapping[str, Control]:
        """The controls by name; their defaults are read from the study's file, which is not imported."""
        defaults = unread.defaults(unread.PACKAGE / "studies" / f"{self.study_name}.py", self.study_name)
        if set(self.asks) != set(defaults) or not set(self.begins) <= set(defaults):
            raise BadDeclaration(
                f"views/{self.name}.py must ask for the keywords of the study {self.study_name}, which are "
                f"{', '.join(defaults)}; it asks for {', '.join(dict.fromkeys([*self.asks, *self.begins]))}"
            )
        return {key: asked({**defaults, **self.begins}[key]) for key, asked in self.asks.items()}

    @property
    def slot(self) -> str | None:
        """The control that names losses or methods; None where nothing is drawn of any."""
        return next((key for key in SLOTS if key in self.asks), None)

    def shows(self, loss: type[Loss]) -> bool:
        """Return whether this loss can be drawn: the view gives the fields that it needs, and it has what is drawn."""
        return self.slot in ("loss", "losses") and {*loss.fields()} <= {*self.gives} and self.takes(loss)

    def study(self) -> Callable[..., Any]:
        """Return the function that computes; importing it may import torch."""
        return getattr(importlib.import_module(f"ltviz.studies.{self.study_name}"), self.study_name)

    def figure(self) -> Callable[..., Any]:
        """Return the function that draws."""
        return getattr(importlib.import_module(f"ltviz.figures.{self.figure_name}"), self.figure_name)


def found() -> dict[str, View]:
    """Return every view by name, in the order that they declare."""
    names = sorted(file.stem for file in Path(__file__).parent.glob("[a-z]*.py"))
    views = [importlib.import_module(f"{__package__}.{name}").VIEW.named(name) for name in names]
    return {view.name: view for view in sorted(views, key=lambda view: view.order)}
