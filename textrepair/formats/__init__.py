"""Formats: which parts of a document are prose, and how edits go back into it.

Each text format is a module with a function `parse`, imported when it is first needed.  Word documents are no text;
`textrepair.formats.docx` reads and writes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import PurePath

from textrepair.formats.prose import Prose, apply_source_edits
from textrepair.results import Edit, apply_edits

_SUFFIXES = {
    "text": (".txt", ".text"),
    "markdown": (".md", ".markdown", ".mdown", ".mkd", ".mkdn"),
    "html": (".html", ".htm", ".xhtml"),
    "rst": (".rst", ".rest"),
    "docx": (".docx",),
}
_KIND = {suffix: kind for kind, suffixes in _SUFFIXES.items() for suffix in suffixes}
_MODULES = {"text": "plain", "markdown": "markdown", "html": "html", "rst": "rst"}
_TRIES = 64

KINDS = tuple(_SUFFIXES)
"""Names of the formats."""


def detect(name: str) -> str | None:
    """The format of a file, by the suffix of its name; None if it is unknown."""
    return _KIND.get(PurePath(name).suffix.lower())


def parse(content: str, kind: str) -> Prose:
    """Find the prose of a text.

    Args:
        content: the document; all offsets are code points of it.
        kind: one of `KINDS` other than `docx`.

    Raises:
        InputError: it cannot be read, since it is nested too deeply.
    """
    prose: Prose = import_module(f"textrepair.formats.{_MODULES[kind]}").parse(content)
    return prose


def proven(content: str, kind: str, prose: Prose, edits: Sequence[Edit]) -> list[Edit]:
    """The edits; those that would change more than the words they name are not `applied` any more.

    That is proved for every edit that stays: the changed document is parsed again, must read as it should, and
    must have no new errors in its markup.

    Args:
        content: the document.
        kind: its format.
        prose: what `parse` made of it.
        edits: edits of the prose, in order, not overlapping.
    """
    edits = prose.placeable(edits)
    kept: set[Edit] = set()
    applied = [e for e in edits if e.applied]
    groups = [applied] if applied else []
    tries = 0
    while groups:
        group = groups.pop()
        tries += 1
        trial = kept.union(group)
        tried = [e for e in edits if e in trial]
        changed = apply_source_edits(content, prose.source_edits(tried))
        reread = parse(changed, kind)
        if reread.faults <= prose.faults and reread.text.split() == apply_edits(prose.text, tuple(tried)).split():
            kept = trial
        elif len(group) > 1 and tries < _TRIES:
            half = len(group) // 2
            groups += [group[half:], group[:half]]
    return [replace(e, applied=e in kept) for e in edits]
