"""Windows: runs of consecutive sentences that a model reads at once, so that a sentence's neighbours are evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from textrepair.tokenization import Pieces, PieceTokenizer

WINDOW = 126
"""Pieces of text in a window, besides the two special ones around it; the models are trained at this length."""

T = TypeVar("T")


@dataclass(frozen=True)
class Window:
    """A range of the text and its pieces, whose offsets count from the start of the range."""

    start: int
    end: int
    pieces: Pieces


def windows_of(text: str, sentences: list[tuple[int, int]], tokenizer: PieceTokenizer) -> list[Window]:
    """The windows of a text: as many whole sentences as fit; a longer sentence is cut between words."""
    encoded = tokenizer.encode([text[s:e] for s, e in sentences])
    windows = []
    run: list[int] = []
    used = 0
    for n, pieces in enumerate([*encoded, None]):
        if run and (pieces is None or used + len(pieces) > WINDOW):
            start = sentences[run[0]][0]
            windows.append(
                Window(
                    start,
                    sentences[run[-1]][1],
                    _concatenate([encoded[m] for m in run], [sentences[m][0] - start for m in run]),
                )
            )
            run, used = [], 0
        if pieces is None:
            break
        if len(pieces) > WINDOW:
            windows += _cut(sentences[n][0], pieces)
        elif len(pieces):
            run.append(n)
            used += len(pieces)
    return windows


def _concatenate(parts: list[Pieces], shifts: list[int]) -> Pieces:
    return Pieces(
        [i for p in parts for i in p.ids],
        [t for p in parts for t in p.types],
        [(s + shift, e + shift) for p, shift in zip(parts, shifts, strict=True) for s, e in p.offsets],
        [h for p in parts for h in p.heads],
    )


def _cut(start: int, pieces: Pieces) -> Iterator[Window]:
    first = 0
    while first < len(pieces):
        last = min(first + WINDOW, len(pieces))
        while last < len(pieces) and last > first + 1 and not pieces.heads[last]:
            last -= 1
        shift = pieces.offsets[first][0]
        part = Pieces(
            pieces.ids[first:last],
            pieces.types[first:last],
            [(s - shift, e - shift) for s, e in pieces.offsets[first:last]],
            [True, *pieces.heads[first + 1 : last]],
        )
        yield Window(start + shift, start + shift + part.offsets[-1][1], part)
        first = last


def padded(rows: Iterable[list[int]], value: int = 0) -> NDArray[np.int64]:
    """Rows of unequal length as one array of shape (rows, longest)."""
    rows = list(rows)
    out = np.full((len(rows), max(map(len, rows))), value, dtype=np.int64)
    for n, row in enumerate(rows):
        out[n, : len(row)] = row
    return out


def by_length(items: list[T], lengths: list[int], size: int) -> Iterator[list[int]]:
    """Indices of `items` in batches of like length whose padded size is at most `size` pieces."""
    batch: list[int] = []
    for n in sorted(range(len(items)), key=lambda n: lengths[n]):
        if batch and (len(batch) + 1) * lengths[n] > size:
            yield batch
            batch = []
        batch.append(n)
    if batch:
        yield batch
