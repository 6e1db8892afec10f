"""A film: as many frames as the dial went through, there and back, each of another state."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops

from ltviz.cli import run
from ltviz.core.errors import BadInput
from ltviz.site.film import film


@pytest.mark.usefixtures("browser")
def test_a_film_shows_the_dial_move(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr("ltviz.site.film.FRAMES", 4)
    # a driver is running already: a second one must live in another thread
    command = ["film", "margin_bound", "place", "--site", str(tmp_path / "site"), "--out", str(tmp_path / "a.gif")]
    with ThreadPoolExecutor(1) as other:
        assert other.submit(run, [*command, "--width", "500"]).result() == 0
    assert "a.gif" in capsys.readouterr().out
    with Image.open(tmp_path / "a.gif") as moving:
        assert moving.n_frames == 6  # 4 there, 2 on the way back
        assert moving.size[0] == 500
        frames = []
        for k in range(4):
            moving.seek(k)
            frames.append(moving.convert("RGB"))
    for one, other_ in pairwise(frames):
        assert ImageChops.difference(one, other_).getbbox() is not None


@pytest.mark.parametrize("dial", ["plaice", "largest_"])
def test_a_dial_that_is_not_there(tmp_path: Path, dial: str) -> None:
    with pytest.raises(BadInput, match="dial"):
        film(tmp_path / "none.html", "margin_bound", dial, tmp_path / "a.gif")


def test_a_dial_without_a_slider(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="slider"):
        film(tmp_path / "none.html", "two_truths", "scene", tmp_path / "a.gif")
