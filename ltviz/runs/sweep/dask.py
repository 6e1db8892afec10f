"""The engine of many processes: Dask's workers, on this machine or wherever a scheduler has them.

Each sitting is one task. A worker that is lost gives its task to another one, which goes on from the checkpoint where
the folder of records is shared. Where it is not, a worker records into a folder of its own and hands the files over.
Dask sends tasks as pickles between machines that trust each other: name no address that is open to others without TLS.
"""

from __future__ import annotations

import contextlib
import logging
import os
import tempfile
import time
import uuid
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ltviz.core import files
from ltviz.core.errors import BadInput, DataError, LtvizError, MissingExtra
from ltviz.runs.guard import InUse, locked, whole
from ltviz.runs.sweep.work import End, Options, Sitting, sit

GPU = "GPU"  # the resource that a worker with a GPU of its own has
LOOK = 1.0  # seconds between two looks at whether anybody can work


class Gone(LtvizError, RuntimeError):
    """The scheduler is gone, or nobody there can work."""


@dataclass
class Dask:
    """Dask's workers.

    Parameters
    ----------
    home : Path
        Folder of records.
    options : Options
        What holds for all runs.
    workers : int
        Of this machine: processes that are started, and ended with the sweep. They listen on the loopback alone.
    scheduler : str, optional
        The address of one that runs, in place of workers of one's own.
    tls : mapping
        ``ca``, ``cert``, ``key``: files, for ``tls://`` addresses.
    wait : float
        Seconds for which nobody may be able to work.

    Raises
    ------
    MissingExtra
        Where Dask is not installed.
    Gone
        While it works: where the scheduler does not answer or dies, or nobody can take a run for `wait` seconds.
    """

    home: Path
    options: Options
    workers: int = 0
    scheduler: str | None = None
    tls: dict[str, str] = field(default_factory=dict)
    wait: float = 60.0

    def __post_init__(self) -> None:
        try:
            import distributed  # noqa: F401
        except ImportError as error:
            raise MissingExtra('workers are Dask\'s, which is not installed: pip install "ltviz[sweep]"') from error
        if bool(self.workers) == bool(self.scheduler):
            raise BadInput("give either a number of workers for this machine or the address of a scheduler")

    def results(self, queue: deque[Sitting]) -> Iterator[tuple[Sitting, list[End]]]:
        """Yield what came of each sitting, as it comes."""
        from distributed import CancelledError
        from distributed.comm.core import CommClosedError

        home = self.home.absolute()
        try:
            with _quiet(), self._client() as client, _token(home) as token:
                yield from self._results(client, queue, home, token)
        except (CancelledError, CommClosedError) as error:
            raise Gone(
                f"the scheduler {self.scheduler or 'of these workers'} is gone; what is recorded stays, and the same "
                "command goes on from there"
            ) from error

    def _results(
        self, client: Any, queue: deque[Sitting], home: Path, token: str
    ) -> Iterator[tuple[Sitting, list[End]]]:
        from distributed import CancelledError, KilledWorker, wait

        running: dict[Any, Sitting] = {}
        idle = time.monotonic()
        while queue or running:
            on_gpus = self._on_gpus(client)
            while queue:
                what = (sitting := queue.popleft()), str(home), token, self.options
                task = client.submit(_there, *what, pure=False, resources={GPU: 1} if on_gpus else None)
                running[task] = sitting
            with contextlib.suppress(TimeoutError):
                wait(list(running), timeout=LOOK, return_when="FIRST_COMPLETED")
            idle = time.monotonic() if self._can(client) else idle
            if time.monotonic() - idle > self.wait:
                wanted = f"with the resource {GPU}=1 " if self.options.device == "cuda" else ""
                raise Gone(f"no worker {wanted}could take a run for {self.wait:g} s; start one, or --wait longer")
            for task in [each for each in running if each.done()]:
                sitting = running.pop(task)
                try:
                    ends, brought = task.result()
                except CancelledError:
                    raise
                except KilledWorker as error:
                    ends, brought = [End(run, f"its workers died: {error}") for run in sitting], {}
                except Exception as error:  # of any kind: it came over from another process
                    ends, brought = [End(run, f"{type(error).__name__}: {error}") for run in sitting], {}
                _take_in(brought, home)
                yield sitting, ends

    @contextlib.contextmanager
    def _client(self) -> Iterator[Any]:
        from distributed import Client

        if self.scheduler:
            try:
                client = Client(self.scheduler, security=self._security(), timeout=f"{self.wait:g}s")
            except (OSError, TimeoutError) as error:
                raise Gone(f"no scheduler answers at {self.scheduler}: {error}") from error
            with client:
                yield client
            return
        with self._cluster() as cluster, Client(cluster) as client:
            yield client

    def _cluster(self) -> Any:
        """Return workers of this machine, by turns on its GPUs if it has any, else each with its share of the cores."""
        import dask
        import torch
        from distributed import Nanny, Scheduler, SpecCluster

        cuda = torch.cuda.device_count() if self.options.device != "cpu" else 0
        share = max(1, (os.cpu_count() or 1) // self.workers)
        specs = {}
        for k in range(self.workers):
            env = {name: str(share) for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS")}
            if cuda:
                env["CUDA_VISIBLE_DEVICES"] = str(k % cuda)
            own = {"nthreads": 1, "host": "127.0.0.1", "env": env, "dashboard": False, "silence_logs": 40}
            specs[k] = {"cls": Nanny, "options": own | ({"resources": {GPU: 1}} if cuda else {})}
        own = {"host": "127.0.0.1", "port": 0, "dashboard": False, "dashboard_address": "127.0.0.1:0"}
        scheduler = {"cls": Scheduler, "options": own}
        # Dask has memory given back at once; a training asks for it again at every step, which takes time.
        with dask.config.set({"distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": None}):
            return SpecCluster(workers=specs, scheduler=scheduler, silence_logs=40)

    def _security(self) -> Any:
        from distributed import Security

        if not self.tls:
            return None
        return Security(
            tls_ca_file=self.tls.get("ca"),
            tls_client_cert=self.tls.get("cert"),
            tls_client_key=self.tls.get("key"),
            require_encryption=True,
        )

    def _on_gpus(self, client: Any) -> bool:
        known = client.scheduler_info(n_workers=-1)["workers"].values()
        return self.options.device != "cpu" and any(each["resources"].get(GPU) for each in known)

    def _can(self, client: Any) -> bool:
        """Whether any worker is there that could take a run."""
        known = client.scheduler_info(n_workers=-1)["workers"].values()
        if self.options.device == "cuda":
            return any(each["resources"].get(GPU) for each in known)
        return bool(known)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask's own logs to itself: what ends a sweep is said in one line."""
    logs = [logging.getLogger(name) for name in ("distributed", "distributed.client")]
    levels = [log.level for log in logs]
    for log in logs:
        log.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for log, level in zip(logs, levels, strict=True):
            log.setLevel(level)


@contextlib.contextmanager
def _token(home: Path) -> Iterator[str]:
    """A file by which a worker sees whether the folder of records is the same one there; those of killed sweeps go."""
    for path in home.glob(".sweep-*"):
        with contextlib.suppress(InUse), locked(home, path.name):
            pass
    name = f".sweep-{uuid.uuid4().hex}"
    with locked(home, name):
        yield name


def _there(sitting: Sitting, home: str, token: str, options: Options) -> tuple[list[End], dict[str, bytes]]:
    """Do a sitting on a worker; return also the files of its records, where the folder is not shared."""
    if (Path(home) / token).exists():
        return sit(sitting, Path(home), options), {}
    with tempfile.TemporaryDirectory() as folder:
        ends = sit(sitting, Path(folder), options)
        names = ("run.json", "geometry.npz", "seeds.json")
        found = [path for name in names for path in sorted(Path(folder).rglob(name))]
        return ends, {path.relative_to(folder).as_posix(): path.read_bytes() for path in reversed(found)}


def _take_in(brought: dict[str, bytes], home: Path) -> None:
    """Write what a worker handed over: the record after what lies beside it; a table's lines into the table here."""
    for name, content in brought.items():
        path = home / name
        if not path.resolve().is_relative_to(home.resolve()):
            raise DataError(f"a worker handed over {name!r}, which is outside of the folder of records")
        if path.name == "seeds.json":
            _merge(path, content)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            files.write_bytes(path, content)


def _merge(path: Path, content: bytes) -> None:
    from ltviz.records import seeds

    with tempfile.TemporaryDirectory() as folder:
        came = seeds.read(files.write_bytes(Path(folder) / path.name, content))
    with locked(path.parent, wait=60.0), whole():
        table = seeds.begun(path, came.about)
        for seed, line in came.lines.items():
            table = table.with_line(seed, line)
        seeds.write(path, table)
