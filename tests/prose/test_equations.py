"""The equations of lessons 5 to 8, written here as the lessons print them, give what the losses' own formulas give."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from scipy.special import log_softmax

from ltviz import check, exercise
from ltviz.losses import Outputs, make_loss

COUNTS = np.array([60, 20, 5])
PRIOR = COUNTS / COUNTS.sum()
DRAW = np.random.default_rng(5)
Z, Y = DRAW.normal(0, 2, (7, 3)), np.array([0, 1, 2, 0, 0, 1, 2])
F, W = DRAW.normal(size=(7, 4)), DRAW.normal(size=(3, 4))
UNIT, VECTORS = (each / np.linalg.norm(each, axis=1, keepdims=True) for each in (F, W))
T = 0.4


def value(name: str, **params: float) -> np.ndarray:
    """The loss of each row, by the package."""
    loss = make_loss(name, COUNTS, reduction="none", **params)
    fields = {"logits": Z, "embedding": F, "prototypes": W}
    given = {name: torch.from_numpy(fields[name]) for name in loss.needs()}
    return loss(Outputs(**given), torch.from_numpy(Y)).numpy()


def own(scores: np.ndarray) -> np.ndarray:
    return -log_softmax(scores, axis=1)[np.arange(7), Y]


def pairwise(tau: float) -> np.ndarray:
    """Lesson 6: log[1 + sum_{j != y} (pi_j / pi_y)^tau e^(z_j - z_y)]."""
    rows = [sum((PRIOR[j] / PRIOR[y]) ** tau * np.exp(z[j] - z[y]) for j in range(3) if j != y) for z, y in zip(Z, Y)]
    return np.log1p(rows)


def beside(i: int) -> list[tuple[int, np.ndarray]]:
    """All other embeddings, and the class vectors, with their classes."""
    return [*((Y[a], UNIT[a]) for a in range(7) if a != i), *enumerate(VECTORS)]


def near(i: int, k: int, margin: float = 0.0) -> np.ndarray:
    return np.array([np.exp((UNIT[i] @ f - margin) / T) for label, f in beside(i) if label == k])


def bcl() -> np.ndarray:
    """Lesson 8: S_i."""
    below = [sum(near(i, k).mean() for k in range(3)) for i in range(7)]
    return np.array([-np.log(near(i, Y[i]) / below[i]).mean() for i in range(7)])


def elm() -> np.ndarray:
    """Lesson 8: R_i, each class of the batch counting alike."""
    rows = []
    for i, y in enumerate(Y):
        wanted = near(i, y, 0.5 * (COUNTS[y] / COUNTS.min()) ** -0.25)
        others = sum(near(i, k).mean() for k in range(3) if k != y)
        rows.append(-np.log(wanted / (wanted + others)).mean() * 7 / ((y == Y).sum() * 3))
    return np.array(rows)


def supcon() -> np.ndarray:
    rows = []
    for i in range(7):
        products = np.exp(UNIT @ UNIT[i] / T)
        others = np.arange(7) != i
        rows.append(-np.log(products[others & (Y[i] == Y)] / products[others].sum()).mean())
    return np.array(rows)


def smoothed() -> np.ndarray:
    """Lesson 7: -(1 - eps_y) log p_y - eps_y / C sum_j log p_j."""
    part = 0.3 * np.sin(np.pi / 2 * (COUNTS - COUNTS.min()) / (COUNTS.max() - COUNTS.min()))[Y]
    return (1 - part) * own(Z) - part / 3 * log_softmax(Z, axis=1).sum(axis=1)


SAID: dict[str, tuple[Callable[[], np.ndarray], Callable[[], np.ndarray]]] = {
    "06 shifted": (lambda: own(Z + 0.7 * np.log(PRIOR)), lambda: value("logit_adjustment", tau=0.7)),
    "06 pairwise": (lambda: pairwise(0.7), lambda: value("logit_adjustment", tau=0.7)),
    "06 counted": (
        lambda: -np.log((COUNTS * np.exp(Z))[np.arange(7), Y] / (COUNTS * np.exp(Z)).sum(axis=1)),
        lambda: value("balanced_softmax"),
    ),
    "06 scaled": (
        lambda: own((COUNTS / COUNTS.max()) ** 0.2 * Z + 1.2 * np.log(PRIOR)),
        lambda: value("vs", gamma=0.2, tau=1.2),
    ),
    "07 smoothed": (smoothed, lambda: value("label_aware_smoothing", head=0.3, tail=0.0)),
    "08 SupCon": (supcon, lambda: value("supcon", temperature=T)),
    "08 BCL": (bcl, lambda: value("bcl", alpha=0.0, strength=1.0, temperature=T)),
    "08 ELM": (
        elm,
        lambda: value("elm", strength=1.0, temperature=T, max_margin=0.5) - value("logit_adjustment"),
    ),
}


@pytest.mark.parametrize("equation", SAID)
def test_a_lessons_equation_is_the_losss(equation: str) -> None:
    printed, computed = SAID[equation]
    np.testing.assert_allclose(printed(), computed(), rtol=1e-9)


def test_what_the_exercises_want_is_what_the_losses_give() -> None:
    """Exercises 06.3 and 08.3 ask for a loss that the package has."""
    shifted, near = exercise("06.3", student="anna"), exercise("08.3", student="anna")
    loss = make_loss("logit_adjustment", shifted.counts, tau=shifted.tau)
    assert check("06.3", loss(*map(torch.from_numpy, (shifted.logits, shifted.labels))).item(), student="anna").right
    rows = make_loss("supcon", [3, 2, 2], temperature=near.temperature, reduction="none")(
        Outputs(embedding=torch.from_numpy(near.embedding)), torch.from_numpy(near.labels)
    )
    assert check("08.3", rows[0].item(), student="anna").right
