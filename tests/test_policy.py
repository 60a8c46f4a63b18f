"""Settings that act on the proposals: accept list, quotations, changed lines, unsafe."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from repairs import WORDS, repairs

from textrepair.editorial.accept import AcceptList, accept_file
from textrepair.editorial.policy import Policy, restricted
from textrepair.editorial.quotes import quotations
from textrepair.editorial.ranges import Ranges
from textrepair.findings import fails, findings
from textrepair.results import Repair, apply_edits


def occurrences(entries: list[str], text: str) -> list[str]:
    return [text[start:end] for start, end in AcceptList(entries).occurrences(text)]


@pytest.mark.parametrize(
    ("entry", "text", "found"),
    [
        ("navy", "The navy, the Navy and the NAVY, not navyblue or the-navy's", ["navy", "Navy", "NAVY", "navy"]),
        ("Navy", "The navy, the Navy and the NAVY", ["Navy"]),
        ("flag bearer", "flag\n  bearer, flag-bearer, FLAG BEARER", ["flag\n  bearer", "FLAG BEARER"]),
        ("O'Neil", "O’Neil and O'Neil and O‘Neil", ["O’Neil", "O'Neil", "O‘Neil"]),  # noqa: RUF001
        ("café", "cafe\u0301 and café", ["cafe\u0301", "café"]),
        ("C++", "C++ and C+++ and XC++", ["C++", "C++"]),
        (".NET", "the .NET runtime, ASP.NET", [".NET"]),
        ("  ", "anything", []),
    ],
)
def test_the_accept_list_finds_whole_words(entry: str, text: str, found: list[str]) -> None:
    assert occurrences([entry], text) == found


def test_an_accept_file_has_an_entry_a_line(tmp_path: Path) -> None:
    (tmp_path / "house.txt").write_text("# names\nO'Neil\n\n  flag bearer \n")
    assert accept_file(tmp_path / "house.txt") == ["O'Neil", "flag bearer"]


def test_a_long_accept_list_costs_little() -> None:
    text = "The navy is here. " * 2000
    assert len(list(AcceptList([f"word{n}" for n in range(20_000)] + ["navy"]).occurrences(text))) == 2000


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('He said "we go" and "no".', ['"we go"', '"no"']),
        ("He said “it’s late” and left.", ["“it’s late”"]),  # noqa: RUF001
        ("‘Don’t,’ she said, ‘go.’", ["‘Don’t,’", "‘go.’"]),  # noqa: RUF001
        ("'Stop,' they cried at the boys' club.", ["'Stop,'"]),
        ("It's the dogs' dinner, isn't it?", []),
        ("A 6\" pipe and a 5' beam", []),
        ("“One.\n\n“Two,” he said.", ["“One.", "“Two,”"]),
        ('"Open to the end\nof the paragraph.\r\n\r\nAnother.', ['"Open to the end\nof the paragraph.']),
        ("« Bonjour », „so“ he said", ["« Bonjour »", "„so“"]),
        ("(\"nested 'words' here\")", ["\"nested 'words' here\""]),
        ("", []),
        ('"', []),
    ],
)
def test_quotations(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in quotations(text)] == found


@given(st.text(alphabet="a\"'“”‘’„«» \n.", max_size=60))  # noqa: RUF001
def test_quotations_lie_in_the_text_in_order(text: str) -> None:
    at = 0
    for start, end in quotations(text):
        assert at <= start < end <= len(text)
        at = end


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 8)).map(lambda p: (p[0], p[0] + p[1]))),
    st.integers(0, 40),
    st.integers(0, 10),
)
def test_ranges_are_sets_of_places(given_ranges: list[tuple[int, int]], start: int, length: int) -> None:
    places = {n for a, b in given_ranges for n in range(a, b)}
    ranges = Ranges(given_ranges)
    assert {n for a, b in ranges for n in range(a, b)} == places
    wanted = set(range(start, start + max(1, length)))
    if length:
        assert ranges.meet(start, start + length) == bool(places & wanted)
        inside = {n for a, b in ranges.within(start, start + length) for n in range(a, b)}
        assert inside == places & wanted


def holds_together(repair: Repair) -> None:
    assert repair.restored == apply_edits(repair.text, repair.edits)
    assert all(repair.text[e.start : e.end] == e.original for e in repair.edits)


@settings(deadline=None)
@given(repairs(), st.lists(st.sampled_from(WORDS)), st.booleans(), st.booleans())
def test_a_policy_only_drops_and_applies(repair: Repair, accept: list[str], keep_quotes: bool, unsafe: bool) -> None:
    wanted = Policy(AcceptList(accept), keep_quotes, unsafe).applied_to(repair)
    holds_together(wanted)
    assert wanted.text == repair.text and wanted.score == repair.score
    assert [(s.start, s.end) for s in wanted.sentences] == [(s.start, s.end) for s in repair.sentences]
    assert all(e.applied for e in wanted.edits) or not unsafe
    kept = Ranges([*AcceptList(accept).occurrences(repair.text), *(quotations(repair.text) if keep_quotes else [])])
    dropped = {(e.start, e.end) for e in repair.edits} - {(e.start, e.end) for e in wanted.edits}
    assert dropped == {(e.start, e.end) for e in repair.edits if kept.meet(e.start, e.end)}
    again = Policy(AcceptList(accept), keep_quotes, unsafe).applied_to(wanted)
    assert again == wanted


@settings(deadline=None)
@given(repairs())
def test_nothing_is_left_of_a_repair_without_edits_and_sentences(repair: Repair) -> None:
    nothing = restricted(repair, lambda _: False, lambda _: False)
    assert not fails(nothing) and not findings(nothing)
    assert restricted(repair, lambda _: True) == repair


@settings(deadline=None)
@given(repairs())
def test_findings_hold_every_edit_and_flagged_sentence_once(repair: Repair) -> None:
    found = findings(repair)
    assert [e for f in found for e in f.edits] == list(repair.edits)
    assert [f.sentence for f in found if f.sentence.flagged] == [s for s in repair.sentences if s.flagged]
    assert any(f.sure for f in found) == (repair.flagged or any(e.applied for e in repair.edits))


def test_a_sentence_without_proposals_stays_flagged_unless_it_is_not_looked_at(repair_of_two: Repair) -> None:
    only_first = Ranges([(0, 5)])
    flags = [s.flagged for s in Policy().applied_to(repair_of_two, only_first).sentences]
    assert flags == [True, False]


@pytest.fixture
def repair_of_two() -> Repair:
    from textrepair.results import Sentence

    return Repair("One. Two.", "One. Two.", (), (Sentence(0, 4, 0.9, True), Sentence(5, 9, 0.9, True)), 0.9)
