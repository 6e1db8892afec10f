"""A lesson as HTML: equations as MathML, code and the answers to a "guess first" fold, exercises show their stub."""

from __future__ import annotations

import base64
import copy
import html
import re
import struct
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any, Protocol

from ltviz.course.student import REGION, STUB
from ltviz.web import EXPLORER

PHONE = "(max-width: 767px)"  # where the column is no longer as wide
HIDDEN = {"parameters", "injected-parameters", "sentinel", "teacher"}  # tags of cells that a page leaves out
CODED = {"exercise", "check"}  # tags of cells that a page shows as code to be run elsewhere
GUESS = re.compile(r"^> \*\*Guess first\.\*\*[^\n]*(?:\n>[^\n]*)*\s*\Z", re.MULTILINE)
NEXT = re.compile(r"^(?:## |> \*\*Guess first\.\*\*)", re.MULTILINE)  # where the text goes on to something else
FOLDS = {
    "@@fold@@": "<details><summary>Show the answer</summary>",
    "@@end@@": "</details>",
}  # nbconvert cleans raw HTML
WIDE = re.compile(  # on a phone
    r'<(div class="output_(?:svg|png|html|text)[^"]*"(?!>\s*<(?:picture|div class="live))|table|math display="block")'
)
INPUT = re.compile(  # of a code cell, up to its output or its end
    r'(<div class="input">(?:(?!<div class="(?:cell |input")).)*?)'
    r'(?=<div class="output_wrapper">|</div>\s*(?:<div class="cell |</?details|\Z))',
    re.DOTALL,
)
CHOICE = re.compile(r'<details class="choice">(<summary>.*?</summary>)(\s*)(\w+)', re.DOTALL)
MATH = re.compile(r"\$\$(?P<block>.+?)\$\$|(?<![\\$\w])\$(?P<inline>[^$\n]+?)\$(?!\w)", re.DOTALL)
CODE = re.compile(r"(```.*?```|`[^`\n]*`)", re.DOTALL)
TOGETHER = re.compile(  # on one line: a number, its deviation and its unit; "equation 10", "IF = 100"
    r"(?<=\d) (?=\d{3}\b)|(?<=\d) (?=±)|(?<=±) (?=\d)|(?<=\d) (?=[σ%]|\$\\sigma\$)"
    r"|(?<=\bequation) (?=\d)|(?<=\bequations) (?=\d)|(?<=\blesson) (?=\d)|(?<=\bIF) (?==)|(?<=\bIF =) (?=\d)"
)
FUNCTION = re.compile(  # a name in an equation, with what stands before it and whether its argument follows at once
    r"(</m(?!o>)\w+>)?(<mi>(?:log|ln|exp|sin|cos|tan|arcsin|arccos)</mi>)(?=(<mo\b|<mrow><mo\b|</|\Z)?)"
)
INTERVAL = re.compile(r"\(−?[\d.]+ to −?[\d.]+\)")  # on one line, where a table has room
WHOLE = re.compile(  # an equation in a line, with the bracket before it and what no line begins with
    r'([(“"]*)<math [^>]*display="inline">(?:(?!</math>).)*</math>([.,;:!?)°%”"]*)', re.DOTALL
)
THIN = '<mspace width="0.167em" />'


SIZE = re.compile(r'\bwidth="([\d.]+)[^>]*?\bheight="([\d.]+)')
TALL = 0.8  # heights over widths: as a whole on a slide its letters would be below 12 px of 720


class Live(Protocol):
    """What puts explorers in the place of their pictures."""

    def html(self, told: Mapping[str, Any], picture: str) -> str:
        """Return what stands there; `told` is what `ltviz.explore` left, `picture` what is seen until it moves."""

    def asks(self, told: Mapping[str, Any]) -> bool:
        """Whether the explorer asks for a guess itself: then it need not fold."""


def read(path: Path) -> Any:
    """Return a notebook from its file."""
    from ltviz.course._nbformat import nbformat

    return nbformat.read(path, as_version=4)


def text(notebook: Any, live: Live | None = None) -> str:
    """Return the HTML of a notebook's cells, with no script.

    Parameters
    ----------
    notebook : notebook
        As it was read, or executed and made static.
    live : Live, optional
        Puts explorers in the place of their pictures.
    """
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(template_name="basic", exclude_input_prompt=True, exclude_output_prompt=True)
    body, _ = exporter.from_notebook_node(prepared(notebook, live))
    return finished(body)


