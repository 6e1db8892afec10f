"""A figure's night: only where a reader has a notebook before them; tests/browser/test_lab.py looks at it there."""

from __future__ import annotations

import plotly.graph_objects as go
import pytest

from ltviz import views
from ltviz.figures import _night


@pytest.mark.parametrize("attended", [True, False])
def test_an_executed_copy_holds_the_figure_alone(monkeypatch: pytest.MonkeyPatch, attended: bool) -> None:
    shown: list[object] = []
    monkeypatch.setattr(_night, "attended", lambda: attended)
    monkeypatch.setattr(go.Figure, "_ipython_display_", lambda figure: shown.append("the figure"))
    monkeypatch.setattr("IPython.display.display", lambda bundle, raw: shown.append(bundle["text/html"]))
    views.show("class_counts")._ipython_display_()
    assert shown == ["the figure", _night.STYLE][: 1 + attended]
