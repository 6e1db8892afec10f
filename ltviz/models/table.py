"""The table of nets for images: any of them by its name, for any data set."""

from __future__ import annotations

import re
from typing import Any

import torch
from torch import nn

from ltviz.core import checks
from ltviz.core.checks import did_you_mean
from ltviz.core.errors import BadInput
from ltviz.models.experts import COUNT, Expert, Experts
from ltviz.models.heads import make_head, width
from ltviz.models.nets import DigitsNet
from ltviz.models.resnet import DEPTHS, ResNet
from ltviz.models.two_branch import Layer, TwoBranch

# What a method makes of a net: two last blocks, several last stages with heads, several nets that share nothing.
FORMS = ("two_branch", "experts", "ensemble")
MODELS = tuple(
    named
    for base in ("digits", *(f"resnet{depth}" for depth in DEPTHS))
    for named in (base, *(f"{base}_{form}" for form in FORMS))
)


def make_model(
    name: str, classes: int, *, head: str = "linear", scale: float = 1.0, seed: int = 0, **given: Any
) -> nn.Module:
    """Return the net of that name, with initial weights that the seed alone decides.

    Nets of one seed have the same backbone whatever the head and the form, so that a difference between two methods is
    a paired one.

    Parameters
    ----------
    name : str
        One of `MODELS`, or a ResNet of any 6n + 2 layers from 8 to 110.
    classes : int
        C, at least 2.
    head : {"linear", "cosine", "sigmoid"}
        See `ltviz.models.heads.make_head`.
    scale : float
        The cosine head's scale.
    seed : int
        Decides all initial weights; the global random state is not used.
    **given
        ``bottleneck`` of the digits net.

    Raises
    ------
    BadInput
        For an unknown name, or a value that the net refuses.

    Examples
    --------
    >>> net = make_model("digits", 10, head="cosine", scale=16.0)
    >>> net(torch.zeros(4, 1, 8, 8)).logits.shape
    torch.Size([4, 10])
    """
    match = (
        re.fullmatch(rf"(digits|resnet(\d{{1,3}}))(?:_({'|'.join(FORMS)}))?", name) if isinstance(name, str) else None
    )
    if match is None:
        raise BadInput(f"unknown model {name!r}; there are {', '.join(MODELS)}.{did_you_mean(str(name), MODELS)}")
    depth = int(match[2]) if match[2] else None
    own = {"classes": classes, "head": head, "scale": scale}
    if not match[3]:
        return _single(depth, **own, seed=seed, **given)
    if any(value is not None for value in given.values()):
        raise BadInput(f"{name} has no {', '.join(given)}; {match[1]} may have")
    draws = [(checks.seed(seed) + k * 0x7F4A7C15) % 2**32 for k in range(COUNT)]
    nets = [_single(depth, **own, seed=each) for each in draws]
    if match[3] == "ensemble":
        return Experts(nn.Identity(), nets)
    if match[3] == "experts":
        trunk, _ = _parts(nets[0], _stage(nets[0]))
        return Experts(trunk, [Expert(_parts(net, _stage(net))[1], net.head) for net in nets])
    trunk, last = _parts(nets[0], 1)
    wide = make_head(head, 2 * width(nets[0]), classes, torch.Generator().manual_seed(draws[1]), scale=scale)
    return TwoBranch(trunk, (last, _parts(nets[1], 1)[1]), wide)


def _single(depth: int | None, **given: Any) -> Any:
    return DigitsNet(**given) if depth is None else ResNet(depth, **given)


def _stage(net: DigitsNet | ResNet) -> int:
    """Return how many blocks the last stage has, of which all have the same width."""
    return len(net.blocks) // 3 if isinstance(net, ResNet) else 1


def _parts(net: DigitsNet | ResNet, last: int) -> tuple[nn.Module, nn.Module]:
    """Return all of a net but its last blocks and its head, and those blocks."""
    if isinstance(net, ResNet):
        first, blocks = [Layer(net.stem, net.norm)], [*net.blocks]
    else:
        first, blocks = [], [Layer(*each) for each in zip(net.convolutions, net.norms, strict=True)]
    own = blocks[-last:]
    return nn.Sequential(*first, *blocks[:-last]), own[0] if last == 1 else nn.Sequential(*own)
