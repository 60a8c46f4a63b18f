"""What holds for every document of every format."""

from __future__ import annotations

import re

import pytest
from conftest import EXAMPLES
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_formats_docx import WHEN, docx, paragraph, resolved, run

from textrepair.errors import InputError
from textrepair.formats import parse, proven
from textrepair.formats.docx import DocxDocument
from textrepair.formats.prose import Prose, apply_source_edits
from textrepair.results import Edit, apply_edits

many = settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))

split = str.split
COMMON = [*split("a é 😀 word \0 \x0b \x1c \u2028 \r \t \\ {{ }} {% %} http://a.b", " "), *" \n", "  ", "\n\n", "\r\n"]
PARTS = {
    "text": [*COMMON, *(f"\n<!-- textrepair: {kind} -->\n" for kind in ("off", "on", "ignore-next", "x"))],
    "markdown": [
        *COMMON,
        *split("* ** _ ` `` [ ] ( ) < > ! & &amp; &NotEqualTilde; # | $ ~~ <b> </b> <code> </code> <br> [^1] [[ ]]"),
        *("- ", "1. ", "> ", "\n```\n", "\n    ", "\n---\n", "\n[^1]: ", "\n[a]: b\n", "[a](b)", "[a]", "<div>\n"),
        *(f"<!-- textrepair: {kind} -->\n" for kind in ("off", "on", "ignore-next")),
    ],
    "html": [
        *COMMON,
        *split("<p> </p> <b> </b> </a> <code> </code> <pre> </pre> <br> <li> <ul> </ul> <td> <svg> </svg> <script>"),
        *split("</script> <textarea> <title> </title> <x/> < > </ & &amp; &nbsp; &#32; &#10; &NotEqualTilde;"),
        *("<!--", "-->", "<?php", "?>", "<![CDATA[", "]]>", "<a href='", "<a href=x>", "\f"),
        *(f"<!-- textrepair: {kind} -->" for kind in ("off", "on", "ignore-next")),
    ],
    "rst": [
        *COMMON,
        *split("* ** ` `` _ __ | : :: [1]_ :ref:`x` a_ |a|"),
        *("\n====\n", "\n----\n", "- ", "1. ", "\n  ", "\n    ", ":f: ", "| ", ">>> ", "\n=== ===\n", "\n\n.. _a: b\n"),
        *("\n\n.. note:: ", "\n\n.. |a| replace:: ", "\n\n.. list-table::\n\n   * - ", "`a <b>`_", "`a <b>`__"),
        *(f"\n\n.. textrepair: {kind}\n\n" for kind in ("off", "on", "ignore-next")),
    ],
}
KINDS = sorted(PARTS)
WORDS = [
    "new",
    "new words",
    "",
    "*a*",
    "<b>",
    "a_b_",
    "R&amp;D",
    "[l](m)",
    "`q`",
    "1. z",
    "# h",
    "\\",
    "a  b",
    "\n",
    "{{",
]
ANYTHING = st.text(st.characters(exclude_categories=()), max_size=60)


def documents(kind: str) -> st.SearchStrategy[str]:
    return st.lists(st.one_of(st.sampled_from(PARTS[kind]), ANYTHING), max_size=25).map("".join)


def read(content: str, kind: str) -> Prose:
    """The prose; of documents that are refused, that of nothing."""
    try:
        return parse(content, kind)
    except InputError:
        return Prose.plain("")


def some_edits(data: st.DataObject, text: str) -> list[Edit]:
    """Edits that begin and end with words of a text."""
    words = [m.span() for m in re.finditer(r"\w+", text)]
    bounds = data.draw(st.lists(st.integers(0, len(words) - 1), max_size=6, unique=True)) if words else []
    bounds = sorted(bounds)[: len(bounds) // 2 * 2]
    return [
        Edit(start, end, text[start:end], data.draw(st.sampled_from(WORDS)), 0.9, True)
        for first, last in zip(bounds[::2], bounds[1::2], strict=True)
        for start, end in [(words[first][0], words[last][1])]
    ]


@pytest.mark.parametrize("kind", KINDS)
@many
@given(data=st.data())
def test_pieces_are_what_the_source_says(kind: str, data: st.DataObject) -> None:
    content = data.draw(documents(kind))
    prose = read(content, kind)
    at = source_at = 0
    for piece in prose.pieces:
        assert at <= piece.start < piece.end <= len(prose.text)
        assert source_at <= piece.source_start < piece.source_end <= len(content)
        at, source_at = piece.end, piece.source_end
        if piece.literal:
            spelled = content[piece.source_start : piece.source_end]
            read_as = prose.text[piece.start : piece.end]
            assert all(a == b or (a.isspace() and b == " ") for a, b in zip(spelled, read_as, strict=True))
    assert [i.line for i in prose.ignores] == sorted(i.line for i in prose.ignores)


@pytest.mark.parametrize("kind", KINDS)
@many
@given(data=st.data())
def test_nothing_but_edited_words_changes(kind: str, data: st.DataObject) -> None:
    content = data.draw(documents(kind))
    prose = read(content, kind)
    edits = some_edits(data, prose.text)
    changes = prose.source_edits(edits)
    at = 0
    for change in changes:
        assert at <= change.start <= change.end
        at = change.end
        inside = any(
            start <= change.start and change.end <= end
            for start, end in (prose.source_range(e.start, e.end) for e in edits)
        )
        assert inside
        read_of_it = (min(p.source_end, change.end) - max(p.source_start, change.start) for p in prose.pieces)
        assert sum(n for n in read_of_it if n > 0) == change.end - change.start
    same = [Edit(e.start, e.end, e.original, e.original, 0.9, True) for e in edits]
    assert apply_source_edits(content, prose.source_edits(same)) == content


@pytest.mark.parametrize("kind", KINDS)
@many
@given(data=st.data())
def test_proven_edits_read_as_they_should(kind: str, data: st.DataObject) -> None:
    content = data.draw(documents(kind))
    prose = read(content, kind)
    edits = proven(content, kind, prose, some_edits(data, prose.text))
    changed = apply_source_edits(content, prose.source_edits(edits))
    assert read(changed, kind).text.split() == apply_edits(prose.text, tuple(edits)).split()
    if not any(e.applied for e in edits):
        assert changed == content


@many
@given(data=st.data())
def test_tracked_changes_can_be_accepted_and_rejected(data: st.DataObject) -> None:
    words = st.text("ab é", min_size=1, max_size=12)
    looks = st.sampled_from(["", "<w:b/>", "<w:lang w:val='en'/>"])
    runs = st.lists(st.builds(run, words, looks), max_size=6)
    content = docx("".join(paragraph(*p) for p in data.draw(st.lists(runs, max_size=3))))
    document = DocxDocument.open(content)
    text = document.prose.text
    edits = document.prose.placeable(some_edits(data, text))
    tracked = document.tracked(edits, "x", WHEN)
    wanted = apply_edits(text, tuple(edits))
    assert resolved(tracked, accept=True).split() == wanted.split()
    assert resolved(tracked, accept=False) == text
    assert DocxDocument.open(document.accepted(edits)).prose.text.split() == wanted.split()
