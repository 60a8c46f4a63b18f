"""A document: its bytes, the prose in it, and the way of a repair back into the bytes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from textrepair import files, formats
from textrepair.editorial import changes
from textrepair.editorial.policy import with_edits
from textrepair.editorial.ranges import Ranges
from textrepair.errors import InputError
from textrepair.formats.prose import Prose, apply_source_edits
from textrepair.results import Edit, Repair, apply_edits

AUTHOR = "textrepair"
"""Who is said to have made tracked changes."""


def parse(content: bytes, name: str, kind: str, encoding: str = "utf-8") -> Document:
    """Read a document.

    Args:
        content: its bytes.
        name: what it is called in errors.
        kind: one of `textrepair.formats.KINDS`.
        encoding: of the text formats.

    Raises:
        InputError: the content is not of this kind, or too large.
    """
    if len(content) > files.LARGEST:
        raise InputError(f"{name}: larger than {files.LARGEST // 1024 // 1024} MiB")
    try:
        return WordDocument(content, name) if kind == "docx" else TextDocument(content, name, kind, encoding)
    except InputError as error:
        message = str(error)
        raise InputError(message if message.startswith(f"{name}: ") else f"{name}: {message}") from None


class Document(ABC):
    """An input that has been read.  It is pickled as its bytes.

    Attributes:
        content: its bytes.
        name: what it is called in errors.
        prose: what is read of it.
    """

    content: bytes
    name: str
    prose: Prose

    @abstractmethod
    def proven(self, repair: Repair) -> Repair:
        """A repair of the prose, of whose edits only those are applied that leave the rest of the document alone."""

    @abstractmethod
    def located(self, repair: Repair) -> Repair:
        """A proven repair of the prose in terms of the text that an editor sees in the file."""

    @abstractmethod
    def changed(self, lines: changes.Lines) -> Ranges | None:
        """The prose that was read from lines of the file; None for all of it."""

    @abstractmethod
    def restored(self, repair: Repair, accept: bool = False) -> bytes:
        """The bytes of the document with the applied edits of a proven repair.

        Args:
            repair: of the prose.
            accept: whether edits of a Word document are made for good, and not as tracked changes.

        Raises:
            InputError: a replacement cannot be written in the document's encoding.
        """


class TextDocument(Document):
    """A text with or without markup.

    Attributes:
        source: its text and bytes.
    """

    def __init__(self, content: bytes, name: str, kind: str, encoding: str = "utf-8") -> None:
        self.content, self.name, self._kind = content, name, kind
        self.source = files.decode(content, name, encoding)
        self.prose = formats.parse(self.source.text, kind)

    def __reduce__(self) -> tuple[Any, ...]:
        return TextDocument, (self.content, self.name, self._kind, self.source.encoding)

    def proven(self, repair: Repair) -> Repair:
        """The repair with the edits applied after which the document, parsed again, reads as it should."""
        return with_edits(repair, formats.proven(self.source.text, self._kind, self.prose, repair.edits))

    def located(self, repair: Repair) -> Repair:
        """A proven repair of the prose as a repair of the source text.

        An edit that runs across markup contains the markup, unchanged, in its original and in its replacement; one
        that the markup leaves no place for is missing.
        """
        edits = tuple(e for e in map(self._located, repair.edits) if e)
        sentences = tuple(
            replace(s, start=start, end=end)
            for s in repair.sentences
            for start, end in [self.prose.source_range(s.start, s.end)]
        )
        text = self.source.text
        return Repair(text, apply_edits(text, edits), edits, sentences, repair.score, repair.notice)

    def _located(self, edit: Edit) -> Edit | None:
        start, end = self.prose.source_range(edit.start, edit.end)
        replacement = self._written(edit, edit.replacement, start, end)
        if replacement is None:
            return None
        alternatives = (self._written(edit, a, start, end) for a in edit.alternatives)
        original = self.source.text[start:end]
        kept = tuple(a for a in alternatives if a is not None)
        return Edit(start, end, original, replacement, edit.score, edit.applied, kept)

    def _written(self, edit: Edit, replacement: str, start: int, end: int) -> str | None:
        """`source[start:end]` with a replacement put in; None if there is no place for it."""
        (edit,) = self.prose.placeable([replace(edit, replacement=replacement, applied=True)])
        if not edit.applied:
            return None
        made = [replace(e, start=e.start - start, end=e.end - start) for e in self.prose.source_edits([edit])]
        return apply_source_edits(self.source.text[start:end], made)

    def changed(self, lines: changes.Lines) -> Ranges | None:
        """The prose that was read from lines of the text."""
        return Ranges(self._in_prose(changes.stretches(self.source.text, lines)))

    def _in_prose(self, stretches: Ranges) -> Iterator[tuple[int, int]]:
        """The prose that was read from stretches of the source."""
        for piece in self.prose.pieces:
            for start, end in stretches.within(piece.source_start, piece.source_end):
                if piece.literal:
                    yield piece.start + start - piece.source_start, piece.start + end - piece.source_start
                else:
                    yield piece.start, piece.end

    def restored(self, repair: Repair, accept: bool = False) -> bytes:  # noqa: ARG002
        """The text in the form of the input, byte order mark and encoding included."""
        return self.source.encode(self.located(repair).restored) if repair.changed else self.content


class WordDocument(Document):
    """A Word document; its text as an editor sees it is its prose."""

    def __init__(self, content: bytes, name: str) -> None:
        from textrepair.formats.docx import DocxDocument

        self.content, self.name = content, name
        self._document = DocxDocument.open(content)
        self.prose = self._document.prose

    def __reduce__(self) -> tuple[Any, ...]:
        return WordDocument, (self.content, self.name)

    def proven(self, repair: Repair) -> Repair:
        """The repair with the edits applied that fit into the runs of the document."""
        return with_edits(repair, self.prose.placeable(repair.edits))

    def located(self, repair: Repair) -> Repair:
        """The repair as it is."""
        return repair

    def changed(self, lines: changes.Lines) -> Ranges | None:  # noqa: ARG002
        """All of it; lines mean nothing in a Word document."""
        return None

    def restored(self, repair: Repair, accept: bool = False) -> bytes:
        """The document with tracked changes by `AUTHOR`, of now, or with changes for good."""
        if not repair.changed:
            return self.content
        if accept:
            return self._document.accepted(repair.edits)
        return self._document.tracked(repair.edits, AUTHOR, datetime.now(timezone.utc))
