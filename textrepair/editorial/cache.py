"""Repairs that were made before, on disk.

An entry is found by all that a repair depends on: the text, the files of the models, their settings, and the code
of the program.  What is wrong with an entry or with the folder is never an error; the repair is made anew then.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Iterable
from dataclasses import asdict
from functools import cached_property
from pathlib import Path

from textrepair.results import Edit, Repair, Sentence, apply_edits

KEPT = 60 * 86400
"""Seconds; an entry that was not asked for in so long is removed."""


def default_folder() -> Path:
    """The user's cache folder: `$XDG_CACHE_HOME/textrepair`, or what the system has in its place."""
    from platformdirs import user_cache_path

    return user_cache_path("textrepair", appauthor=False)


class Cache:
    """Repairs by one set of models.

    Args:
        folder: where the entries lie; it may be shared by any number of processes.
        models: the folders of the models.
        fast: whether the repairs do without the language model.
    """

    def __init__(self, folder: Path, models: Iterable[Path], fast: bool = False) -> None:
        self._folder, self._models, self._fast = folder, tuple(models), fast

    @cached_property
    def _basis(self) -> str:
        """A digest of the models and of this package's code."""
        code = Path(__file__).parents[1]
        told = [f"{path.relative_to(code)}\0{_sha256(path.read_text(encoding='utf-8'))}" for path in _all(code, "*.py")]
        # The models are told by what their files' state is, as git does: to read them takes longer than many a repair.
        for folder in self._models:
            for path in _all(folder, "*"):
                state = path.stat()
                told.append(f"{path}\0{state.st_size}\0{state.st_mtime_ns}\0{state.st_ctime_ns}")
        return _sha256("\n".join(told))

    def get(self, text: str, threshold: float | None) -> Repair | None:
        """The repair of a text, if it is on record and whole."""
        path = self._path(text, threshold)
        try:
            checksum, _, body = path.read_text(encoding="utf-8").partition("\n")
            if checksum != _sha256(body):
                return None
            raw = json.loads(body)
            edits = tuple(Edit(**{**e, "alternatives": tuple(e["alternatives"])}) for e in raw["edits"])
            sentences = tuple(Sentence(**s) for s in raw["sentences"])
            os.utime(path)
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return Repair(text, apply_edits(text, edits), edits, sentences, raw["score"], raw["notice"])

    def put(self, repair: Repair, threshold: float | None) -> None:
        """Put a repair on record."""
        path = self._path(repair.text, threshold)
        body = json.dumps(
            {
                "edits": [asdict(e) for e in repair.edits],
                "sentences": [asdict(s) for s in repair.sentences],
                "score": repair.score,
                "notice": repair.notice,
            }
        )
        with contextlib.suppress(OSError):
            if not path.parent.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                self._prune()
            handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".")
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as out:
                    out.write(f"{_sha256(body)}\n{body}")
                Path(temporary).replace(path)
            except OSError:
                Path(temporary).unlink(missing_ok=True)
                raise

    def _path(self, text: str, threshold: float | None) -> Path:
        key = _sha256(json.dumps([self._basis, self._fast, threshold, text]))
        return self._folder / self._basis[:16] / key[:2] / key

    def _prune(self) -> None:
        """Remove old entries, those of other models and versions included."""
        oldest = time.time() - KEPT
        for path in self._folder.glob("*/*/*"):
            with contextlib.suppress(OSError):
                if path.stat().st_mtime < oldest:
                    path.unlink()


def _all(folder: Path, pattern: str) -> list[Path]:
    """The files in a folder, in order."""
    return sorted(p for p in folder.rglob(pattern) if p.is_file())


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
