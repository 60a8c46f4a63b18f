"""Writers whose files get their names when a task is done and they are whole: a killed task leaves none that counts."""

from __future__ import annotations

import contextlib
import json
import os
import uuid
from pathlib import Path
from typing import IO, Any

from datatrove.data import Document
from datatrove.io import DataFolder, OutputFileManager
from datatrove.pipeline.writers.disk_base import DiskWriter
from datatrove.pipeline.writers.parquet import ParquetWriter
from fsspec.compression import compr
from fsspec.core import get_compression

from textrepair.batch.steps import DETAIL, PROBLEM

STAGING = "partial"
"""Subfolder of the output for files that are being written."""

SCORE_COLUMNS = ("spun_score", "spun_sentences")
REPAIR_COLUMNS = ("restored", "edits")
REJECT_COLUMNS = ("filter_reason",)
COLUMNS = (*SCORE_COLUMNS, *REPAIR_COLUMNS, *REJECT_COLUMNS)
"""What is added to a record, as far as the document has it."""


def write_whole(folder: DataFolder, name: str, content: bytes) -> None:
    """Write a file that never shows up half; an older one is replaced."""
    files = StagedFiles(folder)
    try:
        files.get_file(name).write(content)
        files.commit()
    except BaseException:
        files.discard()
        raise


class StagedFiles(OutputFileManager):
    """Output files that get their names once all of them are whole, compressed as their names say."""

    def __init__(self, folder: DataFolder) -> None:
        super().__init__(folder, mode="wb")
        self._staged: dict[str, tuple[str, IO[bytes]]] = {}

    def get_file(self, filename: str) -> IO[bytes]:
        """The file to be called `filename`, opened for writing."""
        if filename not in self._output_files:
            # Two processes may write the same file: one that was believed dead, and the one that took over.
            staged = f"{STAGING}/{uuid.uuid4().hex}"
            raw = self.fs.open(staged, "wb")
            self._staged[filename] = (staged, raw)
            self._output_files[filename] = compr[get_compression(filename, "infer")](raw, mode="wb")
        handle: IO[bytes] = self._output_files[filename]
        return handle

    def commit(self) -> None:
        """Close the files and give them their names."""
        self.close()
        for _, raw in self._staged.values():
            raw.close()  # a compressor leaves the file below it open
        for name, (staged, _) in self._staged.items():
            self.fs.makedirs(self.fs._parent(name), exist_ok=True)
            if self.fs.is_local():
                path = Path(self.fs._join(staged))
                with path.open("rb+") as file:
                    os.fsync(file.fileno())
                path.replace(self.fs._join(name))
            else:
                self.fs.mv(staged, name)
        self._staged.clear()

    def discard(self) -> None:
        """Close and delete the files."""
        for handle in (*self._output_files.values(), *(raw for _, raw in self._staged.values())):
            with contextlib.suppress(Exception):
                handle.close()
        for staged, _ in self._staged.values():
            with contextlib.suppress(OSError):
                self.fs.rm(staged)
        self._output_files.clear()
        self._staged.clear()


class StagedWriter(DiskWriter):
    """A writer of staged files, named after the input file (`${file}` in the template).

    It has to be run, or entered, to its end: only then do the files count.
    """

    output_mg: StagedFiles

    def __init__(self, output_folder: DataFolder, output_filename: str, **options: Any) -> None:
        super().__init__(output_folder, output_filename, **options)
        self.output_mg = StagedFiles(self.output_folder)

    def __exit__(self, exc_type: object, exc_val: object, exc_tb: object) -> None:
        try:
            if exc_type is None:
                self.close()
                self.output_mg.commit()
            else:
                with contextlib.suppress(Exception):
                    self.close()  # a Parquet writer must not outlive its file
        finally:
            self.output_mg.discard()

    def _default_adapter(self, document: Document) -> dict[str, Any]:
        record: dict[str, Any] = document.metadata["record"]
        return record | {c: document.metadata[c] for c in COLUMNS if c in document.metadata}


class JsonLinesOutput(StagedWriter):
    """Writes the records as JSON Lines."""

    name = "textrepair JSON Lines"

    def __init__(self, output_folder: DataFolder, output_filename: str) -> None:
        super().__init__(output_folder, output_filename, compression=None, mode="wb")

    def _write(self, document: dict[str, Any], file_handler: IO[bytes], filename: str) -> None:  # noqa: ARG002
        try:
            line = json.dumps(document, ensure_ascii=False).encode()
        except UnicodeEncodeError:  # half a surrogate pair in another column than the text
            line = json.dumps(document).encode()
        file_handler.write(line + b"\n")


class ProblemOutput(JsonLinesOutput):
    """Writes what could not be read, and where it stands."""

    name = "textrepair problems"

    def _default_adapter(self, document: Document) -> dict[str, Any]:
        m = document.metadata
        return {"file": m["file"], "line": m["line"], "problem": m[PROBLEM], "detail": m.get(DETAIL, "")}


class ParquetOutput(StagedWriter, ParquetWriter):
    """Writes the records as Parquet.

    Args:
        output_folder: where to write.
        output_filename: template of the names.
        source: folder of the input files; each output file has the columns of its input.
        columns: those of `COLUMNS` that come on top.
    """

    name = "textrepair Parquet"
    schema: Any  # of Arrow, or None before the first document

    def __init__(
        self, output_folder: DataFolder, output_filename: str, source: DataFolder, columns: tuple[str, ...]
    ) -> None:
        # 200 texts of the longest kind still fit the 2 GiB that Arrow allows a column of a batch.
        super().__init__(output_folder, output_filename, max_file_size=-1, batch_size=200)
        self.source, self.columns = source, columns

    def write(self, document: Document, rank: int = 0, **kwargs: Any) -> None:
        """Write a document; a task has one input file, which the first document names."""
        if self.schema is None:
            from pyarrow import parquet

            with self.source.open(document.metadata["file"], "rb") as file:
                self.schema = _extended(parquet.read_schema(file), self.columns)
        super().write(document, rank, **kwargs)


def _extended(schema: Any, columns: tuple[str, ...]) -> Any:
    """An Arrow schema with the columns of ours in place of any of the same names."""
    import pyarrow as pa

    edit = pa.struct(
        [
            ("start", pa.int64()),
            ("end", pa.int64()),
            ("original", pa.string()),
            ("replacement", pa.string()),
            ("score", pa.float64()),
            ("applied", pa.bool_()),
            ("alternatives", pa.list_(pa.string())),
        ]
    )
    types = {
        "spun_score": pa.float64(),
        "spun_sentences": pa.list_(pa.list_(pa.float64())),
        "restored": pa.string(),
        "edits": pa.list_(edit),
        "filter_reason": pa.string(),
    }
    kept = [field for field in schema if field.name not in columns]
    return pa.schema([*kept, *(pa.field(c, types[c]) for c in columns)])
