"""Readers on good files and on every kind of bad one."""

from __future__ import annotations

import gzip
import io
import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("datatrove")

import fsspec
import pyarrow as pa
from datatrove.io import DataFolder
from fastwarc.warc import WarcRecord, WarcRecordType
from fsspec.compression import compr
from pyarrow import parquet

from textrepair.batch import readers
from textrepair.batch.readers import JsonLinesReader, ParquetReader, TolerantReader, WarcReader

Found = tuple[list[tuple[int, str]], list[tuple[int, str]]]


def read(reader: TolerantReader, name: str) -> Found:
    """(line, text) of the good documents, (line, problem) of the bad."""
    good, bad = [], []
    for d in reader.read_file(name):
        assert d.metadata["file"] == name
        if "spun_problem" in d.metadata:
            bad.append((d.metadata["line"], d.metadata["spun_problem"]))
        else:
            good.append((d.metadata["line"], d.text))
    return good, bad


def read_lines(folder: Path, content: bytes, name: str = "a.jsonl") -> Found:
    (folder / name).write_bytes(content)
    return read(JsonLinesReader(DataFolder(str(folder))), name)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b'{"text": "cut', "broken line"),
        (b'["text"]', "broken line"),
        (b"[" * 100_000, "broken line"),
        (b'{"text": "caf\xe9"}', "not UTF-8"),
        (b'{"text": "\xff\xfe"}', "not UTF-8"),
        (b'{"text": "a\0b"}', "binary"),
        (b'{"text": "a\\u0000b"}', "binary"),
        (b'{"text": ""}', "empty"),
        (b'{"text": " \\n "}', "empty"),
        (b'{"text": null}', "empty"),
        (b'{"text": 7}', "column 'text' holds no text"),
        (b'{"body": "x"}', "no column 'text'"),
        (b'{"text": "\\ud800"}', "not Unicode text"),
        (b'{"text": "' + b"a " * 5_000_000 + b'"}', "longer than 2,000,000 characters"),
    ],
)
def test_bad_line_is_reported_and_costs_no_other(tmp_path, line: bytes, problem: str) -> None:
    good, bad = read_lines(tmp_path, b'{"text": "one"}\n\n' + line + b'\n{"text": "two"}')
    assert good == [(1, "one"), (4, "two")]
    assert bad == [(3, problem)]


def test_endless_line_is_skipped_without_being_held(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(readers, "LONGEST_LINE", 100)
    long = b'{"text": "' + b"a" * 1000 + b'"}\n'
    exact = b'{"text": "' + b"b" * 87 + b'"}\n'
    assert len(exact) == 100
    good, bad = read_lines(tmp_path, long + exact + long + b'{"text": "end"}\n' + long[:-1])
    assert good == [(2, "b" * 87), (4, "end")]
    assert bad == [(1, "line too long"), (3, "line too long"), (5, "line too long")]


def test_binary_file_is_reported_once(tmp_path) -> None:
    noise = bytes(random.Random(1).randrange(256) for _ in range(100_000))
    assert read_lines(tmp_path, b"\0" + noise) == ([], [(1, "binary file")])


def test_byte_order_mark_is_no_problem(tmp_path) -> None:
    assert read_lines(tmp_path, b'\xef\xbb\xbf{"text": "one"}\n') == ([(1, "one")], [])


def many_lines(count: int) -> list[str]:
    rng = random.Random(count)
    return [json.dumps({"text": f"line {n} {rng.random()}"}) + "\n" for n in range(count)]


@pytest.mark.parametrize("ending", ["gz", "zst"])
def test_compressed_file_is_read_through_all_its_parts(tmp_path, ending: str) -> None:
    compression = fsspec.utils.compressions[ending]
    out = io.BytesIO()
    for part in range(2):  # members, frames: what `cat a.gz b.gz` makes
        packed = compr[compression](out, mode="wb")
        packed.write("".join(many_lines(100 + part)).encode())
        packed.close()
    good, bad = read_lines(tmp_path, out.getvalue(), f"a.jsonl.{ending}")
    assert (len(good), bad) == (201, [])


def test_truncated_gzip_gives_every_whole_line_before_the_cut(tmp_path) -> None:
    lines = many_lines(5000)
    content = gzip.compress("".join(lines).encode())
    content = content[: len(content) // 2]
    good, bad = read_lines(tmp_path, content, "a.jsonl.gz")
    import zlib

    whole = zlib.decompressobj(31).decompress(content).count(b"\n")
    assert 1000 < len(good) == whole
    assert bad == [(whole + 1, "truncated file")]


def test_truncated_zstd_is_noticed(tmp_path) -> None:
    out = io.BytesIO()
    packed = compr["zstd"](out, mode="wb")
    packed.write("".join(many_lines(20_000)).encode())
    packed.close()
    good, bad = read_lines(tmp_path, out.getvalue()[:-1000], "a.jsonl.zst")
    assert 0 < len(good) < 20_000
    assert [problem for _, problem in bad] == ["truncated file"]


@pytest.mark.parametrize("ending", ["gz", "zst"])
def test_damaged_compression_is_reported(tmp_path, ending: str) -> None:
    assert read_lines(tmp_path, b"no such thing " * 10, f"a.jsonl.{ending}")[1] == [(1, "damaged file")]


def test_vanished_file_fails_the_task(tmp_path) -> None:
    with pytest.raises(FileNotFoundError):
        list(JsonLinesReader(DataFolder(str(tmp_path))).read_file("gone.jsonl"))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.one_of(st.binary(max_size=40), st.just(b'{"text": "fine"}')), max_size=10), st.booleans())
