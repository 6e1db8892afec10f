"""What stands of the figures in a folder, and the index that shows it."""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from ltviz.core.files import write_text
from ltviz.core.fresh import versions
from ltviz.figures.export import FORMATS
from ltviz.figures.index import Entry, index
from ltviz.views import VIEWS
from ltviz.views.papers import Paper


def write_index(folder: str | Path, paper: Paper | None = None) -> Path:
    """Write the ``index.html`` of the figures that stand in a folder: all of ltviz's own, or a paper's."""
    words = {} if paper is None else {"title": paper.title, "lead": f"{paper.source}."}
    return write_text(Path(folder) / "index.html", index(entries(folder, paper), _foot(), **words))


def _foot() -> str:
    return f"Drawn with {', '.join(f'{package} {number}' for package, number in versions().items())}."


def entries(
    folder: str | Path, paper: Paper | None = None, pages: Mapping[str, str] = MappingProxyType({})
) -> list[Entry]:
    """Return the figures that stand in a folder, in the table's order or the paper's.

    Parameters
    ----------
    folder : str or Path
        The folder.
    paper : Paper, optional
        Whose figures they are.
    pages : mapping
        Name -> the page, seen from the folder, that is interactive in place of the figure's own.
    """
    if paper is None:
        wanted = [(name, each.question, each.size) for name, each in VIEWS.items()]
    else:
        wanted = [(plate.name, plate.caption, VIEWS[plate.view].size) for plate in paper.plates]
    found = (_entry(Path(folder), *each) for each in wanted)
    drawn = [each for each in found if each.files]
    return [
        replace(each, files=each.files | ({"html": pages[each.name]} if each.name in pages else {})) for each in drawn
    ]


def _entry(folder: Path, name: str, caption: str, size: tuple[int, int]) -> Entry:
    """Return what stands of a figure in a folder."""
    files = {
        kind: path_of(folder / name, kind).relative_to(folder).as_posix()
        for kind in (*FORMATS, "json", "dark")
        if path_of(folder / name, kind).is_file()
    }
    return Entry(name, caption, files, _size(folder, files) or size)


def _size(folder: Path, files: Mapping[str, str]) -> tuple[int, int] | None:
    """Return a picture's width and height: a page that knows them does not jump while it loads."""
    kind = next((kind for kind in ("svg", "png") if kind in files), None)
    if kind is None:
        return None
    with (folder / files[kind]).open("rb") as file:
        head = file.read(1000)
    if kind == "svg":
        found = re.search(rb'<svg[^>]*? width="(\d+)[^>]*? height="(\d+)', head)
        return (int(found[1]), int(found[2])) if found else None
    if not head.startswith(b"\x89PNG") or len(head) < 24:
        return None
    wide, high = struct.unpack_from(">2I", head, 16)
    return wide // 2, high // 2  # two pixels for each of the figure's


def path_of(stem: Path, kind: str) -> Path:
    """Return where a figure's file of a kind stands."""
    return stem.parent / "dark" / f"{stem.name}.svg" if kind == "dark" else stem.with_name(f"{stem.name}.{kind}")
