"""Stretches of text that no part of the program may touch: URLs, addresses, numbers with units, code."""

from __future__ import annotations

import re
from bisect import bisect_left

_PROTECTED = re.compile(
    r"""
      (?:https?://|ftp://|www\.)[^\s<>"')\]]+            # URLs
    | (?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+           # e-mail addresses; begun once in a run of letters, not at each
    | (?<![\w-])[\w-]+\.(?:com|org|net|gov|edu|io|co|info|ly|html?)\b(?:/[^\s<>"')\]]*)?   # bare domains, file names
    | (?<!\w)[@\#]\w+                                    # handles and hashtags
    | `[^`\n]+`                                          # inline code
    | \b\w+\(\)                                          # function names
    | \b\w+_\w+\b                                        # identifiers
    | [$€£¥]\s?\d[\d.,]*(?:\s?(?:[kmb]n?|million|billion|trillion)\b)?            # amounts of money
    | \d[\d.,:/-]*(?:\s?(?:%|°\s?[CF]?|[kKMGT]?[WVB]h?|[kmcµn]?m|[kmµ]?g|lbs?|oz|mph|km/h|[kMG]?Hz|ft|am|pm
      |a\.m\.|p\.m\.)(?!\w))?
    """,
    re.VERBOSE,
)


def protected_ranges(text: str) -> list[tuple[int, int]]:
    """Half-open code-point ranges of `text` that must come out unchanged, in order and not overlapping."""
    return [m.span() for m in _PROTECTED.finditer(text)]


def overlaps(start: int, end: int, ranges: list[tuple[int, int]]) -> bool:
    """Whether the half-open range `start`..`end` meets any of `ranges`, which are in order and do not overlap."""
    before = bisect_left(ranges, (end,))  # ranges that begin before `end`; the last of them reaches furthest
    return before > 0 and start < ranges[before - 1][1]
