"""Where to compute, and how finely: devices and precisions by name."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import torch

from ltviz.core.checks import one_of
from ltviz.core.errors import BadInput

PRECISIONS = ("auto", "fp32", "bf16")


def device_of(name: str | torch.device) -> torch.device:
    """Return the device of that name: "cpu", "cuda" (or "cuda:1"), or "auto", which is a CUDA device if there is one.

    Raises
    ------
    BadInput
        For another name, or for a CUDA device that is not there; it never falls back silently.
    """
    text = str(name)
    if text == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if text != "cpu" and not (text == "cuda" or (text.startswith("cuda:") and text[5:].isdigit())):
        raise BadInput(f"device must be 'auto', 'cpu' or 'cuda'; got {name!r}")
    if text != "cpu" and not torch.cuda.is_available():
        raise BadInput(f"no CUDA device for device={text!r}; use device='cpu' (--device cpu)")
    device = torch.device(text)
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise BadInput(f"device {text!r} is not there; there are {torch.cuda.device_count()} CUDA devices, from 0")
    return device


def precision_of(name: str, device: torch.device) -> str:
    """Return "fp32" or "bf16"; "auto" is bf16 where the device computes it faster."""
    if one_of("precision", name, PRECISIONS) != "auto":
        return name
    return "bf16" if has_bf16(device) else "fp32"


def autocast(device: torch.device, precision: str) -> AbstractContextManager[object]:
    """Return the context in which a net computes with that precision."""
    if precision == "fp32":
        return nullcontext()
    # No cache of cast weights: each is used once a step, and a recording must not keep one from outside it.
    return torch.autocast(device.type, torch.bfloat16, cache_enabled=False)


def has_bf16(device: torch.device) -> bool:
    """Return whether the device has instructions for bfloat16: emulated, it would be slower than float32."""
    if device.type == "cuda":
        return torch.cuda.get_device_capability(device)[0] >= 8
    if not torch.backends.mkldnn.is_available():
        return False
    probes = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    return any(bool(getattr(torch.cpu, probe, bool)()) for probe in probes)