def test_any_bytes_are_read_to_the_end(tmp_path_factory, lines: list[bytes], end: bool) -> None:
    folder = tmp_path_factory.mktemp("any")
    content = b"\n".join([b'{"text": "first"}', *lines]) + b"\n" * end
    good, bad = read_lines(folder, content)
    fine = [n for n, line in enumerate(content.split(b"\n"), 1) if line in (b'{"text": "fine"}', b'{"text": "first"}')]
    assert set(fine) <= {n for n, _ in good}
    assert sorted(n for n, _ in good + bad) == [n for n, line in enumerate(content.split(b"\n"), 1) if line.strip()]


def rows(count: int) -> dict[str, list[object]]:
    return {"text": [f"row {n}" for n in range(count)], "n": list(range(count))}


def test_parquet_rows(tmp_path) -> None:
    table = pa.table({"text": ["one", None, "", "two"], "n": [1, 2, 3, 4]})
    parquet.write_table(table, tmp_path / "a.parquet")
    assert read(ParquetReader(DataFolder(str(tmp_path))), "a.parquet") == (
        [(1, "one"), (4, "two")],
        [(2, "empty"), (3, "empty")],
    )


def test_parquet_text_that_is_not_utf8_costs_no_other_row(tmp_path) -> None:
    column = pa.array([b"one", b"caf\xe9", b"two"]).view(pa.string())
    parquet.write_table(pa.table({"text": column}), tmp_path / "a.parquet")
    assert read(ParquetReader(DataFolder(str(tmp_path))), "a.parquet") == ([(1, "one"), (3, "two")], [(2, "not UTF-8")])


def test_parquet_missing_column_and_column_of_another_type(tmp_path) -> None:
    parquet.write_table(pa.table({"body": ["x"], "text": [7]}), tmp_path / "a.parquet")
    folder = DataFolder(str(tmp_path))
    assert read(ParquetReader(folder), "a.parquet")[1] == [(1, "column 'text' holds no text")]
    assert read(ParquetReader(folder, text_column="txt"), "a.parquet")[1] == [(1, "no column 'txt'")]


def test_damaged_row_group_costs_no_other(tmp_path) -> None:
    path = tmp_path / "a.parquet"
    parquet.write_table(pa.table(rows(300)), path, row_group_size=100, compression="gzip")
    column = parquet.ParquetFile(path).metadata.row_group(1).column(0)
    content = bytearray(path.read_bytes())
    start = column.dictionary_page_offset or column.data_page_offset
    content[start : start + column.total_compressed_size] = b"\xff" * column.total_compressed_size
    path.write_bytes(content)
    good, bad = read(ParquetReader(DataFolder(str(tmp_path))), "a.parquet")
    assert [n for n, _ in good] == [*range(1, 101), *range(201, 301)]
    assert bad == [(101, "damaged rows")]


@pytest.mark.parametrize("cut", [0, 3, 1000])
def test_truncated_parquet_is_reported(tmp_path, cut: int) -> None:
    path = tmp_path / "a.parquet"
    parquet.write_table(pa.table(rows(300)), path)
    path.write_bytes(path.read_bytes()[:cut])
    assert read(ParquetReader(DataFolder(str(tmp_path))), "a.parquet") == ([], [(1, "damaged file")])


