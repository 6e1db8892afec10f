"""Pages of the public names: for each loss and metric one, with its equation as it is written."""

from __future__ import annotations

from pathlib import Path

import pytest

import ltviz
from ltviz.losses import shipped
from ltviz.site import reference


def test_every_public_name_has_a_page() -> None:
    named = set(reference.modules())
    assert {f"ltviz.losses.{name}" for name in shipped()} <= named
    assert {"ltviz", "ltviz.metrics.margins", "ltviz.datasets.digits", "ltviz.samplers"} <= named


@pytest.mark.filterwarnings("ignore::UserWarning")  # pdoc's, of names that load when they are first used
def test_a_page_stands_without_a_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pdoc")
    monkeypatch.setattr(reference, "modules", lambda: ["ltviz", "ltviz.losses.ldam"])
    written = reference.write_reference(tmp_path)
    assert [path.name for path in written] == ["ltviz.html", "ldam.html", "index.html"]
    front, loss, index = (path.read_text(encoding="utf-8") for path in written)
    for name in set(ltviz.__all__) - {"losses"}:
        assert f'id="{name}"' in front
    assert "Delta_j = max_margin * (n_j / n_min)^(-1/4)" in loss
    assert "default-src 'none'" in loss
    assert 'href="ltviz/losses/ldam.html"' in index
