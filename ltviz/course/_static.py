"""An executed notebook made static: pictures instead of widgets and plotly.js, and a page that needs no network."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Mapping
from importlib import resources
from io import BytesIO
from typing import TYPE_CHECKING, Any

from ltviz.core.errors import MissingExtra

if TYPE_CHECKING:
    from ltviz.figures.export import Camera

PLOTLY = "application/vnd.plotly.v1+json"
WIDGET = "application/vnd.jupyter.widget-view+json"
NO_BROWSER = "[a figure stands here; install Chrome or Chromium to see it (ltviz doctor)]"
WIDTH = 736  # pixels of the column in page.css
NARROW = 358  # of that on a phone
PHONE = "(max-width: 767px)"  # where the column is no longer as wide
HIDDEN = {"parameters", "injected-parameters", "sentinel"}  # tags of cells that a reader of the page has no use for
GUESS = re.compile(r"^> \*\*Guess first\.\*\*[^\n]*(?:\n>[^\n]*)*\s*\Z", re.MULTILINE)
NEXT = re.compile(r"^(?:## |> \*\*Guess first\.\*\*)", re.MULTILINE)  # where the text goes on to something else
FOLDS = {
    "@@fold@@": "<details><summary>Show the answer</summary>",
    "@@end@@": "</details>",
}  # nbconvert cleans raw HTML
WIDE = re.compile(  # on a phone
    r'<(div class="output_(?:svg|png|html|text)[^"]*"(?!>\s*<picture)|table|math display="block")'
)
INPUT = re.compile(  # of a code cell, up to its output or its end
    r'(<div class="input">(?:(?!<div class="(?:cell |input")).)*?)'
    r'(?=<div class="output_wrapper">|</div>\s*(?:<div class="cell |</?details|\Z))',
    re.DOTALL,
)
SMALL = 60_000  # bytes: an SVG up to this size is kept, a larger one becomes a PNG
MATH = re.compile(r"\$\$(?P<block>.+?)\$\$|(?<![\\$\w])\$(?P<inline>[^$\n]+?)\$(?!\w)", re.DOTALL)
CODE = re.compile(r"(```.*?```|`[^`\n]*`)", re.DOTALL)
MEASURED = re.compile(r"(?<=\d) (?=±)|(?<=±) (?=\d)|(?<=\d) (?=[σ%])")  # a number, its deviation and its unit: one line


def make_static(notebook: Any, camera: Camera | None) -> str:
    """Replace plotly data by pictures, in place, and drop widgets and the traces of where the run took place.

    Without a camera there are none.

    Returns
    -------
    str
        Why pictures are missing; empty where none is.
    """
    notebook.metadata.pop("widgets", None)
    notebook.metadata.pop("papermill", None)
    missing = ""
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            data.pop(WIDGET, None)
            spec = data.pop(PLOTLY, None)
            if spec is None:
                continue
            picture, narrow = None, (spec["layout"].pop("meta", None) or {}).get("narrow")
            if camera:
                try:
                    picture = _picture(spec, camera)
                    narrow = narrow and _picture(narrow, camera)
                except MissingExtra as error:
                    missing, camera = str(error), None
            data.pop("text/html", None)
            data.update(picture or {})
            data["text/plain"] = _title(spec) if picture else NO_BROWSER
            output.metadata.clear()
            output.metadata.update({kind: {"alt": _title(spec)} for kind in picture or {}})
            if picture and narrow:
                output.metadata["narrow"] = narrow
    return missing


def page(notebook: Any, stem: str, site: str = "") -> str:
    """One HTML page: no script, no network, equations as MathML; code and the answers to a "guess first" fold.

    `site`: the way to the explorers' front page, where one stands.
    """
    from nbconvert import HTMLExporter
    from pygments.formatters import HtmlFormatter

    notebook = _with_mathml(notebook)
    exporter = HTMLExporter(template_name="basic", exclude_input_prompt=True, exclude_output_prompt=True)
    body, _ = exporter.from_notebook_node(notebook)
    for mark, fold in FOLDS.items():
        body = body.replace(mark, fold)
    body = WIDE.sub(r'<\1 tabindex="0"', body)  # what is wider than a phone scrolls by itself
    style = resources.files("ltviz.course").joinpath("page.css").read_text(encoding="utf-8")
    style += HtmlFormatter(style="friendly").get_style_defs(".highlight")
    night = HtmlFormatter(style="github-dark").get_style_defs(".highlight")
    style += f"\n@media (prefers-color-scheme: dark) {{ {night} .highlight {{ background: none }} }}"
    body = INPUT.sub(r'<details class="code"><summary>Code</summary>\1</details>', body)  # the picture comes first
    first = next((c.source for c in notebook.cells if c.cell_type == "markdown" and c.source.startswith("#")), stem)
    title = html.escape(first.splitlines()[0].lstrip("# "))
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>\n'
        f"<style>\n{style}\n</style></head>\n<body>{_ways(stem, site)}<main>\n{body}\n</main></body></html>\n"
    )


def _ways(stem: str, site: str) -> str:
    """Return the links to the explorers' site and to the lessons before and after."""
    from ltviz.course import lessons

    stems = [path.stem for path in lessons.lessons()]
    links = [f'<a href="{html.escape(site, quote=True)}">All explorers</a>'] if site else []
    if stem in stems:
        at = stems.index(stem)
        links += [f'<a href="{each}.html">Lesson before</a>' for each in stems[max(at - 1, 0) : at]]
        links += [f'<a href="{each}.html">Next lesson</a>' for each in stems[at + 1 : at + 2]]
    return f'<nav aria-label="Site">{"".join(links)}</nav>' if links else ""


