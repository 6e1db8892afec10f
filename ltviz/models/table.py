"""The table of nets for images: any of them by its name, for any data set."""

from __future__ import annotations

import re
from typing import Any

import torch
from torch import nn

from ltviz.core import checks
from ltviz.core.checks import did_you_mean
from ltviz.core.errors import BadInput
from ltviz.models.heads import make_head, width
from ltviz.models.nets import DigitsNet
from ltviz.models.resnet import DEPTHS, ResNet
from ltviz.models.two_branch import Layer, TwoBranch

FORMS = ("", "two_branch")  # a net as it is, and what a method makes of it
MODELS = tuple(
    named for base in ("digits", *(f"resnet{depth}" for depth in DEPTHS)) for named in (base, f"{base}_two_branch")
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
    match = re.fullmatch(r"(digits|resnet(\d{1,3}))(_two_branch)?", name) if isinstance(name, str) else None
    if match is None:
        raise BadInput(f"unknown model {name!r}; there are {', '.join(MODELS)}.{did_you_mean(str(name), MODELS)}")
    depth = int(match[2]) if match[2] else None
    own = {"classes": classes, "head": head, "scale": scale}
    if not match[3]:
        return _single(depth, **own, seed=seed, **given)
    if any(value is not None for value in given.values()):
        raise BadInput(f"{name} has no {', '.join(given)}; {match[1]} may have")
    draw = (checks.seed(seed) + 0x7F4A7C15) % 2**32
    net, other = (_single(depth, **own, seed=each) for each in (seed, draw))
    trunk, last = _parts(net)
    wide = make_head(head, 2 * width(net), classes, torch.Generator().manual_seed(draw), scale=scale)
    return TwoBranch(trunk, (last, _parts(other)[1]), wide)


def _single(depth: int | None, **given: Any) -> Any:
    return DigitsNet(**given) if depth is None else ResNet(depth, **given)


def _parts(net: DigitsNet | ResNet) -> tuple[nn.Module, nn.Module]:
    """Return all of a net but its last block and its head, and that block."""
    if isinstance(net, ResNet):
        return nn.Sequential(Layer(net.stem, net.norm), *[*net.blocks][:-1]), net.blocks[-1]
    *layers, last = (Layer(*each) for each in zip(net.convolutions, net.norms, strict=True))
    return nn.Sequential(*layers), last
