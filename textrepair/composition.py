"""Edits of edits: proposals on a restored text, told in terms of the text that it was restored from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from textrepair.results import Edit


def compose(text: str, first: Sequence[Edit], second: Sequence[Edit]) -> list[Edit]:
    """The edits of `text` that do at once what `first` and then `second` do.

    Args:
        text: the input.
        first: applied edits of `text`, in order, not overlapping.
        second: edits of the text that `first` yields, in order, not overlapping; applied or not.

    Returns:
        Edits of `text` in order: those of `first`, those of `second` moved to `text`, and where they touch, one edit
        that covers both.  A proposal of `second` that is not applied and touches an edit of `first` is dropped.
    """
    placed = []  # (edit, its start and end in the text between)
    shift = 0
    for edit in first:
        start = edit.start + shift
        shift += len(edit.replacement) - (edit.end - edit.start)
        placed.append((edit, start, start + len(edit.replacement)))
    out: list[Edit] = []
    n = shift = 0  # shift: position between minus position in the input, after the edits passed so far
    for edit in second:
        while n < len(placed) and placed[n][2] <= edit.start:
            out.append(placed[n][0])
            shift = placed[n][2] - placed[n][0].end
            n += 1
        met = n
        while met < len(placed) and placed[met][1] < edit.end:
            met += 1
        if met == n:
            out.append(_moved(text, edit, edit.start - shift, edit.end - shift))
        elif edit.applied:
            out.append(_merged(text, placed[n:met], edit, shift))
            shift = placed[met - 1][2] - placed[met - 1][0].end
            n = met
    out += [edit for edit, _, _ in placed[n:]]
    return _joined(text, out)


def _moved(text: str, edit: Edit, start: int, end: int) -> Edit:
    return replace(edit, start=start, end=end, original=text[start:end])


def _merged(text: str, met: list[tuple[Edit, int, int]], edit: Edit, shift: int) -> Edit:
    """One edit for `edit` and the earlier edits that it reaches into."""
    (head, head_start, _), (tail, _, tail_end) = met[0], met[-1]
    start = min(head.start, edit.start - shift)
    end = max(tail.end, edit.end - (tail_end - tail.end))
    left = head.replacement[: max(0, edit.start - head_start)]
    right = tail.replacement[len(tail.replacement) - max(0, tail_end - edit.end) :] if tail_end > edit.end else ""
    score = min([edit.score, *(e.score for e, _, _ in met)])
    return Edit(start, end, text[start:end], left + edit.replacement + right, score, True, edit.alternatives)


def _joined(text: str, edits: list[Edit]) -> list[Edit]:
    """Without proposals that overlap an applied edit, and without edits that change nothing."""
    out: list[Edit] = []
    for edit in edits:
        if edit.applied and edit.replacement == text[edit.start : edit.end]:
            continue
        if out and edit.start < out[-1].end:
            if edit.applied and not out[-1].applied:
                out[-1] = edit
            continue
        out.append(edit)
    return out
