"""Which images a user has: one sub-folder a class, or a CSV of path and label; no image is opened."""

from __future__ import annotations

import csv
import os
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ltviz.core.errors import BadInput, DataError

ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".ppm", ".pgm")
_NAMED = 3  # files in a message
_MOST = 2**28  # bytes of a CSV
_KINDS = {
    "hidden": "hidden file{}",
    "beside": "file{} beside the classes",
    "deep": "folder{} within a class",
    "other": "file{} with the ending of no image",
}


class FolderWarning(UserWarning):
    """What is done with a user's images that the user may not expect."""


@dataclass(frozen=True)
class Listing:
    """Images and their classes.

    Parameters
    ----------
    home : Path
        The folder in which all lie.
    paths : tuple of Path
        By class id, then by name.
    labels : tuple of int
        The class id of each.
    class_names : tuple of str
        By class id.
    """

    home: Path
    paths: tuple[Path, ...]
    labels: tuple[int, ...]
    class_names: tuple[str, ...]

    def place(self, row: int) -> str:
        """Return where an image lies in the folder."""
        return self.paths[row].relative_to(self.home).as_posix()


def listing(data: Path) -> Listing:
    """Return the images of a folder with one sub-folder for each class, or of a CSV of path and label.

    Raises
    ------
    BadInput
        Where `data` is neither.
    DataError
        For fewer than two classes, a class with one image, a link that leads out of the folder, and what a CSV has
        that it should not have.

    Warns
    -----
    FolderWarning
        With a count of what is left out.
    """
    if data.is_dir():
        home, of_class = data, _folders(data)
    elif data.is_file() and data.suffix.lower() == ".csv":
        home, of_class = data.parent, _csv(data)
    else:
        raise BadInput(
            f"data must be a folder with one sub-folder for each class, or a .csv file of path,label; got {data}"
        )
    if len(of_class) < 2:
        found = f"one class with images, {next(iter(of_class))!r}" if of_class else "no class with images"
        raise DataError(
            f"{data} has {found}, where there must be at least 2: one sub-folder with images for each class"
            f"{_deeper(home) if data.is_dir() else ', or a line path,label for each image'}"
        )
    names = sorted(of_class, key=_order(of_class))
    for name in names:
        if not name.isprintable():
            raise DataError(f"the class {name!r} has a name with letters that cannot be shown; give it another one")
        if len(of_class[name]) == 1:
            raise DataError(
                f"the class {name!r} has one image, {of_class[name][0]}, which cannot be trained on and tested on: add "
                "images, or take the class out"
            )
    rows = [(path, k) for k, name in enumerate(names) for path in sorted(of_class[name], key=Path.as_posix)]
    return Listing(home, tuple(path for path, _ in rows), tuple(k for _, k in rows), tuple(names))


def several(count: int, words: str) -> str:
    """Return ``"1 image"``, ``"2 images"``; the letter of the plural stands at ``{}``."""
    return f"{count} {words.format('' if count == 1 else 's')}"


def first_of(names: list[str]) -> str:
    """Return the first few of a list, and how many more there are."""
    return ", ".join(names[:_NAMED]) + f" and {len(names) - _NAMED} more" * (len(names) > _NAMED)


def _folders(home: Path) -> dict[str, list[Path]]:
    of_class: dict[str, list[Path]] = {}
    left, endings, empty = Counter[str](), set[str](), list[str]()
    for entry in _entries(home, home):
        if entry.name.startswith("."):
            left["hidden"] += 1
        elif not entry.is_dir():
            left["beside"] += 1
        else:
            images = []
            for inner in _entries(entry, home):
                kind = "hidden" if inner.name.startswith(".") else "deep" if inner.is_dir() else "other"
                if kind == "other" and inner.suffix.lower() in ENDINGS:
                    images.append(inner)
                    continue
                left[kind] += 1
                endings |= {inner.suffix or inner.name} if kind == "other" else set()
            if images:
                of_class[entry.name] = images
            else:
                empty.append(entry.name)
    words = [several(left[kind], text) for kind, text in _KINDS.items() if left[kind]]
    words += [f"({first_of(sorted(endings))})"] if endings else []
    words += [f"{several(len(empty), 'folder{} without images')} ({first_of(empty)})"] if empty else []
    if words and len(of_class) > 1:
        warnings.warn(f"left out in {home}: {', '.join(words).replace(', (', ' (')}", FolderWarning, stacklevel=2)
    return of_class


def _entries(folder: Path, home: Path) -> list[Path]:
    """Return what lies in a folder; a link that leads out of `home`, or nowhere, is an error."""
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise DataError(f"cannot look into {folder}: {error.strerror or error}") from error
    for entry in entries:
        if entry.is_symlink():
            _inside(entry, home)
    return entries


def _inside(path: Path, home: Path) -> None:
    """Hold a path to the folder: what it means must lie there."""
    try:
        real = path.resolve(strict=True)
    except (OSError, RuntimeError) as error:  # a link to itself, before Python 3.13
        raise DataError(f"{path} is a link to {os.readlink(path)}, which is not there; remove it") from error
    if not real.is_relative_to(home.resolve()):
        raise DataError(f"{path} leads out of the folder, to {real}: copy what it means into {home}, or remove it")


def _deeper(home: Path) -> str:
    """Say that the classes seem to lie one folder deeper, as where a set was split already."""
    for entry in sorted(home.iterdir()):
        inner = [each.name for each in sorted(entry.iterdir()) if each.is_dir()] if entry.is_dir() else []
        if inner and not entry.name.startswith("."):
            return f". {entry} has folders of its own ({first_of(inner)}): if these are the classes, name {entry}"
    return ""


def _order(names: Any) -> Callable[[str], Any]:
    """Return what sorts names: as text, but where all are numbers, 10 after 9."""
    numbers = all(name.isascii() and name.isdecimal() for name in names)
    return lambda name: (int(name) if numbers else 0, name)


def _csv(file: Path) -> dict[str, list[Path]]:
    of_class: dict[str, list[Path]] = {}
    seen: dict[Path, tuple[int, str]] = {}
    for line, path, label in _lines(file):
        if path in seen:
            other, before = seen[path]
            and_ = "" if before == label else f", as {before!r} and as {label!r}"
            raise DataError(f"{file}, line {line}: {path} stands in line {other} already{and_}; name it once")
        seen[path] = line, label
        of_class.setdefault(label, []).append(path)
    return of_class


def _lines(file: Path) -> Iterator[tuple[int, Path, str]]:
    """Give the lines of a CSV: number, path and label."""
    if file.stat().st_size > _MOST:
        raise DataError(f"{file} is larger than {_MOST // 2**20} MiB")
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            reader = csv.reader(text, strict=True)
            for row in reader:
                cells = [cell.strip() for cell in row]
                if not any(cells) or (reader.line_num == 1 and [cell.lower() for cell in cells] == ["path", "label"]):
                    continue
                if len(cells) != 2 or not all(cells):
                    raise DataError(
                        f"{file}, line {reader.line_num}: it must be path,label; got {','.join(row)[:80]!r}"
                    )
                path = Path(os.path.normpath(file.parent / cells[0]))
                if "\0" in cells[0] or not path.exists():
                    raise DataError(f"{file}, line {reader.line_num}: there is no file {path}")
                _inside(path, file.parent)
                if not path.is_relative_to(file.parent):  # written otherwise than the folder: by its real path
                    path = file.parent / path.resolve().relative_to(file.parent.resolve())
                yield reader.line_num, path, cells[1]
    except (csv.Error, UnicodeDecodeError) as error:
        raise DataError(f"cannot read {file} as CSV in UTF-8: {error}") from error
