"""What a random loss draws: from its own seed and the calls so far, so that a run can be stopped and taken up."""

from __future__ import annotations

import inspect
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor, nn

from ltviz.core.checks import number, one_of


class Drawing(nn.Module):
    """The part of `Loss` that draws. A subclass that calls `draw` has `draws` set, and its count in its state."""

    draws: ClassVar[bool] = False

    seed: int
    drawn: Tensor

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        hooks = [hook for hook in vars(cls).values() if inspect.isfunction(hook)]
        if cls.draws or any("draw" in hook.__code__.co_names for hook in hooks):
            cls.draws = True
            cls.get_extra_state = _drawn  # type: ignore[method-assign, assignment]
            cls.set_extra_state = _set_drawn  # type: ignore[method-assign, assignment]

    def start_drawing(self, seed: int) -> None:
        """Begin with this seed."""
        self.seed = number("seed", seed, 0, 2**32 - 1, whole=True)
        self.drawn = torch.zeros((), dtype=torch.int64)  # calls of `draw` so far; on the host, wherever the loss is

    def draw(self, like: Tensor, kind: str = "uniform") -> Tensor | None:
        """Return random numbers of the shape, type and device of `like`: a random loss draws by this alone.

        They follow from the loss's seed and from how often it drew before, which is saved with its state.

        Parameters
        ----------
        like : Tensor
            Scores or embeddings.
        kind : {"uniform", "normal"}
            In [0, 1), or with mean 0 and variance 1.

        Returns
        -------
        Tensor or None
            None in evaluation mode, in which nothing is drawn.
        """
        made = {"uniform": torch.rand, "normal": torch.randn}[one_of("kind", kind, ("uniform", "normal"))]
        if not self.training:
            return None
        mixed = np.random.SeedSequence((self.seed, int(self.drawn))).generate_state(1, np.uint64)
        self.drawn += 1
        generator = torch.Generator(like.device).manual_seed(int(mixed[0]))
        return made(like.shape, generator=generator, dtype=like.dtype, device=like.device)


def _drawn(self: Drawing) -> Tensor:
    """Return how often the loss drew: the tensor itself, so that a trainer can take up a run in place."""
    return self.drawn


def _set_drawn(self: Drawing, state: Tensor) -> None:
    self.drawn.copy_(state)
