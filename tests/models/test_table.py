"""Nets by their names, and what methods make of them: two branches, several experts."""

from __future__ import annotations

import copy

import pytest
import torch

from ltviz.core.errors import BadInput
from ltviz.models.experts import Experts
from ltviz.models.heads import width
from ltviz.models.nets import DigitsNet
from ltviz.models.resnet import ResNet
from ltviz.models.table import MODELS, make_model
from ltviz.models.two_branch import TwoBranch

SHAPES = {"digits": (2, 1, 8, 8), "resnet": (2, 3, 32, 32)}


def images(name: str) -> torch.Tensor:
    return torch.rand(SHAPES[name.rstrip("0123456789").split("_")[0].rstrip("0123456789")])


@pytest.mark.parametrize("name", [*(name for name in MODELS if "44" not in name and "56" not in name), "resnet8"])
@pytest.mark.parametrize("head", ["linear", "cosine"])
def test_a_net_by_its_name(name: str, head: str) -> None:
    state = torch.get_rng_state()
    net = make_model(name, 5, head=head, scale=7.0, seed=3)
    assert torch.equal(state, torch.get_rng_state())
    with torch.no_grad():
        seen = net.eval()(images(name))
    assert seen.logits.shape == (2, 5)
    assert seen.prototypes.shape == (5, seen.embedding.shape[1])
    assert (seen.cosine is not None) == (head == "cosine")


def test_it_is_the_net_that_its_class_makes() -> None:
    for name, other in (("digits", DigitsNet(10, seed=3)), ("resnet8", ResNet(8, 10, seed=3))):
        net = make_model(name, 10, seed=3)
        assert all(torch.equal(a, b) for a, b in zip(net.parameters(), other.parameters(), strict=True))


@pytest.mark.parametrize("base", ["digits", "resnet8"])
def test_two_branches_share_all_but_the_last_block(base: str) -> None:
    one, two = make_model(base, 5, seed=3), make_model(f"{base}_two_branch", 5, seed=3)
    assert isinstance(two, TwoBranch)
    first, second = two.branches
    pairs = zip(first.parameters(), second.parameters(), strict=True)
    assert any(not torch.equal(a, b) for a, b in pairs), "drawn apart"
    x = images(base)
    own = two.forward(x).embedding[:, :64]
    torch.testing.assert_close(own, one(x).embedding, msg="the first branch is the net of that seed")
    last = sum(p.numel() for p in first.parameters())
    heads = 5 * 64  # of the second branch's features
    assert sum(p.numel() for p in two.parameters()) == sum(p.numel() for p in one.parameters()) + last + heads


@pytest.mark.parametrize("base", ["digits", "resnet8"])
def test_mixed_by_halves_of_one_image_is_the_net_in_the_test(base: str) -> None:
    net = make_model(f"{base}_two_branch", 5, seed=3).eval()
    x, other = images(base), images(base)
    with torch.no_grad():
        torch.testing.assert_close(net(x, x, 0.5).logits, net(x).logits)
        alone = net(x, other, 1.0).embedding
        torch.testing.assert_close(alone[:, :64], 2 * net(x).embedding[:, :64])
        assert not alone[:, 64:].any()
    assert copy.deepcopy(net).state_dict().keys() == net.state_dict().keys()


@pytest.mark.parametrize(("base", "shared"), [("digits", 16 * 9 + 32 * 16 * 9), ("resnet8", None)])
def test_experts_share_all_but_the_last_stage_and_their_mean_answers(base: str, shared: int | None) -> None:
    one, net = make_model(base, 5, seed=3).eval(), make_model(f"{base}_experts", 5, seed=3).eval()
    assert isinstance(net, Experts)
    assert width(net) == 3 * width(one)
    x = images(base)
    with torch.no_grad():
        each, seen = net.each(x), net(x)
        torch.testing.assert_close(each[0].logits, one(x).logits, msg="the first expert is the net of that seed")
    assert not torch.allclose(each[1].logits, each[2].logits), "drawn apart"
    torch.testing.assert_close(seen.logits, sum(own.logits for own in each) / 3)
    torch.testing.assert_close(seen.logits, seen.embedding @ seen.prototypes.T, msg="biases begin at 0")
    if shared is not None:
        assert sum(p.numel() for p in net.trunk.parameters() if p.ndim == 4) == shared
    assert len(list(net.trunk.parameters())) + len(list(net.experts[0].parameters())) == len(list(one.parameters()))


def test_experts_of_a_resnet_have_the_last_stage_each() -> None:
    net = make_model("resnet20_experts", 5)
    assert [len(expert.blocks) for expert in net.experts] == [3, 3, 3]
    assert {block.second.weight.shape[0] for expert in net.experts for block in expert.blocks} == {64}


@pytest.mark.parametrize("base", ["digits", "resnet8"])
def test_an_ensemble_shares_nothing(base: str) -> None:
    net, x = make_model(f"{base}_ensemble", 5, head="cosine", scale=7.0, seed=3).eval(), images(base)
    with torch.no_grad():
        each = net.each(x)
        torch.testing.assert_close(net(x).cosine, sum(own.cosine for own in each) / 3)
        torch.testing.assert_close(net(x).logits, 7 * net(x).cosine)
    assert not list(net.trunk.parameters())
    single = sum(p.numel() for p in make_model(base, 5, head="cosine").parameters())
    assert sum(p.numel() for p in net.parameters()) == 3 * single


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("resnet9", "6n \\+ 2"),
        ("resnet", "unknown model 'resnet'; there are digits, .*Did you mean"),
        ("vgg", "unknown model 'vgg'"),
        ("digits_two", "unknown model"),
        (3, "unknown model 3"),
    ],
)
def test_names_of_no_net(name: object, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        make_model(name, 10)


def test_two_branches_have_no_bottleneck() -> None:
    with pytest.raises(BadInput, match="digits_two_branch has no bottleneck; digits may have"):
        make_model("digits_two_branch", 10, bottleneck=2)
    assert make_model("digits", 10, bottleneck=2).bottleneck is not None
