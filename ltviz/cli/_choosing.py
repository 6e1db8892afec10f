"""The flags that choose a data set: who takes which, what is the default, and what was chosen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from ltviz import datasets
from ltviz.cli._command import refuse, typed
from ltviz.core.errors import BadInput
from ltviz.datasets import Selection
from ltviz.datasets.folder import NETS

# What a flag is stored as, and the word by which a data set takes it.
WORDS = {
    "data": "data",
    "imbalance": "imbalance",
    "profile": "profile",
    "order": "order",
    "seed": "seed",
    "no_verify": "verify",
    "size": "size",
    "called": "name",
    "model": "model",
}
DATA = click.Path(exists=True, path_type=Path)
WHERE = "A file of ltviz data pack, a folder of them, or what holds CIFAR; with folder, your own images."
OWN = (
    click.option(
        "--size", type=click.IntRange(8, 512), help="Of your own images: side of the square, in pixels.  [default: 32]"
    ),
    click.option("--name", "called", help="Of your own images: what records call them.  [default: as their folder]"),
    click.option("--model", type=click.Choice(NETS), help="Of your own images: the net.  [default: resnet32]"),
)


def default(word: str, names: Iterable[str]) -> str:
    """Return what a flag is where it is left out, for its help: ``"[default: 100; 50 on digits]"``."""
    found = {name: datasets.source(name).defaults.get(word) for name in names}
    return _default({name: value for name, value in found.items() if value is not None})


def default_recipe(names: Iterable[str]) -> str:
    """Return the recipe where none is given, for the flag's help."""
    return _default({name: datasets.source(name).recipes[0] for name in names})


def _default(found: dict[str, Any]) -> str:
    most = Counter(found.values()).most_common(1)[0][0]
    others = [f"{value} on {name}" for name, value in found.items() if value != most]
    return f"[default: {'; '.join([str(most), *others])}]"


def meant(ctx: click.Context) -> str:
    """Return the name of the data set: as it was said, or as a file says itself, or the default."""
    name, data = ctx.params["dataset"], ctx.params.get("data")
    return (not typed(ctx, ["dataset"]) and told_by(data)) or str(name)


def told_by(data: Path | None) -> str:
    """Return the data set that a file says itself to be of; an empty text where there is no file that does."""
    found = (datasets.source(name) for name in datasets.recorded())
    says = next((each for each in found if data is not None and each.says(data)), None)
    return "" if says is None or data is None else says.told_by(data)


def chosen(ctx: click.Context, name: str) -> Selection:
    """Return what the flags choose of a data set; one that would do nothing for it ends the command.

    Raises
    ------
    BadInput, DataError
        See `ltviz.datasets.select`.
    """
    source = datasets.source(name)
    flags = {each.name: max(each.opts, key=len) for each in ctx.command.params if each.name in WORDS}
    takes = [flag for stored, flag in flags.items() if WORDS[str(stored)] in source.takes]
    idle = [stored for stored, word in WORDS.items() if word not in source.takes]
    refuse(ctx, idle, f"{name} takes {', '.join(takes)}")
    said = {stored: ctx.params[stored] for stored in WORDS if typed(ctx, [stored])}
    return source.select(**{WORDS[stored]: _meaning(stored, value) for stored, value in said.items()})


def recipe_of(ctx: click.Context, name: str, otherwise: str = "") -> str:
    """Return the recipe that was asked for, if the data set has it, or its default."""
    has = datasets.source(name).recipes
    given = ctx.params["recipe"]
    if given is None:
        return otherwise if otherwise in has else has[0]
    if given not in has:
        raise click.UsageError(f"--recipe {given} is not for {name}, which has {', '.join(has)}", ctx)
    return str(given)


def _meaning(stored: str, value: Any) -> Any:
    if stored == "no_verify":
        return not value
    if stored == "order":
        try:
            return [int(each) for each in value.split(",")]
        except ValueError as error:
            raise BadInput(f"--order must be class ids with commas between them; got {value!r}") from error
    return value
