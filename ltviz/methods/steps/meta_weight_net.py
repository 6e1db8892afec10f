"""A small net weighs each sample by its loss, and learns to from a few images of every class that are held out."""

from __future__ import annotations

from typing import cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ltviz.core.params import Flag, Param
from ltviz.methods.steps._base import At, Batch, Step, Training, outputs
from ltviz.methods.steps._forward import along
from ltviz.methods.steps._meta import Weights, clipped, gradient, learned, plain_loss, seen

LOSSES = tuple(k / 4 for k in range(33))  # 0 to 8, at which the weight net is asked for a run's history
_MOMENTUM, _DECAY = 0.9, 5e-4  # of the weight net, as in the released code


class MetaWeightNet(Step):
    r"""Meta-Weight-Net: how much a loss should count is itself learned, by a step that looks one step ahead.

    Equation
    --------
    v_i = V(L_i) / sum_k V(L_k),  V = sigmoid(Linear(relu(Linear(L))))
    theta' = theta - rate grad_theta sum_i v_i L_i(theta)
    g = grad_V mean CE(f_theta'(x), y),  (x, y) of the meta set
    V <- V - meta_rate g min(1, clip / |g|)
    L = sum_i v_i L_i,  v_i by the new V

    The meta set is taken out of the training set: of a class of n images n / 2, at most `held`, rounded down; it
    is never part of the batches that the net learns from. Batches of it have all classes equally often, so a rare
    class's few images come again and again. The loss's counts stay those of the whole training set.

    Parameters
    ----------
    width : int
        Hidden units of the weight net.
    meta_rate : float
        The weight net's rate.
    held : int
        Meta images of a class, at most.
    clip : float
        The longest that the weight net's gradient may be, over all its weights together.
    as_released : bool
        Repeat the class-imbalance repository: theta' differentiates through V(L_i) and its sum too, and no gradient
        is clipped.

    Source
    ------
    Shu et al. 2019 (arXiv 1902.07379), equations 3 to 5; meta-weight-net-class-imbalance.py: 1-100-1, rate 1e-5, 10
    images a class. By default V's input has no gradient in theta', as in the equations and in the authors'
    repository for noise; as_released is the other one's. Its meta_rate is for 20,000 steps: in the few hundred that
    digits take, it leaves the weights where they began. The clip is ours: without warm-up the first losses reach
    hundreds, the virtual step overshoots, and a single gradient hundreds of times the others' can bend V for good. The
    released model's rate drops one epoch before the virtual step's, here with it, and its momentum is Nesterov's.
    """

    source = "Shu et al. 2019, arXiv 1902.07379, equations 3 to 5; meta-weight-net-class-imbalance.py"
    streams = ("method", "class_aware")
    through = True
    params = {
        "width": Param(100, 1, 4096, 1, "hidden units of the weight net"),
        "meta_rate": Param(1e-5, 0.0, 10.0, 0.1, "the weight net's rate", shown=(1e-5, 1.0), log=True),
        "held": Param(10, 1, 10_000, 1, "meta images of a class, at most"),
        "clip": Param(
            10.0, 1e-3, 1e6, 0.1, "the longest gradient of the weight net; ours", shown=(0.01, 1000.0), log=True
        ),
        "as_released": Flag(False, "whether the virtual step differentiates through the weights too, unclipped"),
    }

    width: int
    meta_rate: float
    held: int
    clip: float
    as_released: bool

    def held_out(self, labels: np.ndarray, seed: int) -> np.ndarray:
        """Return the rows of the meta set."""
        draw = np.random.default_rng([seed, 9])
        members = (draw.permutation(np.flatnonzero(labels == c)) for c in np.unique(labels))
        return np.sort(np.concatenate([rows[: min(self.held, len(rows) // 2)] for rows in members]))

    def parts(self, net: nn.Module, data: Training, seed: int) -> nn.Module:
        """Return the weight net, drawn from the seed."""
        return WeightNet(self.width, (seed + 0x2545F491) % 2**32)

    def value(self, batches: tuple[Batch, ...], at: At) -> Tensor:
        """Move the weight net and return the loss that it weighs."""
        own, parts = batches[0], cast(WeightNet, at.parts)
        costs = at.loss.by_row(outputs(at.net(own.images)), own.labels)
        down = self.down(costs, batches, at)
        parts.move(down if self.as_released else clipped(down, self.clip), self.meta_rate)
        return (parts.shares(parts.weights(), costs.detach()) * costs).sum()

    def down(self, costs: Tensor, batches: tuple[Batch, ...], at: At) -> dict[str, Tensor]:
        """Return the gradient, in the weight net, of the loss on the meta batch after a step by the weighed losses.

        With u_i what loss i counts in that step and g the gradient of the meta loss at theta', it is that of
        -rate sum_i u_i <g, grad_theta L_i>, whose products are one forward-mode pass: no second derivative is taken.
        """
        own, meta = batches
        theta, parts = learned(at.net), cast(WeightNet, at.parts)

        def counted(weights: Weights) -> Tensor:
            return self.counted(parts, weights, costs.detach())

        def again(theta: Weights) -> Tensor:
            return at.loss.by_row(outputs(seen(at.net, theta, own.images)), own.labels)

        learns = [each for each in at.net.parameters() if each.requires_grad]
        slopes = torch.autograd.grad(costs, learns, counted(parts.weights()), retain_graph=True, materialize_grads=True)
        moved = {name: each - at.rate * slope for (name, each), slope in zip(theta.items(), slopes, strict=True)}
        after = gradient(lambda theta: plain_loss(seen(at.net, theta, meta.images), meta.labels), moved)
        products = along(again, theta, after)
        return gradient(lambda weights: -at.rate * counted(weights) @ products, parts.weights())

    def counted(self, parts: WeightNet, weights: Weights, costs: Tensor) -> Tensor:
        """Return what each loss of a batch counts in the virtual step (B,): the slope of the weighed sum in it."""
        if not self.as_released:
            return parts.shares(weights, costs)
        own = {"costs": costs}
        weighed = gradient(lambda own: parts.shares(weights, own["costs"]) @ own["costs"], own, differentiable=True)
        return weighed["costs"]

    def learned(self, parts: nn.Module | None) -> dict[str, list[float]]:
        """Return V at the losses `LOSSES`, before it is divided by a batch's sum."""
        own = cast(WeightNet, parts)
        weights = own.weights()
        return {"weight": own.raw(weights, weights["first"].new_tensor(LOSSES)).tolist()}


class WeightNet(nn.Module):
    """From a loss to a weight in (0, 1), with the momentum by which it is moved.

    Parameters
    ----------
    width : int
        Hidden units.
    seed : int
        Draws its weights, as torch's linear layers draw theirs.
    """

    def __init__(self, width: int, seed: int) -> None:
        super().__init__()
        draw = torch.Generator().manual_seed(seed)
        for name, shape, fan in (
            *(("first", (width,), 1), ("first_bias", (width,), 1)),
            *(("second", (width,), width), ("second_bias", (), width)),
        ):
            bound = fan**-0.5
            self.register_buffer(name, (2 * torch.rand(shape, generator=draw) - 1) * bound)
            self.register_buffer(f"{name}_momentum", torch.zeros(shape))

    def weights(self) -> dict[str, Tensor]:
        """Return what is learned, by name."""
        return {name: each for name, each in self.named_buffers() if not name.endswith("_momentum")}

    def shares(self, weights: Weights, costs: Tensor) -> Tensor:
        """Return the weights of a batch's losses (B,), summing to 1."""
        raw = self.raw(weights, costs)
        return raw / raw.sum()

    def raw(self, weights: Weights, costs: Tensor) -> Tensor:
        """Return V of losses (B,), in (0, 1)."""
        hidden = F.relu(costs[:, None] * weights["first"] + weights["first_bias"])
        return torch.sigmoid(hidden @ weights["second"] + weights["second_bias"])

    @torch.no_grad()
    def move(self, down: Weights, rate: float) -> None:
        """Take a step of SGD with momentum and decay."""
        for name, each in self.weights().items():
            momentum = self.get_buffer(f"{name}_momentum")
            momentum.mul_(_MOMENTUM).add_(down[name] + _DECAY * each)
            each.sub_(rate * momentum)
