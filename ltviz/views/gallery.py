"""Write views to files, and do again only what has changed."""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ltviz.core.checks import did_you_mean, number
from ltviz.core.errors import BadInput, DataError, LtvizError, MissingExtra
from ltviz.core.files import read_json, sha256, to_json, usable_folder, write_json, write_text
from ltviz.core.own_counts import file
from ltviz.figures.export import FORMATS, STATIC, Camera, formats, pixels, write
from ltviz.figures.index import Entry, index
from ltviz.figures.themes import theme as look
from ltviz.studies._records import named
from ltviz.views import VIEWS, command, compute, draw, numbers, restore, state, view
from ltviz.views.fresh import HOME, computing, fingerprint, sources, versions

FORMAT = 1  # of a figure's JSON
LEDGER = ".drawn"  # which picture was drawn from which sources

Progress = Callable[[int, int, str, str], None]


@dataclass
class Report:
    """What `write_all` did: names of views by outcome, and why a view failed or pictures are missing."""

    out: Path
    drawn: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    missing: str = ""


@dataclass(frozen=True)
class Style:
    """How pictures are drawn: theme, width and height (``"85mm"``, ``900``), font size in points, title or "none"."""

    theme: str = "light"
    width: str | float | None = None
    font_size: float | None = None
    height: str | float | None = None
    title: str | None = None

    def __post_init__(self) -> None:
        look(self.theme)
        if self.width is not None:
            pixels(self.width)
        if self.height is not None:
            pixels(self.height, "height")
        if self.font_size is not None:
            number("font_size", self.font_size, 4, 72, unit="pt")

    def figure(self, name: str, result: Any, *, theme: str | None = None) -> Any:
        """Return the figure of a view's numbers in this style."""
        return draw(
            name,
            result,
            theme=theme or self.theme,
            width=None if self.width is None else pixels(self.width),
            height=None if self.height is None else pixels(self.height, "height"),
            font=None if self.font_size is None else self.font_size * 96 / 72,
            title="" if self.title == "none" else self.title,
        )


def chosen(only: str | Iterable[str] | None) -> list[str]:
    """Return the views that some names or patterns (``"margin_*"``) mean, in the table's order.

    Raises
    ------
    BadInput
        For a pattern that fits no view.
    """
    patterns = [p.strip() for p in only.split(",")] if isinstance(only, str) else list(only or ["*"])
    for pattern in patterns:
        if not any(fnmatch(name, pattern) for name in VIEWS):
            raise BadInput(f"no view fits {pattern!r}; there are {', '.join(VIEWS)}.{did_you_mean(pattern, VIEWS)}")
    return [name for name in VIEWS if any(fnmatch(name, pattern) for pattern in patterns)]


def write_all(
    out: str | Path = "figures",
    only: str | Iterable[str] | None = None,
    kinds: str | Iterable[str] = "html,svg,png,json",
    *,
    force: bool = False,
    theme: str = "light",
    progress: Progress | None = None,
) -> Report:
    """Write every view at its default state, and an ``index.html`` that shows them all.

    Numbers are computed again where the view's state, its study, a package's version or the code that studies share
    has changed; pictures where the numbers, the figure's code or the look have. One browser draws all of them.

    Parameters
    ----------
    out : str or Path
        The folder.
    only : str or iterable of str, optional
        Names or patterns of views.
    kinds : str or iterable of str
        Formats; the JSON of the numbers is always written.
    force : bool
        Do everything again.
    theme : str
        The look.
    progress : callable, optional
        Called with (views done, views in all, name, what was done: "kept", "drawn", "failed").

    Returns
    -------
    Report
        A view that fails does not stop the others.
    """
    names, wanted, style = chosen(only), formats(kinds), Style(theme)
    folder = usable_folder(out)
    report = Report(folder)
    with Camera() as camera:
        for done, name in enumerate(names, 1):
            what = "failed"
            try:
                files, missing = _write_view(name, folder, wanted, {}, style, force, camera, None)
                what = "drawn" if files else "kept"
                if missing is not None:
                    report.missing = str(missing)
                    wanted = tuple(kind for kind in wanted if kind not in STATIC)
            except Exception as error:  # one broken view must not cost the others
                report.failed[name] = (
                    str(error) if isinstance(error, LtvizError) else f"{type(error).__name__}: {error}"
                )
            if what != "failed":
                (report.drawn if what == "drawn" else report.kept).append(name)
            if progress is not None:
                progress(done, len(names), name, what)
    write_index(folder)
    return report


def write_view(
    name: str,
    out: str | Path = "figures",
    kinds: str | Iterable[str] = "html,svg,png,json",
    *,
    given: Mapping[str, Any] | None = None,
    style: Style | None = None,
    force: bool = False,
    camera: Camera | None = None,
    loss_file: str | Path | None = None,
) -> list[Path]:
    """Write one view in some formats, beside the JSON of its numbers, and return the files written anew.

    Parameters
    ----------
    name : str
        A view.
    out : str or Path
        The folder; the files are ``<name>.html`` and so on.
    kinds : str or iterable of str
        Formats.
    given : mapping, optional
        Values of the view's controls, or of its losses' parameters.
    style : Style, optional
        Theme, width and font size.
    force : bool
        Do it again although nothing has changed.
    camera : Camera, optional
        The browser to use.
    loss_file : str or Path, optional
        The file of a loss of one's own that is loaded; the command that redraws the figure names it.

    Raises
    ------
    MissingExtra
        Where a static picture is asked for without a Chrome or Chromium that starts; HTML and JSON are written before.
    """
    files, missing = _write_view(
        name, usable_folder(out), formats(kinds), given or {}, style or Style(), force, camera, loss_file
    )
    if missing is not None:
        raise missing
    return files


