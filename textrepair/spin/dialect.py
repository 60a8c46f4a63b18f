"""Dialects: how much, what and in which shape a family of spinners replaces.  Their figures are data."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from textrepair.resources import lexicon_dir

# The words that carry grammar and not content; spinners leave most of them alone.
FUNCTION_WORDS = frozenset(
    [
        "a",
        "an",
        "the",
        "and",
        "or",
        "but",
        "nor",
        "if",
        "then",
        "than",
        "that",
        "this",
        "these",
        "those",
        "there",
        "here",
        "it",
        "its",
        "he",
        "his",
        "him",
        "she",
        "her",
        "hers",
        "they",
        "them",
        "their",
        "theirs",
        "we",
        "us",
        "our",
        "ours",
        "i",
        "me",
        "my",
        "mine",
        "you",
        "your",
        "yours",
        "who",
        "whom",
        "whose",
        "which",
        "what",
        "when",
        "where",
        "why",
        "how",
        "be",
        "am",
        "is",
        "are",
        "was",
        "were",
        "been",
        "being",
        "have",
        "has",
        "had",
        "having",
        "do",
        "does",
        "did",
        "doing",
        "done",
        "will",
        "would",
        "shall",
        "should",
        "can",
        "could",
        "may",
        "might",
        "must",
        "not",
        "no",
        "of",
        "in",
        "on",
        "at",
        "by",
        "for",
        "with",
        "from",
        "to",
        "into",
        "onto",
        "upon",
        "over",
        "under",
        "about",
        "after",
        "before",
        "between",
        "through",
        "during",
        "against",
        "among",
        "within",
        "without",
        "across",
        "along",
        "around",
        "as",
        "so",
        "up",
        "down",
        "out",
        "off",
        "again",
        "all",
        "any",
        "both",
        "each",
        "some",
        "one",
        "own",
        "same",
        "other",
        "such",
        "only",
        "very",
        "too",
        "also",
        "just",
        "now",
        "still",
        "yet",
        "even",
        "more",
        "most",
        "less",
        "least",
        "few",
        "many",
        "much",
    ]
)


@dataclass(frozen=True)
class Dialect:
    """The measured character of a family of spinners.

    Attributes:
        name: its letter.
        lexicon: the lexicon files its dictionary is made of.
        content, function, phrase: the share of content words, function words and set phrases that a spinner of this
            dialect has in its dictionary (0..1).
        names: how often a capitalised word inside its reach is replaced (0..1).
        steadiness: the least rate at which a word of the dictionary is replaced when met (0..1).
        kinds: relative weight of each shape of substitution, by `engine.kind`.
        compounds: how often a part of a hyphenated word is replaced (0..1).
        numerals, ordinals, joins, braces: how often a numeral becomes figures, an ordinal becomes figures, a hyphen
            is dropped, and a phrase comes out in the braces of the spinner's template (0..1).
    """

    name: str
    lexicon: tuple[str, ...]
    content: float
    function: float
    phrase: float
    names: float
    steadiness: float = 0.6
    kinds: dict[str, float] = field(default_factory=lambda: {"1-1": 1.0, "1-n": 1.0, "n-1": 1.0, "n-n": 1.0})
    compounds: float = 0.3
    numerals: float = 0.0
    ordinals: float = 0.0
    joins: float = 0.0
    braces: float = 0.0

    def share_of(self, head: str, cased: bool) -> float:
        """The chance that `head` is in the dictionary of a spinner of this dialect."""
        if " " in head:
            return self.phrase
        return self.function if head in FUNCTION_WORDS and not cased else self.content


@dataclass(frozen=True)
class Dialects:
    """All dialects, and how common each is among spun pages."""

    dialects: dict[str, Dialect]
    frequency: dict[str, float]

    def with_file(self, path: Path | None) -> Dialects:
        """These dialects, each with a further lexicon file; None changes nothing."""
        if path is None:
            return self
        extra = str(path.resolve().with_suffix(""))
        dialects = {name: replace(d, lexicon=(extra, *d.lexicon)) for name, d in self.dialects.items()}
        return Dialects(dialects, self.frequency)

    @cached_property
    def _names(self) -> list[str]:
        return list(self.frequency)

    def draw(self, rng: random.Random) -> Dialect:
        """A dialect, as often as it is met."""
        return self.dialects[rng.choices(self._names, list(self.frequency.values()))[0]]


def load_dialects(path: Path | None = None) -> Dialects:
    """Read `data/lexicon/dialects.json`."""
    raw = json.loads((path or lexicon_dir() / "dialects.json").read_text(encoding="utf-8"))
    dialects = {
        name: Dialect(name=name, lexicon=tuple(values.pop("lexicon")), **values)
        for name, values in ((n, {k: v for k, v in d.items() if k != "frequency"}) for n, d in raw.items())
    }
    return Dialects(dialects, {name: d["frequency"] for name, d in raw.items()})
