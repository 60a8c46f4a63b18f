"""Direct quotations: what somebody said, in quotation marks."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

_BLANK_LINE = re.compile(r"(?:\r\n?|\n)[ \t]*(?:\r\n?|\n)")

_STRAIGHT = "\"'"
_SINGLE = "‘'"  # noqa: RUF001
_CLOSING = {"“": "”", "„": "“”", "«": "»", "‘": "’", '"': '"', "'": "'"}  # noqa: RUF001
_BEFORE_OPENING = "([{—–-‘“'\""  # noqa: RUF001


def quotations(text: str) -> list[tuple[int, int]]:
    """The ranges of the direct quotations in a text, marks included, in order.

    Curly, straight, low and angle marks count, double and single, but no apostrophes, feet and inches.  A double mark
    that opens and does not close in its paragraph quotes the rest of it, as in a quotation of several paragraphs.
    """
    found: list[tuple[int, int]] = []
    at = 0
    for gap in _BLANK_LINE.finditer(text):
        found += _in_paragraph(text, at, gap.start())
        at = gap.end()
    return [*found, *_in_paragraph(text, at, len(text))]


def _in_paragraph(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    marks = [at for at in range(start, end) if text[at] in _CLOSING or text[at] in "”»’"]  # noqa: RUF001
    closings = {opening: [at for at in marks if _closes(text, at, opening)] for opening in _CLOSING}
    done = start
    for at in marks:
        if at < done or not _opens(text, at):
            continue
        ends = closings[text[at]]
        n = bisect_right(ends, at)
        if n < len(ends):
            done = ends[n] + 1
        elif text[at] in _SINGLE:
            continue  # an apostrophe after all
        else:
            done = end
        yield at, done


def _opens(text: str, at: int) -> bool:
    if text[at] not in _CLOSING:
        return False
    before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    if text[at] not in _STRAIGHT:
        return bool(after)
    return bool(after.strip()) and (not before.strip() or before in _BEFORE_OPENING)


def _closes(text: str, at: int, opening: str) -> bool:
    if text[at] not in _CLOSING[opening]:
        return False
    if opening in _SINGLE and text[at + 1 : at + 2].isalnum():
        return False  # an apostrophe
    return opening not in _STRAIGHT or bool(text[at - 1 : at].strip())
