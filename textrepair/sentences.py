"""Sentence segmentation."""

from __future__ import annotations

import sentencex

LONGEST = 600
"""Characters; a longer stretch without a sentence end (tables, word lists, minified text) is cut at a space."""


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Half-open code-point ranges of the sentences of `text`, without the white space around them.

    A line break ends a sentence, since headlines and list items have no full stop; lines wrapped in the middle of a
    sentence are read in pieces, which costs little context.  Within a line `sentencex` decides (see
    `tests/test_sentences.py` for the comparison that chose it).
    """
    ranges = []
    at = 0
    for line in text.splitlines(keepends=True):
        start = at
        for sentence in sentencex.segment("en", line) if line.strip() else ():
            end = start + len(sentence)
            ranges += _pieces(text, start, end)
            start = end
        at += len(line)
    return ranges


def _pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The range without outer white space, cut where it is overlong."""
    pieces = []
    while start < end:
        cut = end
        if end - start > LONGEST:
            space = text.rfind(" ", start, start + LONGEST)
            cut = space + 1 if space > start else start + LONGEST
        body = text[start:cut]
        left = len(body) - len(body.lstrip())
        right = len(body.rstrip())
        if right > left:
            pieces.append((start + left, start + right))
        start = cut
    return pieces
