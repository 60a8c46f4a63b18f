"""What the peers print, as findings."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Finding:
    """A stretch of text (half-open code points) that a program objects to.

    Attributes:
        start, end: the stretch.
        replacement: the program's first suggestion, or None where it makes none.
    """

    start: int
    end: int
    replacement: str | None


def own_changes(output: str, texts: Sequence[str]) -> list[list[Finding]]:
    """A line `{"edits": [[start, end, replacement], ...]}` for each text, from the peers of this package."""
    lines = output.splitlines()
    if len(lines) != len(texts):
        raise ValueError(f"{len(lines)} lines for {len(texts)} texts")
    return [[Finding(*edit) for edit in json.loads(line)["edits"]] for line in lines]


def textrepair_json(output: str, texts: Sequence[str]) -> list[list[Finding]]:
    """The applied edits of `textrepair check --format json`."""
    lines = output.splitlines()
    if len(lines) != len(texts):
        raise ValueError(f"{len(lines)} lines for {len(texts)} texts")
    return [
        [Finding(e["start"], e["end"], e["replacement"]) for e in json.loads(line)["edits"] if e["applied"]]
        for line in lines
    ]


_HARPER = re.compile(r"(?P<kind>Replace with: |Insert |Remove error)(?:“(?P<text>.*)”)?", re.DOTALL)


def harper_json(output: str, texts: Sequence[str]) -> list[list[Finding]]:
    """`harper-cli lint --format json`, whose suggestions are worded for people: `Replace with: “a”`."""
    files = json.loads(output)
    if len(files) != len(texts):
        raise ValueError(f"{len(files)} files for {len(texts)} texts")
    # Files come back in the order of their names, which is the order in which they were given.
    ordered = sorted(files, key=lambda f: str(f["file"]))
    return [[_harper(lint, text) for lint in f["lints"]] for f, text in zip(ordered, texts, strict=True)]


def _harper(lint: dict[str, Any], text: str) -> Finding:
    start, end = lint["span"]["char_start"], lint["span"]["char_end"]
    if text[start:end] != lint["matched_text"]:
        raise ValueError(f"the span {start}..{end} is not {lint['matched_text']!r}")
    if not lint["suggestions"]:
        return Finding(start, end, None)
    match = _HARPER.fullmatch(lint["suggestions"][0])
    if match is None:
        raise ValueError(f"unknown suggestion {lint['suggestions'][0]!r}")
    if match["kind"] == "Remove error":
        return Finding(start, end, "")
    return Finding(start, end, (text[start:end] if match["kind"] == "Insert " else "") + match["text"])


def proselint_json(output: str, texts: Sequence[str]) -> list[list[Finding]]:
    """`proselint check -o json`; columns count from 1 within a text that it puts a line break before."""
    files = json.loads(output)["result"]
    ordered = [files[name].get("diagnostics", []) for name in sorted(files)]
    if len(ordered) != len(texts):
        raise ValueError(f"{len(ordered)} files for {len(texts)} texts")
    return [
        [Finding(d["span"][0] - 1, d["span"][1] - 1, d["replacements"]) for d in found if d["span"][1] > 1]
        for found in ordered
    ]
