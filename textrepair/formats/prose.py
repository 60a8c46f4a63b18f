"""The prose of a document, cut out of its markup, and the way back.

Detector and rewriter read one plain text for each document: its prose, block by block, a blank line between blocks,
inline markup left out.  A `Prose` remembers where each stretch of that text came from, so that edits to it become
edits of the source.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from textrepair.results import Edit
from textrepair.splicing import splice

_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
_INK = re.compile(r"\S")


@dataclass(frozen=True)
class Piece:
    """A stretch of prose and the stretch of source it was read from.

    Attributes:
        start, end: its range in the prose.
        source_start, source_end: its range in the source.  Where both ranges are of the same length the characters
            correspond one to one (a line break may be read as a space); else the stretch (an entity, an escape, a run
            of white space) is one unit that is replaced as a whole.
        wrapped: whether it stands within inline markup, which must not be left empty.
    """

    start: int
    end: int
    source_start: int
    source_end: int
    wrapped: bool = False

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


@dataclass(frozen=True)
class Ignore:
    """A comment that tells textrepair what to leave alone.

    Attributes:
        line: where it stands, from 1.
        kind: the word after `textrepair:`; `off`, `on` and `ignore-next` are known, others do nothing.
        used: whether it kept any prose from being read, or, for `on`, ended an `off`.
    """

    line: int
    kind: str
    used: bool


class Prose:
    """The text of a document and the pieces it is made of.

    Args:
        text: the prose.
        pieces: in order of both prose and source, not overlapping in either; characters of `text` between them (line
            breaks between blocks, what stands for code) stand for nothing in the source and cannot be edited.
        escape: turns text into markup that is read as this text.
        ignores: the comments that keep parts of the document from being read.
        faults: how many errors the parser of the format complains about.
    """

    def __init__(
        self,
        text: str,
        pieces: Sequence[Piece],
        escape: Callable[[str], str] = str,
        ignores: Sequence[Ignore] = (),
        faults: int = 0,
    ) -> None:
        self.text, self.pieces, self.ignores, self.faults = text, tuple(pieces), tuple(ignores), faults
        self._escape = escape
        self._starts = [p.start for p in pieces]

    @classmethod
    def plain(cls, text: str) -> Prose:
        """A document that is nothing but prose."""
        return cls(text, [Piece(0, len(text), 0, len(text))] if text else [])

    def source_range(self, start: int, end: int) -> tuple[int, int]:
        """The smallest source range that holds the prose range `start`..`end`, markup between its ends included."""
        met = self._met(start, end)
        if not met:
            before = self.pieces[max(0, bisect_right(self._starts, start) - 1)] if self.pieces else None
            at = before.source_end if before else 0
            return at, at
        return _into(met[0], max(start, met[0].start), False), _into(met[-1], min(end, met[-1].end), True)

    def source_edits(self, edits: Iterable[Edit]) -> list[SourceEdit]:
        """What the applied ones among `edits` do to the source, in order, not overlapping.

        Only words that differ are touched.  Where an edit runs across inline markup, every piece of markup survives
        and none is left empty; an edit that cannot be made so (see `placeable`) is left out.
        """
        return [change for _, changes in self._placed(edits) for change in changes or ()]

    def placeable(self, edits: Iterable[Edit]) -> list[Edit]:
        """The edits; those that the markup leaves no place for are not `applied` any more."""
        return [replace(e, applied=False) if changes is None else e for e, changes in self._placed(edits)]

    def _placed(self, edits: Iterable[Edit]) -> Iterator[tuple[Edit, list[SourceEdit] | None]]:
        """The edits, and what each does to the source; None where it cannot be made."""
        at = 0
        for edit in edits:
            changes = self._changes(edit) if edit.applied else []
            if changes and changes[0].start < at:
                # Two edits of one unit.
                changes = None
            if changes:
                at = changes[-1].end
            yield edit, changes

    def _changes(self, edit: Edit) -> list[SourceEdit] | None:
        """What an edit does to the source; None if it cannot be made."""
        old, new = (_TOKEN.findall(text) for text in (self.text[edit.start : edit.end], edit.replacement))
        if not old:
            return None
        changes: list[SourceEdit] = []
        at = [edit.start]
        for token in old:
            at.append(at[-1] + len(token))
        for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if tag == "equal":
                continue
            start, end, words = at[i1], at[i2], "".join(new[j1:j2])
            made = self._replaced(start, end, words) if tag != "insert" else self._inserted(start, words, edit)
            if made is None:
                return None
            changes += made
        return changes

    def _inserted(self, at: int, words: str, edit: Edit) -> list[SourceEdit] | None:
        """`words` put in at a place of the prose, beside a character of `edit`."""
        for beside in (at - 1, at):
            if edit.start <= beside < edit.end and (met := self._met(beside, beside + 1)):
                piece = met[0]
                place = _into(piece, at, at == piece.end)
                if not piece.literal and piece.start < at < piece.end:
                    continue
                return [SourceEdit(place, place, self._escape(words))]
        return None

    def _replaced(self, start: int, end: int, words: str) -> list[SourceEdit] | None:
        """`words` in place of a range of the prose, all of them in one stretch of source without markup."""
        met = self._met(start, end)
        if sum(min(end, p.end) - max(start, p.start) for p in met) < end - start:
            return None
        stretches = _stretches(met)
        whole = [s for s in stretches if s[0].wrapped and self._empties(s, start, end)]
        if len(whole) > 1 or (whole and not words.strip()):
            return None
        home = whole[0] if whole else max(stretches, key=lambda s: min(end, s[-1].end) - max(start, s[0].start))
        return [self._change(s, start, end, words if s is home else "") for s in stretches]

    def _change(self, stretch: list[Piece], start: int, end: int, words: str) -> SourceEdit:
        first, last = stretch[0], stretch[-1]
        start, end = max(start, first.start), min(end, last.end)
        # A unit goes as a whole, so that what is kept of it is written anew.
        before = "" if first.literal else self.text[first.start : start]
        after = "" if last.literal else self.text[end : last.end]
        return SourceEdit(_into(first, start, False), _into(last, end, True), self._escape(before + words + after))

    def _empties(self, stretch: list[Piece], start: int, end: int) -> bool:
        """Whether all words of a stretch, up to the next markup, lie within a range."""
        first = bisect_right(self._starts, stretch[0].start) - 1
        last = first + len(stretch) - 1
        while first > 0 and _touch(self.pieces[first - 1], self.pieces[first]):
            first -= 1
        while last + 1 < len(self.pieces) and _touch(self.pieces[last], self.pieces[last + 1]):
            last += 1
        left, right = self.pieces[first].start, self.pieces[last].end
        found = _INK.search(self.text, left, right)
        return found is not None and start <= found.start() and not _INK.search(self.text, end, right)

    def _met(self, start: int, end: int) -> list[Piece]:
        found = []
        for n in range(max(0, bisect_right(self._starts, start) - 1), len(self.pieces)):
            piece = self.pieces[n]
            if piece.start >= end:
                break
            if piece.end > start:
                found.append(piece)
        return found


def _into(piece: Piece, at: int, is_end: bool) -> int:
    """The source position of a prose position inside `piece`."""
    if piece.literal:
        return piece.source_start + at - piece.start
    return piece.source_end if is_end else piece.source_start


def _touch(left: Piece, right: Piece) -> bool:
    """Whether no markup stands between two pieces."""
    return left.end == right.start and left.source_end == right.source_start


def _stretches(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """Runs of pieces without markup between them."""
    runs: list[list[Piece]] = []
    for piece in pieces:
        if runs and _touch(runs[-1][-1], piece):
            runs[-1].append(piece)
        else:
            runs.append([piece])
    return runs


def apply_source_edits(source: str, edits: Sequence[SourceEdit]) -> str:
    """`source` with `edits`, which are in order and do not overlap."""
    return splice(source, ((e.start, e.end, e.replacement) for e in edits))
