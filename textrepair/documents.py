"""A document: its bytes, the prose in it, and the way of a repair back into the bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from textrepair import files, formats
from textrepair.files import Source
from textrepair.formats.prose import Prose, apply_source_edits
from textrepair.ranges import Ranges
from textrepair.results import Edit, Repair, apply_edits


@dataclass(frozen=True)
class Document:
    """An input that has been read.

    Attributes:
        source: its text and bytes.
        prose: what is read of it.
    """

    source: Source
    prose: Prose

    @classmethod
    def parse(cls, content: bytes, name: str, kind: str, encoding: str = "utf-8") -> Document:
        """Find the prose of a document.

        Raises:
            InputError: the content is not of this kind.
        """
        source = files.decode(content, name, encoding)
        return cls(source, formats.parse(source.text, kind))

    @property
    def name(self) -> str:
        """What the document is called in output."""
        return self.source.name

    def located(self, repair: Repair) -> Repair:
        """A repair of the prose as a repair of the source text.

        An edit that runs across markup contains the markup, unchanged, in its original and in its replacement.
        """
        text = self.source.text
        edits = tuple(map(self._located, repair.edits))
        sentences = tuple(
            replace(s, start=start, end=end)
            for s in repair.sentences
            for start, end in [self.prose.source_range(s.start, s.end)]
        )
        return Repair(text, apply_edits(text, edits), edits, sentences, repair.score, repair.notice)

    def _located(self, edit: Edit) -> Edit:
        start, end = self.prose.source_range(edit.start, edit.end)
        original = self.source.text[start:end]
        return Edit(
            start,
            end,
            original,
            self._written(edit, edit.replacement, start, end),
            edit.score,
            edit.applied,
            tuple(self._written(edit, a, start, end) for a in edit.alternatives),
        )

    def _written(self, edit: Edit, replacement: str, start: int, end: int) -> str:
        """`source[start:end]` with a replacement put in."""
        edits = self.prose.source_edits([replace(edit, replacement=replacement, applied=True)])
        moved = [replace(e, start=e.start - start, end=e.end - start) for e in edits]
        return apply_source_edits(self.source.text[start:end], moved)

    def in_prose(self, stretches: Ranges) -> Ranges:
        """The prose that was read from stretches of the source."""

        def found() -> Iterator[tuple[int, int]]:
            for piece in self.prose.pieces:
                for start, end in stretches.within(piece.source_start, piece.source_end):
                    if piece.literal:
                        yield piece.start + start - piece.source_start, piece.start + end - piece.source_start
                    else:
                        yield piece.start, piece.end

        return Ranges(found())

    def restored(self, repair: Repair) -> bytes:
        """The bytes of the document with the applied edits of a repair of its prose.

        Raises:
            InputError: a replacement cannot be written in the document's encoding.
        """
        return self.source.encode(self.located(repair).restored) if repair.changed else self.source.content
