"""What `ltviz bench train` measures, what it is to reach, and how it is told."""

from __future__ import annotations

from dataclasses import dataclass

from ltviz.methods import METHODS

RECIPE = METHODS["erm"].recipe
Reach = dict[str, tuple[float | None, float]]
# By device (a CPU's precision) and row: the seconds of 200 epochs at the most, and how many times faster than usual.
REACH: dict[str, Reach] = {
    "cpu, fp32": {"one run": (None, 1.5)},
    "cpu, bf16": {"one run": (None, 2.2)},
    "cuda": {"one run": (30.0, 8.0), "6 runs at once": (12.0, 20.0)},
}


@dataclass(frozen=True)
class Row:
    """One way of training.

    Parameters
    ----------
    name : str
        What was trained.
    step : float
        Seconds of a step (median), loading included; on a GPU, of an epoch's steps over their number.
    evaluation : float
        Seconds to evaluate the test set once.
    epoch : float
        Seconds of an epoch with the evaluations that fall to it, of one run.
    images : int
        Training images in an epoch.
    memory : float
        GB at the most: of the device, or of the process.
    ratio : float
        How many times faster an epoch is than the reference's.
    """

    name: str
    step: float
    evaluation: float
    epoch: float
    images: int
    memory: float
    ratio: float

    @property
    def seconds(self) -> float:
        """Seconds of 200 epochs."""
        return self.epoch * RECIPE.epochs


@dataclass(frozen=True)
class LossRow:
    """One loss: milliseconds of forward and backward beside the net's, and a whole step's time relative to CE's."""

    name: str
    alone: float
    relative: float


@dataclass(frozen=True)
class TrainBench:
    """What `train` measured."""

    where: str
    rows: tuple[Row, ...]
    losses: tuple[LossRow, ...]
    reach: Reach

    def missed(self, row: Row) -> tuple[str, ...]:
        """Return the reaches that a row misses, in words."""
        if row.name not in self.reach:
            return ()
        most, least = self.reach[row.name]
        told = [] if most is None or row.seconds <= most else [f"{row.seconds:.1f} > {most:g} s"]
        return tuple(told + ([] if row.ratio >= least else [f"ratio {row.ratio:.2f} < {least:g}"]))

    @property
    def passed(self) -> bool:
        """Whether every reach is met."""
        return not any(self.missed(row) for row in self.rows)

    def table(self) -> str:
        """Return the measurements as text."""
        steps = self.rows[0].step
        lines = [self.where, f"{'':20} ms/step  of steps  images/s  evaluation  200 epochs  ratio  peak"]
        for row in self.rows:
            verdict = ", ".join(self.missed(row)) or ("ok" if row.name in self.reach else "")
            lines.append(
                f"{row.name:20} {1e3 * row.step:7.1f} {steps / row.step:8.2f}x {row.images / row.epoch:9.0f} "
                f"{row.evaluation:10.2f}s {row.seconds:10.0f}s {row.ratio:5.2f}x {row.memory:4.1f}G  "
                + (f"missed: {verdict}" if self.missed(row) else verdict)
            )
        lines += ["", f"{'loss':20} ms alone  step relative to ce"]
        lines += [f"{row.name:20} {row.alone:8.2f} {row.relative:10.3f}" for row in self.losses]
        return "\n".join(lines)
