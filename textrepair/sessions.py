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
        session: Session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime has no common base class for what it raises here
        raise ModelError(f"{path} is not a usable model: {str(error).splitlines()[0]}") from error
    return session
