"""What one would write without ltviz's explorers: a FigureWidget with a slider, and a page of plotly's with one."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from ltviz.losses import LossSpec

GRID = 100
SLIDERS = {
    # what moves: keywords of explore, its dial
    "tau, no refit": ({"loss": "ce"}, "posthoc"),
    "max_margin, refits": ({"loss": "ldam", "scene": "separable"}, "loss.ldam.max_margin"),
}
_SLIDER = """
const handle = document.createElement("input");
Object.assign(handle, {type: "range", min: 0, max: CELLS.length - 1, value: 0});
handle.oninput = () => Plotly.restyle("plot", {z: [CELLS[handle.value]]}, [0]);
document.body.prepend(handle);
"""


def _figure(slider: str) -> tuple[Any, list[np.ndarray]]:
    """Return a figure of the points on the first map, and the maps of the slider's stops, each unlike the one before.

    Plotly draws nothing where nothing has changed, so such stops could not be timed. The fits are the explorer's.
    """
    import plotly.graph_objects as go

    from ltviz.plane.problem import fit, problem

    given = problem() if slider == "tau, no refit" else problem(scene="separable")
    x, y, grid = given.grid(GRID)
    if slider == "tau, no refit":
        scores = fit(given.data, LossSpec("ce"), "linear").scores(grid)
        maps = [(scores - given.after_training(value)).argmax(axis=1) for value in np.linspace(0.0, 1.5, 31)]
    else:
        losses = [LossSpec("ldam", {"max_margin": value}) for value in np.linspace(0.0, 1.0, 41)]
        maps = [fit(given.data, loss, "linear").predict(grid) for loss in losses]
    cells = [maps[0], *(new for old, new in pairwise(maps) if (old != new).any())]
    cells = [each.reshape(GRID, GRID).astype(np.uint8) for each in cells]
    figure = go.Figure(go.Heatmap(x=x, y=y, z=cells[0], showscale=False))
    for label in range(len(given.counts)):
        inside = given.data.points[given.data.labels == label]
        figure.add_scatter(x=inside[:, 0], y=inside[:, 1], mode="markers", name=f"class {label}")
    return figure, cells


def figure_widget(slider: str) -> Any:
    """Return a FigureWidget and an ipywidgets slider, with all fits made before the first move.

    Parameters
    ----------
    slider : str
        A key of `SLIDERS`. The same points and the same fits as the explorer's.
    """
    import ipywidgets
    import plotly.graph_objects as go

    figure, cells = _figure(slider)
    live = go.FigureWidget(figure)
    handle = ipywidgets.IntSlider(0, 0, len(cells) - 1, description=slider)

    def moved(change: Any) -> None:
        live.data[0].z = cells[change["new"]]

    handle.observe(moved, "value")
    return ipywidgets.VBox([handle, live])


def page(path: Path, slider: str = "tau, no refit") -> Path:
    """Write a page of plotly's with the browser's own slider, with all fits in it, and return its path.

    Parameters
    ----------
    path : Path
        The file.
    slider : str
        A key of `SLIDERS`.
    """
    figure, cells = _figure(slider)
    script = f"const CELLS = {[each.tolist() for each in cells]};{_SLIDER}"
    figure.write_html(path, include_plotlyjs=True, div_id="plot", post_script=script)
    return path


def floor(path: Path) -> Path:
    """Write a page that a key changes one word of, driven as an explorer's is: no page is painted sooner."""
    text = """<!doctype html><meta charset="utf-8"><title>One word</title>
<section class="ltviz"><p>0</p><div class="panel"><input type="range" max="60" value="0"></div></section>
<script>
const [section, word, slider] = ["section", "p", "input"].map((each) => document.querySelector(each));
section.ltviz = {drawn: 1, draw() { word.textContent = slider.value; this.drawn += 1; }};
slider.oninput = () => section.ltviz.draw();
</script>
"""
    path.write_text(text, encoding="utf-8")
    return path
