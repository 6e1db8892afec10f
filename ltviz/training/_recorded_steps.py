"""Steps of fixed shape, recorded as a CUDA graph and replayed.

Written against these traps:

- A recording replays addresses, so whatever a step reads must stay where it is: batch, learning rate (a device
  tensor), class weights (a buffer overwritten by ``copy_``), weights, momentum (made before, at 0: a first step
  without momentum is another computation), statistics. Batches of another size get a recording of their own.
- Warming up moves weights, statistics and momentum: they are copied before and put back after. It also lets cuDNN
  choose its algorithms and the allocator grow before recording, when neither may happen.
- All passes of a run, warm-up and recording included, take one stream; a gradient's accumulator belongs to the
  stream it was made on. Nothing of an earlier pass is alive when recording begins.
- Runs that replay at the same time must not share memory: each has a pool of its own. The recordings of one run
  share its pool; they replay one after the other, and none reads what the other left.
- What the host decides in a step would be frozen, and what it reads there would end the recording: only a step that
  says so, with a loss of ltviz's that ignores progress and draws nothing, is recorded. All else is taken step by step.
- The fused update: torch's other one for many weights reads the rate on the host. Autocast's cache of weights is off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor

from ltviz.losses import Loss, shipped
from ltviz.methods.steps import Batch, Step

_WARM_UPS = 3


def recordable(step: Step, loss: Loss) -> bool:
    """Return whether a step's kernels are known to be the same throughout training."""
    inner = [module for module in loss.modules() if isinstance(module, Loss)]
    return step.replayable and all(each.name in shipped() and _steady(type(each)) for each in inner)


def _steady(kind: type[Loss]) -> bool:
    """Return whether a loss neither looks at progress nor draws."""
    return kind.set_progress is Loss.set_progress and not kind.draws


class FixedSteps:
    """Takes steps in buffers that stay in place: recorded and replayed on a GPU, as they are on a CPU.

    Parameters
    ----------
    update : callable
        Maps a batch of each stream to the step's loss, and takes the step.
    moved : callable
        Returns every tensor that a step may change.
    stream : torch.cuda.Stream or None
        The run's own, which must be the current one wherever steps are taken; None does not record.
    """

    def __init__(
        self,
        update: Callable[[tuple[Batch, ...]], Tensor],
        moved: Callable[[], Iterable[Tensor]],
        stream: torch.cuda.Stream | None,
    ) -> None:
        self._update, self._moved, self._stream = update, moved, stream
        self._pool = torch.cuda.graph_pool_handle() if stream is not None else None
        self._steps: dict[int, tuple[tuple[Batch, ...], Callable[[], Tensor]]] = {}

    def __call__(self, batches: tuple[Batch, ...]) -> Tensor:
        """Take a step and return its loss, in a place that the next step overwrites."""
        size = len(batches[0].labels)  # of every stream
        if size not in self._steps:
            own = tuple(Batch(tuple(x.clone() for x in each.views), each.labels.clone()) for each in batches)
            self._steps[size] = own, self._made(own)
        own, take = self._steps[size]
        for mine, theirs in zip(own, batches, strict=True):
            for buffer, content in zip((*mine.views, mine.labels), (*theirs.views, theirs.labels), strict=True):
                buffer.copy_(content)
        return take()

    def _made(self, own: tuple[Batch, ...]) -> Callable[[], Tensor]:
        if self._stream is None:
            return lambda: self._update(own)
        before = [tensor.detach().clone() for tensor in self._moved()]
        graph = torch.cuda.CUDAGraph()
        with _tried_algorithms():
            for _ in range(_WARM_UPS):
                self._update(own)
            with torch.no_grad():
                for tensor, kept in zip(self._moved(), before, strict=True):
                    tensor.copy_(kept)
            with torch.cuda.graph(graph, pool=self._pool, stream=self._stream):
                loss = self._update(own)

        def take() -> Tensor:
            graph.replay()
            return loss

        return take


@contextmanager
def _tried_algorithms() -> Iterator[None]:
    """Let cuDNN time its algorithms for each shape once, and take the fastest."""
    before = torch.backends.cudnn.benchmark
    torch.backends.cudnn.benchmark = True
    try:
        yield
    finally:
        torch.backends.cudnn.benchmark = before
