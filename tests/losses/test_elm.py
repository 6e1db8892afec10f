"""ELM: its two terms by hand, what is drawn to what when a class is alone, and what it does to rare embeddings."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch.nn import functional as F

import ltviz
from ltviz.datasets import digits
from ltviz.losses import Outputs

COUNTS = (160, 10, 10)  # margins of max_margin times 1/2, 1, 1
EAST, NORTH, WEST = [2.0, 0.0], [0.0, 0.5], [-3.0, 0.0]  # of any length: only directions count


def outputs(embedding: object, vectors: object = (EAST, NORTH, WEST), rows: int = 2) -> Outputs:
    given = torch.tensor(embedding, dtype=torch.float64)
    logits = torch.zeros(len(given), 3, dtype=torch.float64)
    return Outputs(logits=logits, embedding=given, prototypes=torch.tensor(vectors, dtype=torch.float64))


def term(given: Outputs, labels: list[int], **more: float) -> torch.Tensor:
    """The embeddings' term alone."""
    made = {"strength": 1.0, "temperature": 1.0, "max_margin": 0.5, **more}
    loss, plain = (
        ltviz.make_loss("elm", COUNTS, reduction="none", **{**made, **other}) for other in ({}, {"strength": 0.0})
    )
    return loss(given, torch.tensor(labels)) - plain(given, torch.tensor(labels))


def lost(own: float, others: float) -> float:
    return -math.log(math.exp(own) / (math.exp(own) + others))


def test_its_constants_are_those_to_start_from() -> None:
    options = ltviz.make_loss("elm", [9, 3]).options
    assert options == {"tau": 1.0, "strength": 0.5, "max_margin": 0.5, "temperature": 0.1}


def test_two_rows_by_hand() -> None:
    rows = term(outputs([EAST, NORTH]), [0, 1])
    first = lost(1 - 0.25, (1 + 1) / 2 + math.exp(-1))  # to its vector; from (row 1, vector 1) and vector 2
    second = lost(1 - 0.5, (1 + 1) / 2 + 1)  # from (row 0, vector 0) and vector 2, all at a right angle
    assert rows.tolist() == pytest.approx([first, second])


def test_the_first_term_is_the_pairwise_form_of_logit_adjustment() -> None:
    logits = torch.randn(5, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    labels, pi = torch.tensor([0, 1, 2, 2, 0]), np.array(COUNTS) / sum(COUNTS)
    rows = ltviz.make_loss("elm", COUNTS, tau=0.7, strength=0.0, reduction="none")(logits, labels)
    for row, z, y in zip(rows, logits.numpy(), labels.tolist(), strict=True):
        pairs = [(pi[j] / pi[y]) ** 0.7 * np.exp(z[j] - z[y]) for j in range(3) if j != y]
        assert row.item() == pytest.approx(math.log(1 + sum(pairs)))


def test_without_strength_it_needs_no_embeddings() -> None:
    assert ltviz.make_loss("elm", COUNTS, strength=0.0).needs() == ("logits",)
    assert ltviz.make_loss("elm", COUNTS).needs() == ("logits", "embedding", "prototypes")


def test_views_of_a_row_are_drawn_together_and_pushed_from_others() -> None:
    apart = term(outputs([[EAST, NORTH], [WEST, WEST]]), [0, 2])
    one = lost(1 - 0.25, 1 + math.exp(-1)) / 2 + lost(-0.25, 1 + math.exp(-1)) / 2  # east: its vector, its other view
    two = lost(-0.25, math.e + 1)  # north: both at a right angle, and class 1 lies there
    assert apart[0].item() == pytest.approx((one + two) / 2)


def test_another_sample_like_one_that_is_there_changes_no_average() -> None:
    few, many = outputs([EAST, NORTH]), outputs([EAST, NORTH, NORTH, NORTH])
    assert term(few, [0, 1])[0].item() / 2 == pytest.approx(
        term(many, [0, 1, 1, 1])[0].item() / 4
    )  # / rows, for the mean


def test_classes_of_the_batch_count_alike() -> None:
    given = torch.randn(6, 2, generator=torch.Generator().manual_seed(1), dtype=torch.float64).tolist()
    labels = [0, 0, 0, 0, 1, 2]
    rows = term(outputs(given), labels).numpy()
    each = rows * np.array([4, 4, 4, 4, 1, 1]) * 3 / 6  # without the weights that make classes count alike
    by_class = [each[np.array(labels) == c].mean() for c in range(3)]
    assert rows.mean() == pytest.approx(np.mean(by_class))


@pytest.mark.parametrize("counts", [COUNTS, (10, 160, 40), (40, 160, 10)])
def test_the_rarest_class_has_the_largest_margin(counts: tuple[int, ...]) -> None:
    margins = ltviz.make_loss("elm", counts, max_margin=0.4).embedding_margins()
    assert margins.max().item() == pytest.approx(0.4)
    assert margins[np.argmin(counts)] == margins.max()
    assert margins[np.argmax(counts)].item() == pytest.approx(0.2)


def test_descending_it_rare_embeddings_get_tighter_than_by_logit_adjustment_alone() -> None:
    """Three classes of the digits and a small net, of one start and with the same steps; seen on test images.

    Tight: the mean angle to the class's own mean, as a share of the angle from there to the nearest other mean.
    """
    data, kept = digits.load(imbalance=50), np.array([1, 8, 9])
    inside = np.isin(data.train_labels, kept)
    images, labels = data.train_images[inside], np.searchsorted(kept, data.train_labels[inside])
    points, new = torch.from_numpy(images).flatten(1), torch.from_numpy(data.test_images).flatten(1)
    spread = {}
    for strength in (0.0, 0.5):
        begin, wide = torch.Generator().manual_seed(0), ((32, 64), (16, 32), (3, 16))
        first, second, vectors = (torch.randn(shape, generator=begin) * (2 / shape[1]) ** 0.5 for shape in wide)
        learned = [weight.requires_grad_() for weight in (first, second, vectors)]
        loss = ltviz.make_loss("elm", np.bincount(labels), strength=strength)
        for _ in range(100):
            seen = torch.relu(points @ first.T) @ second.T
            value = loss(Outputs(seen @ vectors.T, embedding=seen, prototypes=vectors), torch.from_numpy(labels))
            for weight, slope in zip(learned, torch.autograd.grad(value, learned), strict=True):
                weight.data -= 0.2 * slope
        seen = F.normalize((torch.relu(new @ first.T) @ second.T).detach())
        every = [seen[torch.from_numpy(data.test_labels == c)] for c in kept]
        means = F.normalize(torch.stack([some.mean(dim=0) for some in every]))
        nearest = (means @ means.T).fill_diagonal_(-1).amax(dim=1).acos()
        own = torch.stack([(some @ mean).clamp(-1, 1).acos().mean() for some, mean in zip(every, means, strict=True)])
        spread[strength] = own / nearest
    assert (spread[0.5] < 0.9 * spread[0.0])[1:].all(), spread
