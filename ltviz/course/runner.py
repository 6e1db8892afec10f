"""Run a lesson so that nothing fails silently.

Jupyter and papermill call a run good when an error was swallowed by a widget, printed by a thread, or skipped by
`sys.exit(0)`; this runner does not. It works on a temporary copy: the lesson itself is never touched.
"""

from __future__ import annotations

import contextlib
import logging
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ltviz.core import files
from ltviz.core.checks import number
from ltviz.core.errors import BadInput, DataError
from ltviz.course import _parameters, _rules, _static
from ltviz.course._nbformat import nbformat

if TYPE_CHECKING:
    from ltviz.figures.export import Camera


class Code(IntEnum):
    """Exit codes of a run."""

    OK = 0
    CELL_ERROR = 1
    USAGE = 2
    TIMEOUT = 3
    KERNEL_DIED = 4
    SILENT_FAILURE = 5


@dataclass(frozen=True)
class Outcome:
    """How one run ended, where its notebook and page are, and why pictures are missing if they are."""

    code: Code
    message: str
    notebook: Path | None = None
    page: Path | None = None
    seconds: float = 0.0
    missing: str = ""


def run(
    path: str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    parameters: Mapping[str, Any] | None = None,
    timeout: float = 600.0,
    pictures: bool = True,
    camera: Camera | None = None,
    slides: bool = False,
) -> Outcome:
    """Run one notebook strictly and write its executed copy and its page.

    Parameters
    ----------
    path : path
        The notebook; it is only read.
    out : path
        Folder of the results, `<name>.ipynb` and `<name>.html`. A run that failed leaves `<name>.failed.ipynb` there.
    parameters : mapping, optional
        Values for names in the cell tagged `parameters`; strings are taken as they are.
    timeout : float
        Seconds that one cell may take, in [1, 86400].
    pictures : bool
        Whether figures become pictures (needs Chrome or Chromium).
    camera : Camera, optional
        The browser that draws them, where one serves several runs.
    slides : bool
        Whether each is drawn for a slide too: a larger copy.

    Returns
    -------
    Outcome
        Its `code` is the exit code: 0 ok, 1 cell error, 2 usage, 3 timeout, 4 kernel died, 5 silent failure.
    """
    started = time.monotonic()
    source, folder = Path(path), Path(out)
    try:
        number("timeout", timeout, 1, 86400, unit="s")
        notebook = _read(source)
        _parameters.check(notebook, parameters or {})
        files.usable_folder(folder).mkdir(parents=True, exist_ok=True)
    except (BadInput, DataError) as error:
        return Outcome(Code.USAGE, f"{source.name}: {error}")
    with files.scratch("run") as scratch:
        copy = scratch / source.name
        code, message = _execute(source, copy, dict(parameters or {}), timeout, slides)
        executed = nbformat.read(copy, as_version=4) if copy.exists() else notebook
    if code is Code.OK:
        faults = _rules.silent_failures(executed, source.stem)
        code, message = (Code.SILENT_FAILURE, "; ".join(faults)) if faults else (code, "ok")
    seconds = time.monotonic() - started
    failed = folder / f"{source.stem}.failed.ipynb"
    if code is not Code.OK:
        files.write_text(failed, nbformat.writes(executed) + "\n")
        return Outcome(code, f"{source.name}: {message}", failed, None, seconds)
    failed.unlink(missing_ok=True)
    with _camera(camera) as drawing:
        missing = _static.make_static(executed, drawing if pictures else None)
    target, page = folder / source.name, folder / f"{source.stem}.html"
    files.write_text(target, nbformat.writes(executed) + "\n")
    front = folder.parent.parent / "site" / "index.html"  # where `ltviz site` and `ltviz notebooks` write by default
    files.write_text(page, _static.page(executed, source.stem, "../../site/index.html" if front.is_file() else ""))
    return Outcome(Code.OK, "ok", target, page, time.monotonic() - started, missing)


def _camera(given: Camera | None) -> contextlib.AbstractContextManager[Camera]:
    from ltviz.figures.export import Camera

    return Camera() if given is None else contextlib.nullcontext(given)


def parse(path: str | os.PathLike[str], given: Mapping[str, str]) -> dict[str, Any]:
    """Read parameters written as text, by the types of the notebook's defaults, and check them.

    Raises
    ------
    BadInput
        For a parameter that the notebook does not have, or of another type.
    """
    notebook = _read(Path(path))
    values = _parameters.parse(notebook, given)
    _parameters.check(notebook, values)
    return values


def _read(path: Path) -> Any:
    try:
        return nbformat.read(path, as_version=4)
    except FileNotFoundError as error:
        raise DataError(f"there is no notebook {path}") from error
    except Exception as error:  # nbformat raises many kinds for a file that is not a notebook
        raise DataError(f"{path} is not a notebook: {error}") from error


def _execute(source: Path, copy: Path, parameters: dict[str, Any], timeout: float, slides: bool) -> tuple[Code, str]:
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    try:
        with _environment(slides), _quiet():
            papermill.execute_notebook(
                source,
                copy,
                parameters=parameters,
                kernel_name="python3",
                progress_bar=False,
                execution_timeout=timeout,
                start_timeout=120,
                # a kernel warns about its local port, and one that is ended in a cell of its broken sockets
                extra_arguments=["--IPKernelApp.log_level=50"],
            )
    except PapermillExecutionError as error:
        return Code.CELL_ERROR, f"cell {error.cell_index}: {error.ename}: {error.evalue}"
    except CellTimeoutError:
        return Code.TIMEOUT, f"a cell took more than {timeout:g} s; allow more with --timeout"
    except (DeadKernelError, RuntimeError) as error:
        return Code.KERNEL_DIED, f"the kernel died ({error})"
    return Code.OK, "ok"


@contextlib.contextmanager
def _environment(slides: bool) -> Iterator[None]:
    """Strict callbacks, figures as data, and this ltviz rather than another one that the kernel might find."""
    package = str(Path(__file__).resolve().parents[2])
    paths = [package, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    new = {
        "LTVIZ_STRICT": "1",
        "PLOTLY_RENDERER": "plotly_mimetype",
        "LTVIZ_FIGURE_WIDTH": str(_static.WIDTH),
        "LTVIZ_FIGURE_NARROW": str(_static.NARROW),
        "LTVIZ_FIGURE_SLIDE": _static.SLIDE if slides else "",
        "PYTHONPATH": os.pathsep.join(paths),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
    old = {name: os.environ.get(name) for name in new}
    os.environ.update(new)
    try:
        yield
    finally:
        for name, value in old.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Papermill logs each failure that this runner already reports."""
    names = ("papermill", "traitlets")
    levels = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
