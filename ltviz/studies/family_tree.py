"""What does each method add, and to which other one?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ltviz.core.checks import one_of
from ltviz.losses import Field, Loss
from ltviz.methods import FAMILIES, METHODS, Method, titled

ROOT = "erm"
# What a method is made of, from what is added last to what is added first: where two parents differ from a method in
# one part each, the one that lacks the part named first is its parent.
PARTS = ("stages", "schedule", "step", "replicas", "sampler", "decay", "loss", "head")

_WORDS = {"stages": "second stage", "step": "step", "sampler": "sampling", "head": "head",
          "replicas": "augmented replicas", "decay": "decay"}  # fmt: skip


@dataclass(frozen=True)
class Node:
    """A method in the tree.

    Parameters
    ----------
    method, title, family : str
        Its name, its name in figures, its family.
    parent : str
        The method to which it adds something; empty for the root.
    adds : str
        What it adds, in a few words.
    depth : int
        Steps from the root.
    """

    method: str
    title: str
    family: str
    parent: str
    adds: str
    depth: int


@dataclass(frozen=True)
class FamilyTree:
    """Methods, each below the one to which it adds something, depth first; see `family_tree`."""

    families: tuple[str, ...]
    nodes: tuple[Node, ...]
    caption: str


def family_tree(*, family: str = "all") -> FamilyTree:
    """Hang each method below the one that it differs from in the fewest parts, all of which that one lacks.

    Parts are loss, head, sampler, schedule, step and second stages. A loss lacks what another one has if it is
    cross-entropy, the other one's base, or its parent class; a cosine head is part of a loss that takes cosines.

    Parameters
    ----------
    family : str
        "all", or the one whose methods are shown, with those above them.

    Raises
    ------
    BadInput
        For an unknown family.
    """
    one_of("family", family, ("all", *FAMILIES))
    of = {row.name: name for name, rows in FAMILIES.items() for row in rows}
    parents = {name: _parent(METHODS[name]) for name in METHODS if name != ROOT}
    nodes: list[Node] = []

    def hang(name: str, parent: str, depth: int) -> None:
        adds = "" if not parent else _added(METHODS[parent], METHODS[name])
        nodes.append(Node(name, titled(name), of[name], parent, adds, depth))
        for child, above in parents.items():
            if above == name:
                hang(child, name, depth + 1)

    hang(ROOT, "", 0)
    shown: set[str] = set()
    for node in reversed(nodes):  # children before their parents
        if family in ("all", node.family) or node.method in shown:
            shown |= {node.method, node.parent}
    nodes = [node for node in nodes if node.method in shown]
    families = {node.family for node in nodes}
    caption = "Each method hangs below the one to which it adds the least: in brackets, what it adds."
    return FamilyTree(tuple(name for name in FAMILIES if name in families), tuple(nodes), caption)


def _parent(method: Method) -> str:
    """Return the method that lacks the fewest parts of this one and has no other ones."""
    ranks = []
    for k, (name, other) in enumerate(METHODS.items()):
        lacks = _lacking(other, method)
        if lacks and name != method.name:
            ranks.append((len(lacks), PARTS.index(lacks[0]), other.loss == METHODS[ROOT].loss, k, name))
    return min(ranks)[-1] if ranks else ROOT


def _lacking(other: Method, method: Method) -> list[str]:
    """Return the parts of a method that another one lacks; nothing where that one has parts of its own instead."""
    parts = {
        "stages": (other.stages, method.stages, other.stages == method.stages[: len(other.stages)]),
        "schedule": (_deferred(other), _deferred(method), _deferred(other) == (None, None)),
        "step": (other.step, method.step, other.step == "plain"),
        "replicas": (other.replicas, method.replicas, other.replicas == METHODS[ROOT].replicas),
        "decay": (other.decay, method.decay, other.decay is None),
        "sampler": (other.sampler, method.sampler, other.sampler == "instance"),
        "loss": (_loss(other), _loss(method), _is_part(other, method)),
        "head": (other.head, method.head, other.head == "linear"),
    }
    differing = [name for name, (there, here, _) in parts.items() if there != here]
    if not all(parts[name][2] for name in differing):
        return []
    if "loss" in differing and "head" in differing:
        differing.remove("head")  # it comes with the loss
    return differing


def _deferred(method: Method) -> tuple[float | None, float | None]:
    return method.schedule.deferred, method.schedule.resampled


def _loss(method: Method) -> tuple[str, Mapping[str, Any], bool]:
    return method.loss, method.params, method.equal_counts


def _is_part(other: Method, method: Method) -> bool:
    """Return whether a method's loss is the other one's with something added."""
    if other.equal_counts:
        return False
    if other.loss in (METHODS[ROOT].loss, method.params.get("base")):
        return True
    if other.loss == method.loss:
        return not method.equal_counts and other.params.items() <= method.params.items()
    own: type[Loss] = Field()[method.loss]
    return issubclass(own, Field()[other.loss])


def _added(parent: Method, method: Method) -> str:
    """Return what a method adds to another one, in words."""
    weights, rows = _deferred(method)
    words = {**_WORDS, "loss": _loss_added(parent, method)}
    begun = ["deferred weights" if weights else "class-balanced weights"] * (weights is not None)
    words["schedule"] = " and ".join(begun + ["deferred re-sampling"] * (rows is not None))
    return ", ".join(words[part] for part in _lacking(parent, method))


def _loss_added(parent: Method, method: Method) -> str:
    if method.equal_counts:
        return "one margin for all"
    if parent.loss == method.loss:
        return "parameters"
    name = titled(method.loss)
    return "loss" if name == titled(method.name) else name
