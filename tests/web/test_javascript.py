"""The JavaScript that notebook and pages share: its form, its types, and its units in node.

Skipped, with the reason, where there is no node, or where npm could not bring the tools.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ltviz.losses import Field, make_loss, names
from ltviz.losses.laws import variants
from ltviz.plane import _newton
from ltviz.plane.fit import fit2d
from ltviz.plane.forces import Way, forces
from ltviz.plane.problem import problem
from ltviz.plane.terms import frame, terms

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CODE = ROOT / "ltviz" / "web" / "js"
TOOLS = ROOT / ".venv" / "node" / "node_modules" / ".bin"
OLDEST = 20  # of node's versions: its own test runner


@pytest.fixture(scope="session")
def node() -> str:
    path = shutil.which("node")
    if path is None:
        pytest.skip("there is no node on this machine")
    version = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if int(version.removeprefix("v").split(".")[0]) < OLDEST:
        pytest.skip(f"node {version} is older than {OLDEST}")
    return path


def run(*command: str | Path, cwd: Path, **env: str) -> str:
    """Return what a command wrote, and why it did not end with 0."""
    done = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False, env={**os.environ, **env}
    )
    return "" if done.returncode == 0 else f"{done.stdout}\n{done.stderr}"


def tool(name: str) -> Path:
    path = TOOLS / name
    if not path.exists():
        pytest.skip(f"{name} is not installed: `make test` brings it where npm can reach its registry")
    return path


@pytest.mark.usefixtures("node")
def test_form_and_lint() -> None:
    """`make format` puts right what can be put right by itself."""
    assert run(tool("biome"), "check", "--colors=off", ".", CODE, cwd=HERE) == ""


@pytest.mark.usefixtures("node")
def test_types() -> None:
    assert run(tool("tsc"), "--project", HERE / "tsconfig.json", "--pretty", "false", cwd=HERE) == ""


WRITES = {
    "this.controls.state = {};": "Cannot assign to 'state' because it is a read-only property",
    "this.controls.state.place = 0;": "only permits reading",
    "this.controls.explorer.touched = 'place';": "Property 'explorer' does not exist",
    "state.place = 0;": "Cannot assign to 'place' because it is a read-only property",
    "entries.bound.found = 0.5;": "Cannot assign to 'found' because it is a read-only property",
    "entries.bound.place[0] = 0.5;": "only permits reading",
}


@pytest.mark.usefixtures("node")
def test_types_catch_a_picture_that_writes(tmp_path: Path) -> None:
    """Into what it was given: the explorer's state, its fields, the numbers of an entry."""
    tsc, start = tool("tsc"), "const found = entries.bound;\n"
    shutil.copytree(CODE, tmp_path / "js")
    bound = tmp_path / "js" / "pictures" / "bound.js"
    text = bound.read_text(encoding="utf-8")
    assert start in text
    bound.write_text(text.replace(start, start + "\n".join(WRITES)), encoding="utf-8")
    options = json.loads((HERE / "tsconfig.json").read_text(encoding="utf-8"))["compilerOptions"]
    (tmp_path / "tsconfig.json").write_text(json.dumps({"compilerOptions": options, "files": [str(bound)]}))
    said = run(tsc, "--project", tmp_path / "tsconfig.json", "--pretty", "false", cwd=tmp_path)
    faults = [line for line in said.splitlines() if "error TS" in line]
    assert len(faults) == len(WRITES), said
    for fault, wanted in zip(faults, WRITES.values(), strict=True):
        assert wanted in fault


def _cases() -> dict[str, Any]:
    """Return models of the plane with random numbers, and their scores by the formulas of `ltviz.models.planar`."""
    rng = np.random.default_rng(11)
    points = rng.normal(scale=3.0, size=(50, 2))
    centre, spread, scale, classes, features, width = rng.normal(size=2), 1.7, 16.0, 3, 8, 5
    u = (points - centre) / spread
    omega, phase = rng.normal(size=(2, features)), rng.uniform(0, 2 * np.pi, features)
    net = {"W1": rng.normal(size=(2, width)), "b1": rng.normal(size=width)}
    net |= {"W2": rng.normal(size=(width, width)), "b2": rng.normal(size=width)}
    bases = {
        "linear": u,
        "random_features": np.sqrt(2 / features) * np.cos(u @ omega + phase),
        "mlp": np.tanh(np.tanh(u @ net["W1"] + net["b1"]) @ net["W2"] + net["b2"]),
    }
    cases = {}
    for kind, base in bases.items():
        for head in ("linear", "cosine"):
            phi = np.column_stack([base, np.ones(len(base))])
            W = rng.normal(size=(classes, phi.shape[1]))
            if head == "cosine":
                W /= np.linalg.norm(W, axis=1, keepdims=True)
                phi /= np.linalg.norm(phi, axis=1, keepdims=True)
            frame = {"kind": kind, "head": head, "centre": centre, "spread": spread}
            frame |= {"omega": omega, "phase": phase} if kind == "random_features" else {}
            cases[f"{kind}, {head} head"] = {
                "points": points,
                "frame": frame,
                "fit": {"W": W, "scale": scale, **(net if kind == "mlp" else {})},
                "scores": (scale if head == "cosine" else 1.0) * phi @ W.T,
            }
    return cases


