"""Pieces that several losses share: the prior from counts, and scores moved by a margin."""

from __future__ import annotations

import torch
from torch import Tensor

_NEAR = 1e-5  # where 1 - cos^2 is below this (0.2 degrees), the sine goes on as its tangent


def log_prior(counts: Tensor) -> Tensor:
    """Return log(n_j / sum n), (C,), of counts in float64: the logarithm of an integer tensor is only float32."""
    return (counts / counts.sum()).log()


def target(scores: Tensor, labels: Tensor) -> Tensor:
    """Return each row's score of its own class, (B,)."""
    return scores.gather(1, labels[:, None]).squeeze(1)


def replace_target(scores: Tensor, labels: Tensor, values: Tensor) -> Tensor:
    """Return a copy of the scores with each row's own class set to `values` (B,)."""
    return scores.scatter(1, labels[:, None], values[:, None].to(scores.dtype))


def rival(scores: Tensor, labels: Tensor) -> Tensor:
    """Return each row's largest score of another class, (B,)."""
    return scores.scatter(1, labels[:, None], -torch.inf).amax(dim=1)


def turned(cosine: Tensor, angle: Tensor, *, wrap: bool = True) -> Tensor:
    """Return cos(theta + angle) for cosine = cos(theta), without acos and with a finite gradient everywhere.

    Parameters
    ----------
    cosine : Tensor of shape (B,)
        Cosines; rounding may carry them a little beyond 1, where theta is 0 (or pi).
    angle : Tensor of shape (B,)
        Radians, in [0, pi].
    wrap : bool
        Where theta + angle > pi, return -2 - cos(theta + angle): the value goes on falling (smoothly) although
        the cosine rises again there, so that the hardest samples are not punished less.

    Returns
    -------
    Tensor of shape (B,)
        The value is exact. Within 0.18 degrees of theta = 0 and pi its slope is that of the tangent at 0.18 degrees.
    """
    # d sin / d cos = -cot(theta) is infinite at theta = 0 and pi. Clamping it would give a dead, or even reversed,
    # gradient at the hardest point; the tangent at the edge keeps its sign and bounds it by 1 / sqrt(_NEAR).
    edge = (1 - _NEAR) ** 0.5
    inside = cosine.clamp(-edge, edge)
    sine = (1 - inside * inside).sqrt()
    slope = _sum(cosine, sine - (cosine - inside) * inside / sine, inside, angle, wrap)
    exact = cosine.detach().clamp(-1, 1)
    value = _sum(exact, ((1 - exact) * (1 + exact)).sqrt(), exact, angle.detach(), wrap)
    return slope + (value - slope).detach()


def _sum(cosine: Tensor, sine: Tensor, place: Tensor, angle: Tensor, wrap: bool) -> Tensor:
    """Return cos(theta + angle) by the rule for sums, and -2 minus it where `place` lies beyond pi."""
    moved = cosine * angle.cos() - sine * angle.sin()
    return torch.where(place < -angle.cos(), -2 - moved, moved) if wrap else moved