def warc(*payloads: tuple[bytes, bytes], kind: WarcRecordType = WarcRecordType.response, packed: bool = True) -> bytes:
    """A WARC file with a record for each (HTTP head, body)."""
    out = b""
    for n, (head, body) in enumerate(payloads):
        record = WarcRecord()
        record.init_headers(kind, record_urn=b"urn:uuid:00000000-0000-0000-0000-%012d" % n)
        record.headers.set("WARC-Target-URI", f"http://example.com/{n}")
        record.headers.set("WARC-Date", "2024-01-02T03:04:05Z")
        if head:
            record.headers.set("Content-Type", "application/http; msgtype=response")
            record.is_http = True
        record.set_bytes_content(head + body)
        stream = io.BytesIO()
        record.write(stream)
        out += gzip.compress(stream.getvalue()) if packed else stream.getvalue()
    return out


def http(content_type: str, status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\n\r\n".encode()


def page(text: str) -> str:
    return f"<html><body><nav><a href='/'>Menu</a></nav><article><h1>Title</h1><p>{text}</p></article></body></html>"


HTML = http("text/html; charset=utf-8")
LONG = "The committee met on Tuesday to discuss the budget, and most members agreed that the café needs work."


@pytest.mark.parametrize("packed", [True, False])
def test_warc_gives_the_main_text_of_pages(tmp_path, packed: bool) -> None:
    (tmp_path / "a.warc").write_bytes(
        warc(
            (HTML, page(LONG).encode()),
            (http("image/png"), b"\x89PNG\0"),
            (http("text/html", "404 Not Found"), page("gone").encode()),
            (http("text/html; charset=iso-8859-1"), page(LONG).encode("latin-1")),
            (http("text/html"), page(LONG).encode("latin-1")),
            (HTML, b"<html><body></body></html>"),
            packed=packed,
        )
    )
    reader = WarcReader(DataFolder(str(tmp_path)))
    good, bad = read(reader, "a.warc")
    assert [n for n, _ in good] == [1, 4, 5]
    assert {text for _, text in good} == {f"Title\n\n{LONG}"}
    assert bad == [(6, "empty")]
    first = next(iter(reader.read_file("a.warc"))).metadata["record"]
    assert (first["url"], first["date"]) == ("http://example.com/0", "2024-01-02T03:04:05Z")
    assert first["id"].endswith("000000000000>")


def test_wet_gives_the_plain_text(tmp_path) -> None:
    content = warc((b"", "Plain café text.".encode()), (b"", b""), kind=WarcRecordType.conversion)
    (tmp_path / "a.wet").write_bytes(content)
    assert read(WarcReader(DataFolder(str(tmp_path))), "a.wet") == ([(1, "Plain café text.")], [(2, "empty")])


@pytest.mark.parametrize("packed", [True, False])
def test_truncated_warc_is_noticed_wherever_it_ends(tmp_path, packed: bool) -> None:
    records = [warc((HTML, page(f"{LONG} {n}").encode()), packed=packed) for n in range(3)]
    whole, first = b"".join(records), len(records[0])
    for cut in range(first + 1, len(whole), 19):
        (tmp_path / "a.warc").write_bytes(whole[:cut])
        good, bad = read(WarcReader(DataFolder(str(tmp_path))), "a.warc")
        if cut != first + len(records[1]):
            assert [problem.split()[0] for _, problem in bad] in (["truncated"], ["damaged"]), cut
        assert 1 <= len(good) <= 3, cut


def test_damaged_warc_gives_what_comes_before(tmp_path) -> None:
    one = warc((HTML, page(LONG).encode()))
    (tmp_path / "a.warc.gz").write_bytes(one + b"\x1f\x8b\x08\0" + b"\xff" * 200 + one)
    good, bad = read(WarcReader(DataFolder(str(tmp_path))), "a.warc.gz")
    assert good[0] == (1, f"Title\n\n{LONG}")
    assert bad
    (tmp_path / "b.warc").write_bytes(b"no such thing\n" * 100)
    assert read(WarcReader(DataFolder(str(tmp_path))), "b.warc") == ([], [(1, "damaged file")])


def test_page_in_no_encoding_at_all_is_reported(tmp_path) -> None:
    body = page("x").encode("utf-8").replace(b"x", b"\x81\x8d\x8f\xfe\xff" * 50)
    (tmp_path / "a.warc").write_bytes(warc((HTML, body), (HTML, page(LONG).encode())))
    good, bad = read(WarcReader(DataFolder(str(tmp_path))), "a.warc")
    assert [n for n, _ in good][-1] == 2
    assert bad in ([], [(1, "wrong encoding")])
