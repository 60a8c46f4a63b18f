"""The first look: its features, its file, and what the batch steps do with it."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textrepair.errors import ModelError
from textrepair.evaluate.articles import hand_spun
from textrepair.first_look import BITS, FirstLook, features
from textrepair.resources import models_dir


def look(suspicious: str = "", threshold: float = 0.0) -> FirstLook:
    """A first look that weighs the features of one text, and takes all others for clean."""
    weights = np.full(2**BITS, -1, dtype=np.float16)
    weights[features(suspicious)] = 100
    return FirstLook(weights, threshold)


def test_features_are_words_and_pairs_each_once() -> None:
    assert len(features("to an settlement")) == 5
    assert len(features("to to to")) == 2
    assert len(features("")) == 0
    # On every machine and in every version: the weights are worth nothing with other places.
    assert features("An settlement.").tolist() == [121500, 738551, 1238688, 1239777, 1815523]


@given(st.text(st.characters(codec=None), max_size=60))
def test_features_take_any_text_and_see_neither_case_nor_white_space(text: str) -> None:
    found = features(text)
    assert (np.diff(found.astype(np.int64)) > 0).all()
    assert (found < 2**BITS).all()
    words = text.split()
    assert features("\n ".join(words)).tolist() == features(" ".join(words)).tolist()


def test_score_is_the_evidence_of_all_features() -> None:
    found = look("settlement")
    assert found.score("settlement") == 100
    assert found.score("a settlement") == pytest.approx((100 - 2) / 3**0.5)
    assert found.score("") == 0.0
    assert found.passes("Nothing to see.")
    assert not found.passes("a settlement")
    assert not found.passes("")


def test_a_file_comes_back_as_it_was(tmp_path) -> None:
    made = look("settlement", -1.5)
    made.save(tmp_path / "x.npz")
    again = FirstLook.from_file(tmp_path / "x.npz")
    assert (again.weights == made.weights).all()
    assert again.threshold == -1.5


@pytest.mark.parametrize("content", [None, b"", b"PK\3\4 no more", b"text"])
def test_a_file_that_is_missing_or_broken_is_an_error_of_the_model(tmp_path, content: bytes | None) -> None:
    path = tmp_path / "x.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelError, match="no usable first look"):
        FirstLook.from_file(path)


def test_a_file_of_another_size_is_an_error_of_the_model(tmp_path) -> None:
    FirstLook(np.zeros(8, dtype=np.float16), 0.0).save(tmp_path / "x.npz")
    with pytest.raises(ModelError):
        FirstLook.from_file(tmp_path / "x.npz")


def test_the_shipped_one_passes_most_articles_before_they_were_spun_and_none_after() -> None:
    shipped = FirstLook.from_file(models_dir() / FirstLook.FILE)
    articles = hand_spun()
    assert not [a.name for a in articles if shipped.passes(a.text)]
    assert sum(shipped.passes(a.original) for a in articles) > len(articles) / 2
    assert not shipped.passes("")


def test_training_tells_spun_from_clean(tmp_path: Path) -> None:
    pytest.importorskip("datasets")
    from textrepair.train.first_look import fit

    rng = random.Random(3)
    topics = ["council", "river", "budget", "school", "winter", "market", "doctor", "bridge"]

    def sentence(verb: str) -> str:
        return f"The {rng.choice(topics)} {verb} the {rng.choice(topics)} {rng.choice(topics)} today."

    pairs = [[" ".join(sentence(v) for _ in range(6)) for v in ("said", "mentioned")] for _ in range(300)]
    made = fit((features(a), features(b)) for a, b in pairs[:200])
    assert all(made.score(a) < 0 < made.score(b) for a, b in pairs[200:])