def finished(body: str) -> str:
    """Return what nbconvert made of prepared cells with its folds, and with what scrolls open to the keyboard."""
    for mark, fold in FOLDS.items():
        body = body.replace(mark, fold)
    body = WIDE.sub(r'<\1 tabindex="0"', body)  # what is wider than a phone scrolls by itself
    body = CHOICE.sub(_judged, body)
    return INPUT.sub(r'<details class="code"><summary>Code</summary>\1</details>', body)  # the picture comes first


def title(notebook: Any, stem: str) -> str:
    """Return a lesson's first heading."""
    first = next((c.source for c in notebook.cells if c.cell_type == "markdown" and c.source.startswith("#")), stem)
    return str(first.splitlines()[0].lstrip("# "))


def style() -> str:
    """Return the style sheet of a lesson, with the colours of its code by day and by night."""
    from pygments.formatters import HtmlFormatter

    sheet = resources.files("ltviz.course").joinpath("page.css").read_text(encoding="utf-8")
    sheet += HtmlFormatter(style="friendly").get_style_defs(".highlight")
    night = HtmlFormatter(style="github-dark").get_style_defs(".highlight")
    dark = f"\n@media (prefers-color-scheme: dark) {{ {night} .highlight {{ background: none }} }}"
    pale = "\n.highlight :is(.c, .c1, .cm) { color: var(--muted); } .highlight .nn { color: inherit; }"  # as they are
    return sheet + dark + pale


def prepared(notebook: Any, live: Live | None = None, cells: list[Any] | None = None) -> Any:
    """Return a copy whose cells are what a reader of a page sees: MathML, pictures or explorers, folds, stubs.

    `cells`: those of a deck of slides, in their place; they neither fold nor are left out.
    """
    notebook = copy.deepcopy(notebook)
    if cells is None:
        shown = [c for c in _with_stubs(notebook.cells) if not HIDDEN & {*c.metadata.get("tags", ())} and c.source]
        asking = [cell for cell in shown if live and any(live.asks(told) for told in _told(cell) if told)]
        notebook.cells = _folding(shown, asking)
    else:
        notebook.cells = copy.deepcopy(cells)
    for cell in notebook.cells:
        for output in cell.get("outputs", ()) if cells is not None else ():
            _enlarge(output)
        if "outputs" in cell:
            cell.outputs = [each for output in cell.outputs if (each := _shown(output, live))]
        if cell.cell_type == "markdown":
            cell.source = prose(cell.source)
    return notebook


def prose(source: str) -> str:
    """Return Markdown with its equations as MathML; code stays."""
    parts = CODE.split(source)
    return "".join(part if k % 2 else _prose(part) for k, part in enumerate(parts))


def _told(cell: Any) -> list[Any]:
    """Return what `ltviz.explore` left in a cell."""
    return [output.data[EXPLORER] for output in cell.get("outputs", ()) if EXPLORER in output.get("data", ())]


def _shown(output: Any, live: Live | None) -> Any:
    """Return an output as a page has it; None for a line that is of no use beside an explorer that moves."""
    data = output.get("data", {})
    told = data.pop(EXPLORER, None)
    if live and told is not None and not told:
        return None
    pictured = any(kind.startswith("image/") for kind in data)
    if live and told:
        output.data = {"text/html": live.html(told, _pictured(output) if pictured else "")}
    elif pictured:
        output.data = {"text/html": _pictured(output)}
    return output


def _enlarge(output: Any) -> None:
    """Put the picture that was drawn for a slide, where there is one, in the place of the page's."""
    if slide := output.get("metadata", {}).get("slide"):
        output.data = {kind: each for kind, each in output.data.items() if not kind.startswith("image/")} | slide


def _with_stubs(cells: list[Any]) -> list[Any]:
    """Return cells in which an exercise and its check are one piece of code to copy, without outputs."""
    from nbformat.v4 import new_markdown_cell

    shown: list[Any] = []
    coded = False
    for cell in cells:
        if cell.cell_type == "code" and CODED & {*cell.metadata.get("tags", ())}:
            code = REGION.sub(STUB, cell.source)
            if coded:
                shown[-1].source = shown[-1].source.removesuffix("\n```") + f"\n{code}\n```"
            else:
                shown.append(new_markdown_cell(f"```python\n{code}\n```"))
            coded = True
        else:
            shown.append(cell)
            coded = False
    return shown


