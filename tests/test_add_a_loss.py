"""Adding a loss is adding one file: it then has a name, a flag, a figure and its laws, with no other edit."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import ltviz

PACKAGE = Path(ltviz.__file__).parent
LOSS = '''"""Square-root margin: as LDAM, with the square root."""

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
    A test; equation 1.
    """

    title = "Half prior"
    source = "a test, equation 1"
    params = {"share": Param(0.5, 0.0, 2.0, 0.05, "the part of the prior that is added")}
    neutral = {"share": 0.0}
    margin_from_counts = False

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


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("copy")
    shutil.copytree(PACKAGE, place / "ltviz", ignore=shutil.ignore_patterns("__pycache__"))
    (place / "ltviz" / "losses" / "half_prior.py").write_text(LOSS, encoding="utf-8")
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
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_it_is_listed_and_explained(copy: Path) -> None:
    assert "half_prior" in python(copy, "-m", "ltviz", "list", "losses")
    told = python(copy, "-m", "ltviz", "explain", "half_prior")
    assert "CE( z + share log n )" in told
    assert "at share = 0.0 it is cross-entropy of the logits" in told


def test_it_has_a_flag_and_a_figure(copy: Path) -> None:
    assert "--share" in python(copy, "-m", "ltviz", "figure", "loss_anatomy", "--loss", "half_prior", "--help")
    flags = ["--loss", "half_prior", "--share", "0.75", "--format", "json", "--out", "out"]
    for view in ("loss_anatomy", "margin_curve"):
        python(copy, "-m", "ltviz", "figure", view, *flags)
        content = json.loads((copy / "out" / f"{view}.json").read_text(encoding="utf-8"))
        assert "half_prior(share=0.75)" in content["state"].values()


def test_it_moves_a_boundary(copy: Path) -> None:
    code = (
        "import sys, numpy as np\n"
        "from ltviz.datasets import toy\n"
        "from ltviz.plane.fit import fit2d\n"
        "import ltviz\n"
        "data = toy.scene('overlap')\n"
        "losses = [ltviz.make_loss('half_prior', data.counts, share=s) for s in (0.0, 1.0)]\n"
        "fits = [fit2d(data.points, data.labels, loss) for loss in losses]\n"
        "rare = data.counts.rarest\n"
        "grid = toy.make('gaussians', [500, 500], seed=1).points\n"
        "sys.stdout.write(' '.join(str((fit.predict(grid) == rare).mean()) for fit in fits))"
    )
    before, after = map(float, python(copy, "-c", code).split())
    assert after > before + 0.05


def test_it_keeps_the_laws(copy: Path) -> None:
    code = (
        "import sys, ltviz\n"
        "from ltviz.losses import laws\n"
        "broken = [str(law) for law in laws.check(ltviz.losses()['half_prior']) if not law.passed]\n"
        "sys.stdout.write('\\n'.join(broken))"
    )
    assert python(copy, "-c", code) == ""
