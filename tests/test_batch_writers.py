"""Writers: whole files or none, records as they came in."""

from __future__ import annotations

import datetime
import gzip
import json
import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("datatrove")

import pyarrow as pa
from datatrove.data import Document
from datatrove.io import DataFolder
from pyarrow import parquet

from textrepair.batch.readers import JsonLinesReader, ParquetReader
from textrepair.batch.writers import JsonLinesOutput, ParquetOutput, ProblemOutput, write_whole

FOUND = {
    "spun_score": 0.75,
    "spun_sentences": [[0, 3, 0.9]],
    "restored": "two",
    "edits": [
        {
            "start": 0,
            "end": 3,
            "original": "one",
            "replacement": "two",
            "score": 0.9,
            "applied": True,
            "alternatives": ["three"],
        }
    ],
}


def document(record: dict[str, object], name: str = "sub/a.jsonl.gz", **more: object) -> Document:
    return Document(text="one", id="1", metadata={"file": name, "line": 1, "record": record, **FOUND, **more})


def files(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def test_record_comes_out_as_it_went_in(tmp_path) -> None:
    line = '{"n": 123456789012345678901234567890, "x": NaN, "media": [1], "k": "\\u00e9","s": "\\ud800", "text": "one"}'
    (tmp_path / "a.jsonl").write_text(line + "\n")
    (read,) = JsonLinesReader(DataFolder(str(tmp_path))).read_file("a.jsonl")
    read.metadata |= FOUND
    list(JsonLinesOutput(DataFolder(str(tmp_path / "out")), "documents/${file}").run([read]))
    written = json.loads((tmp_path / "out" / "documents" / "a.jsonl").read_text())
    assert written.pop("spun_score") == 0.75
    assert [written.pop(c) for c in ("spun_sentences", "restored", "edits")] == list(FOUND.values())[1:]
    assert repr(written) == repr(json.loads(line))


def test_older_columns_of_ours_are_replaced_and_problems_have_their_place(tmp_path) -> None:
    folder = DataFolder(str(tmp_path))
    list(JsonLinesOutput(folder, "${file}").run([document({"text": "one", "spun_score": 0.1}, filter_reason="spun")]))
    with gzip.open(tmp_path / "sub" / "a.jsonl.gz", "rt") as file:
        written = json.loads(file.read())
    assert (written["spun_score"], written["filter_reason"]) == (0.75, "spun")
    bad = Document(text="", id="1", metadata={"file": "b", "line": 7, "spun_problem": "empty"})
    list(ProblemOutput(folder, "problems.jsonl").run([bad]))
    problem = json.loads((tmp_path / "problems.jsonl").read_text())
    assert problem == {"file": "b", "line": 7, "problem": "empty", "detail": ""}


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_no_file_counts_before_the_end_nor_after_a_failure(tmp_path, kind: str) -> None:
    source = tmp_path / "in"
    source.mkdir()
    parquet.write_table(pa.table({"text": ["one"]}), source / "a")
    out = tmp_path / "out"

    def writer() -> JsonLinesOutput | ParquetOutput:
        folder = DataFolder(str(out))
        if kind == "jsonl":
            return JsonLinesOutput(folder, "${file}")
        return ParquetOutput(folder, "${file}", DataFolder(str(source)), tuple(FOUND))

    def broken() -> Iterator[Document]:
        for _ in range(500):
            yield document({"text": "one"}, "a")
        raise RuntimeError("boom")

    with pytest.raises(RuntimeError, match="boom"):
        list(writer().run(broken()))
    assert files(out) == []
    stopped = writer().run(document({"text": "one"}, "a") for _ in range(3))
    next(stopped)
    assert all(name.startswith("partial/") for name in files(out))
    stopped.close()
    assert files(out) == []
    list(writer().run([document({"text": "one"}, "a")]))
    assert files(out) == ["a"]
    old = (out / "a").read_bytes()
    with pytest.raises(RuntimeError, match="boom"):
        list(writer().run(broken()))
    assert (out / "a").read_bytes() == old


def test_two_writers_of_the_same_file_do_not_mix(tmp_path) -> None:
    runs = [
        JsonLinesOutput(DataFolder(str(tmp_path)), "${file}").run(
            document({"text": "one", "n": n}, "a.jsonl") for n in range(100)
        )
        for _ in range(2)
    ]
    for _ in range(100):
        for run in runs:
            next(run)
    for run in runs:
        assert list(run) == []
        assert [json.loads(line)["n"] for line in (tmp_path / "a.jsonl").read_text().splitlines()] == list(range(100))
    assert files(tmp_path) == ["a.jsonl"]


def test_parquet_keeps_the_columns_of_the_input(tmp_path) -> None:
    when = datetime.datetime(2024, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)
    table = pa.table(
        {
            "id": pa.array([2**62, 1]),
            "text": pa.array(["one", "two"], pa.large_string()),
            "when": pa.array([when, None], pa.timestamp("us", tz="UTC")),
            "tags": pa.array([["a"], []], pa.list_(pa.string())),
            "map": pa.array([[("k", 1)], []], pa.map_(pa.string(), pa.int32())),
            "raw": pa.array([b"\xff", b""]),
            "spun_score": pa.array(["old", "old"]),
        }
    )
    parquet.write_table(table, tmp_path / "a.parquet")
    source = DataFolder(str(tmp_path))
    first, second = ParquetReader(source).read_file("a.parquet")
    first.metadata |= FOUND
    second.metadata |= {"spun_score": 0.0, "spun_sentences": [], "restored": "two", "edits": []}
    step = pickle.loads(pickle.dumps(ParquetOutput(DataFolder(str(tmp_path / "out")), "${file}", source, tuple(FOUND))))
    list(step.run([second, first]))
    written = parquet.read_table(tmp_path / "out" / "a.parquet")
    kept = written.select(table.column_names[:-1])
    assert kept.equals(table.drop_columns(["spun_score"]).take([1, 0]))
    assert written.column("edits").to_pylist() == [[], FOUND["edits"]]
    assert written.column("spun_sentences").to_pylist() == [[], [[0, 3, 0.9]]]
    assert written.column("spun_score").to_pylist() == [0.0, 0.75]


def test_files_on_other_file_systems() -> None:
    folder = DataFolder("memory://textrepair-test")
    list(JsonLinesOutput(folder, "documents/${file}").run([document({"text": "one"}, "a.jsonl")]))
    write_whole(folder, "run.json", b"{}")
    assert json.loads(folder.cat_file("documents/a.jsonl"))["text"] == "one"
    assert folder.list_files() == ["documents/a.jsonl", "run.json"]
    (read,) = JsonLinesReader(DataFolder("memory://textrepair-test/documents")).read_file("a.jsonl")
    assert read.text == "one"
