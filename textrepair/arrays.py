"""Small models that are stored as numpy arrays (`.npz`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from textrepair.errors import ModelError


@contextmanager
def stored_arrays(path: Path, what: str) -> Iterator[Mapping[str, NDArray[Any]]]:
    """The arrays of a file, by name; no pickles.

    Args:
        path: the file.
        what: what it holds, as an editor would say.

    Raises:
        ModelError: the file is missing or broken, or what is done with its arrays says so (by one of numpy's errors).
    """
    try:
        with np.load(path, allow_pickle=False) as stored:
            yield stored
    except (OSError, EOFError, ValueError, KeyError, IndexError, BadZipFile) as error:
        raise ModelError(f"no usable {what} at {path}: {error}") from error
