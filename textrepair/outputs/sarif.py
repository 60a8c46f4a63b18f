"""SARIF 2.1.0, for code scanning and its viewers: each edit is a result with its fixes."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from textrepair.editorial.baseline import fingerprint
from textrepair.editorial.engine import Failed, Outcome, Repaired
from textrepair.findings import Finding, Places, findings
from textrepair.outputs.wording import edit_message, sentence_message
from textrepair.results import Edit, Repair, Sentence

Object = dict[str, Any]

_RULES = [
    {
        "id": "spun-word",
        "name": "SpunWord",
        "shortDescription": {"text": "A program replaced this wording by a synonym"},
        "fullDescription": {"text": "The wording does not fit its sentence as its original would."},
        "defaultConfiguration": {"level": "warning"},
    },
    {
        "id": "spun-sentence",
        "name": "SpunSentence",
        "shortDescription": {"text": "This sentence holds wordings that a program put in"},
        "fullDescription": {"text": "The sentence looks spun, but no better wording was found."},
        "defaultConfiguration": {"level": "warning"},
    },
]


def lines(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """One log with one run."""
    results: list[Object] = []
    failures: list[Object] = []
    for outcome in outcomes:
        if isinstance(outcome, Failed):
            failures.append({"level": "error", "message": {"text": outcome.error}})
        else:
            results += _results(outcome)
    driver = {"name": "textrepair", "version": _version(), "rules": _RULES}
    invocation: Object = {"executionSuccessful": not failures}
    if failures:
        invocation["toolExecutionNotifications"] = failures
    run = {
        "tool": {"driver": driver},
        "invocations": [invocation],
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "results": results,
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    yield json.dumps(log, ensure_ascii=False)


def _results(outcome: Repaired) -> Iterator[Object]:
    text = outcome.located.text
    places = Places(text)
    artifact = {"uri": _uri(outcome.input.place)}
    for finding, found in _found(outcome.located):
        sentence = finding.sentence
        words = (found.original, found.replacement) if isinstance(found, Edit) else ()
        location = {
            "artifactLocation": artifact,
            "region": _region(places, found.start, found.end),
            "contextRegion": _region(places, min(sentence.start, found.start), max(sentence.end, found.end)),
        }
        result: Object = {
            "ruleId": "spun-sentence",
            "level": "warning" if finding.sure else "note",
            "rank": round(100 * found.score, 1),
            "locations": [{"physicalLocation": location}],
            "partialFingerprints": {"textrepair/v1": fingerprint(text[sentence.start : sentence.end], *words)},
        }
        if isinstance(found, Edit):
            fixes = [
                _fix(artifact, location["region"], wording) for wording in (found.replacement, *found.alternatives)
            ]
            result |= {"ruleId": "spun-word", "message": {"text": edit_message(found)}, "fixes": fixes}
        else:
            result["message"] = {"text": sentence_message(found)}
        yield result


def _found(repair: Repair) -> Iterator[tuple[Finding, Edit | Sentence]]:
    """The findings, each with the edits in it, or with its sentence if it holds none."""
    for finding in findings(repair):
        for found in finding.edits or (finding.sentence,):
            yield finding, found


def _fix(artifact: Object, region: Object, text: str) -> Object:
    replacement = {"deletedRegion": region, "insertedContent": {"text": text}}
    return {
        "description": {"text": f"Write '{' '.join(text.split())}'"},
        "artifactChanges": [{"artifactLocation": artifact, "replacements": [replacement]}],
    }


def _region(places: Places, start: int, end: int) -> Object:
    (line, column), (end_line, end_column) = places.of(start), places.of(end)
    return {
        "startLine": line,
        "startColumn": column,
        "endLine": end_line,
        "endColumn": end_column,
        "charOffset": start,
        "charLength": end - start,
    }


def _uri(path: Path) -> str:
    """The path as a URI; a relative path stays relative, to where the program ran."""
    return path.as_uri() if path.is_absolute() else quote(os.fsencode(path.as_posix()))


def _version() -> str:
    try:
        return version("textrepair")
    except PackageNotFoundError:
        return "0"  # a checkout that is not installed
