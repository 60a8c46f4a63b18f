"""Sets of stretches of a text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator


class Ranges:
    """A union of half-open ranges, which may be given in any order and overlap."""

    def __init__(self, ranges: Iterable[tuple[int, int]] = ()) -> None:
        merged: list[tuple[int, int]] = []
        for start, end in sorted(r for r in ranges if r[0] < r[1]):
            if merged and start <= merged[-1][1]:
                merged[-1] = merged[-1][0], max(merged[-1][1], end)
            else:
                merged.append((start, end))
        self._ranges = merged
        self._starts = [start for start, _ in merged]

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return iter(self._ranges)

    def meet(self, start: int, end: int) -> bool:
        """Whether any of `start`..`end` lies in them; for an empty range, whether the place itself does."""
        n = bisect_right(self._starts, max(start, end - 1)) - 1
        return n >= 0 and start < self._ranges[n][1]

    def within(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Their parts between `start` and `end`."""
        first = max(0, bisect_right(self._starts, start) - 1)
        for low, high in self._ranges[first:]:
            if low >= end:
                return
            if high > start:
                yield max(low, start), min(high, end)
