"""The engine of a cluster with Slurm: each sitting is a job of its own, sent off by submitit.

Tested with submitit's own local executor; it has not run on a real cluster yet.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ltviz.core.errors import MissingExtra
from ltviz.runs.sweep.work import End, Options, Sitting, sit

LOOK = 2.0  # seconds between two looks at the jobs


@dataclass
class Slurm:
    """Jobs of Slurm; the folder of records must be one that all nodes share.

    Parameters
    ----------
    home : Path
        Folder of records; what submitit keeps of its jobs stands in ``.slurm`` there.
    options : Options
        What holds for all runs.
    parameters : mapping
        submitit's own: ``timeout_min``, ``slurm_partition``, ``gpus_per_node``, ...
    cluster : {"slurm", "local", "debug"}
        Who runs the jobs: ``local`` starts processes here.

    Raises
    ------
    MissingExtra
        Where submitit is not installed.
    """

    home: Path
    options: Options
    parameters: Mapping[str, Any] = field(default_factory=dict)
    cluster: str = "slurm"

    def __post_init__(self) -> None:
        try:
            import submitit  # noqa: F401
        except ImportError as error:
            raise MissingExtra(
                'jobs of Slurm are sent by submitit, which is not installed: pip install "ltviz[slurm]"'
            ) from error

    def results(self, queue: deque[Sitting]) -> Iterator[tuple[Sitting, list[End]]]:
        """Yield what came of each sitting, as it comes."""
        import submitit

        home = self.home.absolute()
        executor = submitit.AutoExecutor(folder=home / ".slurm", cluster=self.cluster)
        executor.update_parameters(name="ltviz-sweep", **{"timeout_min": 24 * 60, **self.parameters})
        running: dict[str, tuple[Any, Sitting]] = {}
        try:
            while queue or running:
                while queue:
                    sitting = queue.popleft()
                    job = executor.submit(sit, sitting, home, self.options)
                    running[job.job_id] = job, sitting
                done = [key for key, (job, _) in running.items() if job.done()]
                if not done:
                    time.sleep(LOOK)
                for key in done:
                    job, sitting = running.pop(key)
                    error = job.exception()
                    fault = "" if error is None else str(error).strip().rpartition("\n")[2] or type(error).__name__
                    yield sitting, [End(run, fault) for run in sitting] if fault else job.result()
        finally:
            for job, _ in running.values():
                job.cancel()
