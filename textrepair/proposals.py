"""From the detector's words to spans, and from the rewriter's wordings to edits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass


from textrepair.casing import agreeing, article_before, match_case, starts_sentence, takes_an
from textrepair.detector import Word
from textrepair.evidence import ArticleEvidence, Calibration, Floats, edit_features, edit_score
from textrepair.protected import overlaps
from textrepair.results import Edit, Span
from textrepair.rewriter import Rewrite, Wording

ALTERNATIVES = 5
AGREEMENT = 1.5
"""Nats in favour of a wording that agrees with the `a` or `an` before it: spinners leave the article as it was, so it
tells which sound the original began with."""

_BREAK = re.compile(r"\n|[.!?;:,]\s|\s[-–—]\s")  # noqa: RUF001


def find_spans(
    text: str, words: Sequence[Word], suspicion: Sequence[float], guarded: list[tuple[int, int]], threshold: float
) -> list[Span]:
    """Runs of suspicious words; a word that more likely begins a span than goes on with one starts anew."""
    spans: list[Span] = []
    open_end = -1
    for word, p in zip(words, suspicion, strict=True):
        if p < threshold or overlaps(word.start, word.end, guarded) or not text[word.start : word.end].strip():
            open_end = -1
            continue
        joined = open_end >= 0 and word.begins < 0.5 and not _BREAK.search(text[open_end : word.start + 1])
        if joined:
            last = spans[-1]
            spans[-1] = Span(last.start, word.end, max(last.score, p))
        else:
            spans.append(Span(word.start, word.end, p))
        open_end = word.end
    return [s for s in (_trimmed(text, s) for s in spans) if s]


def _trimmed(text: str, span: Span) -> Span | None:
    """The span without punctuation at its ends; None if nothing is left."""
    start, end = span.start, span.end
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum() and not (text[end - 1] == "." and "." in text[start : end - 1]):
        end -= 1
    return Span(start, end, span.score) if end > start else None


@dataclass(frozen=True)
class Option:
    """The best wording for a span, before anything is decided.

    Attributes:
        replacement: in its surface form.
        alternatives: the others, best first.
        features: what the chance that it is right depends on, see `evidence.edit_features`.
    """

    replacement: str
    alternatives: tuple[str, ...]
    features: Floats


def best_option(text: str, span: Span, rewrite: Rewrite, share: float) -> Option | None:
    """The best of the rewriter's wordings for a span, or None where it offers nothing but what stands there.

    Args:
        share: the article's share of replaced words.
    """
    article = article_before(text, span.start)
    ranked = sorted(
        ((w.log_probability + _agreement(article and article.group(1), w), w) for w in rewrite.wordings),
        key=lambda item: (-item[0], item[1].text),
    )
    original = text[span.start : span.end]
    at_start = starts_sentence(text, span.start)
    options: dict[str, tuple[float, Wording]] = {}
    for score, wording in ranked:
        surface = match_case(wording.text, original, at_start)
        if surface.casefold() != original.casefold():
            options.setdefault(surface, (score, wording))
    if not options:
        return None
    (replacement, (best, wording)), *others = options.items()
    margin = best - others[0][1][0] if others else 6.0
    features = edit_features(span.score, wording.log_probability, margin, rewrite.keep, wording.known, share)
    return Option(replacement, tuple(surface for surface, _ in others[:ALTERNATIVES]), features)


def as_edit(text: str, span: Span, option: Option, score: float, applied: bool) -> Edit:
    """The edit that puts `option` in the place of `span`; where its sound asks for it, `a` or `an` before it too."""
    start, replacement, alternatives = span.start, option.replacement, option.alternatives
    article = article_before(text, start)
    if article and agreeing(article.group(1), replacement) != article.group(1):
        start -= len(article.group(0))
        replacement, *others = (
            agreeing(article.group(1), wording) + article.group(2) + wording for wording in (replacement, *alternatives)
        )
        alternatives = tuple(others)
    return Edit(start, span.end, text[start : span.end], replacement, score, applied, alternatives)


def propose(text: str, span: Span, rewrite: Rewrite, evidence: ArticleEvidence, c: Calibration) -> Edit | None:
    """The edit that the rewriter's wordings make of a span, or None where it has none to offer."""
    option = best_option(text, span, rewrite, evidence.share)
    if option is None:
        return None
    score = edit_score(option.features, c)
    return as_edit(text, span, option, score, score >= c.apply)


def _agreement(article: str | None, wording: Wording) -> float:
    return AGREEMENT if article and wording.text and takes_an(wording.text) == (article.lower() == "an") else 0.0


def without_overlaps(edits: Sequence[Edit]) -> list[Edit]:
    """Edits in order, the better one kept where two overlap."""
    kept: list[Edit] = []
    for edit in sorted(edits, key=lambda e: (e.start, e.end)):
        if kept and edit.start < kept[-1].end:
            if edit.score > kept[-1].score:
                kept[-1] = edit
        else:
            kept.append(edit)
    return kept


