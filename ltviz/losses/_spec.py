"""A loss's name with its parameters: read once where a text comes in, and carried inside in its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ltviz.core.params import pairs, parsed
from ltviz.losses._habits import resolved, way_out
from ltviz.losses._places import abbreviated, bracketed
from ltviz.losses._registry import Field, names, spell, split

if TYPE_CHECKING:
    from ltviz.losses._base import Loss


@dataclass(frozen=True)
class LossSpec:
    """A loss that is not made yet: for which class counts, it does not know.

    Parameters
    ----------
    name : str
        One of `names()`.
    params : mapping
        Parameters that are given; the others keep their defaults.
    typed : str
        The text that it was read from, which saved figures hold letter for letter; empty where it was made otherwise.

    Raises
    ------
    BadInput
        For an unknown name or parameter, or a value outside its range.

    Examples
    --------
    >>> from ltviz.losses import LossSpec
    >>> LossSpec("ldam", {"max_margin": 0.3}).text
    'ldam(max_margin=0.3)'
    >>> LossSpec.of("ldam(max_margin=0.3)").make([5000, 500, 50]).max_margin
    0.3
    """

    name: str
    params: Mapping[str, Any] = field(default_factory=dict)
    typed: str = field(default="", compare=False, repr=False)

    def __post_init__(self) -> None:
        checked = resolved(self.name, self.loss.controls(self.params), self.params)
        object.__setattr__(self, "params", MappingProxyType({key: checked[key] for key in self.params}))

    @classmethod
    def of(cls, given: str | LossSpec) -> LossSpec:
        """Read ``"dbm(base=balanced_softmax, margin=0.2)"``; what is read already stays as it is."""
        if isinstance(given, LossSpec):
            return given
        name, inside = split(given, "loss")
        if name not in names():
            Field()[name]  # says which there are
        params = {}
        if inside:
            declared = Field()[name].controls(pairs(given, inside))
            params = parsed(given, inside, name, declared, way_out)
        return cls(name, params, given.strip())

    @classmethod
    def many(cls, given: str | LossSpec | Iterable[str | LossSpec]) -> tuple[LossSpec, ...]:
        """Read ``"ce, ldam(max_margin=0.3, scale=20)"``, split at the commas outside brackets, or several."""
        if isinstance(given, LossSpec):
            return (given,)
        parts = re.split(r",(?![^(]*\))", given) if isinstance(given, str) else given
        return tuple(map(cls.of, parts))

    @property
    def loss(self) -> type[Loss]:
        """The class; looking it up may import torch."""
        return Field()[self.name]

    @property
    def text(self) -> str:
        """The text as it was typed, else the spelling without parameters at their defaults."""
        return self.typed or spell(self.name, self.params)

    @property
    def short(self) -> LossSpec:
        """The same without parameters at their defaults, however it was typed."""
        declared = self.loss.controls(self.params)
        return LossSpec(self.name, {key: value for key, value in self.params.items() if value != declared[key].default})

    @property
    def title(self) -> str:
        """The loss's title, or the abbreviation that ends it, with the parameters that are given."""
        return abbreviated(self.loss.title) + bracketed(self.params.items())

    def given(self, **params: Any) -> LossSpec:
        """Return the same loss with these parameters too, or in place of its own."""
        return LossSpec(self.name, {**self.params, **params})

    def make(self, counts: Any, **keywords: Any) -> Loss:
        """Return the loss for these class counts; keywords are those of `make_loss` and win."""
        return self.loss(counts, **{**self.params, **keywords})

    def __str__(self) -> str:
        return self.text

    def __hash__(self) -> int:
        return hash((self.name, frozenset(self.params.items())))

    def __reduce__(self) -> tuple[Any, ...]:
        return LossSpec, (self.name, dict(self.params), self.typed)
