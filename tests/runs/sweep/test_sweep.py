"""A sweep does each run once, whoever does it, and goes on where it was stopped."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from ltviz.cli import run as command
from ltviz.core import files
from ltviz.core.errors import BadInput
from ltviz.records import seeds
from ltviz.runs.guard import InUse, locked
from ltviz.runs.sweep import dask, plan, slurm, work
from ltviz.runs.sweep.driver import TRIES, Outcome, go
from ltviz.runs.sweep.expected import seconds
from ltviz.runs.sweep.work import End, Options, Sitting

TINY = '[[runs]]\nseeds = [0, 1]\ndatasets = "digits"\nepochs = 1\nmethods = ["erm", "crt", "ldam"]\n'
OPTIONS = Options(device="cpu")
WITH_DASK = pytest.mark.skipif(not find_spec("distributed"), reason="Dask is not installed: it is for many workers")
WITH_SUBMITIT = pytest.mark.skipif(not find_spec("submitit"), reason="submitit is not installed: it is for Slurm")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> plan.Plan:
    path = tmp_path_factory.mktemp("plan") / "tiny.toml"
    path.write_text(TINY)
    return plan.read(path)


@pytest.fixture(scope="module")
def swept(tiny: plan.Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of records in which the tiny plan was done, by this process."""
    home = tmp_path_factory.mktemp("swept")
    assert len(go(tiny, tiny.runs, home, OPTIONS).done) == 6
    return home


def numbers(home: Path) -> dict[tuple[str, int], dict[str, Any]]:
    """What the tables hold, but for when and how long."""
    return {
        (name, seed): {key: value for key, value in line.items() if key not in ("seconds", "date")}
        for name, table in seeds.tables([home], "digits-exp50")[0].items()
        for seed, line in table.lines.items()
    }


def _raise() -> None:
    raise RuntimeError("no")


class Scripted:
    """An engine that gives what was written down, sitting by sitting."""

    def __init__(self, script: list[list[str]]) -> None:
        self.script, self.asked = deque(script), list[Sitting]()

    def results(self, queue: deque[Sitting]) -> Iterator[tuple[Sitting, list[End]]]:
        while queue:
            sitting = queue.popleft()
            self.asked.append(sitting)
            faults = self.script.popleft()
            yield sitting, [End(run, fault, fault == "busy") for run, fault in zip(sitting, faults, strict=True)]


def test_runs_of_one_training_are_one_sitting(tiny: plan.Plan) -> None:
    told = [[(run.method, run.seed) for run in each] for each in work.sittings(tiny.runs, OPTIONS)]
    assert told == [[(m, s) for m in some] for s in (0, 1) for some in (("erm", "crt"), ("ldam",))]
    beside = work.sittings(tiny.runs, Options(device="cpu", together=2))
    assert [len(each) for each in beside] == [3, 3]


