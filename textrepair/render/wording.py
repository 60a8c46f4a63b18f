"""What scores and counts are called, in words for editors."""

from __future__ import annotations

from textrepair.results import Edit, Repair

SPUN = 0.5
"""Article score (0..1) from which an article is called spun."""


def percent(score: float) -> str:
    """A chance (0..1) in percent.  Never 0 % or 100 %, since no estimate is certain."""
    if score < 0.01:
        return "< 1 %"
    return "> 99 %" if score > 0.99 else f"{score:.0%}".replace("%", " %")


def verdict(score: float) -> str:
    """An article's score (0..1) in words."""
    return f"looks {'spun' if score >= SPUN else 'clean'} ({percent(score)})"


def counted(number: int, noun: str) -> str:
    """A number with its noun: `no edits`, `1 edit`, `2 edits`."""
    return f"{number or 'no'} {noun}" if number == 1 else f"{number or 'no'} {noun}s"


def edit_counts(repair: Repair, applied: str = "applied") -> str:
    """How many edits there are, applied and only proposed; `applied` says what became of the first."""
    done = sum(e.applied for e in repair.edits)
    proposed = len(repair.edits) - done
    if not repair.edits:
        return counted(0, "edit")
    return f"{counted(done, 'edit')} {applied}" + (f", {proposed} {'more ' * bool(done)}proposed" if proposed else "")


def flagged_count(repair: Repair) -> str:
    """How many sentences are flagged, of how many."""
    flagged = sum(s.flagged for s in repair.sentences)
    return f"{flagged or 'none'} of {counted(len(repair.sentences), 'sentence')} flagged"


def shown_original(edit: Edit) -> str:
    """The text that an edit replaces; in words if there is none."""
    return edit.original if edit.original.strip() else "(insert)"


def shown_replacement(edit: Edit) -> str:
    """The text that an edit proposes; in words if there is none."""
    return edit.replacement if edit.replacement.strip() else "(delete)"
