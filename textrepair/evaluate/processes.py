"""Whole processes, measured from outside: what a user waits for."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


class ProgramError(Exception):
    """A program failed; the message is what it said last."""


@dataclass(frozen=True)
class Run:
    """One run of a program.

    Attributes:
        seconds: wall time, start-up included.
        cpu_seconds: processor time of all its threads and children, which a busy machine changes less.
        megabytes: peak resident memory of its largest process.
        output: its standard output.
    """

    seconds: float
    cpu_seconds: float
    megabytes: float
    output: bytes


def run(command: Sequence[str], accepted: Sequence[int] = (0,), environment: Mapping[str, str] | None = None) -> Run:
    """Run a program once.

    Args:
        command: program and arguments.
        accepted: exit codes that are no failure; linters exit with 1 when they find something.
        environment: variables to set besides the inherited ones.

    Raises:
        ProgramError: the program is missing or failed.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        try:
            process = subprocess.Popen(
                command, stdout=out, stderr=errors, stdin=subprocess.DEVNULL, env={**os.environ, **(environment or {})}
            )
        except OSError as error:
            raise ProgramError(f"{command[0]}: {error.strerror}") from error
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        errors.seek(0)
        if process.returncode not in accepted:
            last = errors.read().decode(errors="replace").strip().splitlines()[-1:] or [f"exit {process.returncode}"]
            raise ProgramError(f"{command[0]}: {last[0]}")
        return Run(seconds, usage.ru_utime + usage.ru_stime, _megabytes(usage), out.read())


def median(runs: Sequence[Run]) -> dict[str, float]:
    """Medians over runs of one command, and the spread of the wall time."""
    walls = [r.seconds for r in runs]
    return {
        "seconds": round(statistics.median(walls), 3),
        "fastest": round(min(walls), 3),
        "slowest": round(max(walls), 3),
        "cpu_seconds": round(statistics.median(r.cpu_seconds for r in runs), 3),
        "megabytes": round(statistics.median(r.megabytes for r in runs), 1),
    }


def _megabytes(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)


def machine() -> dict[str, object]:
    """What the figures were measured on: processor, cores, instruction set, and how busy it was."""
    flags: set[str] = set()
    model = "unknown"
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:  # noqa: PTH123
            for line in lines:
                name, _, value = line.partition(":")
                if name.strip() == "model name":
                    model = value.strip()
                elif name.strip() == "flags":
                    flags = set(value.split())
    except OSError:
        pass
    wanted = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "avx_vnni", "amx_int8")
    return {
        "processor": model,
        "cores": os.cpu_count() or 1,
        "instructions": [name for name in wanted if name in flags],
        "load_average": round(os.getloadavg()[0], 1),
        "date": time.strftime("%Y-%m-%d"),
    }
