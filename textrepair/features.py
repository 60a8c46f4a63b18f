"""The evidence about a span and its wordings, as numbers: what the scorer weighs."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from textrepair.casing import article_before, starts_sentence, takes_an
from textrepair.detector import Word
from textrepair.evidence import Floats, logit
from textrepair.ngrams import NgramCounts
from textrepair.results import Span
from textrepair.rewriter import Rewrite, Wording
from textrepair.spelling import is_british

CONTEXT = 120
"""Characters before and after a span that are its context; the counts look at two words on each side."""

USAGE = 0.35
"""Weight of a nat of usage beside a nat of the rewriter, where the two are added up into one feature."""

ENDINGS = ("s", "ing", "ed", "ly")
"""Endings that a spinner seldom changes: a plural stays a plural."""

OF_SPAN, OF_WORDING = 15, 24
"""Features of a span, and of each of its wordings."""

FEATURES = OF_SPAN + OF_WORDING


@dataclass(frozen=True)
class ArticleReading:
    """An article as the detector read it.

    Attributes:
        text: the article.
        words: its words, in order.
        suspicion: probability of each that it was substituted, at the article's share; shape (words,).
        share: estimated share of replaced words (0..1).
    """

    text: str
    words: Sequence[Word]
    suspicion: Floats
    share: float
    _starts: list[int] = field(init=False, repr=False)
    _vocabulary: frozenset[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_starts", [w.start for w in self.words])
        object.__setattr__(self, "_vocabulary", frozenset(re.findall(r"\w+", self.text.lower())))

    @cached_property
    def british(self) -> bool | None:
        """Whether it is spelled in the British way; None if it does not tell."""
        return is_british(self.text)

    def range_of(self, span: Span) -> tuple[int, int]:
        """Half-open indices of the words of a span; at least one word."""
        first, last = np.searchsorted(self._starts, (span.start + 1, span.end))
        first = max(0, int(first) - 1)
        return first, max(int(last), first + 1)

    def holds(self, wording: str) -> bool:
        """Whether the article uses a wording anywhere."""
        words = re.findall(r"\w+", wording.lower())
        if not self._vocabulary.issuperset(words):
            return False
        return len(words) == 1 or wording.lower() in self.text.lower()


def span_features(article: ArticleReading, span: Span, rewrite: Rewrite, usage: NgramCounts | None) -> list[float]:
    """What speaks for a span being a substitution, whatever stood there; 15 numbers."""
    first, last = article.range_of(span)
    p, words = article.suspicion, article.words
    inside = [logit(float(x)) for x in p[first:last]]
    after = float(p[last]) if last < len(p) else 0.0
    goes_on = after * (1 - words[last].begins) if last < len(p) else 0.0
    cut_inside = sum(math.log(max(1e-3, 1 - w.begins)) for w in words[first + 1 : last])
    original = article.text[span.start : span.end]
    known = sum(w.rank is not None for w in rewrite.wordings)
    return [
        max(inside) / 4,
        min(inside) / 4,
        logit(words[first].begins) / 4,
        logit(goes_on) / 4,
        logit(after) / 4,
        cut_inside / 3,
        math.log(max(article.share, 1e-3)) + 2,
        max(rewrite.keep, -12.0) / 4,
        float(last - first == 2),
        float(last - first > 2),
        float(known > 0),
        math.log1p(known) / 2,
        _frequency(usage, original),
        float(original[:1].isupper() and not starts_sentence(article.text, span.start)),
        logit(float(p[first - 1])) / 4 if first else -1.5,
    ]


def wording_features(
    article: ArticleReading,
    span: Span,
    rewrite: Rewrite,
    surfaces: Mapping[str, Wording],
    usage: NgramCounts | None,
    before: str,
    after: str,
) -> Floats:
    """What speaks for each wording of a span; shape (wordings, 24).

    Args:
        article: the article.
        span: the span.
        rewrite: what the rewriter thinks of it.
        surfaces: its wordings by surface form.
        usage: counts of word sequences in clean text.
        before, after: the text around the span, restored as far as it is known by now.
    """
    original, names = article.text[span.start : span.end], list(surfaces)
    at_start = starts_sentence(article.text, span.start)
    own = np.array([surfaces[n].log_probability for n in names])
    left, right = usage.gains(before, original, names, after) if usage else (np.zeros(len(names)), np.zeros(len(names)))
    found = article_before(article.text, span.start)
    article_word = found.group(1).lower() if found else None
    frequency = _frequency(usage, original)
    leads = (_leads(own), _leads(left + right), _leads(own + USAGE * (left + right)))
    numbers = np.stack(
        [
            np.maximum(own, -15.0) / 4,
            leads[0] / 4,
            np.clip(own - rewrite.keep, -8, 8) / 4,
            np.clip(left, -8, 16) / 5,
            np.clip(right, -8, 16) / 5,
            leads[1] / 4,
            leads[2] / 4,
        ],
        axis=1,
    )
    rows = []
    for name in names:
        rank, common = surfaces[name].rank, _frequency(usage, name)
        rows.append(
            [
                float(rank is not None),
                0.0 if rank is None else 1 / (1 + rank),
                common - frequency,
                common,
                *_endings(original, name),
                0.0 if article_word is None else 1.0 if takes_an(name) == (article_word == "an") else -1.0,
                float(article.holds(name)),
                float(len(name.split()) - len(original.split())),
                math.log1p(len(names)) - 1.5,
                max(-3.0, min((len(name) - len(original)) / 5, 3.0)),
                float(name[:1].isupper() and not at_start),
            ]
        )
    return np.concatenate([numbers, np.array(rows)], axis=1)


def _frequency(usage: NgramCounts | None, text: str) -> float:
    return (usage.frequency(text) if usage else 0.0) / 5 - 1.5


def _leads(values: Floats) -> Floats:
    """Distance of each value to the best of the others, 8 at most; 6 where there are none."""
    if len(values) < 2:
        return np.full(1, 6.0)
    second, best = np.partition(values, -2)[-2:]
    rivals = np.full(len(values), best)
    rivals[values.argmax()] = second
    leads: Floats = np.clip(values - rivals, -8, 8)
    return leads


def _endings(original: str, name: str) -> list[float]:
    """Which endings come or go (-1, 0, 1), and which of the first three both share."""
    had, has = _ends(original), _ends(name)
    return [
        *(float(b) - float(a) for a, b in zip(had, has, strict=True)),
        *(float(a and b) for a, b in zip(had[:3], has[:3], strict=True)),
    ]


def _ends(wording: str) -> list[bool]:
    """For each of `ENDINGS`, whether the first or the last word ends so."""
    words = wording.lower().split()
    return [bool(words) and (words[0].endswith(e) or words[-1].endswith(e)) for e in ENDINGS]
