"""A figure that turns dark with JupyterLab, as pages do with the system: hues stay, the ground is the notebook's."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from ltviz.core.kernel import attended

_WHITE = '.main-svg[style*="rgb(255, 255, 255)"]'  # another ground was asked for
_NIGHT = '[data-jp-theme-light="false"] .jp-RenderedPlotly'
STYLE = f"""<style class="ltviz-night">
{_NIGHT}:has({_WHITE}) {{ filter: invert(.92) hue-rotate(180deg); }}
{_NIGHT} {_WHITE} {{ background: transparent !important; }}
{_NIGHT}:has({_WHITE}) .bglayer .bg {{ fill: transparent !important; }}
.jp-OutputArea-child:has(.ltviz-night) {{ display: none; }}
</style>"""


class Figure(go.Figure):
    """A plotly figure that leaves the style of its night beside it, where a reader has JupyterLab before them."""

    def _ipython_display_(self) -> Any:
        super()._ipython_display_()
        if attended():
            from IPython.display import display

            display({"text/html": STYLE, "text/plain": ""}, raw=True)
