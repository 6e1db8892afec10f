"""Adding a loss is adding one file: all that is tried with the shipped ones is tried with it, with no other edit."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import ltviz

PACKAGE = Path(ltviz.__file__).parent
ON_LOGITS = '''"""Balanced softmax with only a part of the prior."""

from __future__ import annotations

from ltviz.core.params import Param
from ltviz.losses._numpy import cross_entropy
from ltviz.losses.balanced_softmax import BalancedSoftmax


class HalfPrior(BalancedSoftmax):
    """Balanced softmax with only a part of the prior.

    Equation
    --------
    L = CE( z + share log n )

    Parameters
    ----------
    counts : ClassCounts
        Training counts n_j by class id.
    share : float
        The part of the prior that is added.

    Raises
    ------
    BadInput
        See `Loss`.

    Source
    ------
    A test; equation 1. Differs from the released code in that there is none.
    """

    title = "Half prior"
    source = "a test, equation 1"
    params = {"share": Param(0.5, 0.0, 2.0, 0.05, "the part of the prior that is added")}
    neutral = {"share": 0.0}
    exempt = {}

    share: float

    def adjust(self, scores, labels):
        """Add a part of log n."""
        return scores + self.share * self.counts_wide.log().to(scores.dtype)

    @classmethod
    def reference(cls, case, **params):
        """Return the formula by hand."""
        import numpy as np

        return cross_entropy(case.logits + params["share"] * np.log(case.counts), case)
'''


ON_EMBEDDINGS = '''"""Embeddings are pulled to the vector of their class."""

from __future__ import annotations

import numpy as np

from ltviz.core.params import Param
from ltviz.losses._base import Loss
from ltviz.losses._contrast import by_view, directions


class Pull(Loss):
    """Embeddings are pulled to the vector of their class.

    Equation
    --------
    L = strength (1 - cos(f, w_y))

    Parameters
    ----------
    counts : ClassCounts
        Only their number C matters.
    strength : float
        What multiplies the pull.

    Raises
    ------
    BadInput
        See `Loss`.

    Source
    ------
    A test; equation 2. Differs from the released code in that there is none.
    """

    title = "Pull"
    source = "a test, equation 2"
    uses = "embedding"
    params = {"strength": Param(1.0, 0.0, 5.0, 0.1, "what multiplies the pull")}
    exempt = {"neutral": "it has no classification term"}

    strength: float

    def needs(self):
        """Return the fields it needs."""
        return ("embedding", "prototypes")

    def extra(self, outputs, labels):
        """Return the pull of each row, the mean of its views."""
        near = directions(by_view(outputs.embedding)) * directions(outputs.prototypes)[labels][:, None]
        return self.strength * (1 - near.sum(dim=2)).mean(dim=1)

    @classmethod
    def reference(cls, case, **params):
        """Return the formula by hand."""
        rows = []
        for f, y in zip(case.embedding, case.labels):
            w = case.prototypes[y] / (np.linalg.norm(case.prototypes[y]) or 1)
            rows.append(np.mean([1 - g @ w / (np.linalg.norm(g) or 1) for g in np.atleast_2d(f)]))
        return params["strength"] * np.array(rows)
'''
ADDED = {"half_prior": ON_LOGITS, "pull": ON_EMBEDDINGS}
FILES = Path(__file__).parent
OF_EVERY_LOSS = re.compile(r"\bshipped\(\)|\blosses\.names\(\)|[^\w.]names\(\)")  # what a test of every loss asks for
SHOWN = """
import json, sys
from pathlib import Path
from ltviz import cli, site
from ltviz.explorers import CARDS
from ltviz.losses import Field
from ltviz.views import VIEWS

wrote = {}
for name in sys.argv[1:]:
    wrote[name] = [view for view, each in VIEWS.items() if each.shows(Field()[name])]
    for view in wrote[name]:
        tiny = [word for key, value in VIEWS[view].tiny.items() for word in (f"--{key.replace('_', '-')}", str(value))]
        out = Path("out", name)
        swept = "parameter" in VIEWS[view].controls  # along whose axis the first number changes
        number = [] if swept else [f"--{next(iter(Field()[name].params))}", "0.75"]
        words = ["--loss", name, *number, "--format", "json", "--out", str(out)]
        if cli.run(["figure", view, *words, *tiny]):
            sys.exit(f"{view} {name}")
        spelled = list(json.loads((out / f"{view}.json").read_text(encoding="utf-8"))["state"].values())
        assert any(str(value).startswith(name) and (swept or "=0.75)" in str(value)) for value in spelled), spelled
    for words in (["explain", name], ["list", "losses"], ["figure", "loss_anatomy", "--loss", name, "--help"]):
        if cli.run(words):
            sys.exit(f"{words}")
    assert name in CARDS["loss_anatomy"].fixed().dials["loss"].values
    assert (name in CARDS["decision_map"].dials["loss"].control.options) == ("decision_map" in wrote[name])
Path("wrote.json").write_text(json.dumps(wrote), encoding="utf-8")
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("copy")
    leave = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PACKAGE, place / "ltviz", ignore=leave)
    shutil.copytree(FILES, place / "tests", ignore=leave)
    shutil.copy(FILES.parent / "pyproject.toml", place)
    for name, text in ADDED.items():
        (place / "ltviz" / "losses" / f"{name}.py").write_text(text, encoding="utf-8")
    return place


def python(place: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, *words],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(place), "OMP_NUM_THREADS": "1"},
        cwd=place,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]
    return done.stdout


def test_every_test_of_the_shipped_losses_holds_for_them(copy: Path) -> None:
    """Laws, bad inputs, precision, compile, explain, flags, sliders in scenes: whatever asks for the losses' names."""
    files = [
        file
        for file in sorted((copy / "tests").rglob("test_*.py"))
        if OF_EVERY_LOSS.search(file.read_text(encoding="utf-8")) and file.name != Path(__file__).name
    ]
    assert len(files) >= 8
    names = " or ".join(ADDED)
    out = python(copy, "-m", "pytest", *map(str, files), "-q", "-k", names, "-p", "no:cacheprovider", "-rs")
    assert "failed" not in out
    for name in ADDED:
        assert laws_tried(out, name), out[-3000:]
    assert "not yet written down: in overlap, half_prior.share is 'frequent'" in out


def laws_tried(out: str, name: str) -> bool:
    """Whether the run tried more than a few things of a loss."""
    count = re.search(r"(\d+) passed", out)
    return count is not None and int(count[1]) >= 60


def test_they_are_listed_explained_and_drawn_by_every_view_that_can_show_them(copy: Path) -> None:
    out = python(copy, "-c", SHOWN, *ADDED)
    wrote = json.loads((copy / "wrote.json").read_text(encoding="utf-8"))
    shown = {"margin_curve", "weight_curve", "loss_anatomy", "decision_map", "boundary_shift", "boundary_vs_fit"}
    assert set(wrote["half_prior"]) == shown
    assert wrote["pull"] == ["loss_anatomy"]
    assert "CE( z + share log n )" in out
    assert "at share = 0.0 it is cross-entropy of the logits" in out
    assert "L = strength (1 - cos(f, w_y))" in out
    assert out.count("--share") >= 1
    for name in ADDED:
        assert len(re.findall(rf"^ *{name} ", out, re.MULTILINE)) >= 2  # listed, and explained
