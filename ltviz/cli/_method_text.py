"""A method in words: what it trains and how, which runs of it are recorded, what was published for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from ltviz.cli import _names
from ltviz.cli._text import equation, paragraph, ranged, table
from ltviz.core.checks import shown
from ltviz.methods import FAMILIES, METHODS, REWEIGHT_BETA, Method, stages, steps
from ltviz.methods.schedule import Recipe, Schedule

if TYPE_CHECKING:
    from ltviz.methods.stages import Stage
    from ltviz.methods.steps import Step
    from ltviz.records.published import Published

HEADS = {
    "linear": "linear: class vectors, and a bias for each class",
    "cosine": "cosine: features and class vectors of length 1, times the loss's scale",
    "sigmoid": "linear, with biases at which each class begins at probability 1/C",
}
AUGMENTATIONS = {
    "none": "images as they are",
    "basic": "random crop and flip",
    "strong": "random crop and flip, AutoAugment, Cutout",
    "shift": "small shifts and noise",
    "varied": "random crop, flip and AutoAugment (digits: shifts and rotations)",
}


@dataclass(frozen=True)
class Row:
    """What a list says of a method.

    Parameters
    ----------
    idea, family, paper : str
        What it does, which family it is of, and where it was published.
    changes : tuple of str
        What it has other than plain cross-entropy: data, loss, head, schedule, decay, step, stages.
    cost : float or None
        Processor time over that of plain cross-entropy, on digits; None where it was not measured.
    recorded : bool
        Whether a run of it is recorded.
    """

    idea: str
    family: str
    paper: str
    changes: tuple[str, ...]
    cost: float | None
    recorded: bool

    @property
    def text(self) -> str:
        """The row as a sentence."""
        told = [self.paper, f"changes {', '.join(self.changes) or 'nothing'}"]
        told += [] if self.cost is None else [f"cost {self.cost:.1f}"]
        return f"{self.idea} [{self.family}; {'; '.join(told)}; {'recorded' if self.recorded else 'not recorded'}]"


def listed() -> dict[str, Row]:
    """Return what a list says of every method."""
    from ltviz.records.record import shipped
    from ltviz.records.seeds import costs

    runs = (path for home in shipped() for path in home.glob("*/*/seed*/run.json"))
    recorded = {path.parent.parent.name.rpartition("-")[0] for path in runs}
    cost = costs(shipped())
    return {
        method.name: Row(
            method.idea, family, method.paper, _changes(method), cost.get(method.name), method.name in recorded
        )
        for family, rows in FAMILIES.items()
        for method in rows
    }


def _changes(method: Method) -> tuple[str, ...]:
    plain = METHODS["erm"]
    other = {
        "data": (method.sampler, method.jitter, method.replicas) != (plain.sampler, plain.jitter, plain.replicas),
        "loss": method.loss != plain.loss,
        "head": method.head != plain.head,
        "schedule": (method.schedule.deferred, method.schedule.resampled) != (None, None),
        "decay": method.decay is not None,
        "step": method.step != plain.step,
        "stages": method.stages != plain.stages,
    }
    return tuple(name for name, differs in other.items() if differs)


def sections(name: str) -> Iterator[tuple[str, str]]:
    """Yield titles and texts."""
    method = METHODS[name]
    yield "What is trained", table(_trained(method))
    if method.step != "plain":
        yield "Equation of the step", equation(type(steps.make(method.step)))
    for stage in method.stages:
        yield "Equation of what comes afterwards", equation(type(stages.make(stage)))
    yield "By --recipe paper, the default of ltviz train", table(_plan(method))
    yield "Source", paragraph(method.source, 2)
    yield (
        "Recorded runs (balanced test accuracy after the last epoch)",
        table(_recorded(name)) or paragraph(f"none; ltviz train --method {name} records one", 2),
    )
    yield "Published (balanced test accuracy in %)", _published(name)


def _trained(method: Method) -> Iterator[tuple[str, str]]:
    params = ", ".join(
        f"{key}={shown(value) if isinstance(value, float) else value}" for key, value in method.params.items()
    )
    yield "loss", f"{method.loss}{f'({params})' if params else ''}; ltviz explain {method.loss} has its equation"
    if method.equal_counts:
        yield "", "it is told that all classes are equally large, which makes its margins equal"
    yield "head", HEADS[method.head]
    yield "sampler", f"{method.sampler}: {_sampler(method.sampler)}"
    if method.jitter:
        yield "", f"on digits, noise of {shown(method.jitter)} makes repeated images differ"
    if method.replicas:
        yield "repeated images", AUGMENTATIONS[method.replicas]
    plan = method.schedule
    if plan.resampled is not None:
        yield "re-sampling", f"{_start(plan.resampled)}, {plan.resampler}: {_sampler(plan.resampler)}"
    if plan.deferred is not None:
        yield "re-weighting", f"class-balanced weights (beta {REWEIGHT_BETA}) {_start(plan.deferred)}"
    if method.step != "plain":
        yield "step", steps.sentence(method.step).rstrip(".")
        yield from _set(steps.make(method.step))
    for stage in method.stages:
        yield "afterwards", stages.sentence(stage).rstrip(".")
        yield from _set(stages.make(stage))


def _set(part: Step | Stage) -> Iterator[tuple[str, str]]:
    """Give the parameters of a step or a stage, each as it is set and what it is."""
    for name, control in part.params.items():
        value = part.options[name]
        yield "", f"{name}={shown(value) if isinstance(value, float) else value}: {control.help}{ranged(control)}"


def _sampler(name: str) -> str:
    return _names.first_sentence(_names.PACKAGE / "samplers" / f"{name}.py").partition(": ")[2].rstrip(".")


def _rate(schedule: Schedule) -> str:
    if schedule.shape == "cosine":
        return "the rate rises over 2.5 % of the epochs, then falls along half a cosine"
    first, second = map(shown, schedule.drops)
    return f"rate x{first} after 80 %, x{second} after 90 % of the epochs; 2.5 % warm-up"


def _start(share: float) -> str:
    return f"after {share:.0%} of the epochs".replace("%", " %") if share else "from the start"


def _plan(method: Method) -> Iterator[tuple[str, str]]:
    plan: Recipe = method.recipe
    yield "net", f"ResNet-{method.model.removeprefix('resnet')}"
    yield "length", f"{plan.epochs} epochs of batches of {plan.batch}"
    yield "SGD", f"rate {shown(plan.rate)}, momentum {shown(plan.momentum)}, weight decay {shown(plan.decay)}"
    yield "schedule", _rate(method.schedule)
    yield "images", AUGMENTATIONS[plan.augmentation]


def _recorded(name: str) -> Iterator[tuple[str, str]]:
    from ltviz.records.record import left_out, shipped
    from ltviz.records.results import collect

    found = collect(shipped(), "last")
    left_out(found.faults)  # a warning for each
    for each in found.results:
        if each.method == name:
            deviation = "" if each.deviation is None else f" ± {100 * each.deviation:.2f}"
            seeds = f"{len(each.seeds)} seed{'s' * (len(each.seeds) > 1)}"
            marks = f" ({each.marks})" if each.marks else ""
            yield each.run, f"{100 * each.mean:.2f} %{deviation}, {each.epochs} epochs, {seeds}{marks}"


def _dataset(figure: Published) -> str:
    return figure.dataset


def _published(name: str) -> str:
    """Return the figures of each source, one line for each data set."""
    from ltviz.records.published import published

    lines = []
    for source, figures in groupby((each for each in published() if each.method == name), lambda each: each.source):
        lines.append(paragraph(source, 2))
        rows = [
            (dataset, ", ".join(f"{each.profile} {each.imbalance:g}: {100 * each.accuracy:.2f}" for each in some))
            for dataset, some in groupby(sorted(figures, key=_dataset), _dataset)
        ]
        lines.append(table(rows, 4))
    return "\n".join(lines) or "  none that ltviz knows"
