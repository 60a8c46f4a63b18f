"""Slurm, played by three small scripts, and Ray, where it is installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("datatrove")

from test_batch_job import Model, write_corpus, written

from textrepair.batch.job import Place, Settings, run
from textrepair.errors import InputError

HERE = Path(__file__).parent


@pytest.fixture
def cluster(tmp_path, monkeypatch) -> Path:
    """A folder of commands that stand for Slurm's: `sbatch` keeps the scripts it is given, and a queue of them."""
    folder = tmp_path / "slurm"
    folder.mkdir()
    commands = {
        "sbatch": 'for last; do :; done; n=$(ls "$SLURM_TEST" | grep -c script); cp "$last" "$SLURM_TEST/script$n"; '
        'echo "$@" > "$SLURM_TEST/arguments$n"; touch "$SLURM_TEST/queue"; echo "Submitted batch job 4$n"',
        "squeue": 'if [ -e "$SLURM_TEST/queue" ]; then echo "40 textrepair"; fi',
        "scontrol": "echo localhost",
        "srun": 'while [ "${1#-}" != "$1" ]; do if [ "$1" = -n ]; then shift; fi; shift; done; exec "$@"',
    }
    for name, body in commands.items():
        (folder / name).write_text(f"#!/bin/bash\n{body}\n")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("SLURM_TEST", str(folder))
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(HERE), str(HERE.parent)]))
    return folder


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
def test_slurm_job_script_does_the_work(tmp_path, cluster) -> None:
    ids = write_corpus(tmp_path / "in", 3, 10)
    slurm = {"partition": "cpu", "time": "01:00:00", "mem-per-cpu": "3G"}
    place = Place("slurm", 2, slurm)

    def submit() -> object:
        return run(str(tmp_path / "in"), str(tmp_path / "out"), Settings(), place, Model)

    assert submit() is None
    script = (cluster / "script0").read_text()
    assert script == (tmp_path / "out" / "logs" / "launch_script.slurm").read_text()
    for directive in ("partition=cpu", "time=01:00:00", "mem-per-cpu=3G", "array=0-2%2", "cpus-per-task=1", "requeue"):
        assert f"#SBATCH --{directive}\n" in script
    assert "qos" not in script
    subprocess.run(["bash", "-n", cluster / "script0"], check=True)

    # While the job is in the queue, the same command does not submit it again.
    assert submit() is None
    assert len(list(cluster.glob("script*"))) == 2  # the job, and datatrove's for the statistics

    for task in (2, 0, 1):
        environment = {**os.environ, "SLURM_ARRAY_TASK_ID": str(task), "SLURM_NODELIST": "localhost"}
        subprocess.run(["bash", cluster / "script0"], check=True, env=environment, capture_output=True, cwd=tmp_path)
    (cluster / "queue").unlink()
    summary = submit()
    assert summary
    assert sorted(r["id"] for r in written(tmp_path / "out" / "documents")) == sorted(ids)  # type: ignore[type-var]


def test_slurm_needs_its_options_and_commands(tmp_path, monkeypatch) -> None:
    write_corpus(tmp_path / "in", 1, 1)
    arguments = (str(tmp_path / "in"), str(tmp_path / "out"), Settings())
    with pytest.raises(InputError, match="needs --slurm partition=… and --slurm time=…"):
        run(*arguments, Place("slurm"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match="sbatch"):
        run(*arguments, Place("slurm", slurm={"partition": "cpu", "time": "1"}))


RAY = """
import sys
import ray
from test_batch_job import Model
from textrepair.batch.job import Place, Settings, run
ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, object_store_memory=100 * 1024 * 1024)
print(run(sys.argv[1], sys.argv[2], Settings(), Place("ray"), Model).documents)
"""


def test_ray_cluster(tmp_path) -> None:
    pytest.importorskip("ray")
    ids = write_corpus(tmp_path / "in", 3, 10)
    path = os.pathsep.join([str(HERE), str(HERE.parent)])
    environment = {**os.environ, "PYTHONPATH": path, "RAY_AUTH_MODE": "disabled", "RAY_USAGE_STATS_ENABLED": "0"}
    done = subprocess.run(
        [sys.executable, "-c", RAY, tmp_path / "in", tmp_path / "out"], capture_output=True, text=True, env=environment
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[-1] == str(len(ids))
    assert sorted(r["id"] for r in written(tmp_path / "out" / "documents")) == sorted(ids)  # type: ignore[type-var]
    assert json.loads((tmp_path / "out" / "summary.json").read_text())["documents"] == len(ids)
