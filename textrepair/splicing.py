"""Text with stretches of it exchanged: the one operation on which edits, substitutions and their undoing rest."""

from __future__ import annotations

from collections.abc import Iterable


def splice(text: str, changes: Iterable[tuple[int, int, str]], start: int = 0, end: int | None = None) -> str:
    """`text[start:end]` with other wordings in some places; everything else stays, character for character.

    Args:
        text: the text.
        changes: (start, end, wording) of each place, half-open code points into `text`, in order, not overlapping,
            within `start`..`end`.
        start, end: the part of the text that is wanted.
    """
    out, at = [], start
    for change_start, change_end, wording in changes:
        out += [text[at:change_start], wording]
        at = change_end
    return "".join([*out, text[at:end]])
