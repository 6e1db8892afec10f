"""In the copy: losses that were added are listed, explained, and drawn by every view that can show them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from ltviz.cli import run
from ltviz.explorers import CARDS
from ltviz.losses import Field
from ltviz.views import VIEWS

SHOWN = {
    "half_prior": {
        *("margin_curve", "weight_curve", "loss_anatomy", "decision_map", "boundary_shift", "boundary_vs_fit"),
        *("margin_spaces", "max_margin_convergence", "weighting_vanishes"),
        "margins_of_dbm",  # a view that was added as well
    },
    "pull": {"loss_anatomy"},
}
SAYS = {
    "half_prior": ("CE( z + share log n )", "at share = 0.0 it is cross-entropy of the logits"),
    "pull": ("L = strength (1 - cos(f, w_y))",),
}


@pytest.mark.parametrize("name", SHOWN)
def test_every_view_that_can_show_it_draws_it(name: str, tmp_path: Path) -> None:
    shows = [view for view, each in VIEWS.items() if each.shows(Field()[name])]
    assert set(shows) == SHOWN[name]
    for view in shows:
        tiny = [word for key, value in VIEWS[view].tiny.items() for word in (f"--{key.replace('_', '-')}", str(value))]
        swept = "parameter" in VIEWS[view].controls  # along whose axis the first number changes
        number = [] if swept else [f"--{next(iter(Field()[name].params))}", "0.75"]
        words = ["--loss", name, *number, "--format", "json", "--out", str(tmp_path)]
        assert run(["figure", view, *words, *tiny]) == 0
        state = json.loads((tmp_path / f"{view}.json").read_text(encoding="utf-8"))["state"]
        assert any(str(value).startswith(name) and (swept or "=0.75)" in str(value)) for value in state.values()), state
    assert name in CARDS["loss_anatomy"].fixed().dials["loss"].values
    assert (name in CARDS["decision_map"].dials["loss"].control.options) == ("decision_map" in shows)


@pytest.mark.parametrize("name", SHOWN)
def test_it_is_listed_and_explained(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["list", "losses"], ["explain", name]):
        assert run(words) == 0
        out = capsys.readouterr().out
        assert re.search(rf"^ *{name} ", out, re.MULTILINE)
    assert all(sentence in out for sentence in SAYS[name])
    assert run(["figure", "loss_anatomy", "--loss", name, "--help"]) == 0
    assert f"--{next(iter(Field()[name].params))}" in capsys.readouterr().out
