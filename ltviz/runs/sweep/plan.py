"""A plan of runs: a TOML file, read strictly, and every run that it asks for in its order."""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ltviz import datasets, methods
from ltviz.core import checks
from ltviz.core.errors import BadInput
from ltviz.core.profiles import PROFILES, checked_ratio

LISTS = ("methods", "datasets", "profiles", "imbalances", "seeds", "recipes")
KEYS = (*LISTS, "epochs", "data", "grid")
TOP = ("title", "checks", "runs")
RULES: dict[str, Callable[[Any], object]] = {  # of a value by itself; what goes with what is asked of each combination
    "datasets": lambda value: checks.one_of("datasets", value, datasets.names()),
    "profiles": lambda value: checks.one_of("profiles", value, PROFILES),
    "imbalances": checked_ratio,
    "seeds": checks.seed,
}


@dataclass(frozen=True)
class Wanted:
    """One run that a plan asks for.

    Parameters
    ----------
    method : str
        With its parameters in brackets, as `methods.spelled` writes them.
    seed : int
        Of initial weights, order and augmentation.
    dataset : str
        A name in `datasets.names`.
    choice : tuple of pairs
        What is said of the data: see `datasets.TAKES`.
    recipe : str
        One of those of the data set.
    epochs : int, optional
        In place of the recipe's.
    geometry : bool
        Whether angles and margins of every image are recorded too.
    """

    method: str
    seed: int
    dataset: str
    choice: tuple[tuple[str, Any], ...]
    recipe: str
    epochs: int | None = None
    geometry: bool = field(default=False, compare=False)

    def __str__(self) -> str:
        said = dict(self.choice)
        ratio = [checks.spelled(said["imbalance"])] if "imbalance" in said else []
        profile = [said["profile"]] if "profile" in said else []
        data = " ".join([self.dataset, *profile, *ratio])
        return f"{self.method}, {data}, {self.recipe}, seed {self.seed}"


@dataclass(frozen=True)
class Plan:
    """What a file asks for.

    Parameters
    ----------
    name, title : str
        The file's stem, and its own words.
    runs : tuple of Wanted
        In the file's order, each once.
    checks : tuple of str
        Names of what is tried first; see `ltviz.runs.sweep.checks`.
    """

    name: str
    title: str
    runs: tuple[Wanted, ...]
    checks: tuple[str, ...] = ()


def shipped() -> dict[str, Path]:
    """Return the plans that come with ltviz, by name."""
    package = Path(__file__).resolve().parents[2]
    places = (package.parent / "data" / "sweeps", package / "_shipped" / "sweeps")
    found = next((files for place in places if (files := sorted(place.glob("*.toml")))), [])
    return {path.stem: path for path in found}


def find(text: str) -> Path:
    """Return the file of a plan, by its name among the shipped ones or by its path.

    Raises
    ------
    BadInput
        If there is none.
    """
    own = shipped()
    if text in own:
        return own[text]
    if text.endswith(".toml") and Path(text).is_file():
        return Path(text)
    close = checks.did_you_mean(text, own)
    raise BadInput(f"no plan {text!r}: give a file that ends with .toml, or one of {', '.join(own)}.{close}")


def read(path: Path) -> Plan:
    """Read a plan; all of it is checked.

    A block ``[[runs]]`` has lists: ``methods``, ``datasets``, ``profiles``, ``imbalances``, ``seeds``, ``recipes``, and
    in ``[runs.grid]`` values of parameters that all its methods have. Each combination is a run; the list that stands
    first varies slowest, so the order in the file is the order of value. A single value may stand for a list, and
    ``seeds = "0-99"`` for a hundred. ``epochs`` and ``data`` hold for the block.

    Raises
    ------
    BadInput
        With the line, for what is no TOML, an unknown key, a combination that cannot be, or a run that stands twice.
    """
    try:
        text = path.read_text(encoding="utf-8")
        content = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"cannot read {path}: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{path} is no TOML: {error}") from error
    lines = _Lines(path, text)
    for key in content:
        if key not in TOP:
            raise lines.error(None, key, words=f"unknown key {key!r}; {_known(key, TOP)}")
    blocks = content.get("runs", [])
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise lines.error(None, "runs", words="runs must be blocks, each below a line [[runs]]")
    title, tried = content.get("title", ""), content.get("checks", [])
    if not isinstance(title, str):
        raise lines.error(None, "title", words=f"title must be a text; got {title!r}")
    runs: dict[Wanted, int] = {}
    for number, block in enumerate(blocks):
        for run, words in _block(block, number, lines):
            if run in runs:
                before = lines.at(runs[run], "methods")
                raise lines.error(number, *words, words=f"{run} stands twice, first in the block of line {before}")
            runs[run] = number
    if not runs:
        raise BadInput(f"{path} asks for no run; a plan has blocks [[runs]] with methods = [...] and datasets = [...]")
    return Plan(path.stem, title, tuple(runs), _checked(tried, lines))


def _checked(tried: Any, lines: _Lines) -> tuple[str, ...]:
    from ltviz.runs.sweep.checks import CHECKS

    try:
        return tuple(checks.one_of("checks", each, CHECKS) for each in _listed(tried))
    except BadInput as error:
        raise lines.error(None, "checks", words=str(error)) from error


