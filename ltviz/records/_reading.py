"""Where runs are recorded, and how a record is read: whole, or named as damaged."""

from __future__ import annotations

import json
import os
import stat
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from ltviz.core import checks, files
from ltviz.core.errors import DataError, RecordWarning
from ltviz.records._form import fault
from ltviz.records.identity import RECORD

_LARGEST = 2**26  # bytes of a record: 40,000 epochs on 100 classes
_NAMED = 3  # runs in a caption
_WAY_OUT = "move it out of the folder"


class Damaged(DataError):
    """A record, or what lies in its place, that cannot be used.

    Parameters
    ----------
    message : str
        What is wrong.
    run : str
        Whose record it is, as a caption names it: ``"erm-short/seed0"``.
    """

    def __init__(self, message: str, run: str) -> None:
        super().__init__(message)
        self.run = run


@dataclass(frozen=True)
class Places:
    """Where runs are recorded.

    Parameters
    ----------
    files : dict of Path to list of Path
        The folder of each run below those of records, and its ``run.json`` in each of them that has one.
    faults : dict of Path to Damaged
        What cannot be looked into, by its place below the folder of records: an unreadable folder, a dangling link.
    """

    files: dict[Path, list[Path]]
    faults: dict[Path, Damaged] = field(default_factory=dict)


def left_out(faults: Sequence[Damaged]) -> str:
    """Return a sentence for a caption on the runs that were left out, and warn of each; nothing where there are none.

    Warns
    -----
    RecordWarning
        With what is wrong, once for each.
    """
    for each in faults:
        warnings.warn(f"left out: {each}", RecordWarning, stacklevel=3)
    names = list(dict.fromkeys(each.run for each in faults))
    more = f" and {len(names) - _NAMED} more" * (len(names) > _NAMED)
    return f" Left out, as no record to rely on: {', '.join(names[:_NAMED])}{more}." if names else ""


def read(path: Path) -> dict[str, Any]:
    """Read a ``run.json``.

    Raises
    ------
    Damaged
        If it cannot be read, lacks a field, holds in one what its readers could not use or what another one
        contradicts (see `_record_form`), is not as it was written, or lies in the folder of another run; the message
        names the file and the field.
    """
    try:
        if files.regular_file(path).stat().st_size > _LARGEST:
            raise DataError(f"cannot read {path}: it is larger than {_LARGEST // 2**20} MiB, which no record is")
        record = files.read_json(path)
    except OSError as error:
        raise damaged(path, f"cannot read {path}: {error.strerror or error}") from error
    except DataError as error:
        raise damaged(path, str(error)) from error
    if wrong := _fault(json.dumps(record)) or _misplaced(record, path):
        raise damaged(path, f"{path} is no record of a run: {wrong}")
    return dict(record)


@lru_cache(maxsize=256)
def _fault(content: str) -> str:
    """Say what is wrong with a record; the same content is judged once: that takes ten times as long as to read it."""
    return fault(json.loads(content))


def places(folders: Sequence[Path], dataset: str | None = None) -> Places:
    """Return where runs are recorded, in the order of their names; what hides behind a fault is told, not passed over.

    Parameters
    ----------
    folders : sequence of Path
        With records.
    dataset : str, optional
        Only this one: ``"cifar10"``, or with its tail, ``"cifar10-exp100"``; ``"folder"`` is every ``"folder-..."``.
    """
    found: dict[Path, list[Path]] = {}
    faults: dict[Path, Damaged] = {}
    for folder in {folder.resolve(): folder for folder in folders}.values():  # one named twice counts once
        for place in _below(folder, Path(), dataset, faults):
            file = folder / place / RECORD
            try:
                file.lstat()
            except FileNotFoundError:
                continue  # a run that is not finished
            except OSError as error:
                faults[place] = _unseen(file, error)
            else:
                found.setdefault(place, []).append(file)
    return Places({run: found[run] for run in sorted(found, key=_by_seed)}, faults)


def _below(home: Path, place: Path, dataset: str | None, faults: dict[Path, Damaged]) -> Iterator[Path]:
    """Give the folders of runs below one of data sets, of methods or of seeds; note what cannot be looked into."""
    depth = len(place.parts)
    try:
        entries = sorted(os.scandir(home / place), key=lambda entry: entry.name)
    except OSError as error:
        faults[place] = _unseen(home / place, error)
        return
    for entry in entries:
        if entry.name.startswith(".") or (depth == 2 and not entry.name.startswith("seed")):
            continue
        names = entry.name, entry.name.rpartition("-")[0], entry.name.partition("-")[0]
        if depth == 0 and dataset not in (None, *names):
            continue
        try:
            if not stat.S_ISDIR(os.stat(entry.path).st_mode):
                continue
        except OSError as error:
            faults[place / entry.name] = _unseen(Path(entry.path), error)
            continue
        if depth == 2:
            yield place / entry.name
        else:
            yield from _below(home, place / entry.name, dataset, faults)


def _unseen(path: Path, error: OSError) -> Damaged:
    why = f"a link to {os.readlink(path)}, which is not there" if path.is_symlink() else error.strerror
    return Damaged(f"cannot look into {path}: {why}; {_WAY_OUT}", _name(path if path.name != RECORD else path.parent))


def damaged(path: Path, message: str, way_out: str = _WAY_OUT) -> Damaged:
    """Return the error of a record, or of what lies beside it."""
    return Damaged(f"{message}; {way_out}", _name(path.parent))


def _name(folder: Path) -> str:
    return "/".join(folder.parts[-2:])


def _misplaced(record: Mapping[str, Any], path: Path) -> str:
    """Say that a record lies in another run's folder; nothing where it lies in its own."""
    *_, data, run, seed = ("", "", "", *path.absolute().parts[:-1])
    method = record["method"]
    if run.startswith(f"{method}_"):
        method = run.removesuffix(f"-{record['recipe']}")  # parameters of the loss stand behind the method's name
    tail = f"{record['profile']}{checks.spelled(record['imbalance'])}"
    own = record.get("place", f"{record['dataset']}-{tail}/{method}-{record['recipe']}/seed{record['seed']}")
    here = f"{data}/{run}/{seed}"
    return "" if here == own else f"it lies in {here}, and it is the record of {own}"


def _by_seed(run: Path) -> tuple[Any, ...]:
    digits = run.name.removeprefix("seed")
    return (*run.parts[:-1], int(digits) if digits.isdecimal() else -1, run.name)