ADDED = ((0.4, 0.2, 1), (0.3, 0.1, 0))
PROBLEMS: dict[str, dict[str, Any]] = {
    "clouds that overlap": {"scene": "overlap"},
    "clouds that separate": {"scene": "separable", "imbalance": 20.0},
    "few points of a rare class": {"scene": "few_points"},
    "moons with points added": {"shape": "moons", "classes": 2, "largest": 60, "imbalance": 10.0, "added": ADDED},
}


def _fits() -> list[dict[str, Any]]:
    """Return fits by Python of every loss that has terms, at each of its variants, to several problems by each model.

    The scores are compared on a grid: where only differences of scores matter to a loss, they have one mean.
    """
    fits = []
    for title, asked in PROBLEMS.items():
        given = problem(**asked)
        grid = given.grid(4)[2]
        sample = {"points": given.data.points.ravel(), "labels": given.data.labels, "counts": given.counts.values}
        for model in ("linear", "cosine", "random_features"):
            if model == "random_features" and len(given.data.points) > 100:  # 65 features cost seconds there
                continue
            for name in names():
                for variant in variants(Field()[name]):
                    loss = make_loss(name, given.counts, **variant)
                    if (known := terms(loss)) is None:
                        continue
                    scores = fit2d(given.data.points, given.data.labels, loss, model).scores(grid)
                    fits.append(
                        {
                            "name": f"{name}{variant}, {model}, {title}",
                            "sample": sample,
                            "model": frame(model),
                            "terms": {key: np.expand_dims(x, 0) if np.ndim(x) else x for key, x in vars(known).items()},
                            "grid": grid.ravel(),
                            "scores": scores,
                        }
                    )
    assert {each["name"].split("{")[0] for each in fits} >= {"ce", "ldam", "logit_adjustment", "class_balanced", "vs"}
    return fits


def _forces() -> list[dict[str, Any]]:
    """Return the pulls on the boundary of every loss that has terms, by Python: from the Loss's own gradient."""
    data = problem(shape="gaussians", classes=2, largest=40, imbalance=8.0, overlap=0.3).data
    sample = {"points": data.points.ravel(), "labels": data.labels, "counts": data.counts.values}
    places = [-1.5, 0.3, 0.9, 2.0]
    cases = []
    for name in names():
        for variant in variants(Field()[name]):
            loss = make_loss(name, data.counts, **variant)
            if (known := terms(loss)) is None:
                continue
            for model in ("linear", "cosine"):
                fit = fit2d(data.points, data.labels, loss, model)
                found = forces(fit, loss, data.points, data.labels, np.array([*places, Way(fit).rest]))
                stacked = {key: np.expand_dims(x, 0) if np.ndim(x) else x for key, x in vars(known).items()}
                told = {"rest": found.rest, "normal": found.normal, "pull": found.pull, "hold": found.hold}
                shared = {"sample": sample, "model": frame(model), "terms": stacked, "places": places}
                cases.append({"name": f"{name}{variant}, {model}"} | shared | told)
    assert {each["name"].split("{")[0] for each in cases} >= {"ce", "ldam", "logit_adjustment", "class_balanced", "vs"}
    return cases


def test_units(node: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a copy whose package.json says that its files are modules: what is shipped needs none."""
    shutil.copytree(CODE, tmp_path / "ltviz" / "web" / "js")
    (tmp_path / "package.json").write_text('{"type": "module"}')
    place = tmp_path / "tests" / "web"
    place.mkdir(parents=True)
    for unit in ("model", "contour", "ticks", "words", "fitting", "forces", "guess", "page"):
        shutil.copy(HERE / f"{unit}.test.js", place)
    monkeypatch.setattr(_newton, "TOLERANCE", 1e-11)  # so that what is left of the way is not what is compared
    cases = tmp_path / "cases.json"
    cases.write_text(json.dumps({"scores": _cases(), "fits": _fits(), "forces": _forces()}, default=np.ndarray.tolist))
    assert run(node, "--test", place, cwd=tmp_path, LTVIZ_CASES=str(cases)) == ""