def _block(block: Mapping[str, Any], number: int, lines: _Lines) -> Iterator[tuple[Wanted, tuple[str, ...]]]:
    """Yield a block's runs, each with the words by which its line is found."""
    for key in block:
        if key not in KEYS:
            raise lines.error(number, key, words=f"unknown key {key!r}; {_known(key, KEYS)}")
    for key in ("methods", "datasets"):
        if not _listed(block.get(key, [])):
            raise lines.error(number, words=f"a block [[runs]] needs {key} = [...]")
    grid = block.get("grid", {})
    if not isinstance(grid, dict):
        raise lines.error(number, "grid", words=f"grid must be a table of parameters; got {grid!r}")
    axes: dict[str, list[Any]] = {}
    for key, value in block.items():
        if key in LISTS:
            axes[key] = _seeds(value, number, lines) if key == "seeds" else _listed(value)
        elif key == "grid":
            axes |= {f"grid.{name}": _listed(values) for name, values in grid.items()}
    for name, values in axes.items():
        key = name.rpartition(".")[2]
        if not values:
            raise lines.error(number, key, words=f"{key} is empty")
        if len({repr(each) for each in values}) != len(values):
            raise lines.error(number, key, words=f"{key} has something twice: {values!r}")
        try:
            for each in values:
                RULES.get(name, str)(each)
        except BadInput as error:
            raise lines.error(number, key, words=str(error)) from error
    try:
        if "epochs" in block:
            checks.number("epochs", block["epochs"], 1, 100_000, whole=True)
    except BadInput as error:
        raise lines.error(number, "epochs", words=str(error)) from error
    first = min(axes.get("seeds", [0]))
    for some in itertools.product(*axes.values()):
        at = dict(zip(axes, some, strict=True))
        params = {name.removeprefix("grid."): at.pop(name) for name in list(at) if name.startswith("grid.")}
        try:
            run = _wanted(at, params, block, lines.path.parent, first)
        except (BadInput, TypeError) as error:
            raise lines.error(number, "methods", str(at["methods"]), words=f"{at['methods']!r}: {error}") from error
        yield run, ("methods", run.method.partition("(")[0])


def _wanted(
    at: Mapping[str, Any], grid: Mapping[str, Any], block: Mapping[str, Any], beside: Path, first: int
) -> Wanted:
    name, params = methods.parse(str(at["methods"]))
    if grid:
        if both := [key for key in grid if key in params]:
            raise BadInput(f"{both[0]} stands in the method's brackets and in the grid: choose one place")
        name, more = methods.parse(methods.spelled(name, grid))
        params = {**params, **more}
    dataset = at["datasets"]
    source = datasets.source(dataset)
    choice: dict[str, Any] = {
        "profile": at.get("profiles"),
        "imbalance": at.get("imbalances"),
        "data": block.get("data"),
    }
    for word in ("profile", "imbalance"):
        if choice[word] is None and word in source.takes and not source.recorded:  # a file of images says its own
            choice[word] = source.defaults.get(word, PROFILES[0] if word == "profile" else None)
    if choice["imbalance"] is not None:
        choice["imbalance"] = float(choice["imbalance"])
    if choice["data"] is not None:
        choice["data"] = str((beside / str(choice["data"])).resolve())
    said = source.checked(choice)
    recipe = checks.one_of("recipes", at.get("recipes", source.recipes[0]), source.recipes)
    seed = at.get("seeds", 0)
    return Wanted(
        methods.spelled(name, params),
        seed,
        dataset,
        tuple(sorted(said.items())),
        recipe,
        block.get("epochs"),
        geometry=seed == first and not params,
    )


def _seeds(value: Any, number: int, lines: _Lines) -> list[Any]:
    match = re.fullmatch(r"(\d+)-(\d+)", value) if isinstance(value, str) else None
    if match is None:
        return _listed(value)
    low, high = map(int, match.groups())
    if not low <= high < low + 100_000:
        raise lines.error(number, "seeds", words=f"seeds run from the smaller to the larger one; got {value!r}")
    return list(range(low, high + 1))


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value]


def _known(key: str, keys: tuple[str, ...]) -> str:
    return f"there are {', '.join(keys)}.{checks.did_you_mean(key, keys)}"


class _Lines:
    """Where something stands in a file, for errors."""

    def __init__(self, path: Path, text: str) -> None:
        self.path, self._lines = path, text.splitlines()
        heads = [k for k, line in enumerate(self._lines) if re.match(r"\s*\[\[\s*runs\s*\]\]", line)]
        self._blocks = list(itertools.pairwise([*heads, len(self._lines)]))

    def at(self, block: int | None, *words: str) -> int:
        """Return the number of the line that has the last of the words, each looked for from the one before on."""
        line, end = (0, len(self._lines)) if block is None or block >= len(self._blocks) else self._blocks[block]
        for word in words:
            found = (k for k in range(line, end) if re.search(rf"(?<![\w.]){re.escape(word)}(?![\w.])", self._lines[k]))
            line = next(found, line)
        return line + 1

    def error(self, block: int | None, *at: str, words: str) -> BadInput:
        """Return an error that names the line."""
        return BadInput(f"{self.path}, line {self.at(block, *at)}: {words}")
