"""Faults of the machine, in processes of their own: kills, signals, two at once, a bare machine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from ltviz.cli import run
from ltviz.core.errors import DataError
from ltviz.runs.guard import Stopped, locked, stoppable, whole

from .warm import ENV, GUARD, ROOT, Warm, warmed

HAS_SIGNALS = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and POSIX signals")

# What `ltviz train` needs; all else that ltviz depends on is absent on a bare GPU machine.
NEEDED = {"torch", "numpy", "safetensors", "tqdm", "click", "pillow"}
_IMPORTED_AS = {"scikit-learn": "sklearn", "jupyterlab": "jupyterlab"}
_BARE = """
import sys
from importlib.machinery import PathFinder
ABSENT = {absent!r}
class Bare(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name.partition(".")[0] in ABSENT else PathFinder.find_spec(name, path, target)
sys.meta_path[sys.meta_path.index(PathFinder)] = Bare
"""


def absent() -> set[str]:
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    names = {word.partition(">")[0].strip() for word in asked}
    assert names >= NEEDED
    more = {"torchvision", "IPython", "traitlets", "jupyter_client", "joblib", "requests", "matplotlib"}
    return {_IMPORTED_AS.get(name, name) for name in names - NEEDED} | more


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warm]:
    """A bare machine, on which what trains has been imported."""
    imports = "import torch, ltviz.cli.training, ltviz.runs.recorded, ltviz.datasets.cifar"
    with warmed(_BARE.format(absent=absent()) + imports, tmp_path_factory.mktemp("warm")) as process:
        yield process


# A run of the tiny set on ResNet-8, of every fourth pixel; the folder and the pack are the arguments.
_RUN = """
import hashlib, os, random, signal, sys, time, warnings
from dataclasses import replace
from pathlib import Path
import torch
from ltviz.core import files
from ltviz.datasets.cifar import read_pack
from ltviz.runs import recorded, checkpoint
from ltviz.runs.run import LiveRun
from ltviz.methods import find
from ltviz.runs.guard import stoppable, Stopped
torch.set_num_threads(1)
folder, data = Path(sys.argv[1]), read_pack(sys.argv[2])
parts = ("train_images", "val_images", "test_images")
data = replace(data, **{part: getattr(data, part)[:, ::4, ::4].copy() for part in parts})
method = replace(find("ldam_drw"), model="resnet8", recipe=replace(find("ldam_drw").recipe, batch=32))
method_recipe = dict(recipe="paper", device="cpu", precision="fp32", seed=1)
plain = LiveRun.finish
def finish(live, *rest):
    state = live.trainer.state()
    digest = hashlib.sha256()
    for name in sorted(state):
        digest.update(name.encode() + state[name].numpy().tobytes())
    (live.folder.parent / "weights").write_text(digest.hexdigest())
    return plain(live, *rest)
LiveRun.finish = finish
def run(place, epochs, resume=False):
    return recorded.train(method, data, epochs=epochs, out=folder / place, resume=resume, **method_recipe)
"""

# A child is killed at any moment of two epochs; where the machine is so busy that its kill is late, it waits for it.
_KILLED = (
    _RUN
    + """
checkpoint.SAVE_EVERY = 0.0
EPOCHS = 44
warnings.simplefilter("error")
run("warm", 1)
start = time.perf_counter()
whole = run("a", EPOCHS).record
epoch, chance = (time.perf_counter() - start) / EPOCHS, random.Random(0)
def saved():
    return max((int(path.stem[5:]) for path in (folder / "b").rglob("epoch*.json")), default=0)
def at_most(epochs):
    before = LiveRun.after
    def after(live, told):
        before(live, told)
        while live.trainer.epoch >= epochs:
            time.sleep(1)
    LiveRun.after = after
for kill in range(10):
    wanted = saved() + chance.randint(0, 2)
    child = os.fork()
    if child == 0:
        at_most(wanted + 2)
        run("b", EPOCHS, resume=True)
        os._exit(0)
    while saved() < wanted:
        time.sleep(0.001)
    time.sleep(chance.uniform(0, 2 * epoch))
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL, f"done before kill {kill}"
last = run("b", EPOCHS, resume=True).record
assert last["history"] == whole["history"]
assert not list((folder / "b").rglob("*.tmp")) and not list((folder / "b").rglob(".lock"))
one, two = (next((folder / place).rglob("weights")).read_text() for place in "ab")
sys.stdout.write(f"{one == two} {len(last.get('resumed', []))}")
"""
)


@pytest.mark.thorough
@pytest.mark.slow
@HAS_SIGNALS
def test_ten_kills_end_with_the_same_weights(warm: Warm, pack: Path, tmp_path: Path) -> None:
    done = warm.run(_KILLED, tmp_path, pack)
    assert done.returncode == 0, done.stderr
    same, _, resumed = done.stdout.partition(" ")
    assert same == "True"
    assert int(resumed) >= 3, "some kills came after an epoch had been saved"


# Before epoch 1 or after epoch 3 it waits for a signal; a second one comes while it saves.
_WAITS = """
import os, sys, time
from pathlib import Path
from ltviz.methods import objective
from ltviz.models.table import make_model
from ltviz.runs import checkpoint, run as one_run, guard
place, after, which, checkpoint.QUICK = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
plain, save, trained = one_run.run_epochs, checkpoint.save, 0
def waits(trainers, *rest):
    global trained
    if after:
        told, trained = plain(trainers, *rest), trained + 1
    if trained == after:
        (place / "ready").touch()
        while guard._SWITCH.waiting is None:  # a signal that is not held back ends this by its error
            time.sleep(0.01)
    return told
def again(*given):
    if (place / "ready").exists():  # not where the machine is so slow that it saves in between
        os.kill(os.getpid(), which)
    save(*given)
one_run.run_epochs, checkpoint.save = waits, again
objective.make_model = lambda name, *args, **given: make_model("resnet8", *args, **given)
from ltviz.cli import run
sys.exit(run(sys.argv[5:]))
"""


def stop(
    which: signal.Signals, after: int, quick: float, warm: Warm, pack: Path, folder: Path
) -> tuple[int, str, list[str]]:
    """Send a signal to a training once it waits for it; return its exit code, what it said, and its command."""
    words = ["train", "--method", "erm", "--data", str(pack), "--epochs", "50", "--recipe", "basic"]
    words += ["--device", "cpu", "--out", str(folder / "runs")]
    training = warm.start(_WAITS, folder, after, int(which), quick, *words)
    while not (folder / "ready").exists() and not training.has_ended():
        time.sleep(0.02)
    os.kill(training.pid, which)
    ended = training.wait()
    return ended.returncode, ended.stderr, words


@pytest.mark.thorough(every=3)
@HAS_SIGNALS
@pytest.mark.parametrize(("which", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
@pytest.mark.parametrize(("quick", "epoch"), [(1e9, 3), (0.0, 2)])
def test_a_signal_saves_and_has_its_exit_code(
    which: signal.Signals,
    code: int,
    quick: float,
    epoch: int,
    warm: Warm,
    pack: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """In a short epoch, which is waited for, and in a long one, which is left."""
    ended, told, words = stop(which, 3, quick, warm, pack, tmp_path)
    assert ended == code, told
    assert f"stopped by {which.name}; --resume goes on from the last complete epoch" in told
    assert "Traceback" not in told
    saved = [int(path.stem.removeprefix("epoch")) for path in (tmp_path / "runs").rglob("epoch*.json")]
    assert max(saved) == epoch
    assert not list(tmp_path.rglob(".lock"))
    assert run(words) == 1, "an unfinished run is not begun anew by accident"
    assert "--resume goes on with it" in capsys.readouterr().err


@HAS_SIGNALS
def test_a_signal_before_the_first_epoch_is_done(warm: Warm, pack: Path, tmp_path: Path) -> None:
    ended, told, _ = stop(signal.SIGINT, 0, 0.0, warm, pack, tmp_path)
    assert ended == 130, told
    assert "stopped by SIGINT; no epoch was complete, so nothing was saved: begin again" in told
    assert not list(tmp_path.rglob("epoch*"))


@HAS_SIGNALS
def test_signals_wait_for_what_must_be_whole() -> None:
    before, seen = signal.getsignal(signal.SIGTERM), []

    def twice() -> None:
        with stoppable():
            with whole(), whole():
                os.kill(os.getpid(), signal.SIGTERM)
                os.kill(os.getpid(), signal.SIGINT)
                seen.append("whole")
            seen.append("never")

    with pytest.raises(Stopped) as told:
        twice()
    assert seen == ["whole"]
    assert told.value.code == 130, "the last signal counts"
    assert signal.getsignal(signal.SIGTERM) is before


@HAS_SIGNALS
def test_a_signal_stops_at_once() -> None:
    def once() -> None:
        with stoppable():
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(5)

    with pytest.raises(Stopped, match="stopped by SIGTERM") as told:
        once()
    assert told.value.code == 143


_HOLDS = "import sys, time; from pathlib import Path; from ltviz.runs.guard import locked\n"


def test_a_folder_has_one_owner(tmp_path: Path) -> None:
    code = _HOLDS + "with locked(Path(sys.argv[1])):\n    sys.stdout.write('held'); sys.stdout.flush(); time.sleep(60)"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "run")], env=ENV, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.read(4) == "held"
        start = time.monotonic()
        with pytest.raises(DataError, match=rf"in use by pid {process.pid} on "), locked(tmp_path / "run"):
            pass
        assert time.monotonic() - start < 30, "it does not wait for the other"
        process.kill()
        process.wait()
    assert (tmp_path / "run" / ".lock").exists(), "a killed process leaves its lock file"
    with locked(tmp_path / "run"):
        pass
    assert not (tmp_path / "run" / ".lock").exists()


_COMMAND = """
import sys
from ltviz.cli import run
code = run(sys.argv[1:])
assert not ABSENT & {name.partition(".")[0] for name in sys.modules}
assert not {"sympy", "torch._dynamo"} & set(sys.modules), "they cost a start more than a second"
sys.exit(code)
"""


@pytest.mark.parametrize(("method", "recipe"), [("ldam_drw", "paper"), ("cb_focal", "strong")])
def test_train_on_a_bare_machine(method: str, recipe: str, warm: Warm, pack: Path, tmp_path: Path) -> None:
    words = ["train", "--method", method, "--data", str(pack), "--epochs", "1", "--out", str(tmp_path)]
    words += ["--recipe", recipe]
    done = warm.run(f"ABSENT = {absent()}" + _COMMAND, *words)
    assert done.returncode == 0, done.stderr
    assert len(list(tmp_path.rglob("run.json"))) == 1
    code = _BARE.format(absent=absent() | {"torch"}) + _COMMAND
    words = [sys.executable, "-c", code, "results", "--runs", str(tmp_path)]
    shown = subprocess.run(words, capture_output=True, text=True, env=ENV, timeout=GUARD, check=False)
    assert shown.returncode == 0, shown.stderr
    assert method in shown.stdout


def test_a_sweep_on_a_bare_machine(warm: Warm, pack: Path, tmp_path: Path) -> None:
    """What is recorded is not trained again."""
    plan = f'[[runs]]\nmethods = ["erm", "crt"]\ndatasets = "cifar10"\nrecipes = "basic"\nepochs = 1\ndata = "{pack}"\n'
    (tmp_path / "mine.toml").write_text(plan)
    words = ["sweep", str(tmp_path / "mine.toml"), "--out", str(tmp_path / "runs")]
    for told in ("2 runs recorded, 0 failed", "2 of 2 runs are recorded"):
        done = warm.run(f"ABSENT = {absent()}" + _COMMAND, *words)
        assert done.returncode == 0, done.stderr
        assert told in done.stderr
    assert len(list(tmp_path.rglob("run.json"))) == 2


_CHECK = """
import os, sys, pytest
from ltviz.runs.sweep.checks import CHECKS
os.chdir(sys.argv[1])
code = pytest.main([*CHECKS["cuda-tests"][0][2:], "-k", "test_only_steps_that_stay_the_same_are_recorded"])
assert not ABSENT & {name.partition(".")[0] for name in sys.modules}
sys.exit(code)
"""


def test_the_tests_of_a_gpu_on_a_bare_machine(warm: Warm) -> None:
    done = warm.run(f"ABSENT = {absent()}" + _CHECK, ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout
