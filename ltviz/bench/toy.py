"""How long one slider move takes, beside an eager torch loop that fits the same model: ``ltviz bench toy``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

import numpy as np
import torch
from threadpoolctl import threadpool_limits

from ltviz.core.counts import ClassCounts
from ltviz.datasets import toy as toys
from ltviz.losses import Loss, Outputs, make_loss
from ltviz.plane.fit import Fit2D, fit2d, path

SLIDERS = {"ldam": ("max_margin", 0.0, 1.0), "logit_adjustment": ("tau", 0.0, 1.5)}
REACH = {"linear": (25.0, 20.0), "random_features": (25.0, 8.0), "mlp": (None, 8.0)}  # p95 ms, ratio
SIZES = (500, 2000)
_TOTAL_MS = 1000.0
_MOVES, _GRID, _ADAM_STEPS, _ADAM_RUNS, _STOPS = 40, 100, 300, 3, 41


@dataclass(frozen=True)
class Row:
    """One model, size and slider.

    Parameters
    ----------
    model, loss : str
        What was fitted.
    n : int
        Training points.
    p50, p95 : float
        Milliseconds of a move: make the loss, fit, evaluate the 100 x 100 grid.
    adam : float
        Milliseconds of 300 eager Adam steps of the same model and loss, without a grid (median).
    stops : float
        Milliseconds of a table of 41 stops, its cold start included, without a grid.
    """

    model: str
    loss: str
    n: int
    p50: float
    p95: float
    adam: float
    stops: float

    @property
    def ratio(self) -> float:
        """How many times faster a move is than the Adam loop."""
        return self.adam / self.p50

    @property
    def missed(self) -> tuple[str, ...]:
        """The reaches that are missed, in words."""
        most, least = REACH[self.model]
        told = [] if most is None or self.p95 <= most else [f"p95 {self.p95:.1f} > {most:g} ms"]
        told += [] if self.ratio >= least else [f"ratio {self.ratio:.1f} < {least:g}"]
        told += [] if self.stops <= _TOTAL_MS else [f"{_STOPS} stops {self.stops:.0f} > {_TOTAL_MS:g} ms"]
        return tuple(told)


@dataclass(frozen=True)
class BenchResult:
    """What `toy` measured."""

    rows: tuple[Row, ...]

    @property
    def passed(self) -> bool:
        """Whether every reach is met."""
        return not any(row.missed for row in self.rows)

    def table(self) -> str:
        """Return the measurements as text, one line per model, size and slider."""
        lines = [f"{'model':16} {'slider':28} {'n':>5}  p50 ms  p95 ms  Adam ms  ratio 41 stops ms"]
        for row in self.rows:
            slider = f"{row.loss} {SLIDERS[row.loss][0]}"
            verdict = "missed: " + ", ".join(row.missed) if row.missed else "ok"
            measured = f"{row.p50:7.1f} {row.p95:7.1f} {row.adam:8.0f} {row.ratio:6.1f} {row.stops:11.0f}"
            lines.append(f"{row.model:16} {slider:28} {row.n:5} {measured}  {verdict}")
        return "\n".join(lines)


def toy(check: bool = False, progress: Callable[[str], None] | None = None) -> BenchResult:
    """Measure slider moves: 3 classes, imbalance 100, 500 and 2000 points, in one process.

    Parameters
    ----------
    check : bool
        Whether the caller will act on `passed`: a row that misses a reach is then measured once more, since another
        program may have held the machine.
    progress : callable, optional
        Told one line per row.
    """
    rows = []
    for n in SIZES:
        for model in REACH:
            for name in SLIDERS:
                if progress:
                    progress(f"{model}, {name}, n = {n}")
                row = _measured(model, name, n)
                rows.append(_measured(model, name, n) if check and row.missed else row)
    return BenchResult(tuple(rows))


def _measured(model: str, name: str, n: int) -> Row:
    counts = _counts(n)
    data = toys.make("gaussians", counts, overlap=0.3, seed=0)
    low_x, high_x, low_y, high_y = data.extent
    across, up = np.linspace(low_x, high_x, _GRID), np.linspace(low_y, high_y, _GRID)
    grid = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
    parameter, low, high = SLIDERS[name]

    def at(value: float) -> Loss:
        return make_loss(name, counts, **{parameter: value})

    fit = fit2d(data.points, data.labels, at(low), model)
    features = None if model == "mlp" else fit.features(grid)
    times: list[float] = []
    adam: list[float] = []
    for move, value in enumerate(np.linspace(low, high, _MOVES + 1)[1:].tolist()):
        if move % (_MOVES // _ADAM_RUNS) == 0 and len(adam) < _ADAM_RUNS:
            adam.append(_adam(fit, at(value), data.points, data.labels))
        begun = perf_counter()
        fit = fit2d(data.points, data.labels, at(value), model, start=fit)
        fit.predict(grid, features=features)
        times.append(perf_counter() - begun)
    begun = perf_counter()
    path(data.points, data.labels, [at(value) for value in np.linspace(low, high, _STOPS).tolist()], model)
    stops = perf_counter() - begun
    p50, p95 = 1e3 * np.percentile(times, [50, 95])
    return Row(model, name, n, float(p50), float(p95), 1e3 * float(np.median(adam)), 1e3 * stops)


def _counts(n: int) -> ClassCounts:
    """Return three classes with imbalance 100 and n points together."""
    share = np.array([1.0, 0.1, 0.01])
    rare = np.round(n * share / share.sum()).astype(int)
    return ClassCounts([n - int(rare[1:].sum()), *rare[1:].tolist()])


def _adam(fit: Fit2D, loss: Loss, points: np.ndarray, labels: np.ndarray) -> float:
    """Return the seconds of 300 eager Adam steps from the same kind of model's initial weights."""
    model, targets = fit.model, torch.from_numpy(labels)
    draw = torch.Generator().manual_seed(0)
    told = fit.weights
    network = told["kind"] == "mlp"
    names = ("W1", "b1", "W2", "b2", "W") if network else ("W",)
    shapes = [told[name].shape for name in names]
    start = [0.3 * torch.randn(shape, generator=draw, dtype=torch.float64) for shape in shapes]
    parameters = [each.float().requires_grad_() for each in start]
    base = torch.from_numpy(model.standard(points) if network else model.features(points)).float()
    one = torch.ones(len(base), 1)

    def scores() -> Outputs:
        phi = base
        if network:
            w1, b1, w2, b2, _ = parameters
            phi = torch.cat([torch.tanh(torch.tanh(base @ w1 + b1) @ w2 + b2), one], dim=1)
        if model.head == "linear":
            return Outputs(logits=phi @ parameters[-1].T)
        cosine = torch.nn.functional.normalize(phi, dim=1) @ torch.nn.functional.normalize(parameters[-1], dim=1).T
        return Outputs(cosine=cosine, logits=fit.scale * cosine)

    solver = torch.optim.Adam(parameters, lr=0.05)
    with threadpool_limits(limits=1), loss.unchecked():
        begun = perf_counter()
        for _ in range(_ADAM_STEPS):
            solver.zero_grad()
            loss(scores(), targets).backward()
            solver.step()
        return perf_counter() - begun
