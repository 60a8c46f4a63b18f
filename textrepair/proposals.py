"""From the rewriter's wordings to edits: all evidence weighed, twice, and the likeliest wording of each span taken."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from textrepair.casing import agreeing, article_before, keep_known_case, match_case, starts_sentence
from textrepair.evidence import Floats
from textrepair.features import CONTEXT, OF_SPAN, ArticleReading, span_features, wording_features
from textrepair.ngrams import NgramCounts
from textrepair.results import Edit, Span
from textrepair.rewriter import Rewrite, Wording
from textrepair.scorer import Scorer
from textrepair.spelling import american, fitting
from textrepair.splicing import splice

ALTERNATIVES = 5

SWEEPS = 2
"""Times that the wordings of all spans are weighed, each time amid those chosen before."""

LIKELY = 0.35
"""Chance of being right from which a wording is context for its neighbours."""

Change = tuple[int, int, str]
"""Start and end in the article, and the wording that goes there."""


@dataclass(frozen=True)
class Weighed:
    """A span with its wordings by surface form and the evidence about each; `rows` has shape (wordings, features)."""

    span: Span
    rewrite: Rewrite
    surfaces: dict[str, Wording]
    rows: Floats


@dataclass(frozen=True)
class Option:
    """A span and what may have stood there.

    Attributes:
        span: the span.
        wordings: in their surface form, likeliest first; at least one.
        chances: of each that it is right (0..1); what lacks to 1 is the chance that none is.
        features: of each, `features.wording_features`; empty if it was not weighed.
    """

    span: Span
    wordings: tuple[str, ...]
    chances: tuple[float, ...]
    features: Mapping[str, Floats] = field(default_factory=dict, compare=False, repr=False)

    @property
    def replacement(self) -> str:
        """The likeliest wording."""
        return self.wordings[0]

    @property
    def alternatives(self) -> tuple[str, ...]:
        """Those that come after it."""
        return self.wordings[1 : ALTERNATIVES + 1]

    @property
    def score(self) -> float:
        """The chance of the likeliest wording."""
        return self.chances[0]

    def best(self, number: int) -> Option:
        """The same with so many wordings at most."""
        return replace(self, wordings=self.wordings[:number], chances=self.chances[:number])


class Ranker:
    """Ranks wordings: what the rewriter thinks of them, what people write, and what the article before allows.

    Args:
        usage: counts of word sequences in clean text; None where there are none.
        scorer: weighs the evidence; None leaves the ranking to the rewriter alone.
    """

    def __init__(self, usage: NgramCounts | None, scorer: Scorer | None) -> None:
        self.usage, self.scorer = usage, scorer

    def propose(
        self, article: ArticleReading, spans: Sequence[Span], rewrites: Sequence[Rewrite]
    ) -> tuple[list[Option], list[Weighed]]:
        """The likeliest wording of each span that has any, and the evidence that it rests on.

        What is likely right is context for its neighbours, so all spans are read twice, the second time with the
        wordings found at the first.

        Args:
            article: the article.
            spans: stretches of it; they may overlap.
            rewrites: the rewriter's answer for each.
        """
        options: list[Option] = []
        weighed: list[Weighed] = []
        offers = [
            (span, rewrite, surfaces, span_features(article, span, rewrite, self.usage))
            for span, rewrite in zip(spans, rewrites, strict=True)
            if (surfaces := _surfaces(article, span, rewrite))
        ]
        seen: dict[tuple[int, str, str], Weighed] = {}
        for _ in range(SWEEPS):
            chosen = likely_changes(article.text, options)
            starts = [start for start, _, _ in chosen]
            weighed = []
            for n, (span, rewrite, surfaces, of_span) in enumerate(offers):
                before, after = _context(article.text, span, chosen, starts)
                if (n, before, after) not in seen:
                    found = wording_features(article, span, rewrite, surfaces, self.usage, before, after)
                    rows = np.concatenate([np.tile(of_span, (len(surfaces), 1)), found], axis=1)
                    seen[n, before, after] = Weighed(span, rewrite, surfaces, rows)
                weighed.append(seen[n, before, after])
            options = self.options(weighed)
        return options, weighed

    def options(self, weighed: Sequence[Weighed]) -> list[Option]:
        """The wordings of each span, likeliest first."""
        if not weighed:
            return []
        if self.scorer:
            chances = self.scorer.chances(np.concatenate([w.rows for w in weighed]), [len(w.surfaces) for w in weighed])
        else:
            chances = [_unweighed(w) for w in weighed]
        found = []
        for w, chance in zip(weighed, chances, strict=True):
            ranked = sorted(zip(chance, w.surfaces, strict=True), key=lambda item: (-item[0], item[1]))
            features = dict(zip(w.surfaces, w.rows[:, OF_SPAN:], strict=True))
            found.append(Option(w.span, tuple(s for _, s in ranked), tuple(float(c) for c, _ in ranked), features))
        return found


def _surfaces(article: ArticleReading, span: Span, rewrite: Rewrite) -> dict[str, Wording]:
    """The wordings that change what stands there, by surface form; of several spellings the article's own."""
    text = article.text
    original, at_start = text[span.start : span.end], starts_sentence(text, span.start)
    spellings: dict[str, list[tuple[str, Wording]]] = {}
    for w in rewrite.wordings:
        if _may_stand_for(w, original):
            surface = match_case(keep_known_case(w.text, original), original, at_start)
            spellings.setdefault(american(surface), []).append((surface, w))
    return {fitting([surface for surface, _ in found], article.british): found[0][1] for found in spellings.values()}


