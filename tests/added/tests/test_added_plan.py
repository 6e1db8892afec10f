"""What commands say of a plan that was added."""

from __future__ import annotations

from pathlib import Path

import pytest

from ltviz.cli import run


@pytest.mark.parametrize("name", ["few_and_added"])
def test_a_plan_is_listed_shown_and_gone_through(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["list", "sweeps"]) == 0
    assert name in capsys.readouterr().out
    assert run(["sweep", name, "--plan", "--out", str(tmp_path)]) == 0
    assert "0 of 4 recorded" in capsys.readouterr().out
    assert run(["sweep", name, "--out", str(tmp_path), "--device", "cpu"]) == 0
    assert "4 runs recorded, 0 failed" in capsys.readouterr().err
