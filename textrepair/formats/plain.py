"""Plain text: everything is prose, but for comments to textrepair on lines of their own."""

from __future__ import annotations

from textrepair.formats.assembly import Assembly, directive
from textrepair.formats.prose import Prose


def parse(content: str) -> Prose:
    """Read a text; a comment is a line like `<!-- textrepair: off -->`."""
    if "textrepair:" not in content:
        return Prose.plain(content)
    assembly = Assembly(content)
    at = 0
    inside = False
    for line in content.splitlines(keepends=True):
        kind = _directive(line.strip())
        if kind:
            assembly.directive(kind, at)
        elif line.strip():
            if assembly.skips_next:
                assembly.leave_out(True)
                inside = True
            assembly.text(at, at + len(line))
        else:
            if inside:
                assembly.leave_out(False)
                inside = False
            assembly.text(at, at + len(line))
        at += len(line)
    return assembly.prose()


def _directive(line: str) -> str | None:
    return directive(line[4:-3]) if line.startswith("<!--") and line.endswith("-->") else None
