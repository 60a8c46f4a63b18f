"""The prose of a document, cut out of its markup, and the way back.

Detector and rewriter read one plain text for each document: its prose, block by block, a blank line between blocks,
inline markup left out.  A `Prose` remembers where each stretch of that text came from, so that edits to it become
edits of the source.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from textrepair.results import Edit


@dataclass(frozen=True)
class Piece:
    """A stretch of prose and the stretch of source it was read from.

    Attributes:
        start, end: its range in the prose.
        source_start, source_end: its range in the source.  Where both ranges are of the same length the characters
            correspond one to one; else the stretch (an entity, an escape) is one unit that is replaced as a whole.
    """

    start: int
    end: int
    source_start: int
    source_end: int

    @property
    def literal(self) -> bool:
        """Whether the characters of prose and source correspond one to one."""
        return self.end - self.start == self.source_end - self.source_start


@dataclass(frozen=True)
class SourceEdit:
    """A replacement of `source[start:end]`."""

    start: int
    end: int
    replacement: str


class Prose:
    """The text of a document and the pieces it is made of.

    Args:
        text: the prose.
        pieces: in order, not overlapping; characters of `text` between them (line breaks between blocks) stand for
            nothing in the source and cannot be edited.
    """

    def __init__(self, text: str, pieces: Sequence[Piece]) -> None:
        self.text, self.pieces = text, tuple(pieces)
        self._starts = [p.start for p in pieces]

    @classmethod
    def plain(cls, text: str) -> Prose:
        """A document that is nothing but prose."""
        return cls(text, [Piece(0, len(text), 0, len(text))] if text else [])

    def source_range(self, start: int, end: int) -> tuple[int, int]:
        """The smallest source range that holds the prose range `start`..`end`, markup between its ends included."""
        met = [p for p in self._met(start, end)]
        if not met:
            before = self.pieces[max(0, bisect_right(self._starts, start) - 1)] if self.pieces else None
            at = before.source_end if before else 0
            return at, at
        return _into(met[0], max(start, met[0].start), False), _into(met[-1], min(end, met[-1].end), True)

    def source_edits(self, edits: Iterable[Edit]) -> list[SourceEdit]:
        """What the applied ones among `edits` do to the source, in order, not overlapping.

        An edit that runs across inline markup puts its replacement into the piece that holds most of the replaced
        text and empties the others of it, so that every piece of markup survives.
        """
        found: list[SourceEdit] = []
        for edit in edits:
            if not edit.applied:
                continue
            met = list(self._met(edit.start, edit.end))
            home = max(met, key=lambda p: min(edit.end, p.end) - max(edit.start, p.start), default=None)
            for piece in met:
                start = _into(piece, max(edit.start, piece.start), False)
                end = _into(piece, min(edit.end, piece.end), True)
                found.append(SourceEdit(start, end, edit.replacement if piece is home else ""))
        return found

    def _met(self, start: int, end: int) -> Iterable[Piece]:
        first = max(0, bisect_right(self._starts, start) - 1)
        for piece in self.pieces[first:]:
            if piece.start >= end:
                return
            if piece.end > start:
                yield piece


def _into(piece: Piece, at: int, is_end: bool) -> int:
    """The source position of a prose position inside `piece`."""
    if piece.literal:
        return piece.source_start + at - piece.start
    return piece.source_end if is_end else piece.source_start


def apply_source_edits(source: str, edits: Sequence[SourceEdit]) -> str:
    """`source` with `edits`, which are in order and do not overlap."""
    out, at = [], 0
    for edit in edits:
        out += [source[at : edit.start], edit.replacement]
        at = edit.end
    return "".join([*out, source[at:]])
