"""Write views to files, and do again only what has changed."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ltviz.core.checks import did_you_mean, number
from ltviz.core.errors import BadInput, LtvizError, MissingExtra
from ltviz.core.files import read_json, sha256, to_json, usable_folder
from ltviz.core.fresh import HOME, Ledger, computing, fingerprint, sources, versions
from ltviz.core.own_counts import file
from ltviz.figures.export import SCRIPT, STATIC, Camera, formats, pixels, plotly_script, render
from ltviz.figures.themes import theme as look
from ltviz.gallery.standing import entries, path_of, write_index
from ltviz.records import record, seeds
from ltviz.records.names import named
from ltviz.views import VIEWS, command, compute, draw, numbers, papers, restore, state, view
from ltviz.views.papers import Plate

__all__ = ["Report", "Style", "chosen", "entries", "write_all", "write_index", "write_paper", "write_view"]

FORMAT = 1  # of a figure's JSON

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
    still: Collection[str] = (),
    force: bool = False,
    theme: str = "light",
    progress: Progress | None = None,
) -> Report:
    """Write every view at its default state, and an ``index.html`` that shows them all.

    Numbers are computed again where the view's state, its study, a package's version or the code that studies share
    has changed; pictures where the numbers, the figure's code or the look have; and every file that is not as it was
    written. One browser draws all of them.

    Parameters
    ----------
    out : str or Path
        The folder.
    only : str or iterable of str, optional
        Names or patterns of views.
    kinds : str or iterable of str
        Formats; the JSON of the numbers is always written.
    still : collection of str
        Views that get no interactive page: they have a better one elsewhere.
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
    plates = [Plate(name, name, view(name).question) for name in chosen(only)]
    report = _write_each(plates, out, kinds, still=still, force=force, theme=theme, progress=progress)
    write_index(report.out)
    return report


def write_paper(
    name: str,
    out: str | Path = "figures",
    kinds: str | Iterable[str] = "html,svg,png,json",
    *,
    force: bool = False,
    theme: str = "light",
    progress: Progress | None = None,
) -> Report:
    """Write the figures of a paper, and an ``index.html`` with captions that say what is the paper's and what is ours.

    Parameters
    ----------
    name : str
        One of `ltviz.views.papers.names`.
    out, kinds, force, theme, progress
        See `write_all`.

    Raises
    ------
    BadInput
        For an unknown paper.
    """
    paper = papers.find(name)
    report = _write_each(paper.plates, out, kinds, force=force, theme=theme, progress=progress)
    write_index(report.out, paper)
    return report


def _write_each(
    plates: Iterable[Plate],
    out: str | Path,
    kinds: str | Iterable[str],
    *,
    still: Collection[str] = (),
    force: bool,
    theme: str,
    progress: Progress | None,
) -> Report:
    every, wanted, style = tuple(plates), formats(kinds), Style(theme)
    folder = usable_folder(out)
    report, ledger = Report(folder), Ledger(folder)
    if "html" in wanted and {plate.name for plate in every} - {*still}:
        _write_script(ledger, force)
    with Camera() as camera:
        for done, plate in enumerate(every, 1):
            name, what = plate.name, "failed"
            try:
                asked = tuple(kind for kind in wanted if kind != "html" or name not in still)
                files, missing = _write_plate(plate, ledger, asked, style, force, camera, None)
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
                progress(done, len(every), name, what)
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
    ledger, wanted = Ledger(usable_folder(out)), formats(kinds)
    with contextlib.ExitStack() as stack:
        camera = camera or stack.enter_context(Camera())
        plate = Plate(name, name, view(name).question, given or {})
        files, missing = _write_plate(plate, ledger, wanted, style or Style(), force, camera, loss_file)
    if "html" in wanted:
        _write_script(ledger, force)
    if missing is not None:
        raise missing
    return files


def _write_script(ledger: Ledger, force: bool) -> None:
    """Write what the interactive pages draw with, where it is not as plotly has it."""
    path, key = ledger.folder / SCRIPT, version("plotly")
    if force or not ledger.keeps(path, key):
        ledger.write(path, key, plotly_script())


def _write_plate(
    plate: Plate,
    ledger: Ledger,
    wanted: tuple[str, ...],
    style: Style,
    force: bool,
    camera: Camera,
    loss_file: str | Path | None,
) -> tuple[list[Path], MissingExtra | None]:
    """Return the files written anew, and what kept the pictures from being drawn."""
    name = plate.view
    full, stem = state(name, plate.state), ledger.folder / plate.name
    source = path_of(stem, "json")
    files: list[Path] = []
    key = _key(name, full, loss_file)
    if force or not ledger.keeps(source, key):
        result = compute(name, **full)
        if style.height is not None:
            style.figure(name, result)  # one that is too small is refused before anything is written
        told = {"format": FORMAT, "key": key, **numbers(name, result, full), "command": command(name, full, loss_file)}
        files.append(ledger.write(source, key, to_json(told)))
    wanted = (*wanted, "dark") if style.theme == "light" and "svg" in wanted else wanted
    picture_key = _picture_key(plate, key, style)
    todo = [k for k in wanted if k != "json" and (force or not ledger.keeps(path_of(stem, k), picture_key))]
    if not todo:
        return files, None
    result = restore(name, read_json(source))  # what is drawn is what the file says
    drawn = {dark: style.figure(name, result, theme="dark" if dark else None) for dark in {k == "dark" for k in todo}}
    for kind in todo:
        figure = drawn[kind == "dark"]
        size, suffix = (figure.layout.width, figure.layout.height), "svg" if kind == "dark" else kind
        try:
            content = render(figure, plate.name, suffix, caption=plate.caption, size=size, camera=camera)
        except MissingExtra as error:
            return files, error
        files.append(ledger.write(path_of(stem, kind), picture_key, content))
    return files, None


def _key(name: str, full: Mapping[str, Any], loss_file: str | Path | None) -> str:
    """Return a hash of all that a view's numbers depend on."""
    own = None if loss_file is None else str(loss_file)
    read = named(full["records"]).files() if full.get("records") else []
    counts = file(full.get("counts", ""))
    read = read if counts is None else [*read, counts]
    read += seeds.paths(record.homes(), full["table"]) if full.get("table") else []
    records = [("/".join(file.parts[-3:]), sha256(file)) for file in read]
    files = [HOME / "studies" / f"{view(name).study_name}.py", *computing()]
    return fingerprint([FORMAT, name, dict(full), own, records, versions(), sources(files)])


def _picture_key(plate: Plate, key: str, style: Style) -> str:
    each, folder = view(plate.view), HOME / "figures"
    files = [folder / f"{each.figure_name}.py", folder / "themes.py", folder / "export.py"]
    files += sorted(folder.glob("_*.py"))
    return fingerprint([key, plate.caption, each.size, style, version("plotly"), sources(files)])
