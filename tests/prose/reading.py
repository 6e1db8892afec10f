"""What a reader meets: the sentences of lessons, explorers, captions, explanations, pages and READMEs, by place."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import nbformat

import ltviz
from ltviz.course import lessons
from ltviz.datasets import toy
from ltviz.explorers import CARDS
from ltviz.losses._registry import Field, shipped
from ltviz.views import VIEWS

PACKAGE = Path(ltviz.__file__).parent
ROOT = PACKAGE.parent
READMES = ("README.md", "data/README.md", "data/runs/README.md")
DRAWN = ("figures", "studies", "site")  # the folders whose texts stand in titles, captions, legends and pages

# a number with a unit; in a text that is written from a result, its hole
NUMBER = re.compile(
    r"[+−-]?(?:\d[\d \u202f]*(?:\.\d+)?|‹number›)\$?[ \N{NO-BREAK SPACE}]?"
    r"(?:(?:±|\\pm) \d[\d.]*\$?)?\$? ?(?:σ|\$?\\sigma\$?|%|°|points? (?:on average|apart|over)|of the gap)"
    r"|‹number›"
)
WORDS = re.compile(
    r"\b(moves?|moved|overshoots?|beats?|hard to beat|outvotes?|larger|smaller|wider|narrower|nearer|further|closer"
    r"|tighter|better|worse|steeper|(?:more|less|fewer|stronger|longer|harder) than|far more|most of the|best|largest"
    r"|smallest|widest|nearest|hardly|fades?|grows?|shrinks?|sinks?|loses?|gains?|wins?|costs?|peaks?|every time"
    r"|stays?|stops?|keeps its|pays?|repairs|finds|acts?|beyond|lies on|perfectly|every class is right|the whole way"
    r"|comes? out of|no training mistake)\b"
)
LISTED = re.compile(r"<!-- methods -->.*?<!-- /methods -->", re.DOTALL)  # the rows' own words, made by a command
SUMMED_UP = re.compile(r"^## What to (?:remember|take along)$(.*?)(?:\*Next|^## |\Z)", re.MULTILINE | re.DOTALL)
# what exercises say is held by their solutions, and a list of sources claims nothing
NO_PROSE = re.compile(r"^## (?:Exercises|Sources)$.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)


@cache
def places() -> dict[str, str]:
    """Every text, by the name of its place."""
    texts = {path.stem[:2]: _lesson(path) for path in lessons.lessons()}
    for name, card in CARDS.items():
        texts[name] = _lines([card.question, card.note, card.guess.prompt if card.guess else ""])
    texts |= {f"scene {name}": scene.note for name, scene in toy.SCENES.items()}
    texts |= {f"explain {name}": _explained(name) for name in shipped()}
    texts["questions of views"] = _lines([view.question for view in VIEWS.values()])
    texts |= {name: LISTED.sub("", (ROOT / name).read_text(encoding="utf-8")) for name in READMES}
    for folder in DRAWN:
        for path in sorted((PACKAGE / folder).glob("*.py")):
            texts[f"{folder}/{path.stem}"] = _lines(written(ast.parse(path.read_text(encoding="utf-8"))))
    return texts


def claims(place: str) -> list[str]:
    """The sentences of a place that say something measured, and all that sum a lesson up; questions claim nothing."""
    text = places()[place]
    summed = {line for part in SUMMED_UP.findall(text) for line in sentences(part)}
    said = [line for line in sentences(text) if not line.rstrip("*)").endswith("?")]
    return [line for line in said if line in summed or NUMBER.search(line) or WORDS.search(line)]


def sentences(text: str) -> list[str]:
    """A text's sentences, without code and set-off equations; a list's items and a table's rows are of their own."""
    text = re.sub(r"```.*?```|\$\$.*?\$\$|\*\*[A-Z][\w ]+\.\*\*", "\n\n", text, flags=re.DOTALL)
    parts = re.split(r"\n\s*\n|\n(?=[|#>\-*] ?)", text)
    ends = r"(?<=[.!?])[*_)\"]*\s+(?=[A-Z*_`\"(“[])|(?<=[.!?]\*\*)\s+"
    found = [line for part in parts for line in re.split(ends, " ".join(part.split()))]
    return list(
        dict.fromkeys(line for line in found if not line.startswith("#") and (len(line.split()) > 2 or "‹" in line))
    )


def written(tree: ast.AST) -> Iterator[str]:
    """The texts of a module but docstrings and errors; ‹number› for a rounded number put in, ... for the rest."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Raise) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            continue
        if isinstance(node, ast.JoinedStr):
            text = "".join(_piece(part) for part in node.values)
            yield "" if "{" in text else text  # a style sheet
            for part in node.values:
                yield from written(part) if isinstance(part, ast.FormattedValue) else ()
        elif isinstance(node, ast.Constant):
            yield node.value if isinstance(node.value, str) and "{" not in node.value else ""
        else:
            yield from written(node)


def _piece(part: ast.expr) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    assert isinstance(part, ast.FormattedValue)
    spec = ast.unparse(part.format_spec) if part.format_spec else ""
    return "‹number›" if re.search(r"\.\d[f%]", spec) else "..."


def _lesson(path: Path) -> str:
    cells = nbformat.read(path, as_version=4).cells
    return NO_PROSE.sub("", "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown"))


def _explained(name: str) -> str:
    """What `ltviz explain` prints of a loss: its title, its equation's section, its parameters' help."""
    cls = Field()[name]
    text = inspect.getdoc(cls) or ""
    return _lines([cls.title, text.partition("Parameters\n")[0], *(each.help for each in cls.params.values())])


def _lines(texts: object) -> str:
    return "\n\n".join(text for text in texts if text)  # type: ignore[attr-defined]
