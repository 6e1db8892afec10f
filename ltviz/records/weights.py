"""A trained net as a file: its weights, and in the file's metadata what rebuilds it; never a pickle."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import nn

from ltviz.core import files
from ltviz.core.errors import DataError
from ltviz.models.table import make_model

NAME = "weights.safetensors"
FORMAT = "ltviz-net"
VERSION = 1
_BUILT = ("classes", "head", "scale")


def write_net(path: Path, net: nn.Module, *, model: str, classes: int, head: str, scale: float, **about: Any) -> Path:
    """Write a net's weights, 1.9 MB for a ResNet-32.

    Parameters
    ----------
    path : Path
        Of the file.
    net : Module
        On any device.
    model, classes, head, scale
        With which `make_model` made it.
    **about
        What else the metadata shall tell: the method, the data set, ...

    Raises
    ------
    DataError
        Where it cannot be written.
    """
    told = {"format": FORMAT, "version": VERSION, "model": model, "classes": classes, "head": head, "scale": scale}
    plain = {name: tensor.detach().cpu().contiguous() for name, tensor in net.state_dict().items()}
    return files.write_bytes(path, save(plain, {"ltviz": files.to_json({**told, **about})}))


def read_net(path: Path) -> nn.Module:
    """Return the net that ``ltviz train --weights`` kept, on the CPU and in evaluation mode.

    It takes images that are normalised with the ``mean`` and ``std`` of the file's metadata (see `about_net`), float32
    (B, 3, 32, 32); what follows the training (the method's ``stages``) is not part of it.

    Parameters
    ----------
    path : Path
        A ``weights.safetensors``.

    Raises
    ------
    DataError
        If the file cannot be read, is no net of ltviz's, or its weights are not those of the net that it describes.
    """
    about = about_net(path)
    try:
        # Before nets had names, every one was a ResNet, and its depth was told.
        name = about["model"] if "model" in about else f"resnet{about['depth']}"
        net = make_model(name, **{key: about[key] for key in _BUILT})
        with safe_open(path, framework="pt") as file:
            net.load_state_dict({name: file.get_tensor(name) for name in file.keys()})  # noqa: SIM118 - no mapping
    except (SafetensorError, OSError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise DataError(f"{path} does not hold the net that it describes: {error}; train it again") from error
    return net.eval()


def about_net(path: Path) -> Mapping[str, Any]:
    """Return what a file of `write_net` says of its net: how it is made, method, data set, seed, mean and std.

    Raises
    ------
    DataError
        If the file cannot be read, or is no net of ltviz's.
    """
    try:
        with safe_open(path, framework="pt") as file:
            about = json.loads((file.metadata() or {}).get("ltviz", "{}"))
    except (SafetensorError, OSError, ValueError) as error:
        raise DataError(f"cannot read {path} as weights: {error}; ltviz train --weights writes them") from error
    if not isinstance(about, dict) or about.get("format") != FORMAT or about.get("version") != VERSION:
        raise DataError(f"{path} is no net of this ltviz ({FORMAT}, version {VERSION}); train it again with --weights")
    return about
