"""Classifiers for points in the plane, in numpy: linear, cosine, random features, and a small network.

Every model standardises the points, makes features, and multiplies them by one vector per class::

    u      = (x - centre) / spread                                    (N, 2)
    phi(u) = (u, 1)                                                   Linear            D = 3
           = (sqrt(2/F) cos(u @ omega + phase), 1)                    RandomFeatures    D = F + 1
           = (tanh(tanh(u @ W1 + b1) @ W2 + b2), 1)                   MLP               D = width + 1
    linear head:  scores = phi @ W.T                                  (N, C)
    cosine head:  scores = scale * (phi / |phi|) @ W.T                the rows of W have length 1

`Planar.weights` returns exactly these arrays under these names, which is all a browser needs to evaluate a model.
Points are lifted by the constant 1, so cosine classes are not wedges through the origin: with phi = (u, 1) the
boundary between two cosine classes, (W_j - W_k) . (u, 1) = 0, is a straight line anywhere in the plane.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import numpy as np

from ltviz.core.checks import number, one_of, seed
from ltviz.core.errors import BadInput

HEADS = ("linear", "cosine")
_TILE = 2000  # rows of a network's grid per pass: the activations stay in the cache


@dataclass(frozen=True)
class Planar:
    """A classifier of 2-D points, without its trained parameters.

    Parameters
    ----------
    head : {"linear", "cosine"}
        Free class vectors with a bias, or cosines to class vectors of length 1.
    scale : float
        What multiplies the cosines where the loss has no scale of its own.
    hold : float
        What multiplies the ridge, or the pull of a cosine head: smaller, and the training data are fitted more closely.
    centre : ndarray of shape (2,)
        Subtracted from the points; set by `framed`.
    spread : float
        Divides the points; set by `framed`.
    """

    head: str = "linear"
    scale: float = 30.0
    hold: float = 1.0
    centre: np.ndarray = field(default_factory=lambda: np.zeros(2), compare=False)
    spread: float = field(default=1.0, compare=False)

    kind: ClassVar[str] = ""
    ridge: ClassVar[float] = 1e-4
    stretch: ClassVar[Mapping[str, float]] = dict.fromkeys(HEADS, 1.0)

    def __post_init__(self) -> None:
        one_of("head", self.head, HEADS)
        number("scale", self.scale, 1e-3, 1e4)
        number("hold", self.hold, 1e-6, 1e3)

    def framed(self, points: np.ndarray, labels: np.ndarray) -> Planar:
        """Return the model standardised to these points, each class counting alike.

        One spread serves both axes, so turning the data turns the boundary; classes count alike, so the frame does
        not sit on the most frequent one.
        """
        ids = np.unique(labels)
        centre = np.mean([points[labels == c].mean(axis=0) for c in ids], axis=0)
        square = np.mean([((points[labels == c] - centre) ** 2).mean() for c in ids])
        return replace(self, centre=centre, spread=(float(np.sqrt(square)) or 1.0) * self.stretch[self.head])

    def standard(self, points: np.ndarray) -> np.ndarray:
        """Return u (N, 2)."""
        return (np.asarray(points, np.float64) - self.centre) / self.spread

    def normalised(self, phi: np.ndarray) -> np.ndarray:
        """Return phi as the head takes it: of length 1 for cosines."""
        return phi / np.sqrt(np.einsum("nd,nd->n", phi, phi))[:, None] if self.head == "cosine" else phi

    def features(self, points: np.ndarray) -> np.ndarray:
        """Return phi (N, D) as the head takes it; keep it where the same grid is evaluated many times."""
        raise NotImplementedError

    def raw_scores(self, points: np.ndarray, parameters: np.ndarray, classes: int) -> np.ndarray:
        """Return phi @ W.T (N, C): logits, or cosines without their scale."""
        return self.features(points) @ parameters.reshape(classes, -1).T

    def weights(self, parameters: np.ndarray, classes: int, scale: float) -> dict[str, Any]:
        """Return all that evaluates the model, in the names of this module's equations.

        Returns
        -------
        dict
            ``kind, head, scale, centre, spread, W`` and, by kind, ``omega, phase`` or ``W1, b1, W2, b2``.
        """
        told = {"kind": self.kind, "head": self.head, "scale": scale, "centre": self.centre, "spread": self.spread}
        return told | {"W": parameters.reshape(classes, -1)}


@dataclass(frozen=True)
class Linear(Planar):
    """Straight boundaries: phi = (u, 1).

    Cosines take three times the spread. The lifted points then lie near the sphere's pole, where cosines are almost
    linear in the plane, and a margin of 0.2 is a distance that separable classes have room for.
    """

    kind: ClassVar[str] = "linear"
    stretch: ClassVar[Mapping[str, float]] = {"linear": 1.0, "cosine": 3.0}

    def features(self, points: np.ndarray) -> np.ndarray:
        """Return the lifted points (N, 3)."""
        u = self.standard(points)
        return self.normalised(np.column_stack([u, np.ones(len(u))]))


@dataclass(frozen=True)
class RandomFeatures(Planar):
    """Curved boundaries with a unique optimum: random cosines of a Gaussian kernel (Rahimi and Recht 2007).

    Parameters
    ----------
    count : int
        F, the number of cosines.
    seed : int
        Draws omega and phase.
    length : float
        The kernel's length in units of the spread.
    """

    count: int = 64
    seed: int = 0
    length: float = 0.7

    kind: ClassVar[str] = "random_features"

    def __post_init__(self) -> None:
        super().__post_init__()
        number("count", self.count, 1, 4096, whole=True)
        number("length", self.length, 1e-3, 1e3)
        draw = np.random.default_rng(seed(self.seed))
        object.__setattr__(self, "_omega", draw.normal(size=(2, self.count)) / self.length)
        object.__setattr__(self, "_phase", draw.uniform(0, 2 * np.pi, self.count))

    def features(self, points: np.ndarray) -> np.ndarray:
        """Return the cosines and the constant (N, F + 1)."""
        u = self.standard(points)
        phi = np.ones((len(u), self.count + 1))
        wave = u @ self._omega  # type: ignore[attr-defined]
        wave += self._phase  # type: ignore[attr-defined]
        np.cos(wave, out=phi[:, :-1])
        phi[:, :-1] *= np.sqrt(2 / self.count)
        return self.normalised(phi)

    def weights(self, parameters: np.ndarray, classes: int, scale: float) -> dict[str, Any]:
        """Return all that evaluates the model; see `Planar.weights`."""
        drawn = {"omega": self._omega, "phase": self._phase}  # type: ignore[attr-defined]
        return super().weights(parameters, classes, scale) | drawn


@dataclass(frozen=True)
class MLP(Planar):
    """A network 2-width-width-C with tanh: its optimum depends on the start, so fit it along one fixed path.

    Parameters
    ----------
    width : int
        Units in each of the two hidden layers.
    seed : int
        Draws the initial weights.
    """

    width: int = 32
    seed: int = 0

    kind: ClassVar[str] = "mlp"

    def __post_init__(self) -> None:
        super().__post_init__()
        number("width", self.width, 1, 1024, whole=True)
        seed(self.seed)

    def shapes(self, classes: int) -> dict[str, tuple[int, ...]]:
        """Return the shape of each array in the flat parameter vector, in its order."""
        h = self.width
        return {"W1": (2, h), "b1": (h,), "W2": (h, h), "b2": (h,), "W": (classes, h + 1)}

    def split(self, parameters: np.ndarray, classes: int) -> dict[str, np.ndarray]:
        """Return views of the flat vector by name."""
        views, at = {}, 0
        for name, shape in self.shapes(classes).items():
            size = int(np.prod(shape))
            views[name] = parameters[at : at + size].reshape(shape)
            at += size
        return views

    def initial(self, classes: int) -> np.ndarray:
        """Return Glorot-normal weights with zero biases, drawn from `seed`."""
        draw = np.random.default_rng(self.seed)
        parts = [
            draw.normal(size=shape) * np.sqrt(2 / sum(shape)) if len(shape) == 2 else np.zeros(shape)
            for shape in self.shapes(classes).values()
        ]
        return np.concatenate([part.ravel() for part in parts])

    def hidden(self, u: np.ndarray, part: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return both hidden layers and phi, which is not normalised here: the chain rule needs its length."""
        first = np.tanh(u @ part["W1"] + part["b1"])
        second = np.tanh(first @ part["W2"] + part["b2"])
        return first, second, np.column_stack([second, np.ones(len(u))])

    def unit(self, vectors: np.ndarray) -> np.ndarray:
        """Return the class vectors as the head takes them: of length 1 for cosines."""
        return self.normalised(vectors)

    def raw_scores(self, points: np.ndarray, parameters: np.ndarray, classes: int) -> np.ndarray:
        """Return phi @ W.T (N, C), in tiles."""
        u, part = self.standard(points), self.split(parameters, classes)
        head = self.unit(part["W"]).T
        tiles = (u[at : at + _TILE] for at in range(0, max(len(u), 1), _TILE))
        return np.concatenate([self.normalised(self.hidden(tile, part)[2]) @ head for tile in tiles])

    def weights(self, parameters: np.ndarray, classes: int, scale: float) -> dict[str, Any]:
        """Return all that evaluates the model; see `Planar.weights`."""
        part = self.split(parameters, classes)
        told = super().weights(part["W"].ravel(), classes, scale)
        return told | part | {"W": self.unit(part["W"])}


KINDS: dict[str, type[Planar]] = {cls.kind: cls for cls in (Linear, RandomFeatures, MLP)}
NAMES = ("linear", "cosine", "random_features", "mlp")


def make(model: str | Planar) -> Planar:
    """Return the model of that name, or the model itself.

    Parameters
    ----------
    model : {"linear", "cosine", "random_features", "mlp"} or Planar
        ``"cosine"`` is `Linear` with the cosine head.

    Raises
    ------
    BadInput
        For an unknown name.
    """
    if isinstance(model, Planar):
        return model
    if not isinstance(model, str):
        raise BadInput(f"model must be one of {', '.join(NAMES)}, or a planar model; got {model!r}")
    name = one_of("model", model, NAMES)
    return Linear(head="cosine") if name == "cosine" else KINDS[name]()
