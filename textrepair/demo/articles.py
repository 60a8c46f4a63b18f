"""What a visitor gives: pasted text, a file, or an example."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

from textrepair import formats
from textrepair.editorial.documents import Document, parse
from textrepair.errors import InputError
from textrepair.resources import lexicon_dir

MOST_CHARACTERS = 20_000
"""Characters of text that the demo takes; a longer text would keep the other visitors waiting."""

LARGEST_FILE = 2 * 1024 * 1024
"""Bytes of a file that the demo takes."""


@dataclass(frozen=True)
class Example:
    """A text that a visitor can try."""

    label: str
    text: str


def examples(folder: Path | None = None) -> list[Example]:
    """The sample articles (`*.txt`) of a folder, by default those that ship with the package, named by their files."""
    folder = folder or lexicon_dir().with_name("samples")
    return [
        Example(re.sub(r"^\d+|[-_]", " ", path.stem).strip().capitalize(), path.read_text(encoding="utf-8").strip())
        for path in sorted(folder.glob("*.txt"))
    ]


def pasted(text: str) -> Document:
    """The article that a text is."""
    return parse(text.encode("utf-8", "replace"), "article.txt", "text")


def opened(name: str, content: bytes) -> Document:
    """The article in a file.

    Raises:
        InputError: it is too large, of no known kind, or not readable.
    """
    name = PurePosixPath(PureWindowsPath(name).as_posix()).name or "file"
    if len(content) > LARGEST_FILE:
        raise too_large(name)
    kind = formats.detect(name)
    if kind is None:
        raise InputError(f"{name} is no .txt, .md, .html or .docx file")
    return parse(content, name, kind)


def too_large(name: str) -> InputError:
    """The error that says that a file is over the limit."""
    return InputError(f"{name} is larger than {LARGEST_FILE // 1024 // 1024} MB")


def check_length(text: str) -> None:
    """Whether a text is one that the demo takes.

    Raises:
        InputError: it is empty or too long.
    """
    if not text.strip():
        raise InputError("paste an article first, open a file, or pick an example")
    if len(text) > MOST_CHARACTERS:
        raise InputError(f"this text has {len(text):,} characters; the demo takes up to {MOST_CHARACTERS:,}")


def same_text(one: str, other: str) -> bool:
    """Whether two texts differ in nothing but their line ends, which a text box makes its own."""
    return one.splitlines() == other.splitlines()