def _unweighed(w: Weighed) -> Floats:
    """Chances by the rewriter alone: its own shares, of a span as suspicious as this one."""
    own = np.exp([wording.log_probability for wording in w.surfaces.values()])
    found: Floats = w.span.score * own / (own.sum() + np.exp(w.rewrite.keep))
    return found


def likely_changes(text: str, options: Sequence[Option]) -> list[Change]:
    """What is right by now in all likelihood, in order: what else is in doubt is read amid it."""
    edits = without_overlaps([as_edit(text, o, True) for o in options if o.score >= LIKELY])
    return [(e.start, e.end, e.replacement) for e in edits]


def _context(text: str, span: Span, chosen: Sequence[Change], starts: Sequence[int]) -> tuple[str, str]:
    """The text before and after a span, with the changes of `chosen` (in order) that lie wholly there."""
    left, right = max(0, span.start - CONTEXT), min(len(text), span.end + CONTEXT)
    at, middle, end = (bisect_left(starts, position) for position in (left, span.start, right))
    before = [c for c in chosen[at:middle] if c[1] <= span.start]
    after = [c for c in chosen[middle:end] if c[0] >= span.end and c[1] <= right]
    return splice(text, before, left, span.start), splice(text, after, span.end, right)


def as_edit(text: str, option: Option, applied: bool) -> Edit:
    """The edit that puts a wording in the place of its span; where its sound asks for it, `a` or `an` before it too."""
    start, replacement, alternatives = option.span.start, option.replacement, option.alternatives
    article = article_before(text, start)
    if article and agreeing(article.group(1), replacement) != article.group(1):
        start -= len(article.group(0))
        replacement, *others = (
            agreeing(article.group(1), wording) + article.group(2) + wording for wording in (replacement, *alternatives)
        )
        alternatives = tuple(others)
    end = option.span.end
    return Edit(start, end, text[start:end], replacement, option.score, applied, alternatives)


def _may_stand_for(wording: Wording, original: str) -> bool:
    """Whether a wording changes anything that is ours to change: not case or spelling alone, not `a` to `an` (which
    follow the next word), and no name in the place of a word in lower case.
    """
    if american(wording.text) == american(original) or {wording.text.lower(), original.lower()} <= {"a", "an"}:
        return False
    return wording.text == wording.text.lower() or original != original.lower()


def without_overlaps(edits: Sequence[Edit]) -> list[Edit]:
    """Edits in order; of those that overlap the best one is kept."""
    kept: list[Edit] = []
    for edit in sorted(edits, key=lambda e: (-e.score, e.start, e.end)):
        at = bisect_left(kept, edit.start, key=lambda e: e.start)
        if (at == 0 or kept[at - 1].end <= edit.start) and (at == len(kept) or edit.end <= kept[at].start):
            kept.insert(at, edit)
    return kept
