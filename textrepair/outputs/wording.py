"""What a finding is called in output that has a line for each."""

from __future__ import annotations

from textrepair.findings import Finding
from textrepair.render.wording import percent, shown_original, shown_replacement
from textrepair.results import Edit, Sentence


def message(finding: Finding) -> str:
    """A finding in one line, all of its edits included."""
    edits = "; ".join(edit_message(e) for e in finding.edits)
    if not finding.sentence.flagged:
        return edits
    return sentence_message(finding.sentence) + (f": {edits}" if edits else "")


def sentence_message(sentence: Sentence) -> str:
    """A flagged sentence in one line."""
    return f"This sentence looks spun ({percent(sentence.score)})"


def edit_message(edit: Edit) -> str:
    """An edit in one line."""
    doubt = "" if edit.applied else ", not sure enough to apply"
    return f"{_line(shown_original(edit))} -> {_line(shown_replacement(edit))} ({percent(edit.score)}{doubt})"


def _line(text: str) -> str:
    return " ".join(text.split())
