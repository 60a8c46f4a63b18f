"""From the detector's words to spans, and from the rewriter's wordings to edits."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from textrepair.casing import agreeing, article_before, keep_known_case, match_case, starts_sentence, takes_an
from textrepair.detector import Word
from textrepair.evidence import Calibration, EditEvidence, Floats, edit_features, edit_score
from textrepair.ngrams import NgramCounts
from textrepair.protected import overlaps
from textrepair.results import Edit, Span
from textrepair.rewriter import Rewrite, Wording

ALTERNATIVES = 5
KNOWN_FORM = 2.0
"""Nats in favour of a span whose wording the lexicon knows as a spun form."""

LONGEST_SPAN = 7
"""Words; real substitutions are hardly ever longer."""

CONTEXT = 100
"""Characters before and after a span that are its context; the counts look at two words on each side."""

SWEEPS = 2
"""Times that the wordings of all spans are weighed, each time amid those chosen before."""

AGREEMENT = 1.5
"""Nats in favour of a wording that agrees with the `a` or `an` before it: spinners leave the article as it was, so it
tells which sound the original began with."""

_BREAK = re.compile(r"\n|[.!?;:,]\s|\s[-–—]\s")  # noqa: RUF001


def find_spans(
    text: str,
    words: Sequence[Word],
    suspicion: Sequence[float],
    guarded: list[tuple[int, int]],
    threshold: float,
    knows: Callable[[str], bool] = lambda _: False,
) -> list[Span]:
    """The likeliest spans in the runs of suspicious words.

    Where one span ends and the next begins, the detector is less sure than that something is wrong.  Each run is cut
    (dynamic programming) so that the product of all decisions is greatest: for each word, whether it is substituted
    and whether it begins a span; a wording that spinners are known to print has `KNOWN_FORM` nats in its favour.

    Args:
        text: the article.
        words: its words, in order.
        suspicion: probability of each that it was substituted (0..1).
        guarded: ranges that must not be touched.
        threshold: probability from which a word can be part of a span.
        knows: whether spinners are known to print a wording (lower case, single spaces).
    """
    spans: list[Span] = []
    run: list[int] = []
    for n, (word, p) in enumerate(zip(words, suspicion, strict=True)):
        usable = p >= threshold and not overlaps(word.start, word.end, guarded) and text[word.start : word.end].strip()
        if run and (not usable or _BREAK.search(text[words[run[-1]].end : word.start + 1])):
            spans += _segment(text, [words[m] for m in run], [suspicion[m] for m in run], knows)
            run = []
        if usable:
            run.append(n)
    if run:
        spans += _segment(text, [words[m] for m in run], [suspicion[m] for m in run], knows)
    return [s for s in (_trimmed(text, s) for s in spans) if s]


def _segment(
    text: str, words: Sequence[Word], suspicion: Sequence[float], knows: Callable[[str], bool]
) -> Iterator[Span]:
    """The best cut of a run of words into spans and words left out."""
    inside = [math.log(max(p, 1e-6)) for p in suspicion]
    outside = [math.log(max(1 - p, 1e-6)) for p in suspicion]
    begins = [math.log(min(max(w.begins, 1e-3), 1 - 1e-3)) for w in words]
    goes_on = [math.log(1 - math.exp(b)) for b in begins]
    best = [0.0] + [-math.inf] * len(words)
    came: list[int | None] = [None] * (len(words) + 1)  # start of the span that ends here; None: the word is left out
    for end in range(1, len(words) + 1):
        best[end] = best[end - 1] + outside[end - 1]
        score = 0.0
        for start in range(end - 1, max(-1, end - 1 - LONGEST_SPAN), -1):
            score += inside[start]
            wording = " ".join(text[words[start].start : words[end - 1].end].lower().split())
            total = best[start] + score + begins[start] + (KNOWN_FORM if knows(wording) else 0.0)
            if total > best[end]:
                best[end], came[end] = total, start
            score += goes_on[start]
    found, end = [], len(words)
    while end:
        begin = came[end]
        if begin is not None:
            found.append(Span(words[begin].start, words[end - 1].end, max(suspicion[begin:end])))
        end = end - 1 if begin is None else begin
    return reversed(found)


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


@dataclass(frozen=True)
class Ranker:
    """Ranks wordings: what the rewriter thinks of them, what people write, and what the article before allows.

    Attributes:
        usage: counts of word sequences in clean text; None leaves the ranking to the rewriter alone.
        calibration: holds the weight between the two.
    """

    usage: NgramCounts | None
    calibration: Calibration

    def best_option(
        self, text: str, span: Span, rewrite: Rewrite, share: float, before: str, after: str
    ) -> Option | None:
        """The best of the rewriter's wordings for a span, or None where it offers nothing but what stands there.

        Args:
            text: the article.
            span: the span.
            rewrite: its wordings.
            share: the article's share of replaced words.
            before, after: the text around the span, restored as far as it is known by now.
        """
        original = text[span.start : span.end]
        at_start = starts_sentence(text, span.start)
        wordings = {
            match_case(keep_known_case(w.text, original), original, at_start): w
            for w in reversed(rewrite.wordings)
            if _may_stand_for(w, original)
        }
        if not wordings:
            return None
        gains = self.usage.gains(before, original, list(wordings), after) if self.usage else [0.0] * len(wordings)
        article = article_before(text, span.start)
        ranked = sorted(
            (
                (
                    w.log_probability + _agreement(article and article.group(1), w) + self.calibration.usage * gain,
                    surface,
                    w,
                    gain,
                )
                for (surface, w), gain in zip(wordings.items(), gains, strict=True)
            ),
            key=lambda item: (-item[0], item[1]),
        )
        best, replacement, wording, gain = ranked[0]
        margin = best - ranked[1][0] if len(ranked) > 1 else 6.0
        evidence = EditEvidence(
            suspicion=span.score,
            best=wording.log_probability,
            margin=margin,
            keep=rewrite.keep,
            known=wording.known,
            share=share,
            gain=gain,
            words=len(original.split()),
        )
        return Option(
            replacement, tuple(surface for _, surface, _, _ in ranked[1 : ALTERNATIVES + 1]), edit_features(evidence)
        )

    def propose(
        self, text: str, spans: Sequence[Span], rewrites: Sequence[Rewrite], share: float
    ) -> list[tuple[Span, Option, float]]:
        """The best option for each span that has one, and the chance that it is right (0..1).

        What is likely right is context for its neighbours, so all spans are read twice, the second time with the
        wordings found at the first.
        """
        chosen = [text[s.start : s.end] for s in spans]
        found: list[tuple[Span, Option, float]] = []
        for _ in range(SWEEPS):
            found.clear()
            for n, (span, rewrite) in enumerate(zip(spans, rewrites, strict=True)):
                before, after = _context(text, spans, chosen, n)
                option = self.best_option(text, span, rewrite, share, before, after)
                if option is None:
                    continue
                score = edit_score(option.features, self.calibration)
                found.append((span, option, score))
                chosen[n] = option.replacement if score >= self.calibration.apply else text[span.start : span.end]
        return found


def _context(text: str, spans: Sequence[Span], chosen: Sequence[str], n: int) -> tuple[str, str]:
    """The text before and after span `n`, with the chosen wordings of the spans nearby."""
    before, at = "", spans[n].start
    for m in range(n - 1, -1, -1):
        if len(before) > CONTEXT:
            break
        before = chosen[m] + text[spans[m].end : at] + before
        at = spans[m].start
    before = text[max(0, at - CONTEXT) : at] + before
    after, at = "", spans[n].end
    for m in range(n + 1, len(spans)):
        if len(after) > CONTEXT:
            break
        after += text[at : spans[m].start] + chosen[m]
        at = spans[m].end
    return before[-CONTEXT:], (after + text[at : at + CONTEXT])[:CONTEXT]


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


def _may_stand_for(wording: Wording, original: str) -> bool:
    """Whether a wording changes anything that is ours to change: not case alone, not `a` to `an` (which follow the
    next word), and no name in the place of a word in lower case.
    """
    if wording.text.casefold() == original.casefold() or {wording.text.lower(), original.lower()} <= {"a", "an"}:
        return False
    return wording.text == wording.text.lower() or original != original.lower()


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
