"""ONNX Runtime sessions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from numpy.typing import NDArray

from textrepair.errors import ModelError


class Session(Protocol):
    """What this project uses of `onnxruntime.InferenceSession`."""

    def run(self, output_names: Sequence[str] | None, input_feed: Mapping[str, NDArray[Any]]) -> list[Any]:
        """Outputs of the graph for the given inputs."""


class _Graph:
    """A graph that gives the memory of its runs back; they differ in size, and what one took none after it may need."""

    def __init__(self, session: Any, options: Any) -> None:
        self._session, self._options = session, options

    def run(self, output_names: Sequence[str] | None, input_feed: Mapping[str, NDArray[Any]]) -> list[Any]:
        """As `Session.run`."""
        found: list[Any] = self._session.run(output_names, input_feed, self._options)
        return found


def open_session(path: Path, threads: int) -> Session:
    """Load an ONNX graph for the CPU.

    Raises:
        ModelError: the file is missing or no ONNX model.
    """
    import onnxruntime as ort

    if not path.is_file():
        raise ModelError(f"no model at {path}")
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Spinning threads win little on short inputs and burn the cores that a second process could use.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime has no common base class for what it raises here
        raise ModelError(f"{path} is not a usable model: {str(error).splitlines()[0]}") from error
    run_options = ort.RunOptions()
    run_options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
    return _Graph(session, run_options)
