"""What steps with embeddings of earlier batches share: queues of them, averaged nets, projections."""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ltviz.models.layers import Linear


def generator(seed: int, word: int) -> torch.Generator:
    """Return a source of draws that seed and word alone decide."""
    return torch.Generator().manual_seed((seed + word) % 2**32)


def projection(features: int, width: int, draw: torch.Generator) -> nn.Sequential:
    """Return Linear, ReLU, Linear; the hidden layer is as wide as the features."""
    return nn.Sequential(_linear(features, features, draw), nn.ReLU(), _linear(features, width, draw))


class Queue(nn.Module):
    """The last embeddings of earlier batches, the oldest replaced first; at first, directions drawn at random.

    Parameters
    ----------
    size : int
        How many there are.
    width : int
        Their dimensions.
    draw : torch.Generator
        Of the directions.
    """

    keys: Tensor
    labels: Tensor
    place: Tensor

    def __init__(self, size: int, width: int, draw: torch.Generator) -> None:
        super().__init__()
        self.register_buffer("keys", F.normalize(torch.randn(size, width, generator=draw)))
        self.register_buffer("labels", torch.full((size,), -1))  # of no class
        self.register_buffer("place", torch.zeros((), dtype=torch.int64))

    @torch.no_grad()
    def push(self, keys: Tensor, labels: Tensor) -> None:
        """Take in the embeddings of a batch; of more than there is room for, the last ones."""
        keys, labels = keys[-len(self.keys) :], labels[-len(self.keys) :]
        places = (self.place + torch.arange(len(keys), device=keys.device)) % len(self.keys)
        self.keys[places], self.labels[places] = keys.to(self.keys), labels
        self.place.copy_((self.place + len(keys)) % len(self.keys))


class Averaged(nn.Module):
    """A copy of modules that follows them slowly; it learns nothing by itself.

    Parameters
    ----------
    module : Module
        What is followed.
    momentum : float
        How much of the copy stays at each step. In its first steps it stays less, 1 - 1 / (t + 1), or a short training
        would see little but the initial weights.
    """

    steps: Tensor

    def __init__(self, module: nn.Module, momentum: float) -> None:
        super().__init__()
        self.module, self.momentum = copy.deepcopy(module).requires_grad_(False), momentum
        self.register_buffer("steps", torch.zeros(()))

    @torch.no_grad()
    def follow(self, module: nn.Module) -> None:
        """Go a step towards the module."""
        self.steps += 1
        share = (1 / (self.steps + 1)).clamp_min(1 - self.momentum)
        for mine, theirs in zip(self.module.parameters(), module.parameters(), strict=True):
            mine.lerp_(theirs, share.to(mine.dtype))


def _linear(before: int, after: int, draw: torch.Generator) -> nn.Module:
    layer = Linear(before, after)
    nn.init.kaiming_normal_(layer.weight, nonlinearity="relu", generator=draw)
    nn.init.zeros_(layer.bias)
    return layer


class ClassQueue(nn.Module):
    """A queue with a part for each class, at least two places and beyond these in proportion to its samples.

    Parameters
    ----------
    size : int
        How many embeddings there are, about.
    width : int
        Their dimensions.
    counts : Tensor (C,)
        Training samples of each class, on the CPU.
    draw : torch.Generator
        Of the directions that stand there at first.
    """

    keys: Tensor
    labels: Tensor
    room: Tensor
    begin: Tensor
    place: Tensor

    def __init__(self, size: int, width: int, counts: Tensor, draw: torch.Generator) -> None:
        super().__init__()
        room = 2 + ((size - 2 * len(counts)) * counts / counts.sum()).ceil().long().clamp_min(0)
        total = int(room.sum())
        self.register_buffer("keys", F.normalize(torch.randn(total, width, generator=draw)))
        self.register_buffer("labels", torch.arange(len(counts)).repeat_interleave(room))
        self.register_buffer("room", room)
        self.register_buffer("begin", room.cumsum(0) - room)
        self.register_buffer("place", torch.zeros(len(counts), dtype=torch.int64))

    @torch.no_grad()
    def push(self, keys: Tensor, labels: Tensor) -> Tensor:
        """Take in the embeddings of a batch, of each class as many as its part holds.

        Returns
        -------
        Tensor (B, N)
            bool: where in the queue the embedding of each row stands now.
        """
        one_hot = labels[:, None] == torch.arange(len(self.room), device=labels.device)
        rank = one_hot.cumsum(0).gather(1, labels[:, None]).squeeze(1) - 1
        kept = rank < self.room[labels]
        places = self.begin[labels] + (self.place[labels] + rank) % self.room[labels]
        self.keys[places[kept]] = keys[kept].to(self.keys)
        self.place.copy_((self.place + one_hot.sum(dim=0)) % self.room)
        every = torch.arange(len(self.keys), device=labels.device)
        own: Tensor = (places[:, None] == every) & kept[:, None]
        return own

    def log_means(self, near: Tensor, left_out: Tensor | None = None) -> Tensor:
        """Return the logarithm of the mean of exp(near) over each class's part, (B, C), of near (B, N).

        `left_out` (B, N) says which do not count for a row.
        """
        classes = torch.arange(len(self.room), device=near.device)
        inside = (self.labels[:, None] == classes).to(near.dtype)  # (N, C)
        counted = torch.ones_like(near) if left_out is None else (~left_out).to(near.dtype)
        most = near.detach().amax(dim=1, keepdim=True)
        return (((near - most).exp() * counted) @ inside / (counted @ inside)).log() + most
