"""What is read of a file without importing it is what importing it gives."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

from ltviz.core import unread
from ltviz.core.unread import PACKAGE
from ltviz.datasets import toy
from ltviz.studies import boundary_shift, loss_anatomy


@pytest.mark.parametrize("study", [boundary_shift, loss_anatomy])
def test_defaults_are_the_signatures(study) -> None:
    name = study.__name__.rpartition(".")[2]
    signature = inspect.signature(getattr(study, name)).parameters
    read = unread.defaults(Path(study.__file__), name)
    assert read == {key: each.default for key, each in signature.items()}
    assert {key: type(value) for key, value in read.items()} == {key: type(p.default) for key, p in signature.items()}


def test_a_constant_is_found_where_it_was_imported_from() -> None:
    assert unread.constant(PACKAGE / "studies" / "loss_anatomy.py", "SHARPNESS") == loss_anatomy.SHARPNESS
    assert unread.constant(PACKAGE / "datasets" / "toy.py", "SEED") == toy.SEED


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    file = tmp_path / "study.py"
    file.write_text("def study(*, a=HOME, b=toy.SEED):\n    pass\n")
    with pytest.raises(LookupError, match="HOME"):
        unread.defaults(file, "study")


def test_tables_are_known_before_torch_is_there() -> None:
    code = (
        "import sys\nfrom ltviz.views import VIEWS\nfrom ltviz.explorers import CARDS, question\n"
        "[view.controls for view in VIEWS.values()], [question(name) for name in CARDS]\n"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