def _folding(cells: list[Any], asking: list[Any]) -> list[Any]:
    """Fold what answers a "guess first" at the end of a text: the cells that follow, and the words up to the next part.

    A text that goes on to another part is cut in two; a cell that asks for itself stays outside.
    """
    from nbformat.v4 import new_markdown_cell, new_raw_cell

    opens, shuts = FOLDS
    shown: list[Any] = []
    left, folded = list(cells), False
    while left:
        cell = left.pop(0)
        words = str(cell.source) if cell.cell_type == "markdown" else None
        if words is not None and folded and (rest := NEXT.search(words)):
            cell, left = new_markdown_cell(words[: rest.start()]), [new_markdown_cell(words[rest.start() :]), *left]
        shown.append(cell)
        if folded and words is not None:
            shown.append(new_raw_cell(shuts))
            folded = False
        elif words is not None and GUESS.search(words):
            while left and any(left[0] is each for each in asking):
                shown.append(left.pop(0))
            shown.append(new_raw_cell(opens))
            folded = True
    return [*shown, new_raw_cell(shuts)] if folded else shown


def _judged(match: re.Match[str]) -> str:
    """Mark a choice of a self-check by the first word of what it opens to."""
    summary, room, word = match.groups()
    kind = "right" if word == "Right" else "wrong"
    return f'<details class="choice {kind}">{summary}{room}{word}'


def _pictured(output: Any) -> str:
    """Return an output's picture for a page, with that drawn for a phone where there is one."""
    narrow = output.metadata.get("narrow")
    source = f'<source media="{PHONE}" srcset="{_address(narrow)}">' if narrow else ""
    alt = html.escape(str(output.data.get("text/plain", "")).strip("[]"), quote=True)
    tall = ' class="tall"' if _tall(output.data) else ""
    return f'<picture{tall}>{source}<img alt="{alt}" src="{_address(output.data)}"></picture>'


def _tall(data: Mapping[str, str]) -> bool:
    """Whether a picture is too high for a screen to show it whole: it scrolls on a slide."""
    if "image/svg+xml" in data:
        found = SIZE.search(data["image/svg+xml"][:400])
        wide, high = (float(found[1]), float(found[2])) if found else (1.0, 1.0)
    else:  # a PNG says its size in its first bytes
        wide, high = struct.unpack(">II", base64.b64decode(data["image/png"].lstrip()[:32])[16:24])
    return high > TALL * wide


def _address(data: Mapping[str, str]) -> str:
    """Return a picture as an address that holds it."""
    kind, content = next((kind, text) for kind, text in data.items() if kind.startswith("image/"))
    plain = base64.b64encode(content.encode()).decode("ascii") if kind == "image/svg+xml" else "".join(content.split())
    return f"data:{kind};base64,{plain}"


def _prose(source: str) -> str:
    source = TOGETHER.sub("\N{NO-BREAK SPACE}", source)
    source = INTERVAL.sub(r'<span class="whole">\g<0></span>', source)
    return WHOLE.sub(_whole, MATH.sub(_mathml, source))


def _whole(match: re.Match[str]) -> str:
    return f'<span class="whole">{match[0]}</span>' if match[1] or match[2] else match[0]


def _mathml(match: re.Match[str]) -> str:
    block = match["block"]
    return mathml(block.strip() if block else match["inline"], "block" if block else "inline")


def mathml(equation: str, display: str = "inline") -> str:
    """Return a LaTeX equation as MathML, with its letters as they are; what would end a tag stays spelled out."""
    from latex2mathml.converter import convert

    def letter(found: re.Match[str]) -> str:
        plain = chr(int(found[1], 16))
        return found[0] if plain in "<>&\"'" else plain

    def spaced(found: re.Match[str]) -> str:
        before, name, bracket = found.groups()
        return f"{before + THIN if before else ''}{name}{'' if bracket is not None else THIN}"

    found = FUNCTION.sub(spaced, convert(equation, display=display))
    found = re.sub("&#x([0-9A-Fa-f]+);", letter, found)
    found = found.replace("<mi>±</mi>", "<mo>±</mo>")  # with room around it
    found = re.sub(r"<mo [^>]*>‖</mo>", "<mi>‖</mi>", found)  # both bars of a norm alike, whatever has a power
    return found.replace("<mo>/</mo>", '<mo lspace="0" rspace="0">/</mo>')  # as close as in print