def _picture(spec: dict[str, Any], camera: Camera) -> dict[str, str]:
    """Draw one figure as SVG, or as PNG where that is smaller."""
    import plotly.graph_objects as go

    spec.pop("config", None)
    figure = go.Figure(spec)
    width, height = figure.layout.width or 900, figure.layout.height or 560
    svg = camera.shoot(figure, "svg", width, height)
    if len(svg) <= SMALL:
        return {"image/svg+xml": svg.decode("utf-8")}
    png = camera.shoot(figure, "png", width, height, 1.5)
    return {"image/png": base64.b64encode(_fewer_colours(png)).decode("ascii")}


def _pictured(output: Any) -> str:
    """Return an output's picture for a page, with that drawn for a phone where there is one."""
    narrow = output.metadata.get("narrow")
    source = f'<source media="{PHONE}" srcset="{_address(narrow)}">' if narrow else ""
    alt = html.escape(str(output.data.get("text/plain", "")).strip("[]"), quote=True)
    return f'<picture>{source}<img alt="{alt}" src="{_address(output.data)}"></picture>'


def _address(data: Mapping[str, str]) -> str:
    """Return a picture as an address that holds it."""
    kind, content = next((kind, text) for kind, text in data.items() if kind.startswith("image/"))
    plain = base64.b64encode(content.encode()).decode("ascii") if kind == "image/svg+xml" else "".join(content.split())
    return f"data:{kind};base64,{plain}"


def _fewer_colours(png: bytes) -> bytes:
    """Store a picture with 256 colours: a third of the size, and no visible difference in a diagram."""
    from PIL import Image

    out = BytesIO()
    Image.open(BytesIO(png)).convert("RGB").quantize(256).save(out, "PNG", optimize=True)
    return out.getvalue()


def _title(spec: dict[str, Any]) -> str:
    from ltviz.figures.themes import unmarked

    title = spec.get("layout", {}).get("title", {})
    return f"[figure: {unmarked(str(title.get('text', '')))}]"


def _with_mathml(notebook: Any) -> Any:
    import copy

    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if any(kind.startswith("image/") for kind in output.get("data", ())):
                output.data = {"text/html": _pictured(output)}
    notebook.cells = _folding([cell for cell in notebook.cells if not HIDDEN & {*cell.metadata.get("tags", ())}])
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            parts = CODE.split(cell.source)
            cell.source = "".join(part if k % 2 else _prose(part) for k, part in enumerate(parts))
    return notebook


def _folding(cells: list[Any]) -> list[Any]:
    """Fold what answers a "guess first" at the end of a text: the cells that follow, and the words up to the next part.

    A text that goes on to another part is cut in two.
    """
    from nbformat.v4 import new_markdown_cell, new_raw_cell

    opens, shuts = FOLDS
    shown: list[Any] = []
    left, folded = list(cells), False
    while left:
        cell = left.pop(0)
        text = str(cell.source) if cell.cell_type == "markdown" else None
        if text is not None and folded and (rest := NEXT.search(text)):
            cell, left = new_markdown_cell(text[: rest.start()]), [new_markdown_cell(text[rest.start() :]), *left]
        shown.append(cell)
        if folded and text is not None:
            shown.append(new_raw_cell(shuts))
            folded = False
        elif text is not None and GUESS.search(text):
            shown.append(new_raw_cell(opens))
            folded = True
    return [*shown, new_raw_cell(shuts)] if folded else shown


def _prose(text: str) -> str:
    return MATH.sub(_mathml, MEASURED.sub("\N{NO-BREAK SPACE}", text))


def _mathml(match: re.Match[str]) -> str:
    from latex2mathml.converter import convert

    block = match["block"]
    return convert(block.strip() if block else match["inline"], display="block" if block else "inline")
