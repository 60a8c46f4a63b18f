"""reStructuredText, read by docutils.

Left alone are literal blocks, tables, field lists, comments, targets, substitution definitions, the names, arguments
and options of directives, and within a sentence literals, roles and references.  The body of an admonition or figure
is prose.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from copy import copy
from functools import cache
from typing import Any, NamedTuple

from docutils import frontend, nodes, utils
from docutils.parsers.rst import Parser, states

from textrepair.errors import InputError
from textrepair.formats.assembly import CODE, Assembly, directive
from textrepair.formats.prose import Prose

LARGEST = 2 * 1024 * 1024
"""Characters; docutils would take minutes for a longer document."""
LONGEST = 5_000
"""Characters; a longer paragraph is not read, since docutils takes a time that grows with the square of its length."""

_LEFT_ALONE = (nodes.field, nodes.table, nodes.substitution_definition, nodes.literal_block)
_EMPHASIS = {nodes.emphasis: 1, nodes.strong: 2}
_SETTINGS = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "syntax_highlight": "none",
    "report_level": 5,
    "halt_level": 5,
    "warning_stream": False,
    "line_length_limit": float("inf"),
}
_EMBEDDED = re.compile(r"\s+<[^<>]*>`__?$")


def parse(content: str) -> Prose:
    """Read a reStructuredText document.

    Raises:
        InputError: it is too long or nested too deeply.
    """
    if len(content) > LARGEST:
        raise InputError(f"longer than {LARGEST} characters, which is too much for reStructuredText")
    # Characters of no width that docutils gives a meaning of its own: one space for each keeps all offsets.
    readable = content.translate({0: " ", 0x0B: " ", 0x0C: " "})
    document = utils.new_document("", copy(_settings()))
    notes = _Notes()
    try:
        Parser(inliner=notes.inliner).parse(readable, document)
        return _Reader(content, readable, document).read(notes.texts)
    except RecursionError:
        raise InputError("nested too deeply") from None


def escape(text: str) -> str:
    """Markup that reads as `text`, within a line."""
    return re.sub(r"[\\*`|_]", r"\\\g<0>", text)


@cache
def _settings() -> Any:
    settings = frontend.get_default_settings(Parser)
    for name, value in _SETTINGS.items():
        setattr(settings, name, value)
    return settings


class _Markup(NamedTuple):
    """A range of a text that is inline markup, and the nodes that docutils made of it."""

    start: int
    end: int
    nodes: Sequence[Any]


class _Text(NamedTuple):
    """A text that docutils looked through for inline markup: a paragraph, a title and so on.

    Attributes:
        text: its lines, without indentation.
        line: the line of the source where it begins, from 1.
        markup: the inline markup found, in order.
        nodes: what became of it.
    """

    text: str
    line: int
    markup: Sequence[_Markup]
    nodes: Sequence[Any]


class _Notes:
    """An inliner of docutils that notes where it found what.

    The class of the inliner makes its patterns from its own attributes and cannot be derived from; what is to be
    noted is therefore hooked into an instance.
    """

    def __init__(self) -> None:
        self.texts: list[_Text] = []
        self._text = ""
        self._markup: list[_Markup] = []
        self.inliner = states.Inliner()
        self._parse = self.inliner.parse
        self.inliner.parse = self.parse  # type: ignore[method-assign]
        # Bare addresses are found by recursion, which many of them would exhaust; they can be read like words.
        self.inliner.implicit_inline = lambda text, _: [nodes.Text(text)]  # type: ignore[method-assign,assignment]
        self.inliner.dispatch = {start: self._noting(method) for start, method in self.inliner.dispatch.items()}

    def parse(self, text: str, lineno: int, memo: Any, parent: Any) -> tuple[list[Any], list[Any]]:
        if len(text) > LONGEST:
            return [nodes.Text(text)], []
        outer = self._text, self._markup
        self._text, self._markup = text, []
        found, messages = self._parse(text, lineno, memo, parent)
        self.texts.append(_Text(text, lineno, self._markup, found))
        self._text, self._markup = outer
        return found, messages

    def _noting(self, method: Callable[..., tuple[str, list[Any], str, list[Any]]]) -> Callable[..., Any]:
        def noting(inliner: Any, match: re.Match[str], lineno: int) -> Any:
            before, found, remaining, messages = method(inliner, match, lineno)
            if found:
                start = len(self._text) - len(match.string) + len(before)
                self._markup.append(_Markup(start, len(self._text) - len(remaining), found))
            return before, found, remaining, messages

        return noting


class _Reader:
    """Puts the texts of a document together."""

    def __init__(self, content: str, readable: str, document: Any) -> None:
        self.assembly = Assembly(content, escape)
        self.source = content
        self.document = document
        self.lines = readable.splitlines(keepends=True)
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line))
        self.line = 0
        self.pending: Any = None
        self.ignored: Any = None

    def read(self, texts: Sequence[_Text]) -> Prose:
        by_node = {id(text.nodes[0]): text for text in texts if text.nodes}
        for node in self.document.findall():
            if isinstance(node, nodes.comment):
                self._comment(node)
                continue
            if isinstance(node.parent, nodes.comment):
                continue
            if self.pending is not None:
                self.ignored = node if node.parent is self.pending.parent else None
                self.pending = None
            if text := by_node.get(id(node)):
                self._text(text, _ancestors(node))
        return self.assembly.prose(sum(m["level"] > 1 for m in self.document.findall(nodes.system_message)))

    def _comment(self, node: Any) -> None:
        kind = directive(node.astext())
        if not kind:
            return
        # docutils does not tell where a comment stands.
        while self.line < len(self.lines) - 1 and directive(self.lines[self.line].strip().removeprefix("..")) != kind:
            self.line += 1
        self.assembly.directive(kind, self.starts[self.line])
        self.line += 1
        if kind == "ignore-next":
            self.pending = node

    def _text(self, text: _Text, ancestors: list[Any]) -> None:
        if any(isinstance(a, _LEFT_ALONE) for a in ancestors):
            return
        places = self._places(text)
        if not places:
            return
        inside = self.ignored is not None and any(a is self.ignored for a in ancestors)
        if self.assembly.skips_next or not inside:
            self.assembly.leave_out(inside)
        self.assembly.block()
        at = 0
        for markup in text.markup:
            self._plain(text.text, at, markup.start, places)
            self._markup(text.text, markup, places)
            at = markup.end
        self._plain(text.text, at, len(text.text), places)

    def _places(self, text: _Text) -> list[int] | None:
        """Where the characters of a text stand in the source; None where they cannot be found for certain."""
        lines = text.text.split("\n")
        # The number of a title with an overline is that of the overline.
        for first in (text.line - 1, text.line):
            places: list[int] = []
            for number, line in enumerate(lines, first):
                column = self._column(number, line) if 0 <= number < len(self.lines) else None
                if column is None:
                    break
                begin = self.starts[number] + column
                places += range(begin, begin + len(line) + 1)
            else:
                if self.line <= first:
                    self.line = first + len(lines)
                    return places
        return None

    def _column(self, number: int, text: str) -> int | None:
        line = self.lines[number].rstrip()
        # The colons that announce a literal block are not passed on, or only one of them.
        for tail in ("", ":", "::", " ::"):
            if line.endswith(text + tail):
                return len(line) - len(text + tail)
        return None

    def _plain(self, text: str, start: int, end: int, places: Sequence[int]) -> None:
        at = start
        while at < end:
            here = places[at]
            if text[at] == "\n":
                self.assembly.space(here, places[at + 1] if places[at + 1 : at + 2] else here + 1)
                at += 1
            elif text[at] == "\\" and at + 1 < end:
                if not text[at + 1].isspace():
                    self.assembly.unit(text[at + 1], here, here + 2)
                at += 2
            else:
                stop = min((n for n in (text.find("\n", at, end), text.find("\\", at + 1, end)) if n > 0), default=end)
                self.assembly.text(here, here + stop - at)
                at = stop

    def _markup(self, text: str, markup: _Markup, places: Sequence[int]) -> None:
        start, end, found = markup
        node = found[0]
        if type(node) in _EMPHASIS:
            width = _EMPHASIS[type(node)]
            self._wrapped(text, start + width, end - width, places)
        elif isinstance(node, nodes.problematic) and end - start <= 2:
            self._plain(text, start, end, places)
        elif isinstance(node, nodes.reference):
            address = _EMBEDDED.search(text, start, end)
            if address and not self._named(node):
                self._wrapped(text, start + 1, address.start(), places)
            else:
                self.assembly.context(" ".join(node.astext().split()))
        elif isinstance(node, (nodes.target, nodes.title_reference)):
            self.assembly.context(" ".join(node.astext().split()))
        elif not isinstance(node, (nodes.footnote_reference, nodes.citation_reference)):
            self.assembly.context(CODE)

    def _wrapped(self, text: str, start: int, end: int, places: Sequence[int]) -> None:
        self.assembly.wrapped = True
        self._plain(text, start, end, places)
        self.assembly.wrapped = False

    def _named(self, reference: Any) -> bool:
        """Whether the text of a link is referred to by name somewhere else."""
        return nodes.fully_normalize_name(reference.get("name", "")) in self.document.refnames


def _ancestors(node: Any) -> list[Any]:
    found = []
    while node is not None:
        found.append(node)
        node = node.parent
    return found
