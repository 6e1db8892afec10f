"""A method in words: what it trains and how, which runs of it are recorded, what was published for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from ltviz.cli import _names
from ltviz.cli._text import paragraph, table
from ltviz.core.checks import shown
from ltviz.methods import METHODS, REWEIGHT_BETA, Method, stages, steps
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


def sentence(method: Method, recorded: bool) -> str:
    """Return what a list says of a method: its idea, its paper, whether a run of it is recorded."""
    paper = re.match(r".*?arXiv [\d.]+\d", method.source)
    source = paper[0] if paper else method.source
    return f"{method.idea} [{source}; {'recorded' if recorded else 'not recorded'}]"


def sections(name: str) -> Iterator[tuple[str, str]]:
    """Yield titles and texts."""
    method = METHODS[name]
    yield "What is trained", table(_trained(method))
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
    if method.schedule.deferred is not None:
        yield "re-weighting", _weights(method.schedule.deferred)
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
        yield "", f"{name}={shown(value) if isinstance(value, float) else value}: {control.help}"


def _sampler(name: str) -> str:
    return _names.first_sentence(_names.PACKAGE / "samplers" / f"{name}.py").partition(": ")[2].rstrip(".")


def _rate(schedule: Schedule) -> str:
    if schedule.shape == "cosine":
        return "the rate rises over 2.5 % of the epochs, then falls along half a cosine"
    first, second = map(shown, schedule.drops)
    return f"rate x{first} after 80 %, x{second} after 90 % of the epochs; 2.5 % warm-up"


def _weights(deferred: float) -> str:
    start = f"after {deferred:.0%} of the epochs".replace("%", " %") if deferred else "from the start"
    return f"class-balanced weights (beta {REWEIGHT_BETA}) {start}"


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
