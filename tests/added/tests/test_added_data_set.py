"""In the copy: a data set that was added is listed, explained, trained on, recorded, drawn and compared on."""

from __future__ import annotations

import contextlib
import io

import pytest

from ltviz.cli import run

# Each stands on those before it.
COMMANDS = """
list datasets
explain stripes
train --method erm,focal --dataset stripes --epochs 1 --weights
train --method erm,focal --dataset stripes --epochs 1 --imbalance 2 --select val
train --method erm --dataset stripes --epochs 1 --resume
train --method erm --dataset stripes --epochs 1 --size 16
train --method erm --dataset stripes --epochs 1 --recipe paper
results --dataset stripes
compare focal --against erm --dataset stripes --seeds 2 --epochs 1
compare focal --against erm --dataset stripes --seeds 2 --epochs 1 --format json
figure per_class_error --methods erm,focal --records stripes-exp4 --format json --out figures
figure training_history --methods erm --records stripes-exp4 --seeds 1 --format json --out figures
figure angle_histogram --methods erm,focal --records stripes-exp4 --format json --out figures
figure class_margin --methods erm --records stripes-exp4 --seeds 1 --format json --out figures
figure margin_distribution --methods erm --records stripes-exp4 --format json --out figures
figure recorded_results --records stripes-exp4 --format json --out figures
data show stripes --imbalance 2 --out figures
""".strip().splitlines()
REFUSED = {
    "--size 16": "--size would do nothing: stripes takes --imbalance, --profile",
    "--recipe paper": "not for",
}


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, str]]:
    """Return the exit code of each command, and what it printed."""
    told = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("stripes"))
        patch.setenv("COLUMNS", "110")
        for command in COMMANDS:
            with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(out):
                code = run(command.split())
            told[command] = code, out.getvalue()
    return told


@pytest.mark.parametrize("dataset", ["stripes"])
class TestStripes:
    def test_every_command_takes_it(self, said: dict[str, tuple[int, str]], dataset: str) -> None:
        for command in COMMANDS:
            if not command.endswith(tuple(REFUSED)):
                assert said[command][0] == 0, said[command]

    def test_it_is_listed_and_explained(self, said: dict[str, tuple[int, str]], dataset: str) -> None:
        assert f"{dataset}   Stripes: upright, level and slanting ones, of no use." in said["list datasets"][1]
        assert "It takes imbalance (4)" in said["explain stripes"][1]

    def test_it_is_recorded_and_passed_over(self, said: dict[str, tuple[int, str]], dataset: str) -> None:
        first = said["train --method erm,focal --dataset stripes --epochs 1 --weights"][1]
        assert "runs/stripes-exp4/erm-basic/seed0/run.json: balanced accuracy" in first
        again = said["train --method erm --dataset stripes --epochs 1 --resume"][1]
        assert "recorded before (1 epoch): runs/stripes-exp4/erm-basic" in again
        assert "stripes exp 4, recipe basic" in said["results --dataset stripes"][1]
        assert "stripes exp 2, recipe basic" in said["results --dataset stripes"][1]

    def test_it_is_compared_on(self, said: dict[str, tuple[int, str]], dataset: str) -> None:
        first = said["compare focal --against erm --dataset stripes --seeds 2 --epochs 1"][1]
        assert "4 runs of 1 epochs on stripes, exp, imbalance 4, recipe basic: focal, erm; seeds 0, 1" in first
        assert "there already: 2" in first
        again = said["compare focal --against erm --dataset stripes --seeds 2 --epochs 1 --format json"][1]
        assert "there already: 4" in again
        assert '"dataset":"stripes"' in again

    def test_what_it_does_not_take_is_refused(self, said: dict[str, tuple[int, str]], dataset: str) -> None:
        for flag, says in REFUSED.items():
            code, text = next(each for command, each in said.items() if command.endswith(flag))
            assert code == 2
            assert says in text
