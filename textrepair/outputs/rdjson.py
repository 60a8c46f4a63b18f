"""Diagnostics for reviewdog, in its format rdjson.

Columns count bytes of UTF-8 from 1, the end is exclusive.
"""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from typing import Any

from textrepair.editorial.engine import Outcome, Repaired
from textrepair.findings import Finding, Places, findings
from textrepair.outputs.wording import edit_message, sentence_message


def lines(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """One document with a diagnostic for each edit, and for each flagged sentence without one."""
    diagnostics: list[dict[str, Any]] = []
    for outcome in outcomes:
        if isinstance(outcome, Repaired):
            places = Places(outcome.located.text, outcome.document.content.startswith(BOM_UTF8))
            for finding in findings(outcome.located):
                diagnostics += _diagnostics(finding, outcome.name, places)
    yield json.dumps({"source": {"name": "textrepair"}, "diagnostics": diagnostics}, ensure_ascii=False)


def _diagnostics(finding: Finding, name: str, places: Places) -> Iterator[dict[str, Any]]:
    for edit in finding.edits:
        where = _range(places, edit.start, edit.end)
        yield {
            "message": edit_message(edit),
            "location": {"path": name, "range": where},
            "severity": "WARNING" if finding.sure else "INFO",
            "code": {"value": "spun-word"},
            "suggestions": [{"range": where, "text": edit.replacement}],
        }
    if not finding.edits:
        yield {
            "message": sentence_message(finding.sentence),
            "location": {"path": name, "range": _range(places, finding.sentence.start, finding.sentence.end)},
            "severity": "WARNING",
            "code": {"value": "spun-sentence"},
        }


def _range(places: Places, start: int, end: int) -> dict[str, dict[str, int]]:
    (line, column), (end_line, end_column) = places.in_bytes(start), places.in_bytes(end)
    return {"start": {"line": line, "column": column}, "end": {"line": end_line, "column": end_column}}
