"""Plain text for a terminal of any width, and the kinds of value that commands share."""

from __future__ import annotations

import contextlib
import inspect
import math
import os
import shutil
import textwrap
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ltviz.core.checks import shown
from ltviz.core.errors import DataError, RecordWarning
from ltviz.core.params import Control, Param

if TYPE_CHECKING:
    from ltviz.explorers import Points


class Folder(click.ParamType):
    """A folder to write into: one that cannot be used is refused before any work."""

    name = "folder"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Return its path."""
        from ltviz.core.files import usable_folder

        try:
            return usable_folder(value)
        except DataError as error:
            self.fail(str(error), param, ctx)


class File(click.ParamType):
    """A file to write: what is no name for one, or stands for a device or a folder, is refused before any work."""

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Return its path."""
        from ltviz.core.files import regular_file, usable_folder

        path = Path(value)
        if not path.name:
            self.fail(f"{str(value)!r} is no name of a file", param, ctx)
        try:
            usable_folder(path.parent)
            if os.path.lexists(path) and path.exists():
                regular_file(path)
        except DataError as error:
            self.fail(str(error), param, ctx)
        except OSError as error:
            self.fail(f"cannot write {path}: {error.strerror}; choose another name", param, ctx)
        return path


@contextlib.contextmanager
def warnings_as_lines() -> Iterator[None]:
    """Show what is warned of as a line, not as a place in a source file."""
    with warnings.catch_warnings():
        warnings.filterwarnings("default", category=RecordWarning)
        plain = warnings.showwarning

        def show(message: Warning | str, category: type[Warning], *rest: Any, **more: Any) -> None:
            if issubclass(category, UserWarning):
                click.echo(f"Warning: {message}", err=True)
            else:
                plain(message, category, *rest, **more)

        warnings.showwarning = show
        yield


def width() -> int:
    """Columns to use: the terminal's, at most 110."""
    return max(20, min(shutil.get_terminal_size().columns, 110))


def table(rows: Iterable[tuple[str, str]], indent: int = 2) -> str:
    """Name and text side by side, one under the other where the terminal is narrow; paths and flags stay whole."""
    rows = list(rows)
    columns = width()
    left = max((len(name) for name, _ in rows), default=0) + indent + 2
    lines = []
    for name, text in rows:
        head = " " * indent + name
        if left + 24 > columns:
            lines.append(head)
            margin = " " * (indent + 2)
            lines += textwrap.wrap(
                text, columns, initial_indent=margin, subsequent_indent=margin, break_on_hyphens=False
            )
        else:
            wrapped = textwrap.wrap(text, columns - left, break_on_hyphens=False) or [""]
            lines.append(head.ljust(left) + wrapped[0])
            lines += [" " * left + line for line in wrapped[1:]]
    return "\n".join(line.rstrip() for line in lines)


def paragraph(text: str, indent: int = 0) -> str:
    """Wrap prose to the terminal."""
    margin = " " * indent
    return textwrap.fill(" ".join(text.split()), width(), initial_indent=margin, subsequent_indent=margin)


def equation(cls: type) -> str:
    """Return the Equation section of a docstring: equations line by line, wrapped as prose what has none."""
    lines = (inspect.getdoc(cls) or "").splitlines()
    if "Equation" not in lines:
        return "  (its docstring has no Equation section)"
    rest = lines[lines.index("Equation") + 2 :]
    ends = [k for k, line in enumerate(rest) if k + 1 < len(rest) and set(rest[k + 1].strip()) == {"-"}]
    blocks = "\n".join(rest[: ends[0] if ends else None]).split("\n\n")
    return "\n\n".join(_lines(block) if "=" in block else paragraph(block, 2) for block in blocks).rstrip()


def _lines(text: str) -> str:
    """Return lines as they are, those too long broken and indented."""
    return "\n".join(
        textwrap.fill(line, width(), initial_indent="  ", subsequent_indent="    ") for line in text.splitlines()
    )


def ranged(control: Control | Points) -> str:
    """Return the range or the options of a control, in brackets."""
    if isinstance(control, Param):
        high = "" if math.isinf(control.high) else shown(control.high)
        return f" [{shown(control.low)} to {high}{' ' + control.unit if control.unit else ''}]"
    options = getattr(control, "options", ())
    return f" [{', '.join(options)}]" if options else ""
