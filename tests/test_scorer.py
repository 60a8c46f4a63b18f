"""What weighs the evidence: spans that overlap, chances, and the fit."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textrepair.detector import Word
from textrepair.errors import ModelError
from textrepair.features import FEATURES, ArticleReading, span_features, wording_features
from textrepair.proposals import Option, Ranker, as_edit, without_overlaps
from textrepair.results import Span
from textrepair.rewriter import Rewrite, Wording
from textrepair.scorer import Scorer
from textrepair.spans import find_spans, known_variants, layers

TEXT = "The club may be offering seats to fans."
STARTS = [0, 4, 9, 13, 16, 25, 31, 34]
KNOWN = {"be offering", "offering", "seats"}


def words() -> list[Word]:
    ends = [*(s - 1 for s in STARTS[1:]), len(TEXT) - 1]
    return [Word(s, e, 0.0, 0.9) for s, e in zip(STARTS, ends, strict=True)]


def spans_of(suspicion: list[float]) -> tuple[list[str], list[str]]:
    found = find_spans(TEXT, words(), suspicion, [], 0.2, lambda w: w == "offering")
    variants = known_variants(TEXT, words(), suspicion, found, [], 0.2, KNOWN.__contains__)
    return [TEXT[s.start : s.end] for s in found], [TEXT[s.start : s.end] for s in variants]


def test_a_known_phrase_stands_beside_the_words_it_is_cut_into() -> None:
    assert spans_of([0, 0, 0, 0.6, 0.9, 0, 0, 0]) == (["be", "offering"], ["be offering"])


def test_no_variant_where_nothing_is_suspicious_or_a_word_is_surely_good() -> None:
    assert spans_of([0, 0, 0, 0.01, 0.9, 0, 0.0, 0]) == (["offering"], [])
    assert spans_of([0.0] * 8) == ([], [])


RANGES = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 6)), max_size=12)


@given(RANGES)
def test_no_layer_holds_overlapping_variants_and_none_is_lost(ranges: list[tuple[int, int]]) -> None:
    variants = sorted({(s, s + n) for s, n in ranges})
    found = layers([], [Span(s, e, 0.5) for s, e in variants])
    assert sorted((s.start, s.end) for layer in found for s in layer) == variants
    for layer in found:
        assert all(a.end <= b.start for a, b in pairwise(layer))


@given(RANGES, st.randoms())
def test_of_overlapping_edits_the_best_is_kept(ranges: list[tuple[int, int]], rng: object) -> None:
    text = "x" * 40
    edits = [
        as_edit(text, Option(Span(s, s + n, 0.5), ("y",), (rng.random(),)), True)  # type: ignore[attr-defined]
        for s, n in ranges
    ]
    kept = without_overlaps(edits)
    assert all(a.end <= b.start for a, b in pairwise(kept))
    for edit in edits:
        rivals = [k for k in kept if k.start < edit.end and edit.start < k.end]
        assert any(k.score >= edit.score for k in rivals)


def rows() -> np.ndarray:
    article = ArticleReading(TEXT, words(), np.full(8, 0.3), 0.2)
    span, rewrite = Span(16, 24, 0.3), Rewrite((Wording("giving", -1.0, 0), Wording("sale", -2.0, None)), -3.0)
    surfaces = {w.text: w for w in rewrite.wordings}
    of_span = span_features(article, span, rewrite, None)
    of_wordings = wording_features(article, span, rewrite, surfaces, None, "may be ", " seats")
    return np.concatenate([np.tile(of_span, (2, 1)), of_wordings], axis=1)


def test_features_have_their_number_and_tell_wordings_apart() -> None:
    found = rows()
    assert found.shape == (2, FEATURES)
    assert np.isfinite(found).all()
    assert not np.array_equal(found[0], found[1])


def scorer() -> Scorer:
    rng = np.random.default_rng(3)
    layers = [(rng.normal(size=(FEATURES, 5)), rng.normal(size=5)), (rng.normal(size=(5, 1)), rng.normal(size=1))]
    return Scorer(np.zeros(FEATURES), np.ones(FEATURES), layers)


@given(st.lists(st.integers(1, 5), min_size=1, max_size=6), st.integers(0, 99))
def test_chances_of_a_span_leave_room_for_none(sizes: list[int], seed: int) -> None:
    drawn = np.random.default_rng(seed).normal(size=(sum(sizes), FEATURES)) * 10
    found = scorer().chances(drawn, sizes)
    assert [len(c) for c in found] == sizes
    assert all((c >= 0).all() and c.sum() <= 1 for c in found)


def test_saved_and_read_again_it_says_the_same(tmp_path: Path) -> None:
    scorer().save(tmp_path / "scorer.npz")
    again = Scorer.from_file(tmp_path / "scorer.npz")
    assert np.allclose(again.chances(rows(), [2])[0], scorer().chances(rows(), [2])[0], atol=1e-4)


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 broken", b"text"])
def test_a_broken_scorer_is_one_line(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "scorer.npz").write_bytes(content)
    with pytest.raises(ModelError, match="no usable scorer"):
        Scorer.from_file(tmp_path / "scorer.npz")


def test_without_a_scorer_the_rewriter_decides() -> None:
    article = ArticleReading(TEXT, words(), np.full(8, 0.3), 0.2)
    rewrite = Rewrite((Wording("giving", -0.1, 0), Wording("sale", -4.0, None)), -6.0)
    ((option,), _) = Ranker(None, None).propose(article, [Span(16, 24, 1.0)], [rewrite])
    assert option.replacement == "giving"
    assert option.score > 0.9


def test_the_fit_finds_which_feature_tells() -> None:
    pytest.importorskip("torch")
    from textrepair.train.choices import Choice
    from textrepair.train.scorer import fit_scorer

    rng = np.random.default_rng(0)
    choices = []
    for _ in range(400):
        drawn = rng.normal(size=(3, FEATURES))
        choices.append(Choice(drawn, drawn[:, 7] > 1.0))
    fitted = fit_scorer(choices)
    good, bad = np.zeros((1, FEATURES)), np.zeros((1, FEATURES))
    good[0, 7], bad[0, 7] = 2.5, -0.5
    assert fitted.chances(good, [1])[0][0] > 0.7
    assert fitted.chances(bad, [1])[0][0] < 0.3
