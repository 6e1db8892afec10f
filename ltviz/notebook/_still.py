"""What a notebook shows that runs without a reader: a picture, and how to get the sliders."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from typing import Any

from ltviz import views
from ltviz.core.counts import ClassCounts
from ltviz.core.errors import MissingExtra
from ltviz.core.files import to_json
from ltviz.explorers import Card
from ltviz.figures.export import Camera
from ltviz.web import EXPLORER

HOW = "With sliders: open this notebook in JupyterLab (`ltviz lab`), or the explorers alone with `ltviz play`."
PLOTLY = "application/vnd.plotly.v1+json"
SCALE = 1.5  # pixels of the picture for each of the figure's


def bundles(
    card: Card, state: Mapping[str, Any], theme: str, given: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    """Return the outputs of a cell: the card's view at this state, and a line about the sliders.

    With `given`, the keywords of `ltviz.explore`, a page can put the explorer itself in their place. Whoever runs the
    notebook and asks for another form of plotly's figures (PLOTLY_RENDERER) gets that one.
    """
    figure = views.show(card.view, theme="light" if theme == "auto" else theme, **card.still(state))
    title = f"[{card.title}: {card.question}]"
    data: dict[str, Any] = {PLOTLY: json.loads(figure.to_json())}
    if not os.environ.get("PLOTLY_RENDERER"):
        try:
            with Camera() as camera:
                shot = camera.shoot(figure, "png", figure.layout.width, figure.layout.height, SCALE)
            data = {"image/png": base64.b64encode(shot).decode("ascii")}
        except MissingExtra:
            pass  # plotly's figure is what there is
    outputs: list[dict[str, Any]] = [{**data, "text/plain": title}, {"text/markdown": HOW, "text/plain": HOW}]
    if given is not None:
        # as `Card.start` reads them again; a page's explorer has no names for its classes
        plain = {key: each.values if isinstance(each, ClassCounts) else each for key, each in given.items()}
        outputs[0][EXPLORER] = {"name": card.name, "given": json.loads(to_json(plain))}
        outputs[1][EXPLORER] = {}  # a line that an explorer makes superfluous
    return outputs
