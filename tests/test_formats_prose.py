"""The way from edits of the prose to edits of the source."""

from __future__ import annotations

import pytest

from textrepair import formats
from textrepair.formats.prose import Piece, Prose, SourceEdit, apply_source_edits
from textrepair.results import Edit


def edit(text: str, old: str, new: str) -> Edit:
    at = text.index(old)
    return Edit(at, at + len(old), old, new, 0.9, True)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.md", "markdown"),
        ("A.HTML", "html"),
        ("x/y.htm", "html"),
        ("a.rst", "rst"),
        ("a.txt", "text"),
        ("a.docx", "docx"),
        ("README", None),
        ("a.adoc", None),
        (".md", None),
        ("a.png", None),
    ],
)
def test_detect(name: str, kind: str | None) -> None:
    assert formats.detect(name) == kind


def test_plain_text_is_its_own_prose() -> None:
    prose = Prose.plain("A facet here.")
    assert prose.source_edits([edit(prose.text, "facet here", "side here")]) == [SourceEdit(2, 7, "side")]
    assert Prose.plain("").pieces == ()


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("quick brown fox", "fast brown dog", [(4, 9, "fast"), (16, 19, "dog")]),
        ("brown", "dark brown", [(10, 10, "dark ")]),
        ("brown", "brown red", [(15, 15, " red")]),
        ("quick brown", "brown", [(4, 10, "")]),
        ("brown", "brown", []),
        ("brown fox", "brown\tfox", [(15, 16, "\t")]),
    ],
)
def test_only_words_that_differ_are_touched(old: str, new: str, changes: list[tuple[int, int, str]]) -> None:
    prose = Prose.plain("The quick brown fox.")
    assert prose.source_edits([edit(prose.text, old, new)]) == [SourceEdit(*change) for change in changes]


def test_proposals_are_not_made() -> None:
    prose = Prose.plain("A facet.")
    proposal = Edit(2, 7, "facet", "side", 0.2, False)
    assert prose.source_edits([proposal]) == []
    assert prose.placeable([proposal]) == [proposal]


def test_an_edit_of_nothing_has_no_place() -> None:
    prose = Prose.plain("A facet.")
    assert not prose.placeable([Edit(2, 2, "", "nice ", 0.9, True)])[0].applied


def test_a_unit_is_replaced_as_a_whole() -> None:
    # `&NotEqualTilde;` is read as two characters.
    source = "a&NotEqualTilde;b"
    prose = Prose("a≂̸b", [Piece(0, 1, 0, 1), Piece(1, 3, 1, 16), Piece(3, 4, 16, 17)])
    changed = apply_source_edits(source, prose.source_edits([Edit(1, 2, "≂", "=", 0.9, True)]))
    assert changed == "a≠b"


def test_of_two_edits_of_one_unit_the_first_is_made() -> None:
    prose = Prose("\u2242\u0338", [Piece(0, 2, 0, 15)])
    made = [Edit(0, 1, "\u2242", "=", 0.9, True), Edit(1, 2, "\u0338", "!", 0.9, True)]
    assert [e.applied for e in prose.placeable(made)] == [True, False]
    assert prose.source_edits(made) == [SourceEdit(0, 15, "=\u0338")]


def test_text_between_pieces_cannot_be_edited() -> None:
    prose = Prose("one\n\ntwo", [Piece(0, 3, 3, 6), Piece(5, 8, 13, 16)])
    assert prose.source_edits([Edit(0, 8, "one\n\ntwo", "1\n\n2", 0.9, True)]) == [
        SourceEdit(3, 6, "1"),
        SourceEdit(13, 16, "2"),
    ]
    assert prose.source_edits([Edit(0, 8, "one\n\ntwo", "one two", 0.9, True)]) == []
    assert prose.source_range(3, 5) == (6, 6)
    assert prose.source_range(1, 7) == (4, 15)


def test_line_ends_are_kept() -> None:
    for end in ("\n", "\r\n", "\r"):
        for kind, template in (
            ("markdown", "# A facet$$> One facet$> goes on$$- Two$"),
            ("html", "<p>A facet</p>$<p>One facet$goes on</p>$"),
            ("rst", "A facet here$=======$$One facet$goes on$"),
            ("text", "A facet$$One facet$"),
        ):
            content = template.replace("$", end)
            prose = formats.parse(content, kind)
            made = [edit(prose.text, "A facet", "A side"), edit(prose.text, "One facet", "One side")]
            assert formats.proven(content, kind, prose, made) == made
            changed = apply_source_edits(content, prose.source_edits(made))
            assert changed == template.replace("facet", "side").replace("$", end)


def test_what_cannot_be_proved_is_not_applied_and_the_rest_is() -> None:
    content = "".join(f"Word{n} here.\n\n" for n in range(40))
    prose = formats.parse(content, "markdown")
    made = [edit(prose.text, f"Word{n} ", "# " if n in (3, 17) else "Side ") for n in range(40)]
    settled = formats.proven(content, "markdown", prose, made)
    assert [n for n, e in enumerate(settled) if not e.applied] == [3, 17]
