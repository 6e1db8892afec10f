"""Class counts of one's own, as a control takes them: 500,60,7, CSV text or file, or anything of `ClassCounts`."""

from __future__ import annotations

import csv
import io
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from ltviz.core.by_class import brief
from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadInput
from ltviz.core.params import Instead
from ltviz.core.profiles import profile as make_profile

MOST = 100_000  # classes that a figure takes
_BYTES = 10_000_000
_HOW = "counts are written as 500,60,7 by class id, or name a CSV file with the lines: id or name, count"


@dataclass(frozen=True)
class OwnCounts(Instead):
    """The control of class counts of one's own, in place of a profile's; its value is their spelling.

    A spelling is ``"500,60,7"``, lines of ``name,count``, the path of a CSV file, or empty: then the profile's
    controls count.
    """

    kind: ClassVar[str] = "counts"  # the explorers' field for it

    def check(self, name: str, value: Any) -> str:
        """Return the spelling of counts, if they are counts."""
        if isinstance(value, str) and not value.strip():
            return ""
        counts = read(value)
        if isinstance(value, (str, os.PathLike)) and file(value) is not None:
            return os.fspath(value)
        return spelled(counts)

    def parse(self, name: str, text: str) -> str:
        """Read the value from a command line."""
        if not text.strip():
            raise BadInput(f"{_HOW}; got an empty text")
        return self.check(name, text)


def own(replaces: tuple[str, ...] = ("profile", "imbalance", "classes", "largest")) -> OwnCounts:
    """Return the control of own counts, in place of these controls of a profile."""
    return OwnCounts("", "your own class counts, such as 500,60,7, or a CSV file (id or name, count)", replaces)


def spelled(counts: ClassCounts) -> str:
    """Return the text that `read` reads as these counts: 500,60,7, or lines of name, count where classes have names."""
    if not counts.names or all(isinstance(_number(name), int) for name in counts.names):  # they would be read as ids
        return ",".join(map(str, counts))
    text = io.StringIO()
    rows = zip((" ".join(name.split()) for name in counts.names), counts, strict=True)
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().rstrip("\n")


def training_counts(counts: Any, profile: str, largest: int, classes: int, imbalance: float) -> ClassCounts:
    """Return own counts, or where they are empty those of a profile."""
    if isinstance(counts, str) and not counts:
        return make_profile(profile, largest, classes, imbalance)
    return read(counts)


def read(counts: Any) -> ClassCounts:
    """Return the counts that a spelling, a path or anything else says.

    Raises
    ------
    BadInput
        For anything that makes no counts, a file that cannot be read, or more than 100,000 classes.
    """
    if isinstance(counts, (str, os.PathLike)):
        path = file(counts)
        own = _from_text(str(counts)) if path is None else _from_file(path)
    else:
        own = ClassCounts(counts)
    if len(own) > MOST:
        raise BadInput(f"counts of {len(own)} classes; a figure takes at most {MOST}")
    return own


def file(counts: str | os.PathLike[str]) -> Path | None:
    """Return the file that a spelling names; None where it is the counts themselves."""
    if isinstance(counts, str):
        text = counts.strip()
        if not text or "\n" in text or all(_number(part) is not None for part in _parts(text)):
            return None
    return Path(counts)


def _parts(text: str) -> list[str]:
    return text.replace(",", " ").split()


def _number(text: str) -> float | int | None:
    """Return a number as a whole one where it is; None for what is no number."""
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return None


def _from_text(text: str) -> ClassCounts:
    parts = [_number(part) for part in _parts(text)]
    widths = {len(_parts(line)) for line in text.splitlines() if line.strip()}
    if None not in parts and ("\n" not in text.strip() or widths not in ({1}, {2})):  # one list, in a line or wrapped
        if re.search(r"^\s*,|,\s*,|,\s*$", text):
            raise BadInput(f"{brief(text)} has a comma without a count before or behind it; {_HOW}")
        return ClassCounts(parts)
    return _from_lines("counts", _lines("the counts", text))


def _from_file(path: Path) -> ClassCounts:
    return _from_lines(str(path), _lines_of(path))


def _from_lines(path: str, lines: list[tuple[int, list[str]]]) -> ClassCounts:
    """Return the counts of a table's lines; `path` says in errors where they stand."""
    if not lines:
        raise BadInput(f"{path} holds no counts; {_HOW}")
    width = len(lines[0][1])
    for number, cells in lines:
        if len(cells) != width or width > 2:
            raise BadInput(f"{path}, line {number}: {len(cells)} cells, where id or name, count is needed")
    if _number(lines[0][1][-1]) is None:  # a header
        lines = lines[1:]
    counts = []
    for number, cells in lines:
        count = _number(cells[-1])
        if count is None:
            raise BadInput(f"{path}, line {number}: {brief(cells[-1])} is no count; {_HOW}")
        counts.append(count)
    try:
        return ClassCounts(counts) if width == 1 else _labelled(lines, counts)
    except BadInput as error:
        raise BadInput(f"{path}: {error}") from error


def _labelled(lines: list[tuple[int, list[str]]], counts: list[Any]) -> ClassCounts:
    """Return counts in the order of the first column, where it holds class ids; else named by it, in the file's."""
    words = [cells[0] for _, cells in lines]
    by_id: dict[int, float] = {}
    for (number, (word, _)), count in zip(lines, counts, strict=True):
        class_id = _number(word)
        if not isinstance(class_id, int):
            return ClassCounts(counts, words)
        if class_id in by_id:
            raise BadInput(f"class {class_id} comes a second time in line {number}")
        by_id[class_id] = count
    for class_id in range(len(by_id)):
        if class_id not in by_id:
            raise BadInput(
                f"class {class_id} is missing: ids run from 0 to {len(by_id) - 1}; number the classes anew from 0 in "
                "the first column, or write names there"
            )
    return ClassCounts(by_id)


def _lines_of(path: Path) -> list[tuple[int, list[str]]]:
    try:
        if not path.is_file():
            what = "is no file" if path.exists() else "is not there"
            raise BadInput(f"{brief(os.fspath(path))} {what}; {_HOW}")
        if path.stat().st_size > _BYTES:
            raise BadInput(f"{path} has {path.stat().st_size} bytes: too many for {MOST} counts")
        return _lines(brief(os.fspath(path)), path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"cannot read {brief(os.fspath(path))} as CSV: {brief(str(error))}; {_HOW}") from error


def _lines(owner: str, text: str) -> list[tuple[int, list[str]]]:
    """Return the cells of the lines of a table that are not empty, with the lines' numbers."""
    try:
        first = text.lstrip("\r\n").partition("\n")[0]
        between = next((each for each in ("\t", ";") if each in first and "," not in first), ",")
        rows = csv.reader(text.splitlines(), delimiter=between, skipinitialspace=True)
        return [(rows.line_num, [cell.strip() for cell in cells]) for cells in rows if any(map(str.strip, cells))]
    except csv.Error as error:
        raise BadInput(f"cannot read {owner} as CSV: {brief(str(error))}; {_HOW}") from error
