"""The data types that the parts of the program hand to one another.

All offsets are half-open ranges of Unicode code points into the decoded input text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from textrepair.splicing import splice

SCHEMA = 1
"""Version of the JSON object; it grows only when a field is renamed, removed or changes its meaning."""


@dataclass(frozen=True)
class Span:
    """A stretch of text that looks substituted.

    Attributes:
        start, end: its range.
        score: the detector's probability, before the article is considered (0..1).
    """

    start: int
    end: int
    score: float


@dataclass(frozen=True)
class Sentence:
    """A sentence with the chance that it holds a substitution (0..1)."""

    start: int
    end: int
    score: float
    flagged: bool


@dataclass(frozen=True)
class Edit:
    """A proposal to replace a stretch of the input.

    Attributes:
        start, end: the stretch.
        original: the text that stands there.
        replacement: the text proposed.
        score: the chance that the proposal is right (0..1).
        applied: whether the restored text contains it.
        alternatives: up to five other wordings, best first.
    """

    start: int
    end: int
    original: str
    replacement: str
    score: float
    applied: bool
    alternatives: tuple[str, ...] = ()


class EditObject(TypedDict):
    """An edit in JSON."""

    start: int
    end: int
    original: str
    replacement: str
    score: float
    applied: bool
    alternatives: list[str]


class SentenceObject(TypedDict):
    """A sentence in JSON."""

    start: int
    end: int
    score: float
    flagged: bool


class RepairObject(TypedDict):
    """The JSON object of one input, schema 1."""

    schema: int
    path: str
    score: float
    restored: str
    sentences: list[SentenceObject]
    edits: list[EditObject]


@dataclass(frozen=True)
class Repair:
    """What was found in a text, and the text restored.

    Attributes:
        text: the input.
        restored: the input with the applied edits.
        edits: all proposals in order, applied or not; they never overlap.
        sentences: all sentences in order.
        score: the chance that the article was spun (0..1).
        notice: why a text was left alone, or None.
    """

    text: str
    restored: str
    edits: tuple[Edit, ...]
    sentences: tuple[Sentence, ...]
    score: float
    notice: str | None = None

    @property
    def changed(self) -> bool:
        """Whether the restored text differs from the input."""
        return self.restored != self.text

    @property
    def flagged(self) -> bool:
        """Whether any sentence is flagged."""
        return any(s.flagged for s in self.sentences)

    def to_object(self, path: str) -> RepairObject:
        """The JSON object of this repair; `path` names the input."""
        return {
            "schema": SCHEMA,
            "path": path,
            "score": round(self.score, 4),
            "restored": self.restored,
            "sentences": [
                {"start": s.start, "end": s.end, "score": round(s.score, 4), "flagged": s.flagged}
                for s in self.sentences
            ],
            "edits": [
                {
                    "start": e.start,
                    "end": e.end,
                    "original": e.original,
                    "replacement": e.replacement,
                    "score": round(e.score, 4),
                    "applied": e.applied,
                    "alternatives": list(e.alternatives),
                }
                for e in self.edits
            ],
        }


def apply_edits(text: str, edits: tuple[Edit, ...]) -> str:
    """`text` with the applied ones among `edits`, which are in order and do not overlap.

    Everything outside them is kept, character for character.
    """
    return splice(text, ((e.start, e.end, e.replacement) for e in edits if e.applied))
