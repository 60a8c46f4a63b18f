"""A repair cut into paragraphs of original and restored text, aligned by construction."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from textrepair.render.visible import BREAK
from textrepair.results import Repair

WIDEST = 100
"""Characters; lines of a text with a longer one are paragraphs, not hard-wrapped."""

_SENTENCE_END = re.compile(r"""[.!?:;…]["'”’»)\]*_]*\s*$""")  # noqa: RUF001


@dataclass(frozen=True)
class Piece:
    """A stretch of a paragraph: one edit, or text between edits that lies in one sentence or between two.

    Attributes:
        original: its text in the input.
        restored: its text in the restored article.
        edit: the number of the edit in `Repair.edits`, or None.
        sentence: the number of the sentence in `Repair.sentences`, or None.
    """

    original: str
    restored: str
    edit: int | None
    sentence: int | None


Paragraph = list[Piece]


def paragraphs(repair: Repair) -> list[Paragraph]:
    """The paragraphs that are not blank, in order; a paragraph contains an edit whole or not at all.

    A paragraph is a line.  In a hard-wrapped text it is all lines that a filling editor would join, line breaks kept
    in the pieces.
    """
    found = (list(pieces) for pieces in _all_pieces(repair, _joined(repair.text, _lines(repair))))
    return [p for p in found if any(piece.edit is not None or piece.original.strip() for piece in p)]


def by_sentence(paragraph: Paragraph) -> list[Paragraph]:
    """The paragraph cut at its sentences; what lies between two goes with the first."""
    parts: list[Paragraph] = []
    current: int | None = None
    for piece in paragraph:
        starts_next = piece.sentence is not None and current is not None and piece.sentence != current
        if not parts or starts_next:
            parts.append([])
        current = current if piece.sentence is None else piece.sentence
        parts[-1].append(piece)
    return parts


def _lines(repair: Repair) -> list[tuple[int, int]]:
    """Ranges of the lines, without their ends.  A line break inside an edit is none."""
    lines, at, n = [], 0, 0
    edits = repair.edits
    for found in BREAK.finditer(repair.text):
        while n < len(edits) and edits[n].end <= found.start():
            n += 1
        if n < len(edits) and edits[n].start < found.end():
            continue
        lines.append((at, found.start()))
        at = found.end()
    return [*lines, (at, len(repair.text))]


def _joined(text: str, lines: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The lines; where the text is hard-wrapped, those that belong together as one."""
    width = max(end - start for start, end in lines)
    if width > WIDEST:
        return lines
    full = {n for n in range(len(lines) - 1) if _is_full(text, lines[n], lines[n + 1], width)}
    # Lines that all end with a full stop are not wrapped, however long they are.
    if 2 * sum(bool(_SENTENCE_END.search(text[slice(*lines[n])])) for n in full) >= len(full):
        return lines
    joined = [lines[0]]
    for n, line in enumerate(lines[1:]):
        if n in full:
            joined[-1] = (joined[-1][0], line[1])
        else:
            joined.append(line)
    return joined


def _is_full(text: str, line: tuple[int, int], following: tuple[int, int], width: int) -> bool:
    """Whether the first word of the next line had no room in this one."""
    word = text[slice(*following)].split(maxsplit=1)[:1]
    return bool(word) and not text[slice(*line)].isspace() and line[1] - line[0] + 1 + len(word[0]) > width


def _all_pieces(repair: Repair, lines: list[tuple[int, int]]) -> Iterator[Iterator[Piece]]:
    starts = [s.start for s in repair.sentences]
    first = 0
    for start, end in lines:
        last = first
        while last < len(repair.edits) and repair.edits[last].end <= end:
            last += 1
        yield _pieces(repair, start, end, range(first, last), starts)
        first = last


def _pieces(repair: Repair, start: int, end: int, numbers: range, starts: list[int]) -> Iterator[Piece]:
    for n in numbers:
        edit = repair.edits[n]
        yield from _plain(repair, start, edit.start, starts)
        original = repair.text[edit.start : edit.end]
        sentence = _sentence_at(repair, edit.start, starts)
        yield Piece(original, edit.replacement if edit.applied else original, n, sentence)
        start = edit.end
    yield from _plain(repair, start, end, starts)


def _plain(repair: Repair, start: int, end: int, starts: list[int]) -> Iterator[Piece]:
    """The text between two edits, cut where a sentence starts or ends."""
    while start < end:
        sentence = _sentence_at(repair, start, starts)
        if sentence is not None:
            cut = min(end, repair.sentences[sentence].end)
        else:
            following = bisect_right(starts, start)
            cut = min(end, starts[following]) if following < len(starts) else end
        yield Piece(repair.text[start:cut], repair.text[start:cut], None, sentence)
        start = cut


def _sentence_at(repair: Repair, at: int, starts: list[int]) -> int | None:
    n = bisect_right(starts, at) - 1
    return n if n >= 0 and at < repair.sentences[n].end else None
