"""The text format in which spans are put to a seq2seq model: what is written can be read back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textrepair.hub.markup import SPANS, Markup

SENTINELS = Markup("<extra_id_", ">")
PLAIN = Markup("[[", "]]")
TEXT = "Neither facet is anticipated to return."
SPUN = [(8, 13, "side"), (17, 28, None)]


class Vocabulary:
    def __init__(self, *pieces: str) -> None:
        self.pieces = pieces

    def get_vocab(self) -> dict[str, int]:
        return dict.fromkeys(self.pieces, 0)


def test_markers_follow_the_vocabulary() -> None:
    assert Markup.for_tokenizer(Vocabulary("a", "<extra_id_0>")) == SENTINELS
    assert Markup.for_tokenizer(Vocabulary("a", "<s>")) == PLAIN


def test_sentinels() -> None:
    assert list(SENTINELS.pairs(TEXT, SPUN)) == [
        (
            "Neither <extra_id_0> facet <extra_id_0> is <extra_id_1> anticipated <extra_id_1> to return.",
            "<extra_id_0> side <extra_id_1> anticipated <extra_id_2>",
        )
    ]


def test_plain_markers() -> None:
    assert list(PLAIN.pairs(TEXT, SPUN)) == [
        ("Neither [[0]] facet [[0]] is [[1]] anticipated [[1]] to return.", "[[0]] side [[1]] anticipated [[2]]")
    ]


def test_many_spans_are_marked_a_few_at_a_time() -> None:
    text = "word " * (2 * SPANS + 1)
    pairs = list(PLAIN.pairs(text, [(5 * n, 5 * n + 4, f"w{n}") for n in range(2 * SPANS + 1)]))
    assert [source.count("[[") for source, _ in pairs] == [2 * SPANS, 2 * SPANS, 2]
    assert [target.count("w") for _, target in pairs] == [SPANS, SPANS, 1]
    assert pairs[2][1] == f"[[0]] w{2 * SPANS} [[1]]"


@pytest.mark.parametrize("markup", [SENTINELS, PLAIN])
def test_markers_in_the_text_are_not_ours(markup: Markup) -> None:
    text = f"see {markup.opening}0{markup.closing} and facet"
    ((source, target),) = markup.pairs(text, [(len(text) - 5, len(text), f"{markup.opening}1{markup.closing}")])
    assert [number for number, _ in markup.parse(source)] == [0, 0]
    assert [number for number, _ in markup.parse(target)] == [0, 1]


@pytest.mark.parametrize(
    ("markup", "answer", "parsed"),
    [
        (SENTINELS, "<extra_id_0> side<extra_id_1>at all<extra_id_2>", [(0, "side"), (1, "at all"), (2, "")]),
        (PLAIN, "[ [ 0 ] ] side [ [ 1 ] ]", [(0, "side"), (1, "")]),
        (PLAIN, "no marker at all", []),
        (PLAIN, "", []),
        (PLAIN, "[[0]]", [(0, "")]),
        (PLAIN, "[[x]] [[]] [[1234]] [0] a", []),
    ],
)
def test_parse(markup: Markup, answer: str, parsed: list[tuple[int, str]]) -> None:
    assert markup.parse(answer) == parsed


words = st.text("abcdef[]<>_é0123456789", min_size=1, max_size=12)


@settings(max_examples=50)
@given(st.sampled_from([SENTINELS, PLAIN]), st.lists(st.tuples(words, st.none() | words), min_size=1, max_size=20))
def test_every_target_says_what_it_was_made_from(markup: Markup, spans: list[tuple[str, str | None]]) -> None:
    text, ranges = "", []
    for word, original in spans:
        ranges.append((len(text), len(text) + len(word), original))
        text += f"{word} "
    answers = [(n, w) for _, target in markup.pairs(text, ranges) for n, w in markup.parse(target)[:-1]]
    assert [n for n, _ in answers] == [n % SPANS for n in range(len(spans))]
    wanted = [word if original is None else original for word, original in spans]
    assert all(w == got for w, (_, got) in zip(wanted, answers, strict=True) if not markup.parse(w))


@given(st.text())
def test_any_answer_can_be_read(answer: str) -> None:
    for markup in (SENTINELS, PLAIN):
        for number, wording in markup.parse(answer):
            assert 0 <= number < 100
            assert wording == wording.strip()
