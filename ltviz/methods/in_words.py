"""What a run is, in words that a record and a checkpoint hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ltviz.methods import Method, stages, steps

if TYPE_CHECKING:  # a step needs torch; to read what a record says of one does not
    from ltviz.methods.steps import Step

_DECIMALS = 5  # of an accuracy in a record: over 10,000 images it has four


def settings(method: Method) -> dict[str, Any]:
    """Return what a method was trained with, as a record holds it."""
    plan = {key: value for key, value in asdict(method.recipe).items() if key != "name"}
    step = step_of(method)
    parts = {"model": model_of(method), "head": method.head, "sampler": method.sampler, "jitter": method.jitter}
    parts |= {"replicas": method.replicas}
    parts |= {"step": step.spelling, "streams": [method.sampler, *step.streams[1:]]}
    parts |= {"views": [method.recipe.augmentation if view == "recipe" else view for view in step.views]}
    parts |= {"teacher": step.taught, "stages": [stages.make(text).spelling for text in method.stages]}
    schedule = {**asdict(method.schedule), "drops": list(method.schedule.drops)}
    return {**parts, **plan, "equal_counts": method.equal_counts, "schedule": schedule}


def completed(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings with what a record or checkpoint of an earlier version leaves unsaid: it had nothing but that."""
    plain: dict[str, Any] = {"jitter": 0.0, "replicas": "", "step": "plain", "stages": [], "equal_counts": False}
    plain |= {"teacher": ""}
    plain |= {"streams": [settings["sampler"]]} if "sampler" in settings else {}
    plain |= {"views": [settings["augmentation"]]} if "augmentation" in settings else {}
    full = {**plain, **settings}
    if isinstance(said := full.get("schedule"), Mapping):
        full["schedule"] = {"resampled": None, "resampler": "class_balanced", **said}
    return full


def step_of(method: Method) -> Step:
    """Return the method's step."""
    return steps.make(method.step)


def model_of(method: Method) -> str:
    """Return the name of the method's net, in the form that its step needs."""
    form = step_of(method).form
    return f"{method.model}_{form}" if form else method.model


def shortened(method: Method) -> str:
    """Say what a short run loses of its schedule, of which the shares need 10 epochs; nothing where it keeps all."""
    plan, epochs = method.schedule, method.recipe.epochs
    rates = [plan.rate(epoch, epochs) for epoch in range(epochs)]
    lost = []
    if plan.shape == "drops" and epochs == 1:
        lost.append("the rate never drops")
    elif plan.shape == "drops" and plan.drops[0] not in rates:
        lost.append(f"both drops of the rate fall on epoch {rates.index(plan.drops[1]) + 1}")
    if plan.deferred and plan.reweights(0, epochs):
        lost.append("the deferred weights act from the start")
    if plan.resampled and plan.resamples(0, epochs):
        lost.append("the deferred re-sampling acts from the start")
    if not lost:
        return ""
    return f"{method.name}: {' and '.join(lost)}, with --epochs {epochs}; 10 or more keep the schedule's shape"


def rounded(measures: Mapping[str, Any]) -> dict[str, Any]:
    """Return measures with five decimals; what is not known (nan) is None."""

    def short(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: short(each) for key, each in value.items()}
        if isinstance(value, list):
            return [short(each) for each in value]
        return None if value is None or value != value else round(value, _DECIMALS)

    return {key: short(value) for key, value in measures.items()}
