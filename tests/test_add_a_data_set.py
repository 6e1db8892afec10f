"""Adding a data set is adding one file: it then is listed, explained, trained on, recorded, drawn and compared on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import ltviz

PACKAGE = Path(ltviz.__file__).parent
DATA_SET = '''"""Stripes: upright, level and slanting ones, of no use.

It takes imbalance (4), profile (exp) and seed (0).
"""

from __future__ import annotations

from functools import partial

import numpy as np

from ltviz.core.profiles import profile as make_profile
from ltviz.datasets import Images, Selection, Source

NAMES = ("upright", "level", "slanting")


def load(imbalance, profile, seed):
    """Return noisy stripes."""
    counts = make_profile(profile, 16, 3, imbalance)
    generator = np.random.default_rng(seed)
    ways = np.arange(8)[None, :], np.arange(8)[:, None], np.add.outer(np.arange(8), np.arange(8))

    def images(labels):
        clean = np.stack([np.broadcast_to(ways[c] % 4 < 2, (8, 8)) for c in labels])
        grey = 150 * clean + generator.integers(0, 100, (len(labels), 8, 8))
        return np.repeat(grey[..., None].astype(np.uint8), 3, axis=3)

    train, few = np.repeat(np.arange(3), counts.values), np.repeat(np.arange(3), 4)
    return Images(
        name="stripes", profile=profile, imbalance=float(imbalance), seed=seed, counts=counts, class_names=NAMES,
        train_images=images(train), train_labels=train, val_images=images(few), val_labels=few,
        test_images=images(few), test_labels=few, mean=np.full(3, 0.4), std=np.full(3, 0.3), model="resnet8",
    )


class Stripes(Source):
    """Three classes of stripes."""

    title = "Noisy stripes"
    model = "resnet8"
    defaults = {"imbalance": 4, "profile": "exp", "seed": 0}

    def select(self, imbalance=4, profile="exp", seed=0, **rest):
        """See `Source`."""
        counts = make_profile(profile, 16, 3, imbalance)
        read = partial(load, imbalance, profile, seed)
        return Selection("stripes", profile, float(imbalance), counts, read, self.model)


SOURCE = Stripes()
'''
# Run in one process: each line is a command, and its exit code is printed after what it prints.
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
"""


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, str]]:
    """Return the exit code of each command, and what it printed."""
    place = tmp_path_factory.mktemp("copy")
    shutil.copytree(PACKAGE, place / "ltviz", ignore=shutil.ignore_patterns("__pycache__"))
    (place / "ltviz" / "datasets" / "stripes.py").write_text(DATA_SET, encoding="utf-8")
    commands = COMMANDS.strip().splitlines()
    code = (
        "import sys\nfrom ltviz.cli import run\n"
        "for line in sys.argv[1:]:\n"
        "    code = run(line.split())\n"
        "    sys.stdout.write(f'\\nENDED WITH {code}\\n')\n"
        "    sys.stdout.flush()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *commands],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONPATH": str(place), "OMP_NUM_THREADS": "1", "COLUMNS": "110"},
        cwd=place,
        timeout=400,
        check=False,
    )
    parts = done.stdout.split("\nENDED WITH ")
    assert len(parts) == len(commands) + 1, done.stdout
    codes = [int(part.partition("\n")[0]) for part in parts[1:]]
    texts = [parts[0], *(part.partition("\n")[2] for part in parts[1:])]
    return {command: (ended, text) for command, ended, text in zip(commands, codes, texts, strict=False)}


REFUSED = {
    "--size 16": "--size would do nothing: stripes takes --imbalance, --profile",
    "--recipe paper": "not for",
}


@pytest.mark.parametrize("command", [c for c in COMMANDS.strip().splitlines() if not c.endswith(tuple(REFUSED))])
def test_every_command_takes_it(said: dict[str, tuple[int, str]], command: str) -> None:
    code, text = said[command]
    assert code == 0, text


def test_it_is_listed_and_explained(said: dict[str, tuple[int, str]]) -> None:
    assert "stripes   Stripes: upright, level and slanting ones, of no use." in said["list datasets"][1]
    assert "It takes imbalance (4)" in said["explain stripes"][1]


def test_it_is_recorded_and_passed_over(said: dict[str, tuple[int, str]]) -> None:
    first = said["train --method erm,focal --dataset stripes --epochs 1 --weights"][1]
    assert "runs/stripes-exp4/erm-basic/seed0/run.json: balanced accuracy" in first
    again = said["train --method erm --dataset stripes --epochs 1 --resume"][1]
    assert "recorded before (1 epoch): runs/stripes-exp4/erm-basic" in again
    assert "stripes exp 4, recipe basic" in said["results --dataset stripes"][1]
    assert "stripes exp 2, recipe basic" in said["results --dataset stripes"][1]


def test_it_is_compared_on(said: dict[str, tuple[int, str]]) -> None:
    first = said["compare focal --against erm --dataset stripes --seeds 2 --epochs 1"][1]
    assert "4 runs of 1 epochs on stripes, exp, imbalance 4, recipe basic: focal, erm; seeds 0, 1" in first
    assert "there already: 2" in first
    again = said["compare focal --against erm --dataset stripes --seeds 2 --epochs 1 --format json"][1]
    assert "there already: 4" in again
    assert '"dataset":"stripes"' in again


@pytest.mark.parametrize(("flag", "says"), REFUSED.items())
def test_what_it_does_not_take_is_refused(said: dict[str, tuple[int, str]], flag: str, says: str) -> None:
    code, text = next(each for command, each in said.items() if command.endswith(flag))
    assert code == 2
    assert says in text
