"""From the detector's words to spans, and from the rewriter's wordings to edits."""

from __future__ import annotations

import re
from collections.abc import Sequence


from textrepair.casing import agreeing, article_before, match_case, starts_sentence, takes_an
from textrepair.detector import Word
from textrepair.evidence import ArticleEvidence, Calibration, edit_features, edit_score
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


def propose(text: str, span: Span, rewrite: Rewrite, evidence: ArticleEvidence, c: Calibration) -> Edit | None:
    """The edit that the rewriter's wordings make of a span, or None where it has none to offer."""
    article = article_before(text, span.start)
    ranked = sorted(
        ((w.log_probability + _agreement(article and article.group(1), w), w) for w in rewrite.wordings),
        key=lambda item: (-item[0], item[1].text),
    )
    original = text[span.start : span.end]
    at_start = starts_sentence(text, span.start)
    surfaces = [match_case(w.text, original, at_start) for _, w in ranked]
    options = [
        (s, score, w) for s, (score, w) in zip(surfaces, ranked, strict=True) if s.casefold() != original.casefold()
    ]
    if not options:
        return None
    replacement, best, wording = options[0]
    margin = best - options[1][1] if len(options) > 1 else 6.0
    score = edit_score(
        edit_features(span.score, wording.log_probability, margin, rewrite.keep, wording.known, evidence.share), c
    )
    alternatives = list(dict.fromkeys(s for s, _, _ in options[1:] if s != replacement))[:ALTERNATIVES]
    start, end = span.start, span.end
    if article:
        fitting = agreeing(article.group(1), replacement)
        if fitting != article.group(1):
            start -= len(article.group(0))
            replacement = fitting + article.group(2) + replacement
            alternatives = [agreeing(article.group(1), a) + article.group(2) + a for a in alternatives]
    return Edit(start, end, text[start:end], replacement, score, score >= c.apply, tuple(alternatives))


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


