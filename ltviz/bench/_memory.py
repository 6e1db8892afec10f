"""The most memory that was in use."""

from __future__ import annotations

import sys

import torch


def peak_memory(device: torch.device) -> float:
    """Return GB: on a GPU, what was reserved at the most since last reset; else the process at its largest."""
    if device.type == "cuda":
        return torch.cuda.max_memory_reserved(device) / 1e9
    try:
        import resource
    except ImportError:  # not on Windows
        return float("nan")
    # kilobytes on Linux, bytes on macOS
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e9
