"""The widget of an explorer: the browser's script, and the messages between it and the kernel."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from ltviz import web

if TYPE_CHECKING:
    from ltviz.notebook.explorer import Explorer

LOST = (
    "with sliders: run this cell in JupyterLab (<code>ltviz lab</code>), or open the page with <code>ltviz play</code>"
)

VIEW = "application/vnd.jupyter.widget-view+json"


@functools.cache
def _module(picture: str) -> str:
    return f"{web.script('widget', pictures=[picture])}export default {{ render }};\n"


class Widget(anywidget.AnyWidget):
    """The browser's side of an explorer.

    Parameters
    ----------
    explorer : Explorer
        Answers the browser's requests.
    spec : dict
        As `ltviz.web.spec` gives it.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    spec = traitlets.Dict().tag(sync=True)
    at = traitlets.Dict().tag(sync=True)  # the dials, as they stand in the browser

    def __init__(self, explorer: Explorer, spec: dict[str, Any]) -> None:
        self._explorer: Explorer | None = explorer
        super().__init__(_esm=_module(spec["picture"]), _css=web.style(), spec=spec, at=spec["state"])

    def _handle_custom_msg(self, content: dict[str, Any], buffers: list[Any]) -> None:
        """Answer the browser; ipywidgets' own way of calling back would swallow what is raised."""
        if self._explorer is not None and "ask" in content:
            self._explorer.answer(content)
        elif "plotly" in content:  # once in a page, where a picture is a figure
            from plotly.offline import get_plotlyjs

            self.send({"plotly": True}, [get_plotlyjs().encode()])

    def bundle(self) -> dict[str, Any]:
        """Return what a cell shows: the widget, and words where there is no kernel to ask."""
        title = self.spec["title"]
        return {
            VIEW: {"version_major": 2, "version_minor": 1, "model_id": self.model_id},
            "text/html": f"<p>{title}, {LOST}.</p>",
            "text/plain": f"[{title}: sliders in JupyterLab]",
        }

    def end(self) -> None:
        """Close the comms, its own and its layout's, and let the explorer go."""
        self._explorer = None
        self.layout.close()
        self.close()
