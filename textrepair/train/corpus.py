"""Clean text for training: any folder of .txt, .md, .jsonl files (also .gz or .xz), split into sentences once."""

from __future__ import annotations

import gzip
import hashlib
import json
import lzma
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from datasets import Dataset, Features, List, Value

from textrepair.sentences import split_sentences

_OPEN: dict[str, Any] = {".gz": gzip.open, ".xz": lzma.open}
_SUFFIXES = {".txt", ".md", ".jsonl"}
FEATURES = Features({"id": Value("string"), "source": Value("string"), "sentences": List(Value("string"))})


def _open(path: Path) -> TextIO:
    lines: TextIO = _OPEN.get(path.suffix, open)(path, "rt", encoding="utf-8", errors="strict")
    return lines


def read_articles(folder: Path) -> Iterator[tuple[str, str]]:
    """(source, text) of every article below `folder`: a text file is one article, a JSON line with a `text` another."""
    for path in sorted(folder.rglob("*")):
        suffix = Path(path.stem).suffix if path.suffix in _OPEN else path.suffix
        if suffix not in _SUFFIXES or not path.is_file():
            continue
        source = path.name.split(".")[0]
        with _open(path) as lines:
            if suffix == ".jsonl":
                for line in lines:
                    yield source, json.loads(line)["text"]
            else:
                yield source, lines.read()


# Runs of text that are no article prose (tables, lists, code) teach nothing about words in context.
_WORDS = re.compile(r"[A-Za-z]{2,}")


def _prose(sentence: str) -> bool:
    return len(_WORDS.findall(sentence)) >= 3


def _rows(folder: Path, stamp: str) -> Iterator[dict[str, object]]:  # noqa: ARG001 - part of the cache's key
    for source, text in read_articles(folder):
        sentences = [text[s:e] for s, e in split_sentences(text)]
        sentences = [s for s in sentences if _prose(s)]
        if sentences:
            yield {"id": hashlib.sha1(text.encode()).hexdigest()[:16], "source": source, "sentences": sentences}


def prepare(folder: Path) -> Dataset:
    """The articles of `folder` as sentences in Arrow; `datasets` makes them once and keeps them in its cache."""
    return Dataset.from_generator(_rows, gen_kwargs={"folder": folder, "stamp": _stamp(folder)}, features=FEATURES)


def _stamp(folder: Path) -> str:
    """A digest of names, sizes and times, so that a changed corpus is read anew."""
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return hashlib.sha1(repr([(str(p), p.stat().st_size, p.stat().st_mtime_ns) for p in files]).encode()).hexdigest()


def is_held_out(article_id: str) -> bool:
    """Whether an article belongs to the development benchmark (2 %, by hash), which training never sees."""
    return int(article_id[:8], 16) % 50 == 0
