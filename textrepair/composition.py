"""Edits of edits: proposals on a restored text, told in terms of the text that it was restored from."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from textrepair.results import Edit, apply_edits
from textrepair.splicing import splice


@dataclass(frozen=True)
class _Placed:
    """An edit and its range in the text between the two rounds."""

    edit: Edit
    start: int
    end: int
    second: bool


def compose(text: str, first: Sequence[Edit], second: Sequence[Edit]) -> list[Edit]:
    """The edits of `text` that do at once what `first` and then `second` do.

    Args:
        text: the input.
        first: applied edits of `text`, in order, not overlapping.
        second: edits of the text that `first` yields, in order, not overlapping; applied or not.

    Returns:
        Edits of `text` in order: those of `first`, those of `second` moved to `text`, and where they overlap, one edit
        that covers all of them.  A proposal of `second` that is not applied and overlaps an edit of `first` is dropped.
    """
    between = apply_edits(text, tuple(first))
    placed = list(_place(first)) + [_Placed(e, e.start, e.end, True) for e in second]
    out: list[Edit] = []
    shift = 0  # position in the text between, minus position in the input, after what was passed so far
    for group in _overlapping(sorted(placed, key=lambda p: (p.start, p.end))):
        start, end = group[0].start, max(p.end for p in group)
        start_in_text = start - shift
        shift += sum(len(p.edit.replacement) - (p.edit.end - p.edit.start) for p in group if not p.second)
        end_in_text = end - shift
        edit = _as_one(between, start, end, group)
        if not (edit.applied and edit.replacement == text[start_in_text:end_in_text]):
            original = text[start_in_text:end_in_text]
            out.append(replace(edit, start=start_in_text, end=end_in_text, original=original))
    return out


def _place(first: Sequence[Edit]) -> Iterator[_Placed]:
    shift = 0
    for edit in first:
        start = edit.start + shift
        shift += len(edit.replacement) - (edit.end - edit.start)
        yield _Placed(edit, start, start + len(edit.replacement), False)


def _overlapping(placed: Sequence[_Placed]) -> Iterator[list[_Placed]]:
    """Maximal runs of overlapping edits; a proposal that is not applied joins none and gives way to all."""
    group: list[_Placed] = []
    reach = -1
    for p in _without_overruled(placed):
        if group and p.start >= reach:
            yield group
            group, reach = [], -1
        group.append(p)
        reach = max(reach, p.end)
    if group:
        yield group


def _without_overruled(placed: Sequence[_Placed]) -> Iterator[_Placed]:
    """`placed`, which is in order, without the proposals that are not applied and meet an edit that is."""
    applied = [(p.start, p.end) for p in placed if p.edit.applied]
    starts = [start for start, _ in applied]
    reach = list(accumulate((end for _, end in applied), max))  # how far the edits up to each one reach
    for p in placed:
        before = bisect_left(starts, p.end)
        if p.edit.applied or not before or reach[before - 1] <= p.start:
            yield p


def _as_one(between: str, start: int, end: int, group: list[_Placed]) -> Edit:
    """One edit for a run; its offsets are set by the caller."""
    latest = [p.edit for p in group if p.second]
    if len(group) == 1:
        return group[0].edit
    wording = splice(between, ((e.start, e.end, e.replacement) for e in latest), start, end)
    score = min(p.edit.score for p in group)
    return Edit(start, end, between[start:end], wording, score, True, latest[-1].alternatives if latest else ())
