"""How a net is computed on a CPU: the memory's format, threads, compiling. Results differ in rounding alone."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace

import torch
from torch import nn

from ltviz.core.cache import cache_folder


@dataclass(frozen=True)
class Pace:
    """A way of computing.

    Parameters
    ----------
    channels_last : bool
        Whether a pixel's channels lie beside each other in memory, or a channel's pixels.
    threads : int or None
        How many compute; None leaves that to torch.
    compiled : bool
        Whether whole batches go through the net as `torch.compile` makes it. What is left over at an epoch's end and
        at a test set's does not: each size would be compiled for itself.
    """

    channels_last: bool = True
    threads: int | None = None
    compiled: bool = False

    def __str__(self) -> str:
        """Return it in words."""
        words = ["channels last" if self.channels_last else "channels first"]
        words += [] if self.threads is None else ["1 thread" if self.threads == 1 else f"{self.threads} threads"]
        return ", ".join(words + ["compiled"] * self.compiled)

    @property
    def format(self) -> torch.memory_format:
        """The format of images and weights."""
        return torch.channels_last if self.channels_last else torch.contiguous_format

    def fitting(self, device: torch.device, *, compiles: bool = True) -> Pace:
        """Return what holds of it on a device: a GPU has a way of its own; a net may have to stay as it is written."""
        return replace(self, compiled=self.compiled and compiles) if device.type == "cpu" else Pace()

    def begins(self, net: nn.Module) -> None:
        """Have a net compute that way, in place."""
        net.to(memory_format=self.format)  # type: ignore[call-overload]
        if self.compiled:
            os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", str(cache_folder() / "compiled"))
            net.compile(dynamic=False)

    def computing(self, rows: int, whole: int) -> AbstractContextManager[object]:
        """Return the context in which a batch of so many rows goes through a net: compiled only where it is whole."""
        return torch.compiler.set_stance("force_eager") if self.compiled and rows != whole else nullcontext()

    @contextlib.contextmanager
    def limited(self) -> Iterator[None]:
        """Compute with so many threads inside."""
        before = torch.get_num_threads()
        if self.threads is not None:
            torch.set_num_threads(self.threads)
        try:
            yield
        finally:
            torch.set_num_threads(before)
