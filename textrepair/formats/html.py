"""HTML: the text of the page, told from its markup by a tokenizer that follows the HTML standard.

Left alone are tags with their attributes, comments, scripts, styles, code, formulas, drawings and form fields.
Character references are read as what they stand for, and kept where nothing changes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html import escape as escape_html

from turbohtml import Token, TokenType, tokenize

from textrepair.formats.assembly import CODE, CODE_ELEMENTS, Assembly, directive, line_starts
from textrepair.formats.prose import Prose


def _names(names: str) -> frozenset[str]:
    return frozenset(names.split())


_CODE = CODE_ELEMENTS | {"math"}
_LEFT_ALONE = _CODE | _names(
    "audio canvas datalist iframe listing noembed noframes noscript object plaintext pre script select style svg "
    "template textarea video xmp"
)
_BLOCKS = _names(
    "address article aside blockquote body button caption center dd details dialog dir div dl dt fieldset figcaption "
    "figure footer form frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li listing main menu nav ol "
    "optgroup option p plaintext pre search section summary table tbody td textarea tfoot th thead title tr ul "
    "xmp"
)
_VOID = _names("area base br col embed frame hr img input link meta param source track wbr")
_CELL, _ROW, _ITEM = ("td", "th"), ("td", "th", "tr"), ("dt", "dd")
_CLOSED_BY = {
    "li": ("li",),
    "dt": _ITEM,
    "dd": _ITEM,
    "td": _CELL,
    "th": _CELL,
    "tr": _ROW,
    "tbody": (*_ROW, "thead", "tbody"),
    "tfoot": (*_ROW, "thead", "tbody"),
}
"""Elements that a start tag ends, where their own end tags are left out; any block ends a paragraph."""

_SPACE = re.compile(r"[ \t\n\r\f]{2,}|[\t\n\r\f]|\A | \Z")
"""White space that is not a single space between words."""


def parse(content: str) -> Prose:
    """Read an HTML page."""
    reader = _Reader(content)
    for token, start, end in _tokens(content):
        reader.read(token, start, end)
    return reader.assembly.prose()


def escape(text: str) -> str:
    """HTML that reads as `text`, within an element."""
    return escape_html(text, quote=False)


def _tokens(content: str) -> Iterator[tuple[Token, int, int]]:
    """The tokens with the ranges that they were read from."""
    lines = line_starts(content)
    last: Token | None = None
    begun = 0
    for token in tokenize(content, resolve_references=False, capture_source=True, capture_attributes=False):
        start = lines[token.line - 1] + token.col
        if last:
            yield last, begun, start
        last, begun = token, start
    if last:
        # Nothing tells of a tag that is cut off by the end of the file; what follows the last text is such a tag.
        yield last, begun, begun + _length(last.source or last.data or "", content, begun)


def _length(text: str, content: str, start: int) -> int:
    r"""How long the stretch of source is that was read as `text`, in which `\n` stands for any line end."""
    length = 0
    for line in text.split("\n")[:-1]:
        length += len(line) + (2 if content.startswith("\r\n", start + length + len(line)) else 1)
    return length + len(text) - text.rfind("\n") - 1


class _Reader:
    """Turns tokens into prose.

    Attributes:
        open: the elements that are open, and for each whether it begins what an `ignore-next` leaves out.
        alone: how many open elements are left alone.
        inline: how many open elements are inline.
    """

    def __init__(self, content: str) -> None:
        self.assembly = Assembly(content, escape)
        self.source = content
        self.open: list[tuple[str, bool]] = []
        self.names: Counter[str] = Counter()
        self.alone = self.inline = 0
        self.ignored_run = False

    def read(self, token: Token, start: int, end: int) -> None:
        if token.type == TokenType.START_TAG and token.tag:
            self._start(token.tag, token.self_closing)
        elif token.type == TokenType.END_TAG and token.tag:
            self._end(token.tag)
        elif token.type == TokenType.COMMENT:
            if kind := directive(token.data or ""):
                self._end_run()
                self.assembly.directive(kind, start)
        elif token.type == TokenType.TEXT and not self.alone:
            self._text(start, end)
        elif token.type == TokenType.CHARACTER_REFERENCE and not self.alone:
            self._reference(token.data or "", start, end)

    def _start(self, name: str, self_closing: bool) -> None:
        block = name in _BLOCKS
        if block:
            self._end_run()
            self.assembly.block()
        while self.open and (self.open[-1][0] in _CLOSED_BY.get(name, ()) or (block and self.open[-1][0] == "p")):
            self._close()
        if name == "br":
            self.assembly.block("\n")
        elif name in _CODE and not self.alone:
            self.assembly.context(CODE)
        if name in _VOID or (self_closing and self.alone):
            return
        ignored = block and self.assembly.skips_next and not self.alone
        if ignored:
            self.assembly.leave_out(True)
        self.open.append((name, ignored))
        self._nest(name, 1)

    def _end(self, name: str) -> None:
        if name in _BLOCKS:
            self._end_run()
            self.assembly.block()
        if self.names[name]:
            while self._close() != name:
                pass

    def _close(self) -> str:
        name, ignored = self.open.pop()
        self._nest(name, -1)
        if ignored:
            self.assembly.leave_out(False)
        return name

    def _nest(self, name: str, step: int) -> None:
        self.names[name] += step
        self.alone += step if name in _LEFT_ALONE else 0
        self.inline += step if name not in _BLOCKS else 0
        self.assembly.wrapped = self.inline > 0

    def _text(self, start: int, end: int) -> None:
        at = start
        for space in _SPACE.finditer(self.source[start:end]):
            self._words(at, start + space.start())
            at = start + space.end()
            self.assembly.space(start + space.start(), at)
        self._words(at, end)

    def _words(self, start: int, end: int) -> None:
        if start < end:
            self._begin_run()
            self.assembly.text(start, end)

    def _reference(self, text: str, start: int, end: int) -> None:
        if text.isspace() and text != "\N{NO-BREAK SPACE}":
            self.assembly.space(start, end)
        else:
            self._begin_run()
            self.assembly.unit(text, start, end)

    def _begin_run(self) -> None:
        """Text that stands in no block of its own is what an `ignore-next` is for, up to the next block."""
        if self.assembly.skips_next:
            self.assembly.leave_out(True)
            self.ignored_run = True

    def _end_run(self) -> None:
        if self.ignored_run:
            self.assembly.leave_out(False)
            self.ignored_run = False