def _write_view(
    name: str,
    folder: Path,
    wanted: tuple[str, ...],
    given: Mapping[str, Any],
    style: Style,
    force: bool,
    camera: Camera | None,
    loss_file: str | Path | None,
) -> tuple[list[Path], MissingExtra | None]:
    """Return the files written anew, and what kept the pictures from being drawn."""
    full = state(name, given)
    source, stem = folder / f"{name}.json", folder / name
    files: list[Path] = []
    key = _key(name, full, loss_file)
    content = None if force else _fresh(source, key)
    if content is None:
        result = compute(name, **full)
        if style.height is not None:
            style.figure(name, result)  # one that is too small is refused before anything is written
        content = {"format": FORMAT, "key": key, **numbers(name, result, full)}
        content["command"] = command(name, full, loss_file)
        files.append(write_json(source, content))
        content = json.loads(to_json(content))  # what is drawn is what the file says
    wanted = (*wanted, "dark") if style.theme == "light" and "svg" in wanted else wanted
    picture_key = _picture_key(name, key, style)
    ledger = _read_ledger(folder)
    drawn = ledger.setdefault(name, {})
    todo = [k for k in wanted if k != "json" and (force or drawn.get(k) != picture_key or not _path(stem, k).is_file())]
    if not todo:
        return files, None
    result = restore(name, content)
    pages, stills = [k for k in todo if k == "html"], [k for k in todo if k in STATIC]
    for some, dark in ((pages, False), (stills, False), (["svg"] if "dark" in todo else [], True)):
        if not some:
            continue
        figure = style.figure(name, result, theme="dark" if dark else None)
        size = (figure.layout.width, figure.layout.height)
        place = folder / "dark" / name if dark else stem
        try:
            files += write(figure, place, some, caption=view(name).question, size=size, camera=camera)
        except MissingExtra as error:
            return files, error
        drawn.update(dict.fromkeys(["dark"] if dark else some, picture_key))
        write_json(folder / LEDGER, ledger)
    return files, None


def write_index(folder: str | Path) -> Path:
    """Write the ``index.html`` of the figures that stand in a folder."""
    foot = ", ".join(f"{package} {number}" for package, number in versions().items())
    return write_text(Path(folder) / "index.html", index(entries(folder), f"Drawn with {foot}."))


def entries(folder: str | Path) -> list[Entry]:
    """Return the figures that stand in a folder, in the table's order."""
    folder, found = Path(folder), []
    for name, each in VIEWS.items():
        files = {
            kind: _path(folder / name, kind).relative_to(folder).as_posix()
            for kind in (*FORMATS, "json", "dark")
            if _path(folder / name, kind).is_file()
        }
        if files:
            found.append(Entry(name, each.question, files, _size(folder, files) or each.size))
    return found


def _size(folder: Path, files: Mapping[str, str]) -> tuple[int, int] | None:
    """Return a picture's width and height: a page that knows them does not jump while it loads."""
    if "svg" in files:
        with (folder / files["svg"]).open(encoding="utf-8") as file:
            found = re.search(r'<svg[^>]*? width="(\d+)[^>]*? height="(\d+)', file.read(1000))
        return (int(found[1]), int(found[2])) if found else None
    if "png" in files:  # two pixels for each of the figure's
        with (folder / files["png"]).open("rb") as file:
            wide, high = struct.unpack(">16x2I", file.read(24))
        return wide // 2, high // 2
    return None


def _path(stem: Path, kind: str) -> Path:
    return stem.parent / "dark" / f"{stem.name}.svg" if kind == "dark" else stem.with_name(f"{stem.name}.{kind}")


def _fresh(source: Path, key: str) -> dict[str, Any] | None:
    """Return a figure's JSON if it was computed from what is here now."""
    try:
        content = read_json(source)
    except DataError:
        return None
    return content if isinstance(content, dict) and content.get("key") == key else None


def _read_ledger(folder: Path) -> dict[str, dict[str, str]]:
    try:
        ledger = read_json(folder / LEDGER)
    except DataError:
        return {}
    return ledger if isinstance(ledger, dict) else {}


def _key(name: str, full: Mapping[str, Any], loss_file: str | Path | None) -> str:
    """Return a hash of all that a view's numbers depend on."""
    own = None if loss_file is None else str(loss_file)
    read = named(full["records"]).files() if full.get("records") else []
    counts = file(full.get("counts", ""))
    read = read if counts is None else [*read, counts]
    records = [("/".join(file.parts[-3:]), sha256(file)) for file in read]
    files = [HOME / "studies" / f"{name}.py", *computing()]
    return fingerprint([FORMAT, name, dict(full), own, records, versions(), sources(files)])


def _picture_key(name: str, key: str, style: Style) -> str:
    files = [HOME / "figures" / f"{name}.py", HOME / "figures" / "themes.py", HOME / "figures" / "export.py"]
    files += sorted((HOME / "figures").glob("_*.py"))
    return fingerprint([key, view(name).question, view(name).size, style, version("plotly"), sources(files)])
