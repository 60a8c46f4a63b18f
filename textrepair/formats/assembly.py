"""How the parsers put prose together: stretches of source, white space, blocks, and the comments that leave out."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable

from textrepair.formats.prose import Ignore, Piece, Prose

CODE = "`…`"
"""Stands in the prose for code, formulas and addresses within a sentence, which are not read."""

CODE_ELEMENTS = frozenset({"code", "kbd", "samp", "tt", "var"})
"""HTML elements for code within a sentence."""

_DIRECTIVE = re.compile(r"\s*textrepair:[ \t]*([\w-]+)")


def directive(comment: str) -> str | None:
    """What a comment tells textrepair (`off`, `on`, `ignore-next`), by the text between its delimiters; or None."""
    found = _DIRECTIVE.match(comment)
    return found.group(1) if found else None


class Assembly:
    """Collects the prose of a source in reading order.

    Args:
        source: the whole document.
        escape: turns text into markup that is read as this text.

    Attributes:
        wrapped: whether what is read now stands within inline markup.
    """

    def __init__(self, source: str, escape: Callable[[str], str] = str) -> None:
        self.source = source
        self.wrapped = False
        self._escape = escape
        self._text: list[str] = []
        self._length = 0
        self._pieces: list[Piece] = []
        self._separator = ""
        self._space: tuple[int, int] | None = None
        self._directives = _Directives(source)
        self._templates = _templates(source)

    def text(self, start: int, end: int) -> None:
        """Read a stretch of the source as it stands, but for what a site generator fills in."""
        n = self._template(start)
        while n < len(self._templates) and self._templates[n][0] < end:
            first, last = self._templates[n]
            self._literal(start, first)
            if first >= start:
                self.context(CODE)
            start = min(last, end)
            n += 1
        self._literal(start, end)

    def _template(self, at: int) -> int:
        """The number of the first template tag that ends after `at`."""
        n = bisect_right(self._templates, (at, len(self.source)))
        return n - 1 if n and self._templates[n - 1][1] > at else n

    def _filled_in(self, at: int) -> bool:
        n = self._template(at)
        return n < len(self._templates) and self._templates[n][0] <= at

    def _literal(self, start: int, end: int) -> None:
        if start < end and self._reads(self.source[start:end]):
            self._begin(start)
            self._piece(self.source[start:end], start, end)

    def unit(self, text: str, start: int, end: int) -> None:
        """Read a stretch of the source as some other text: an entity, an escaped character."""
        if text and not self._filled_in(start) and self._reads(text):
            self._begin(start)
            self._piece(text, start, end)

    def space(self, start: int, end: int) -> None:
        """Read a stretch of white space as one space, or as none beside another or at an end of the block."""
        if self._filled_in(start):
            return
        if self._space and self._space[1] == start:
            self._space = self._space[0], end
        elif not self._space and not self._separator and self._length and not self._directives.ignoring:
            self._space = start, end

    def context(self, text: str) -> None:
        """Read text that cannot be edited."""
        if text and self._reads(text):
            self._begin(None)
            self._append(text)

    def block(self, separator: str = "\n\n") -> None:
        """End the block; between this text and the next stands a separator."""
        self._space = None
        if len(separator) > len(self._separator) and self._length:
            self._separator = separator

    def directive(self, kind: str, at: int) -> None:
        """Note a comment for textrepair; what `ignore-next` leaves out is told by `leave_out`."""
        self._directives.note(kind, at)

    @property
    def skips_next(self) -> bool:
        """Whether an `ignore-next` waits for its block."""
        return self._directives.waiting

    def leave_out(self, leaving: bool) -> None:
        """Begin or end the block that an `ignore-next` is for."""
        self._directives.leave_out(leaving)

    def prose(self, faults: int = 0) -> Prose:
        """The prose collected; `faults` are the errors that the parser complains about."""
        return Prose("".join(self._text), self._pieces, self._escape, self._directives.ignores(), faults)

    def _reads(self, text: str) -> bool:
        """Whether text is to be read."""
        if self._directives.ignoring and text.strip():
            self._directives.used()
        return not self._directives.ignoring

    def _begin(self, start: int | None) -> None:
        """Put what stands between blocks or words before a text that begins at `start`."""
        if self._separator:
            self._append(self._separator)
            self._separator = ""
        elif self._space:
            first, last = self._space
            left = self._pieces[-1].source_end if self._pieces else first
            if left < first and self.source[left:first].isspace():
                first = left
            if start is not None and self.source[last:start].isspace():
                last = start
            self._piece(" ", first, last)
        self._space = None

    def _piece(self, text: str, start: int, end: int) -> None:
        piece = Piece(self._length, self._length + len(text), start, end, self.wrapped)
        last = self._pieces[-1] if self._pieces else None
        if last and last.literal and piece.literal and last.end == piece.start and last.source_end == start:
            self._pieces[-1] = Piece(last.start, piece.end, last.source_start, end, last.wrapped)
        else:
            self._pieces.append(piece)
        self._append(text)

    def _append(self, text: str) -> None:
        self._text.append(text)
        self._length += len(text)


class _Directives:
    """The comments for textrepair, and what they do."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._found: list[tuple[int, str]] = []
        self._used: set[int] = set()
        self._off: int | None = None
        self._next: int | None = None
        self._inside: int | None = None

    @property
    def ignoring(self) -> bool:
        return self._off is not None or self._inside is not None

    @property
    def waiting(self) -> bool:
        return self._next is not None

    def note(self, kind: str, at: int) -> None:
        number = len(self._found)
        self._found.append((at, kind))
        if kind == "off" and self._off is None:
            self._off = number
        elif kind == "on" and self._off is not None:
            self._used.add(number)
            self._off = None
        elif kind == "ignore-next":
            self._next = number

    def leave_out(self, leaving: bool) -> None:
        self._inside = self._next if leaving else None
        self._next = None

    def used(self) -> None:
        self._used |= {n for n in (self._off, self._inside) if n is not None}

    def ignores(self) -> list[Ignore]:
        if not self._found:
            return []
        lines = line_starts(self._source)
        return [Ignore(bisect_right(lines, at), kind, n in self._used) for n, (at, kind) in enumerate(self._found)]


def _templates(source: str) -> list[tuple[int, int]]:
    """The ranges of `{{ … }}` and `{% … %}`, which Jekyll, Hugo, Jinja and others replace, in order."""
    found = []
    closing = {"{{": "}}", "{%": "%}"}
    at = 0
    while closing and (start := source.find("{", at)) >= 0:
        opening = source[start : start + 2]
        at = start + 1
        if opening in closing:
            end = source.find(closing[opening], start + 2)
            if end < 0:
                del closing[opening]
            else:
                at = end + 2
                found.append((start, at))
    return found


def line_starts(text: str) -> list[int]:
    r"""Where the lines of a text begin; lines end with `\n`, `\r` or both."""
    return [0, *(m.end() for m in re.finditer(r"\r\n?|\n", text))]
