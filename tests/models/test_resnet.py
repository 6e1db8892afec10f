from __future__ import annotations

import random

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from ltviz.core.errors import BadInput
from ltviz.models.resnet import DEPTHS, Block, ResNet

IMAGES = torch.randn(4, 3, 32, 32, generator=torch.Generator().manual_seed(1))


def global_state() -> tuple[object, ...]:
    """What no call of ltviz may move."""
    numpy_state = np.random.get_state()[1].tobytes()  # noqa: NPY002
    return torch.get_rng_state().numpy().tobytes(), numpy_state, random.getstate()


def parameters(net: torch.nn.Module) -> int:
    return sum(p.numel() for p in net.parameters())


def by_formula(depth: int, classes: int, bias: bool = True) -> int:
    """Weights of the convolutions, two a channel for batch norm, and the head."""
    n = (depth - 2) // 6
    stages = 9 * (2 * n * 16 * 16 + 16 * 32 + (2 * n - 1) * 32 * 32 + 32 * 64 + (2 * n - 1) * 64 * 64)
    return 9 * 3 * 16 + stages + 2 * (16 + 2 * n * (16 + 32 + 64)) + classes * (64 + bias)


def test_resnet_32_has_464154_parameters() -> None:
    assert parameters(ResNet(32, 10)) == by_formula(32, 10) == 464_154


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize(("classes", "head"), [(10, "linear"), (100, "linear"), (10, "cosine"), (10, "sigmoid")])
def test_parameters_by_formula(depth: int, classes: int, head: str) -> None:
    assert parameters(ResNet(depth, classes, head)) == by_formula(depth, classes, bias=head != "cosine")


@pytest.mark.parametrize("head", ["linear", "cosine", "sigmoid"])
def test_features_have_the_shapes_that_losses_ask_for(head: str) -> None:
    features = ResNet(8, 5, head, scale=7.0).eval()(IMAGES)
    assert features.embedding.shape == (4, 64)
    assert features.prototypes.shape == (5, 64)
    assert features.logits.shape == (4, 5)
    assert (features.cosine is None) == (head != "cosine")
    if features.cosine is not None:
        torch.testing.assert_close(features.logits, 7 * features.cosine)


def test_the_net_by_hand() -> None:
    """Stem, blocks in order, the mean over pixels, the head: written out."""
    net = ResNet(8, 10, seed=2).double().train()

    def norm(x: torch.Tensor) -> torch.Tensor:
        mean, var = x.mean((0, 2, 3), keepdim=True), x.var((0, 2, 3), keepdim=True, correction=0)
        return (x - mean) / (var + 1e-5).sqrt()

    x = torch.relu(norm(F.conv2d(IMAGES.double(), net.stem.weight, padding=1)))
    for block in net.blocks:
        assert isinstance(block, Block)
        stride = 1 if block.first.weight.shape[0] == block.first.weight.shape[1] else 2
        y = torch.relu(norm(F.conv2d(x, block.first.weight, stride=stride, padding=1)))
        y = norm(F.conv2d(y, block.second.weight, padding=1))
        if stride == 2:
            empty = torch.zeros(4, x.shape[1] // 2, x.shape[2] // 2, x.shape[3] // 2, dtype=x.dtype)
            x = torch.cat([empty, x[:, :, ::2, ::2], empty], dim=1)
        x = torch.relu(x + y)
    wanted = x.mean((2, 3))
    features = net(IMAGES.double())
    torch.testing.assert_close(features.embedding, wanted, rtol=1e-9, atol=1e-9)
    torch.testing.assert_close(features.logits, wanted @ net.head.weight.T + net.head.bias, rtol=1e-6, atol=1e-6)


def test_weights_start_as_in_the_ldam_code() -> None:
    net = ResNet(32, 10)
    for module in net.modules():
        if isinstance(module, torch.nn.Conv2d):
            fan = module.weight[0].numel()
            assert module.weight.std().item() == pytest.approx((2 / fan) ** 0.5, rel=0.1)
        if isinstance(module, torch.nn.BatchNorm2d):
            assert bool((module.weight == 1).all() and (module.bias == 0).all())
    assert net.head.weight.std().item() == pytest.approx((2 / 64) ** 0.5, rel=0.1)
    assert bool((net.head.bias == 0).all())


def test_the_seed_decides_and_the_head_leaves_the_rest_alone() -> None:
    before = global_state()
    nets = [ResNet(8, 10, head, seed=5) for head in ("linear", "cosine", "sigmoid")]
    assert global_state() == before
    states = [{k: v for k, v in net.state_dict().items() if not k.startswith("head")} for net in nets]
    for other in states[1:]:
        assert all(torch.equal(states[0][k], other[k]) for k in states[0])
    assert not torch.equal(nets[0].stem.weight, ResNet(8, 10, seed=6).stem.weight)


def test_batch_norm_moves_its_statistics_as_pytorchs_does() -> None:
    ours, theirs = ResNet(8).norm, torch.nn.BatchNorm2d(16)
    x = torch.randn(5, 16, 4, 4, generator=torch.Generator().manual_seed(0))
    for _ in range(3):
        torch.testing.assert_close(ours(x), theirs(x))
    torch.testing.assert_close(ours.running_mean, theirs.running_mean)
    torch.testing.assert_close(ours.running_var, theirs.running_var)
    torch.testing.assert_close(ours.eval()(x), theirs.eval()(x))


def test_the_head_is_float32_under_autocast() -> None:
    net = ResNet(8, 10, "cosine", scale=30.0)
    with torch.autocast("cpu", torch.bfloat16):
        features = net(IMAGES)
    assert {features.embedding.dtype, features.logits.dtype, features.cosine.dtype} == {torch.float32}
    exact = torch.nn.functional.normalize(features.embedding) @ torch.nn.functional.normalize(features.prototypes).T
    torch.testing.assert_close(features.cosine, exact)


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_memory_layout_does_not_matter(layout: torch.memory_format) -> None:
    net = ResNet(20, 10).eval()
    wanted = net(IMAGES).logits
    moved = net.to(memory_format=layout)(IMAGES.to(memory_format=layout)).logits
    torch.testing.assert_close(moved, wanted, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"depth": 33}, "6n \\+ 2"),
        ({"depth": 2}, "depth"),
        ({"classes": 1}, "classes"),
        ({"head": "cos"}, "head must be one of"),
        ({"seed": -1}, "seed"),
        ({"head": "cosine", "scale": 0.0}, "scale"),
    ],
)
def test_bad_inputs(given: dict[str, object], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        ResNet(**given)