def test_what_fails_is_tried_again_and_noted_and_the_rest_goes_on(
    tiny: plan.Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ltviz.runs.sweep.driver.PATIENCE", 0.0)
    engine = Scripted([["", "no"], ["busy"], ["", ""], [""], ["no"], ["busy"], ["no"], [""]])
    told: list[End] = []
    outcome = go(tiny, tiny.runs, tmp_path, OPTIONS, engine, told.append)
    failed = tiny.runs[1]
    assert outcome.failed == {failed: "no"}
    assert set(outcome.done) == set(tiny.runs) - {failed}
    assert len(told) == len(tiny.runs)
    assert sum(failed in sitting for sitting in engine.asked) == TRIES == 3
    assert files.read_json(tmp_path / "tiny.failed.json")[str(failed)]["error"] == "no"
    assert go(tiny, [failed], tmp_path, OPTIONS, Scripted([[""]])) == Outcome([failed])
    assert not (tmp_path / "tiny.failed.json").exists()


def test_what_is_recorded_is_passed_over(tiny: plan.Plan, swept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert {work.state(run, swept, OPTIONS) for run in tiny.runs} == {"recorded"}
    monkeypatch.setattr("ltviz.runs.digits.train_each", None)
    assert work.sit(tiny.runs[:2], swept, OPTIONS) == [End(tiny.runs[0]), End(tiny.runs[1])]
    assert not list(swept.rglob("*.lock"))


def test_a_run_at_which_another_process_works_is_left_to_it(tiny: plan.Plan, tmp_path: Path) -> None:
    run = tiny.runs[0]
    path, _ = work._setting_of(run).table(run.method, tmp_path)
    with locked(path.parent, ".seed0.lock"):
        (end,) = work.sit((run,), tmp_path, OPTIONS)
    assert end.busy
    assert "in use by pid" in end.fault
    assert not path.exists()


def test_one_that_fails_takes_no_other_of_its_training_with_it(
    tiny: plan.Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ltviz.runs import seeds as tables

    whole = tables.line
    monkeypatch.setattr(tables, "line", lambda run: _raise() if run.method == "crt" else whole(run))
    ends = work.sit(tiny.runs[:2], tmp_path, OPTIONS)
    assert {end.run.method: bool(end.fault) for end in ends} == {"erm": False, "crt": True}


def test_a_lock_waits(tmp_path: Path) -> None:
    inside = threading.Event()

    def hold() -> None:
        with locked(tmp_path):
            inside.set()
            time.sleep(0.2)

    thread = threading.Thread(target=hold)
    thread.start()
    inside.wait()
    with pytest.raises(InUse), locked(tmp_path):
        pass
    with locked(tmp_path, wait=5):
        pass
    thread.join()


def test_how_long_runs_should_take(tiny: plan.Plan, swept: Path, tmp_path: Path) -> None:
    measured = [line["seconds"] for line in seeds.read(swept / "digits-exp50/ldam-digits/seeds.json").lines.values()]
    assert min(measured) <= seconds(tiny.runs[2], [swept], OPTIONS) <= max(measured)
    assert seconds(tiny.runs[2], [tmp_path], OPTIONS) is None


@WITH_DASK
def test_dasks_workers_record_the_same(tiny: plan.Plan, swept: Path, tmp_path: Path) -> None:
    from distributed import LocalCluster

    with LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address="127.0.0.1:0") as cluster:
        engine = dask.Dask(tmp_path, OPTIONS, scheduler=cluster.scheduler_address)
        outcome = go(tiny, tiny.runs[:3], tmp_path, OPTIONS, engine)
    assert len(outcome.done) == 3
    own = numbers(swept)
    assert numbers(tmp_path) == {key: line for key, line in own.items() if key[1] == 0}
    assert not list(tmp_path.glob(".sweep-*"))


def test_what_a_killed_sweep_left_is_taken_away(tmp_path: Path) -> None:
    (tmp_path / ".sweep-killed").touch()
    with locked(tmp_path, ".sweep-another"), dask._token(tmp_path) as own:
        assert {path.name for path in tmp_path.iterdir()} == {".sweep-another", own}
    assert not list(tmp_path.iterdir())


@WITH_DASK
def test_nobody_who_could_work_ends_the_sweep(tiny: plan.Plan, tmp_path: Path) -> None:
    from distributed import LocalCluster

    with LocalCluster(n_workers=0, processes=False, dashboard_address="127.0.0.1:0") as cluster:
        engine = dask.Dask(tmp_path, OPTIONS, scheduler=cluster.scheduler_address, wait=0.5)
        with pytest.raises(dask.Gone, match=r"no worker could take a run for 0\.5 s"):
            go(tiny, tiny.runs[:1], tmp_path, OPTIONS, engine)


@WITH_DASK
def test_workers_keep_the_memory_that_a_training_asks_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import distributed
    from distributed.nanny import _get_env_variables

    monkeypatch.setattr(
        distributed, "SpecCluster", lambda **_: _get_env_variables("distributed.nanny.pre-spawn-environ")
    )
    monkeypatch.delenv("MALLOC_TRIM_THRESHOLD_", raising=False)
    told = dask.Dask(tmp_path, OPTIONS, workers=2)._cluster()
    assert told
    assert "MALLOC_TRIM_THRESHOLD_" not in told


@WITH_DASK
def test_two_sweeps_at_once_have_ports_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import distributed

    monkeypatch.setattr(distributed, "SpecCluster", lambda scheduler, **_: scheduler)
    told: Any = dask.Dask(tmp_path, OPTIONS, workers=1)._cluster()

    async def both() -> None:
        async with told["cls"](**told["options"]), told["cls"](**told["options"]):
            pass

    with ThreadPoolExecutor(1) as apart:  # a browser that was opened before has a loop of its own in this thread
        apart.submit(lambda: asyncio.run(both())).result()


@WITH_DASK
def test_a_scheduler_that_dies_is_said_in_words(tiny: plan.Plan, tmp_path: Path) -> None:
    """What was recorded before stays."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address="127.0.0.1:0") as cluster:
        engine = dask.Dask(tmp_path, OPTIONS, scheduler=cluster.scheduler_address, wait=2)
        with pytest.raises(dask.Gone, match="is gone; what is recorded stays"):
            go(tiny, tiny.runs, tmp_path, OPTIONS, engine, lambda end: cluster.close())
    assert numbers(tmp_path)


def test_a_worker_elsewhere_hands_its_records_over(tiny: plan.Plan, swept: Path, tmp_path: Path) -> None:
    ends, brought = dask._there(tiny.runs[2:3], str(tmp_path / "elsewhere"), "no-token", OPTIONS)
    assert ends == [End(tiny.runs[2])]
    dask._take_in(brought, tmp_path)
    assert numbers(tmp_path) == {key: line for key, line in numbers(swept).items() if key == ("ldam", 0)}
    with pytest.raises(ValueError, match="outside"):
        dask._take_in({"../x.json": b""}, tmp_path)


@WITH_SUBMITIT
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # submitit leaves its logs open
def test_jobs_by_submitit(tiny: plan.Plan, swept: Path, tmp_path: Path) -> None:
    outcome = go(tiny, tiny.runs[2:3], tmp_path, OPTIONS, slurm.Slurm(tmp_path, OPTIONS, cluster="local"))
    assert outcome.done == [tiny.runs[2]]
    assert numbers(tmp_path) == {key: line for key, line in numbers(swept).items() if key == ("ldam", 0)}


def test_the_command(tiny: plan.Plan, swept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "tiny.toml"
    path.write_text(TINY)
    assert command(["sweep", str(path), "--plan", "--out", str(swept)]) == 0
    assert "6 of 6 recorded; to do: 0 s" in capsys.readouterr().out
    assert command(["sweep", str(path), "--plan", "--out", str(tmp_path)]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in shown if line.endswith("to do     shares a training")] == ["crt,", "crt,"]
    assert command(["sweep", str(path), "--out", str(swept), "--device", "cpu"]) == 0
    told = capsys.readouterr()
    assert (told.out, told.err.splitlines()) == (
        "",
        ["tiny: 6 of 6 runs are recorded", f"tiny: 0 runs recorded, 0 failed, in {swept}"],
    )


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--workers", "2", "--slurm"], "give one"),
        (["--tls-ca", __file__], "--tls-ca would do nothing"),
        (["--wait", "5"], "--wait would do nothing"),
        (["--slurm-option", "a=b"], "--slurm-option would do nothing"),
        (["--slurm", "--slurm-option", "a b"], "takes NAME=VALUE"),
    ],
)
def test_flags_that_would_do_nothing(flags: list[str], said: str, tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "tiny.toml"
    path.write_text(TINY)
    assert command(["sweep", str(path), "--out", str(tmp_path), *flags]) == 2
    assert said in capsys.readouterr().err


def test_checks_are_named_and_left_out_where_they_cannot_be(monkeypatch: pytest.MonkeyPatch) -> None:
    from ltviz.runs.sweep import checks

    assert not any(checks.lacks(name) for name in checks.CHECKS)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert "pytest is not installed" in checks.lacks("cuda-tests")


@WITH_DASK
def test_neither_nor_both() -> None:
    with pytest.raises(BadInput, match="either"):
        dask.Dask(Path(), OPTIONS)
