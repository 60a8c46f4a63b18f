"""Counts of word sequences, and the lexicon turned round."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textrepair.candidates import Candidates
from textrepair.errors import ModelError
from textrepair.ngrams import NgramCounts, tokens
from textrepair.spin.lexicon import Row, compile_rows
from textrepair.train.export import write_candidates
from textrepair.train.ngrams import count

SENTENCES = ["The central bank raised interest rates on Monday."] * 6 + [
    "They showed interest in the rates of pay."
] * 5


@pytest.fixture(scope="module")
def counts(tmp_path_factory: pytest.TempPathFactory) -> NgramCounts:
    path = tmp_path_factory.mktemp("ngrams") / "ngrams.bin"
    assert count(SENTENCES, path) > 20
    return NgramCounts.from_file(path)


def test_tokens_are_words_numbers_and_signs() -> None:
    assert tokens("U.S. cut 3.5 percent, can\u2019t it?") == [
        "u.s",
        ".",
        "cut",
        "0",
        "percent",
        ",",
        "can't",
        "it",
        "?",
    ]


def test_what_was_written_is_more_usual_than_what_was_not(counts: NgramCounts) -> None:
    own, after = counts.gains("bank raised ", "curiosity rates", ["interest rates", "curiosity charges"], " on Monday")
    assert (own + after)[0] > 5
    assert (own + after)[0] > (own + after)[1]


def test_scores_are_log_probabilities(counts: NgramCounts) -> None:
    ((own, after),) = counts.score(["the", "central"], [["bank"]], [])
    assert own == pytest.approx(0, abs=0.1)  # after "the central" always "bank"
    assert after == 0  # nothing comes after it
    assert all(s <= 0 for s in np.ravel(counts.score([], [["the"], ["never", "seen"], []], ["rates"])))


@given(st.lists(st.text(max_size=8), max_size=3), st.lists(st.text(min_size=1, max_size=8), max_size=4))
def test_any_tokens_have_a_score(counts: NgramCounts, before: list[str], wording: list[str]) -> None:
    ((own, after),) = counts.score(before, [wording], before)
    assert own <= 0
    assert after <= 0


@pytest.mark.parametrize("content", [None, b"", b"short", b"\xff" * 40])
def test_a_broken_table_is_one_clear_error(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "ngrams.bin"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelError, match=r"ngrams\.bin"):
        NgramCounts.from_file(path)


def test_faint_candidates_are_left_out(tmp_path: Path) -> None:
    forms = (
        "virtue",
        "quality",
        "asset",
        "strength",
        "benefit",
        "excellence",
        "goodness",
        "dignity",
        "credit",
        "value",
    )
    path = tmp_path / "candidates.tsv"
    write_candidates([compile_rows([Row("price", "n", ("value",)), Row("merit", "n", forms)])], path)
    assert Candidates.from_file(path).originals("value") == ["price"]
    assert Candidates.from_file(path).originals("credit") == ["merit"]  # faint, and the only one


def test_candidates_come_likeliest_first(tmp_path: Path) -> None:
    lexicon = compile_rows(
        [
            Row("price", "n", ("value", "worth")),
            Row("worth", "n", ("value",)),
            Row("Price", "=", ("Value",)),
            Row("cost", "n", ("charge", "value")),
        ]
    )
    path = tmp_path / "candidates.tsv"
    assert write_candidates([lexicon], path) == len(path.read_text(encoding="utf-8").splitlines())
    candidates = Candidates.from_file(path)
    assert set(candidates.originals("VALUE")) == {"price", "worth", "Price", "cost"}
    assert candidates.originals("value")[-1] == "cost"
    assert "prices" in candidates.originals("values")
    assert candidates.originals("nothing") == []


@given(
    st.dictionaries(st.text("abé z", min_size=1, max_size=6).map(str.strip).filter(bool), st.just("x"), max_size=40),
    st.text("abé z", max_size=6),
)
def test_every_line_is_found_and_nothing_else(table: dict[str, str], other: str) -> None:
    lines = sorted((key.encode(), value) for key, value in table.items())
    candidates = Candidates(b"".join(key + b"\t" + value.encode() + b"\n" for key, value in lines))
    for key in table:
        assert candidates.originals(key) == ["x"]
    if other not in table:
        assert candidates.originals(other) == []
