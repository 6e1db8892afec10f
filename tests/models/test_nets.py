from __future__ import annotations

import math
import random

import numpy as np
import pytest
import torch

from ltviz.core.errors import BadInput
from ltviz.models.heads import make_head
from ltviz.models.nets import DigitsNet

IMAGES = torch.rand(6, 1, 8, 8, generator=torch.Generator().manual_seed(1))


def global_state() -> tuple[object, ...]:
    """What no call of ltviz may move."""
    numpy_state = np.random.get_state()[1].tobytes()  # noqa: NPY002
    return torch.get_rng_state().numpy().tobytes(), numpy_state, random.getstate(), torch.get_num_threads()


def backbone(net: DigitsNet) -> list[torch.Tensor]:
    return [v for k, v in net.state_dict().items() if not k.startswith("head")]


@pytest.mark.parametrize("head", ["linear", "cosine", "sigmoid"])
@pytest.mark.parametrize("bottleneck", [None, 2])
def test_features_have_the_shapes_that_losses_ask_for(head: str, bottleneck: int | None) -> None:
    features = DigitsNet(5, seed=0, head=head, bottleneck=bottleneck)(IMAGES)
    width = bottleneck or 64
    assert features.embedding.shape == (6, width)
    assert features.prototypes.shape == (5, width)
    assert features.logits.shape == (6, 5)
    assert (features.cosine is None) == (head != "cosine")


def test_cosine_head_by_hand() -> None:
    net = DigitsNet(4, seed=3, head="cosine", scale=7.0).double()
    features = net(IMAGES.double())
    x, w = features.embedding.detach().numpy(), features.prototypes.detach().numpy()
    cosine = (x @ w.T) / np.outer(np.linalg.norm(x, axis=1), np.linalg.norm(w, axis=1))
    np.testing.assert_allclose(features.cosine.detach(), cosine, rtol=1e-12)
    np.testing.assert_allclose(features.logits.detach(), 7 * cosine, rtol=1e-12)


def test_linear_head_by_hand_and_where_its_biases_start() -> None:
    for head, bias in (("linear", 0.0), ("sigmoid", -math.log(3))):
        features = DigitsNet(4, seed=3, head=head).double()(IMAGES.double())
        x, w = features.embedding.detach().numpy(), features.prototypes.detach().numpy()
        np.testing.assert_allclose(features.logits.detach(), x @ w.T + bias, rtol=1e-6)


def test_same_seed_same_convolutions_whatever_the_head() -> None:
    nets = [DigitsNet(10, seed=5, head=head) for head in ("linear", "cosine", "sigmoid")]
    for other in nets[1:]:
        assert all(torch.equal(a, b) for a, b in zip(backbone(nets[0]), backbone(other), strict=True))
    directions = [torch.nn.functional.normalize(net.head.weight) for net in nets]
    torch.testing.assert_close(directions[0], directions[1])
    assert not torch.equal(nets[0].convolutions[0].weight, DigitsNet(10, seed=6).convolutions[0].weight)


def test_the_plane_leaves_the_rest_of_the_net_as_it_was() -> None:
    wide, flat = DigitsNet(10, seed=5), DigitsNet(10, seed=5, bottleneck=2)
    for a, b in zip(wide.convolutions, flat.convolutions, strict=True):
        assert torch.equal(a.weight, b.weight)


def test_global_random_state_is_untouched() -> None:
    before = global_state()
    DigitsNet(10, seed=0, head="cosine", bottleneck=2)
    assert global_state() == before


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"classes": 1}, "classes"),
        ({"seed": -1}, "2\\^32-1"),
        ({"seed": 2**64}, "2\\^32-1"),
        ({"seed": "7"}, "2\\^32-1"),
        ({"seed": 1.5}, "2\\^32-1"),
        ({"head": "cosin"}, "cosine"),
        ({"bottleneck": 3}, "None or 2"),
        ({"head": "cosine", "scale": math.nan}, "scale"),
        ({"head": "cosine", "scale": 0}, "scale"),
    ],
)
def test_bad_inputs(given: dict[str, object], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        DigitsNet(**{"classes": 10, "seed": 0, **given})


def test_a_head_of_a_zero_feature_is_finite() -> None:
    head = make_head("cosine", 3, 4, torch.Generator().manual_seed(0), scale=30.0)
    x = torch.zeros(2, 3, requires_grad=True)
    features = head(x)
    features.logits.sum().backward()
    assert features.logits.isfinite().all()
    assert x.grad is not None
    assert x.grad.isfinite().all()
