"""Whether a saved state belongs to a run, told before anything of the run is changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import torch
from torch import Tensor, nn

from ltviz.core.errors import CheckpointError


def fits(state: Mapping[str, Tensor], own: Mapping[str, Tensor]) -> None:
    """Return if the state has the run's names, shapes, types and class counts, and only finite values.

    Raises
    ------
    CheckpointError
        If not; the message names the tensor.
    """
    if strange := sorted(own.keys() ^ state.keys()):
        kind = "lacks" if strange[0] in own else "also holds"
        raise CheckpointError(f"the state belongs to another run: it {kind} {strange[0]!r}, {len(strange)} in all")
    for name, tensor in own.items():
        other = state[name]
        if other.shape != tensor.shape or other.dtype != tensor.dtype:
            told = f"{other.dtype} {tuple(other.shape)}, here {tensor.dtype} {tuple(tensor.shape)}"
            raise CheckpointError(f"the state belongs to another run: {name} is {told}")
        if not bool(other.isfinite().all()):
            raise CheckpointError(f"the state is damaged: {name} holds NaN or infinity")
        if name.endswith("counts") and not torch.equal(other.cpu(), tensor.cpu()):
            raise CheckpointError(f"the state belongs to other class counts: {other.tolist()}, here {tensor.tolist()}")


def moved(model: nn.Module, parts: nn.Module | None) -> Iterator[tuple[str, nn.Parameter]]:
    """Yield what the optimizer moves, by name: the net's parameters and those of a step's parts."""
    for prefix, module in (("", model), ("parts.", parts)):
        for name, parameter in () if module is None else module.named_parameters():
            if parameter.requires_grad:
                yield prefix + name, parameter
