"""Readers that get over whatever a corpus holds: a document that cannot be read comes out with the reason in its place.

Every document carries in its metadata the `file` (relative to the folder), the `line` (from 1; the row of a Parquet
file, the record of a WARC file) and the `record` as it was read.  One that cannot be read has an empty text, and
`spun_problem` says why.
"""

from __future__ import annotations

import gzip
import io
import json
import sys
import zlib
from abc import abstractmethod
from collections.abc import Iterator
from typing import IO, Any

from datatrove.data import Document
from datatrove.io import DataFolder
from datatrove.pipeline.readers.base import BaseDiskReader
from fsspec.compression import compr
from fsspec.core import get_compression

from textrepair.batch.steps import DETAIL, PROBLEM

if sys.version_info >= (3, 14):
    from compression.zstd import ZstdError
else:
    from backports.zstd import ZstdError

LONGEST = 2_000_000
"""Characters; a longer text is no document but a mistake.  A long novel has a million."""

LONGEST_LINE = 32 * 1024 * 1024
"""Bytes of a JSON line or a WARC record; a longer one is skipped without being held in memory."""


class Unreadable(Exception):  # noqa: N818 - a finding about the input, not a failure
    """A document that cannot be read; `reason` is one of few wordings, `detail` tells more."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail


Record = dict[str, Any]


class TolerantReader(BaseDiskReader):
    """Base of the readers: turns records into documents, and damage into documents with a problem.

    Args:
        data_folder: where the files are.
        paths_file: lists the files, one in each line.
        text_column: holds the text.
    """

    def __init__(self, data_folder: DataFolder, paths_file: str | None = None, text_column: str = "text") -> None:
        super().__init__(data_folder, paths_file, text_key=text_column)

    @abstractmethod
    def read_records(self, path: str) -> Iterator[tuple[int, Record | Unreadable]]:
        """Number and record of all that a file holds.

        Raises:
            EOFError, OSError without errno, zlib.error, ZstdError: the rest of the file is damaged.
        """

    def read_file(self, filepath: str) -> Iterator[Document]:
        """The documents of a file."""
        line = 0
        try:
            for line, found in self.read_records(filepath):
                with self.track_time():
                    document = self._document(filepath, line, found)
                yield document
        except EOFError as error:
            yield self._document(filepath, line + 1, Unreadable("truncated file", str(error)))
        except (OSError, zlib.error, ZstdError) as error:
            if not _is_damage(error):
                raise
            yield self._document(filepath, line + 1, Unreadable("damaged file", str(error)))

    def _document(self, path: str, line: int, found: Record | Unreadable) -> Document:
        metadata: Record = {"file": path, "line": line}
        try:
            if isinstance(found, Unreadable):
                raise found
            text = checked_text(found, self.text_key)
            metadata["record"] = found
        except Unreadable as problem:
            text = ""
            metadata |= {PROBLEM: problem.reason, DETAIL: problem.detail}
        return Document(text=text, id=f"{path}:{line}", metadata=metadata)


def _is_damage(error: Exception) -> bool:
    """Whether the content is to blame; an errno comes from the file system, and lets the task fail for another try."""
    return not isinstance(error, OSError) or error.errno is None


def checked_text(record: Record, column: str) -> str:
    """The text of a record.

    Raises:
        Unreadable: there is none, or it is unusable.
    """
    if column not in record:
        raise Unreadable(f"no column '{column}'", f"columns: {', '.join(map(str, record))}"[:200])
    text = record[column]
    if text is None or (isinstance(text, str) and not text.strip()):
        raise Unreadable("empty")
    if not isinstance(text, str):
        raise Unreadable(f"column '{column}' holds no text", f"but {type(text).__name__}")
    if len(text) > LONGEST:
        raise Unreadable(f"longer than {LONGEST:,} characters", f"{len(text):,} characters")
    if "\0" in text[:8192]:
        raise Unreadable("binary")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise Unreadable("not Unicode text", f"half a surrogate pair at character {error.start}") from None
    return text


class JsonLinesReader(TolerantReader):
    """Reads JSON Lines, plain, gzip or zstd by the name of the file."""

    name = "textrepair JSON Lines"

    def read_records(self, path: str) -> Iterator[tuple[int, Record | Unreadable]]:
        """Number and record of each line; empty lines are counted and skipped."""
        with self.data_folder.open(path, "rb") as raw:
            # The decompressor's own `readline` gives every whole line before a truncation; a buffer around it does not.
            stream = compr[get_compression(path, "infer")](io.BufferedReader(raw), mode="rb")
            for number, line in enumerate(_lines(stream), 1):
                try:
                    if number == 1 and line is not None and b"\0" in line[:8192]:
                        yield number, Unreadable("binary file")
                        return
                    if line is None or line.strip():
                        yield number, _parsed(line)
                except Unreadable as problem:
                    yield number, problem


def _lines(stream: IO[bytes]) -> Iterator[bytes | None]:
    """The lines; None stands for one that is too long."""
    while line := stream.readline(LONGEST_LINE):
        if len(line) < LONGEST_LINE or line.endswith(b"\n"):
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(LONGEST_LINE)
        yield None


def _parsed(line: bytes | None) -> Record:
    if line is None:
        raise Unreadable("line too long", f"more than {LONGEST_LINE // 1024 // 1024} MiB")
    if b"\0" in line:
        raise Unreadable("binary")
    try:
        # Not orjson: it makes floats of large integers and refuses NaN, and a record has to come out as it went in.
        record = json.loads(line.decode("utf-8-sig").rstrip("\r\n"))
    except UnicodeDecodeError as error:
        raise Unreadable("not UTF-8", f"byte {error.start} of the line") from None
    except (ValueError, RecursionError) as error:
        raise Unreadable("broken line", str(error)) from None
    if not isinstance(record, dict):
        raise Unreadable("broken line", "no JSON object")
    return record


class ParquetReader(TolerantReader):
    """Reads Parquet, a few rows at a time; a damaged row group costs no other one."""

    name = "textrepair Parquet"

    def read_records(self, path: str) -> Iterator[tuple[int, Record | Unreadable]]:
        """Number and record of each row."""
        import pyarrow as pa
        from pyarrow import parquet

        row = first = 1
        with self.data_folder.open(path, "rb") as stream:
            try:
                # Without pre-buffering, a worker needs memory for some pages, not for a row group of any size.
                file = parquet.ParquetFile(stream, pre_buffer=False, buffer_size=1024 * 1024)
            except (pa.ArrowException, OSError) as error:
                if not _is_damage(error):
                    raise
                yield row, Unreadable("damaged file", str(error))
                return
            for group in range(file.num_row_groups):
                row = first
                try:
                    for batch in file.iter_batches(batch_size=64, row_groups=[group]):
                        for n in range(batch.num_rows):
                            yield row, _row(batch.slice(n, 1))
                            row += 1
                except (pa.ArrowException, OSError) as error:
                    if not _is_damage(error):
                        raise
                    yield row, Unreadable("damaged rows", f"rows {row} and following of group {group}: {error}")
                first += file.metadata.row_group(group).num_rows


def _row(batch: Any) -> Record | Unreadable:
    try:
        record: Record = batch.to_pylist()[0]
    except UnicodeDecodeError as error:
        return Unreadable("not UTF-8", str(error))
    except ValueError as error:
        return Unreadable("damaged row", str(error))
    return record


class WarcReader(TolerantReader):
    """Reads the main text of the web pages in WARC files, and the plain text in WET files.

    FastWARC and Resiliparse in place of datatrove's own reader and extractor: those drop what they cannot read without
    a word, and need libmagic.  A record is `{"text", "url", "date", "id"}`.
    """

    name = "textrepair WARC"

    def __init__(self, data_folder: DataFolder, paths_file: str | None = None) -> None:
        super().__init__(data_folder, paths_file)

    def read_records(self, path: str) -> Iterator[tuple[int, Record | Unreadable]]:
        """Number and record of each web page; requests, images, error pages and the like are counted and skipped."""
        from fastwarc.warc import ArchiveIterator

        with self.data_folder.open(path, "rb") as stream:
            number = position = 0
            problem = None
            for number, record in enumerate(ArchiveIterator(stream, parse_http=False), 1):
                problem, position = None, record.stream_pos
                try:
                    text = _page_text(record)
                except Unreadable as unreadable:
                    problem = unreadable
                except (OSError, ValueError) as error:
                    if not _is_damage(error):
                        raise
                    problem = Unreadable("damaged record", str(error))
                if problem:
                    yield number, problem
                elif text is not None:
                    url, date = record.headers.get("WARC-Target-URI"), record.headers.get("WARC-Date")
                    yield number, {"text": text, "url": url, "date": date, "id": record.record_id}
            if not problem and not path.endswith(".zst") and _is_truncated(stream, position):
                yield number + 1, Unreadable("truncated file")


def _is_truncated(stream: IO[bytes], position: int) -> bool:
    """Whether a WARC file, whose last record begins at `position`, ends in the midst of something.

    FastWARC takes a cut in the head of a record for the end of the file.
    """
    stream.seek(position)
    packed = stream.read(2) == b"\x1f\x8b"
    stream.seek(position)
    rest = gzip.GzipFile(fileobj=stream) if packed else stream
    end = b""
    try:
        while chunk := rest.read(1024 * 1024):
            end = (end + chunk)[-4:]
    except EOFError:
        return True
    return end != b"\r\n\r\n"


_HTML = ("text/html", "application/xhtml+xml")


def _page_text(record: Any) -> str | None:
    """The text of a WARC record, or None if it is no page."""
    from fastwarc.warc import WarcRecordType
    from resiliparse.extract.html2text import extract_plain_text

    if record.record_type not in (WarcRecordType.response, WarcRecordType.conversion):
        return None
    if record.content_length > LONGEST_LINE:
        raise Unreadable("record too long", f"{record.content_length:,} bytes")
    content = record.reader.read()
    # FastWARC says nothing about a file that ends within a record.
    if "Content-Length" not in record.headers or len(content) < record.content_length:
        raise Unreadable("truncated record", f"{len(content)} of {record.content_length} bytes")
    if record.record_type == WarcRecordType.conversion:
        return _decoded(content, "utf-8")
    if not record.is_http:
        return None
    record.set_bytes_content(content)
    record.parse_http(auto_decode="all")
    if record.http_headers.status_code != 200 or record.http_content_type not in _HTML:
        return None
    html = _decoded(record.reader.read(), record.http_charset)
    return str(extract_plain_text(html, main_content=True, list_bullets=False, alt_texts=False))


def _decoded(content: bytes, declared: str | None) -> str:
    """The text in the declared encoding, or in the one that the page or its bytes suggest."""
    from resiliparse.parse.encoding import detect_encoding

    for encoding in (declared, detect_encoding(content, from_html_meta=True)):
        if encoding:
            try:
                return content.decode(encoding)
            except (UnicodeDecodeError, LookupError):
                continue
    raise Unreadable("wrong encoding", f"declared as {declared or 'nothing'}")
