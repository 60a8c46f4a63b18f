"""From the detector's words to spans: the likeliest cut of suspicious stretches, and others that the lexicon knows."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence

from textrepair.detector import Word
from textrepair.protected import overlaps
from textrepair.results import Span

KNOWN_FORM = 2.0
"""Nats in favour of a span whose wording the lexicon knows as a spun form."""

LEAST = 0.02
"""Probability that each word of a variant has at least."""

LONGEST_VARIANT = 5
"""Words of a variant at most."""

LONGEST_SPAN = 7
"""Words; real substitutions are hardly ever longer."""

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


def known_variants(
    text: str,
    words: Sequence[Word],
    suspicion: Sequence[float],
    spans: Sequence[Span],
    guarded: list[tuple[int, int]],
    threshold: float,
    knows: Callable[[str], bool],
) -> list[Span]:
    """Other spans in the place of some of `spans` that spinners are known to print, in order; they may overlap.

    Which of two spans is the right one shows when their originals are known: `be` and `offering`, or `be offering`
    for `offer`.  Arguments as for `find_spans`.
    """
    ranges = [(s.start, s.end) for s in spans]
    taken = set(ranges)
    found: list[Span] = []
    for first, word in enumerate(words):
        score = 0.0
        for last in range(first, min(len(words), first + LONGEST_VARIANT)):
            start, end = word.start, words[last].end
            if last > first and _BREAK.search(text[words[last - 1].end : words[last].start + 1]):
                break
            if suspicion[last] < LEAST or overlaps(words[last].start, end, guarded):
                break
            score = max(score, suspicion[last])
            if score < threshold or (start, end) in taken or not (text[start].isalnum() and text[end - 1].isalnum()):
                continue
            if overlaps(start, end, ranges) and knows(" ".join(text[start:end].lower().split())):
                found.append(Span(start, end, score))
    return found


def layers(spans: Sequence[Span], variants: Sequence[Span]) -> list[list[Span]]:
    """`spans`, and `variants` in as few further lists as it takes for none to overlap another in its list."""
    found = [list(spans)]
    for variant in variants:
        for layer in found[1:]:
            if layer[-1].end <= variant.start:
                layer.append(variant)
                break
        else:
            found.append([variant])
    return found
