"""An executed notebook made static: pictures instead of widgets and plotly.js, and a page that needs no network."""

from __future__ import annotations

import base64
import html
from io import BytesIO
from typing import TYPE_CHECKING, Any

from ltviz.core.errors import MissingExtra
from ltviz.course import text

if TYPE_CHECKING:
    from ltviz.figures.export import Camera

PLOTLY = "application/vnd.plotly.v1+json"
WIDGET = "application/vnd.jupyter.widget-view+json"
NO_BROWSER = "[a figure stands here; install Chrome or Chromium to see it (ltviz doctor)]"
WIDTH = 736  # pixels of the column in page.css
NARROW = 358  # of that on a phone
SLIDE = "1150x550"  # pixels of a projector's 1280 x 720 that slides.css leaves a picture
SMALL = 60_000  # bytes: an SVG up to this size is kept, a larger one becomes a PNG


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
            picture, others = None, spec["layout"].pop("meta", None) or {}
            if camera:
                try:
                    picture = _picture(spec, camera)
                    others = {kind: _picture(other, camera) for kind, other in others.items()}
                except MissingExtra as error:
                    missing, camera = str(error), None
            data.pop("text/html", None)
            data.update(picture or {})
            data["text/plain"] = _title(spec) if picture else NO_BROWSER
            output.metadata.clear()
            output.metadata.update({kind: {"alt": _title(spec)} for kind in picture or {}})
            if picture:
                output.metadata.update(others)
    return missing


def page(notebook: Any, stem: str, site: str = "") -> str:
    """One HTML page: no script, no network, equations as MathML; code and the answers to a "guess first" fold.

    `site`: the way to the explorers' front page, where one stands.
    """
    body, title = text.text(notebook), html.escape(text.title(notebook, stem))
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>\n'
        f"<style>\n{text.style()}\n</style></head>\n<body>{_ways(stem, site)}<main>\n{body}\n</main></body></html>\n"
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
