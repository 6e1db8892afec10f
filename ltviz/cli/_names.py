"""Every name a user may say, by kind, with one sentence each; no torch is imported."""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import Callable
from pathlib import Path

Names = dict[str, str]
PACKAGE = Path(__file__).resolve().parents[1]


def losses() -> Names:
    """Losses and the first sentence of each file."""
    from ltviz import losses as package

    return {name: package.sentence(name) for name in package.names()}


def views() -> Names:
    """Views and the question that each answers."""
    from ltviz.views import VIEWS

    return {name: view.question for name, view in VIEWS.items()}


def explorers() -> Names:
    """Explorers and the question that each asks."""
    from ltviz.explorers import CARDS, question

    return {name: question(name) for name in CARDS}


def samplers() -> Names:
    """Samplers and the first sentence of each file."""
    return {path.stem: first_sentence(path) for path in _public(PACKAGE / "samplers")}


def datasets() -> Names:
    """Data sets and the first sentence of each file; toy scenes are named in the explanation of toy."""
    from ltviz.datasets import names

    every = {*names(), *(path.stem for path in _public(PACKAGE / "datasets"))}
    return {name: first_sentence(file_of("datasets", name)) for name in sorted(every)}


def methods() -> Names:
    """Methods (rows of the papers' tables), what each does and where it comes from."""
    from ltviz.cli._method_text import listed

    return {name: row.text for name, row in listed().items()}


def notebooks() -> Names:
    """Lessons and the title of each."""
    from ltviz.course.lessons import heading, lessons

    return {path.stem: heading(path).title for path in lessons()}


KINDS: dict[str, Callable[[], Names]] = {
    "losses": losses,
    "views": views,
    "explorers": explorers,
    "samplers": samplers,
    "datasets": datasets,
    "methods": methods,
    "notebooks": notebooks,
}


def file_of(kind: str, name: str) -> Path:
    """The file of a sampler or a data set: one file, or that of its folder."""
    file = PACKAGE / kind / f"{name}.py"
    return file if file.is_file() else PACKAGE / kind / name / "__init__.py"


def first_sentence(path: Path) -> str:
    """First line of a file's docstring, read without importing it."""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return " ".join(inspect.cleandoc(text).split("\n\n")[0].split())


def opening(lesson: str) -> str:
    """First paragraph of a lesson, after its title."""
    from ltviz.course.lessons import find

    blocks = _prose(find([lesson])[0]).split("\n\n")
    return next((block for block in map(str.strip, blocks) if block and not block.startswith(("#", ">", "$$"))), "")


def _public(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.py") if not path.stem.startswith("_"))


def _prose(path: Path) -> str:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
