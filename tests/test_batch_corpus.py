"""What INPUT stands for."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("datatrove")

from datatrove.io import DataFolder

from textrepair.batch.corpus import Corpus
from textrepair.errors import InputError


@pytest.fixture
def folder(tmp_path) -> Path:
    for name in ("b.jsonl", "a.jsonl.gz", "sub/c.JSON.zst", "sub/d.ndjson", "README.md", "out/documents/b.jsonl"):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * len(name))
    return tmp_path / "in"


def find(source: object, output: object = "/nowhere") -> Corpus:
    return Corpus.find(str(source), DataFolder(str(output)))


@pytest.mark.parametrize("prefix", ["", "file://"])
def test_folder_stands_for_all_below_it_but_the_output(folder, prefix: str) -> None:
    corpus = find(f"{prefix}{folder}", folder / "out")
    assert corpus.names == ("a.jsonl.gz", "b.jsonl", "sub/c.JSON.zst", "sub/d.ndjson")
    assert corpus.sizes == tuple(map(len, corpus.names))
    assert (corpus.kind, corpus.others) == ("jsonl", ("README.md",))
    assert corpus.folder.exists("sub/d.ndjson")


def test_file_and_pattern(folder) -> None:
    assert find(folder / "b.jsonl").names == ("b.jsonl",)
    assert find(folder / "*.jsonl*").names == ("a.jsonl.gz", "b.jsonl")
    assert find(f"{folder}/s*b/*").names == ("sub/c.JSON.zst", "sub/d.ndjson")
    odd = folder / "[1].jsonl"
    odd.write_text("x")
    assert find(odd).names == ("[1].jsonl",)


def test_relative_path(folder, monkeypatch) -> None:
    monkeypatch.chdir(folder)
    assert find("sub").names == find(folder / "sub").names == ("c.JSON.zst", "d.ndjson")


def test_fingerprint_tells_whether_files_came_went_or_grew(folder) -> None:
    before = find(folder).fingerprint
    assert find(folder).fingerprint == before
    (folder / "b.jsonl").write_text("grown a lot")
    grown = find(folder).fingerprint
    (folder / "sub" / "d.ndjson").unlink()
    assert len({before, grown, find(folder).fingerprint}) == 3


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("gone", "no such file or folder"),
        ("README.md", "no JSON Lines, Parquet or WARC file there"),
        ("*.txt", "no JSON Lines, Parquet or WARC file there"),
        ("mixed", "several kinds of files"),
        ("odd", "rename"),
    ],
)
def test_what_is_no_corpus(folder, source: str, message: str) -> None:
    (folder / "mixed").mkdir()
    (folder / "mixed" / "a.parquet").touch()
    (folder / "mixed" / "a.warc.gz").touch()
    (folder / "odd").mkdir()
    (folder / "odd" / "a\nb.jsonl").touch()
    with pytest.raises(InputError, match=message):
        find(folder / source)


def test_unknown_kind_of_url() -> None:
    with pytest.raises(InputError, match="nosuch://bucket"):
        find("nosuch://bucket/x")
