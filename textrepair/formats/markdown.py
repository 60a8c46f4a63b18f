"""Markdown: CommonMark and the extensions of GitHub, read by pulldown-cmark.

Left alone are front matter, code, formulas, raw HTML blocks, tables, images, addresses, link destinations, reference
definitions and the markers of footnotes.
"""

from __future__ import annotations

import re
from typing import Any

from pyromark import Options, events_with_range

from textrepair.formats.assembly import CODE, CODE_ELEMENTS, Assembly, directive
from textrepair.formats.prose import Prose

_OPTIONS = (
    Options.ENABLE_TABLES
    | Options.ENABLE_FOOTNOTES
    | Options.ENABLE_STRIKETHROUGH
    | Options.ENABLE_TASKLISTS
    | Options.ENABLE_YAML_STYLE_METADATA_BLOCKS
    | Options.ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS
    | Options.ENABLE_MATH
    | Options.ENABLE_HEADING_ATTRIBUTES
    | Options.ENABLE_GFM
    | Options.ENABLE_WIKILINKS
)
_LEFT_ALONE = {"MetadataBlock", "CodeBlock", "HtmlBlock", "Table", "Image"}
_INLINE = {"Emphasis", "Strong", "Strikethrough", "Link", "Image"}
_ADDRESSES = {"Autolink", "Email"}
_NAMED_BY_TEXT = {"Shortcut", "Collapsed"}
_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)")


def parse(content: str) -> Prose:
    """Read a Markdown document."""
    return _Reader(content).read()


def escape(text: str) -> str:
    """Markdown that reads as `text`, within a line."""
    return re.sub(r"[\\`*_\[\]<~$|]|&(?=#|\w+;)", r"\\\g<0>", text)


class _Reader:
    """Turns the events of the parser into prose.

    Attributes:
        alone: how many elements that are left alone are open.
        depth: how many elements are open.
        inline: how many of them are inline.
        ignored_at: the depth of the block that an `ignore-next` leaves out.
        link: what the text of the open link is: its own (`text`), a name that must not change (`name`), an address.
        code: the HTML element for code that is open.
    """

    def __init__(self, content: str) -> None:
        self.source = content
        # Lone surrogates have no UTF-8; for reading, a question mark takes the place of each.
        self.encoded = content.encode("utf-8", "replace")
        self.assembly = Assembly(content, escape)
        self.alone = self.depth = self.inline = self.read_to = 0
        self.ignored_at: int | None = None
        self.link = "text"
        self.code: str | None = None
        self._point = self._byte = 0

    def read(self) -> Prose:
        for event, found in events_with_range(self.encoded.decode(), options=_OPTIONS):
            kind, detail = _named(event)
            if kind == "Start":
                self._enter(*_named(detail))
            elif kind == "End":
                self._leave(_named(detail)[0])
            elif kind in ("Html", "InlineHtml"):
                self._html(detail, self._offset(found["start"]))
            elif not self.alone and not self.code:
                self._inline(kind, detail, self._offset(found["start"]), self._offset(found["end"]))
        return self.assembly.prose()

    def _offset(self, byte: int) -> int:
        """The code point that begins at a byte; asked for in order."""
        self._point += len(self.encoded[self._byte : byte].decode())
        self._byte = byte
        return self._point

    def _enter(self, tag: str, detail: Any) -> None:
        if tag not in _INLINE:
            self.code = None
            self.assembly.block()
            if self.assembly.skips_next and tag != "HtmlBlock" and self.ignored_at is None:
                self.ignored_at = self.depth
                self.assembly.leave_out(True)
        self.depth += 1
        self._nest(tag, 1)
        if tag in _LEFT_ALONE:
            self.alone += 1
        elif tag == "Link":
            kind, extra = _named(detail["link_type"])
            named = kind in _NAMED_BY_TEXT or (kind == "WikiLink" and not extra["has_pothole"])
            self.link = "address" if kind in _ADDRESSES else "name" if named else "text"

    def _leave(self, tag: str) -> None:
        self.depth -= 1
        self._nest(tag, -1)
        if tag in _LEFT_ALONE:
            self.alone -= 1
        elif tag == "Link":
            self.link = "text"
        if tag not in _INLINE:
            self.code = None
            self.assembly.block()
        if self.depth == self.ignored_at:
            self.ignored_at = None
            self.assembly.leave_out(False)

    def _nest(self, tag: str, step: int) -> None:
        self.inline += step if tag in _INLINE else 0
        self.assembly.wrapped = self.inline > 0

    def _html(self, markup: str, start: int) -> None:
        for comment in _COMMENT.finditer(markup):
            if kind := directive(comment.group(1)):
                self.assembly.directive(kind, start + comment.start())
        tag = _TAG.match(markup)
        if not tag or self.alone:
            return
        closing, name = tag.group(1), tag.group(2).lower()
        if closing and name == self.code:
            self.code = None
        elif not closing and name in CODE_ELEMENTS and not self.code and not markup.endswith("/>"):
            self.code = name
            self.assembly.context(CODE)
        elif name == "br":
            self.assembly.block("\n")

    def _inline(self, kind: str, detail: Any, start: int, end: int) -> None:
        if kind == "Text" and self.link == "text":
            self._text(detail, start, end)
        elif kind == "Text" and self.link == "name":
            self.assembly.context(detail)
        elif kind in ("Text", "Code", "InlineMath", "DisplayMath"):
            self.assembly.context(CODE)
        elif kind == "SoftBreak":
            self.assembly.space(start, end)
        elif kind == "HardBreak":
            self.assembly.block("\n")
        elif kind == "Rule":
            self.assembly.block()

    def _text(self, text: str, start: int, end: int) -> None:
        if len(text) != end - start:
            self.assembly.unit(text, start, end)
        elif start > self.read_to and self.source[start - 1] == "\\":
            # The parser leaves the backslash of an escape out of the text.
            self.assembly.unit(self.source[start], start - 1, start + 1)
            self.assembly.text(start + 1, end)
        else:
            self.assembly.text(start, end)
        self.read_to = end


def _named(item: Any) -> tuple[str, Any]:
    """Name and detail of an event or of its tag, which are a name or a dictionary of one entry."""
    return next(iter(item.items())) if isinstance(item, dict) else (item, None)
