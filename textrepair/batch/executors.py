"""Where the tasks run: on this machine, on a Ray cluster or under Slurm, each by datatrove's executor."""

from __future__ import annotations

import contextlib
import hashlib
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from datatrove.executor.base import PipelineExecutor
from datatrove.executor.local import LocalPipelineExecutor
from datatrove.executor.slurm import SlurmPipelineExecutor
from datatrove.io import DataFolder
from datatrove.pipeline.base import PipelineStep
from datatrove.utils.logging import logger
from datatrove.utils.stats import PipelineStats

from textrepair.errors import InputError, TextrepairError


class LocalExecutor(LocalPipelineExecutor):
    """datatrove's local executor, but on the pool of the standard library.

    datatrove's own waits forever when a worker is killed (by the out-of-memory killer, say), and leaves workers behind
    when it is killed itself.  Its log goes to the log files alone.
    """

    def run(self) -> None:
        """Run all tasks that are not completed; one that fails keeps none of the others from running.

        Raises:
            TextrepairError: a worker died, a task failed by a user's mistake, or any failed, after all others have run.
        """
        failures: list[BaseException] = []
        others = set(multiprocessing.active_children())
        context = multiprocessing.get_context("forkserver" if os.name == "posix" else "spawn")
        with ProcessPoolExecutor(self.workers, context, initializer=_end_with_parent) as pool:
            try:
                for task in as_completed([pool.submit(self._run_for_rank, r) for r in self.get_incomplete_ranks()]):
                    error = task.exception()
                    if isinstance(error, (TextrepairError, BrokenProcessPool)):
                        raise error
                    if error:
                        failures.append(error)
            except BrokenProcessPool:
                raise InputError("a worker was killed, maybe for want of memory; try fewer --workers") from None
            except BaseException:
                for child in set(multiprocessing.active_children()) - others:
                    child.terminate()
                raise
        if failures:
            raise InputError(
                f"{len(failures)} of {self.tasks} files failed, the first by: {failures[0]!r} (more in "
                f"{self.logging_dir.path}/logs); the same command tries them again"
            )

    def _run_for_rank(self, rank: int, local_rank: int = 0, node_rank: int = -1) -> PipelineStats:
        with Path(os.devnull).open("w") as nowhere, contextlib.redirect_stderr(nowhere):
            try:
                return super()._run_for_rank(rank, local_rank, node_rank)
            finally:
                logger.remove()


def _end_with_parent() -> None:
    """Let a worker end when the main process does, even if that was killed, and leave Ctrl-C to the main process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def wait() -> None:
        if parent:
            parent.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def on_this_machine(
    pipeline: list[PipelineStep], tasks: int, logs: DataFolder, workers: int | None
) -> PipelineExecutor:
    """Workers on this machine, by default one for each core."""
    return LocalExecutor(pipeline, tasks, min(workers or os.cpu_count() or 1, tasks), logs)


def on_ray(pipeline: list[PipelineStep], tasks: int, logs: DataFolder, workers: int | None) -> PipelineExecutor:
    """Workers on the Ray cluster that `RAY_ADDRESS` names, or that runs here; else on one started for this run.

    Raises:
        InputError: Ray is not installed.
    """
    try:
        import ray
    except ImportError:
        raise InputError("--executor ray needs Ray: pip install ray") from None
    from datatrove.executor.ray import RayPipelineExecutor

    ray.init(log_to_driver=False, logging_level="ERROR", ignore_reinit_error=True)
    return RayPipelineExecutor(pipeline, tasks, workers or -1, logging_dir=logs)


def submit_to_slurm(
    pipeline: list[PipelineStep], tasks: int, logs: DataFolder, workers: int | None, settings: Mapping[str, str]
) -> None:
    """Submit a Slurm array with one job for each task, unless that has been done and is still in the queue.

    `settings` are options of `sbatch`, `partition` and `time` among them.

    Raises:
        InputError: an option is missing, or this is no machine from which jobs can be submitted.
    """
    if missing := [option for option in ("partition", "time") if option not in settings]:
        raise InputError(f"--executor slurm needs {' and '.join(f'--slurm {o}=…' for o in missing)}")
    if not shutil.which("sbatch"):
        raise InputError("--executor slurm needs the command sbatch: run it where jobs are submitted")
    others = {k: v for k, v in settings.items() if k not in ("partition", "time")}
    name = f"textrepair-{hashlib.sha256(logs.path.encode()).hexdigest()[:8]}"
    queue = subprocess.run(["squeue", "--noheader", f"--name={name}"], capture_output=True, text=True, check=True)
    if queue.stdout.strip():
        return
    SlurmPipelineExecutor(
        pipeline,
        tasks,
        time=settings["time"],
        partition=settings["partition"],
        workers=workers or -1,
        job_name=name,
        qos="",
        env_command=f'export PATH="{Path(sys.executable).parent}:$PATH"',
        sbatch_args=others,
        logging_dir=logs,
    ).run()
