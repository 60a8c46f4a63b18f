"""What there is to report: the sentences that stand out, with the edits proposed in each."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from textrepair.results import Edit, Repair, Sentence

_LINE_END = re.compile(r"\r\n?|\n")


@dataclass(frozen=True)
class Finding:
    """A sentence that is flagged or holds edits.

    Attributes:
        sentence: the sentence.
        edits: the edits in it, in order.
    """

    sentence: Sentence
    edits: tuple[Edit, ...]

    @property
    def sure(self) -> bool:
        """Whether it is more than proposals that the editor may want to see: what makes `check` fail."""
        return self.sentence.flagged or any(e.applied for e in self.edits)


def findings(repair: Repair) -> list[Finding]:
    """The sentences that are flagged or hold edits, in order.

    White space and punctuation behind a sentence belong to it; an edit before the first sentence makes its own.
    """
    edits: dict[Sentence, list[Edit]] = {s: [] for s in repair.sentences if s.flagged}
    starts = [s.start for s in repair.sentences]
    for edit in repair.edits:
        at = bisect_right(starts, edit.start) - 1
        sentence = repair.sentences[at] if at >= 0 else Sentence(edit.start, edit.end, edit.score, False)
        edits.setdefault(sentence, []).append(edit)
    return [Finding(s, tuple(found)) for s, found in sorted(edits.items(), key=lambda item: item[0].start)]


def fails(repair: Repair) -> bool:
    """Whether `check` fails: a sentence is flagged, or `fix` would change something."""
    return repair.flagged or repair.changed


class Places:
    """Positions in a text as lines and columns, both from 1.

    Args:
        text: the text.
        bom: whether the file begins with a byte order mark, which is not in the text.
    """

    def __init__(self, text: str, bom: bool = False) -> None:
        self._text, self._bom = text, bom
        self._starts = [0, *(found.end() for found in _LINE_END.finditer(text))]

    def of(self, at: int) -> tuple[int, int]:
        """Line and column of a position; a column is a code point."""
        line = bisect_right(self._starts, at)
        return line, at - self._starts[line - 1] + 1

    def in_bytes(self, at: int) -> tuple[int, int]:
        """Line and column of a position; a column is a byte of UTF-8."""
        line = bisect_right(self._starts, at)
        before = self._text[self._starts[line - 1] : at].encode("utf-8", "surrogatepass")
        return line, len(before) + 1 + (3 if self._bom and line == 1 else 0)
