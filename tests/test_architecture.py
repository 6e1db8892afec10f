"""The house's rules, read from the source: who imports whom, and what nobody does."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import ltviz

PACKAGE = Path(ltviz.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))
TIERS = (
    ("core",),
    ("losses", "samplers", "datasets", "models", "metrics"),
    ("plane", "methods"),
    ("training",),
    ("runs", "records"),
    ("studies",),
    ("figures",),
    ("views",),
    ("gallery", "explorers"),
    ("web",),
    ("notebook", "site", "course", "bench"),
    ("cli",),
)
TIER = {folder: k for k, folders in enumerate(TIERS) for folder in folders}
# Folders of one tier do not import each other, but for these.
BESIDE = {
    ("runs", "records"): "a run ends as a record, and asks for the one that stands",
    ("site", "course"): "the lessons are pages of the site",
    ("bench", "notebook"): "what is measured is the explorer in JupyterLab",
    ("bench", "site"): "and the one on a page",
}
ENTRANCE = ("__init__", "__main__")
# Where a library may be imported at all, and where also inside a function only.
HOMES = {
    "plotly": ("figures", "notebook", "site", "course", "bench"),
    "kaleido": ("figures",),
    "ipywidgets": ("notebook", "bench"),
    "anywidget": ("notebook",),
    "torch": (
        *("losses", "samplers", "datasets", "models", "metrics", "plane", "methods", "training", "runs", "records"),
        *("studies", "notebook", "site", "course", "bench"),
    ),
    "click": ("cli",),
    "pooch": ("datasets",),
    "papermill": ("course",),
}
NOT_AT_THE_TOP = {"torch": ("cli",), "plotly": ("course",), "papermill": ("course",), "nbconvert": ("course",)}
NETWORK = ("requests", "urllib.request", "http.client", "http.server", "socket", "ftplib", "httpx")
CODE_LOADERS = ("pickle", "cPickle", "dill", "cloudpickle", "joblib", "yaml", "marshal", "shelve")
# Made from a seed, not from global state.
LOOKS = ("random.getstate", "np.random.get_state")  # reading a state changes nothing
SEEDED = ("default_rng", "Generator", "RandomState", "SeedSequence", "PCG64", "Philox", "BitGenerator")
DRAWS = ("rand", "randn", "randint", "randperm", "normal", "bernoulli", "multinomial", "poisson")
LONGEST = 320


def home(path: str) -> str:
    """The folder (or single file) of the package that a file belongs to."""
    first = Path(path).parts[0]
    return first.removesuffix(".py")


def imports(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Every imported module, and where: at the "top", in a "function", or for the type checker ("types") only."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    blocks = [node for node in ast.walk(tree) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)]
    place = {id(node): "function" for function in functions for node in ast.walk(function)}
    place |= {id(node): "types" for block in blocks for node in ast.walk(block)}
    for node in ast.walk(tree):
        where = place.get(id(node), "top")
        if isinstance(node, ast.Import):
            yield from ((name.name, where) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            yield module, where
            yield from ((f"{module}.{name.name}", where) for name in node.names)


def private(path: str, module: str) -> str:
    """The private name of another folder in a module's name; rooms within a folder may use what is the folder's."""
    parts = module.split(".")
    hidden = next((k for k, part in enumerate(parts) if part.startswith("_") and not part.startswith("__")), 0)
    inside = Path(*parts[1:hidden]) in [Path(path).parent, *Path(path).parent.parents]
    return "" if parts[0] != "ltviz" or not hidden or inside else ".".join(parts[: hidden + 1])


def faults(path: str, text: str) -> list[str]:
    """Every rule that the file breaks; `path` is relative to the package."""
    tree = ast.parse(text)
    own = home(path)
    found = [f"{len(text.splitlines())} lines; a file is one idea, at most {LONGEST}"] * (
        len(text.splitlines()) > LONGEST
    )
    for module, where in imports(tree):
        found += _import_faults(own, module, where)
        if hidden := private(path, module):
            found.append(f"{hidden} is private to its folder")
    calm = {  # what stands inside `with torch.random.fork_rng()` leaves the global state as it was
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.With)
        and "fork_rng" in ast.dump(ast.Module([*[i.context_expr for i in block.items]], []))
        for node in ast.walk(block)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            found += _call_faults(node, id(node) in calm)
    return found


def _import_faults(own: str, module: str, where: str) -> list[str]:
    found = []
    parts = module.split(".")
    if parts[0] == "ltviz" and len(parts) > 1 and own not in ENTRANCE:
        other = parts[1]
        if other in TIER and other != own and TIER[other] >= TIER[own] and (own, other) not in BESIDE:
            found.append(f"{own} imports {other}")
    if where == "types":
        return found
    if parts[0] in HOMES and own not in HOMES[parts[0]] and own not in NOT_AT_THE_TOP.get(parts[0], ()):
        found.append(f"{parts[0]} is imported in {own}")
    if where == "top" and own in NOT_AT_THE_TOP.get(parts[0], ()):
        found.append(f"{parts[0]} is imported at the top of {own}")
    if own not in ("datasets",):
        found += [f"network: {name}" for name in NETWORK if module == name or module.startswith(name + ".")]
    found += [f"loads code: {name}" for name in CODE_LOADERS if parts[0] == name]
    return found


def _call_faults(node: ast.Call, calm: bool) -> list[str]:
    name = ast.unparse(node.func)
    words = name.split(".")
    keywords = {keyword.arg for keyword in node.keywords}
    if name in ("print", "eval", "exec", "compile", "__import__"):
        return [f"calls {name}"]
    if words[-1] == "cuda" and len(words) > 1 and words[-2] != "torch":
        return [f"calls {name}"]
    if name == "torch.load" or (
        name.endswith(".load") and "allow_pickle" in keywords and "False" not in ast.unparse(node)
    ):
        return [f"calls {name}"]
    drawn = name.split("(")[0].replace("numpy.", "np.")  # np.random.default_rng of np.random.default_rng(7).normal
    if drawn.startswith(("random.", "np.random.")) and drawn not in LOOKS and drawn.split(".")[-1] not in SEEDED:
        return [f"global RNG: {name}"]
    if name in ("np.random.default_rng", "np.random.RandomState") and not node.args:
        return [f"without a seed: {name}"]
    if name in ("torch.manual_seed", "torch.seed") and not calm:
        return [f"global RNG: {name}"]
    if words[0] == "torch" and len(words) == 2 and words[1] in DRAWS and "generator" not in keywords and not calm:
        return [f"global RNG: {name}"]
    return []


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_rules(path: Path) -> None:
    assert faults(str(path.relative_to(PACKAGE)), path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("path", "text", "fault"),
    [
        ("core/x.py", "import ltviz.losses", "core imports losses"),
        ("losses/x.py", "from ltviz import metrics", "losses imports metrics"),
        ("studies/x.py", "def f():\n    from ltviz.views import show", "studies imports views"),
        ("figures/x.py", "import torch", "torch is imported in figures"),
        ("figures/x.py", "from torch import nn", "torch is imported in figures"),
        ("core/x.py", "def f():\n    import torch", "torch is imported in core"),
        ("cli/x.py", "import torch", "torch is imported at the top of cli"),
        ("studies/x.py", "import plotly.graph_objects as go", "plotly is imported in studies"),
        ("views.py", "import ipywidgets", "ipywidgets is imported in views"),
        ("core/x.py", "print(1)", "calls print"),
        ("core/x.py", "eval('1')", "calls eval"),
        ("core/x.py", "exec('1')", "calls exec"),
        ("losses/x.py", "x.cuda()", "calls x.cuda"),
        ("training/x.py", "import torch\ntorch.load('f')", "calls torch.load"),
        ("training/x.py", "np.load('f', allow_pickle=True)", "calls np.load"),
        ("core/x.py", "import pickle", "loads code: pickle"),
        ("core/x.py", "import yaml", "loads code: yaml"),
        ("core/x.py", "import urllib.request", "network: urllib.request"),
        ("datasets/x.py", "np.random.seed(0)", "global RNG: np.random.seed"),
        ("datasets/x.py", "np.random.default_rng()", "without a seed: np.random.default_rng"),
        ("datasets/x.py", "import random\nrandom.shuffle(x)", "global RNG: random.shuffle"),
        ("training/x.py", "import torch\ntorch.manual_seed(0)", "global RNG: torch.manual_seed"),
        ("training/x.py", "import torch\ntorch.randn(3)", "global RNG: torch.randn"),
        ("core/x.py", "\n" * (LONGEST + 1), f"{LONGEST + 1} lines"),
        ("studies/x.py", "from ltviz.losses._base import Loss", "ltviz.losses._base is private to its folder"),
        ("studies/x.py", "from ltviz.losses import _base", "ltviz.losses._base is private to its folder"),
        ("studies/x.py", "import ltviz.datasets.cifar._rows", "ltviz.datasets.cifar._rows is private to its folder"),
    ],
)
def test_the_rules_can_be_broken(path: str, text: str, fault: str) -> None:
    assert any(fault in found for found in faults(path, text))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("cli/x.py", "def f():\n    import torch"),
        ("training/x.py", "import torch\nwith torch.random.fork_rng():\n    torch.manual_seed(0)"),
        ("training/x.py", "import torch\ntorch.randn(3, generator=g)"),
        ("datasets/x.py", "np.random.default_rng(seed).normal()"),
        ("training/x.py", "import torch\ntorch.cuda.is_available()"),
        ("losses/x.py", "import random\nstate = random.getstate()"),
        ("losses/x.py", "from ltviz.losses._base import Loss"),
        ("datasets/cifar/x.py", "from ltviz.datasets._subset import choose"),
    ],
)
def test_the_rules_allow(path: str, text: str) -> None:
    assert faults(path, text) == []


def test_every_view_has_a_study_and_a_figure_and_every_study_is_shown() -> None:
    from ltviz.explorers import CARDS
    from ltviz.views import VIEWS

    figures = {path.stem for path in (PACKAGE / "figures").glob("[a-z]*.py")} - {"themes", "export", "index"}
    assert figures == {view.figure_name for view in VIEWS.values()}
    studies = {path.stem for path in (PACKAGE / "studies").glob("[a-z]*.py")}
    asked = {  # by an explorer alone
        module.removeprefix("ltviz.studies.")
        for name in CARDS
        for module, _ in imports(ast.parse((PACKAGE / "explorers" / f"{name}.py").read_text(encoding="utf-8")))
        if module.startswith("ltviz.studies.")
    }
    shown = {view.study_name for view in VIEWS.values()}
    assert shown <= studies <= shown | asked


def test_no_study_asks_where_a_run_came_from() -> None:
    """It asks a FinishedRun, which the folder's own helpers get: trained on digits, or read from a record."""
    asked = {
        (path.name, module)
        for path in (PACKAGE / "studies").glob("[a-z]*.py")
        for module, _ in imports(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert not {(file, of) for file, of in asked if f"{of}.".startswith("ltviz.runs.") or of.endswith("RecordedRun")}


def test_the_package_is_marked_as_typed() -> None:
    assert (PACKAGE / "py.typed").exists()
