"""The language model: what it says about branches, whatever their order, and what becomes of wordings after it."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_models import TEXTS, tiny_language_model, tiny_models

from textrepair.errors import ModelError
from textrepair.evidence import Calibration
from textrepair.language_model import Branch, LanguageModel, Tree
from textrepair.proposals import Option
from textrepair.repairer import Repairer
from textrepair.rescoring import AROUND, BEFORE, MOST, Rescorer, evidence, parts, weighed
from textrepair.results import Span
from textrepair.sentences import split_sentences
from textrepair.train.language_model import BLOCK, eight_bits, export_language_model, four_bits, load
from textrepair.train.rescoring import Doubted, doubted, fit_rescoring

TEXT = " ".join(TEXTS)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any]:
    """The float model and its tokenizer."""
    return load(str(tiny_language_model(tmp_path_factory.mktemp("llama"))))


@pytest.fixture(scope="module")
def model(original: tuple[Any, Any], tmp_path_factory: pytest.TempPathFactory) -> LanguageModel:
    folder = tmp_path_factory.mktemp("exported")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter of torch warns about itself
        export_language_model(*original, folder)
    return LanguageModel.from_pretrained(folder, 1)


def by_torch(original: tuple[Any, Any], before: str, wording: str, after: str) -> tuple[float, float]:
    """What the float model says, reading one branch as a plain text."""
    network, tokenizer = original
    left, own, rest = (tokenizer(t, add_special_tokens=False).input_ids for t in (before, wording, after))
    ids = [network.config.bos_token_id, *left, *own, *rest]
    with torch.no_grad():
        logs = network(torch.tensor([ids])).logits[0].log_softmax(-1)
    values = [float(logs[n, ids[n + 1]]) for n in range(len(left), len(ids) - 1)]
    return sum(values[: len(own)]), sum(values[len(own) :])


def some_branches() -> list[Branch]:
    first, second = (TEXT.index(" ", at) for at in (20, 60))
    third = TEXT.index(" ", second + 1)
    fourth = TEXT.index(" ", third + 1)
    return [
        Branch(first, " navy workouts", " in the"),
        Branch(first, " navy", " exercises in"),
        Branch(second, " facet", ""),
        Branch(second, TEXT[second:third], TEXT[third:fourth]),  # what stands there anyway
    ]


def test_branches_score_as_plain_texts_do(original: tuple[Any, Any], model: LanguageModel) -> None:
    found = Tree(model, TEXT).score(some_branches())
    expected = [by_torch(original, TEXT[: b.at], b.wording, b.after) for b in some_branches()]
    # Weights of four bits, activations of eight.
    np.testing.assert_allclose(found, expected, rtol=0.1, atol=1.0)
    assert np.corrcoef(found.ravel(), np.array(expected).ravel())[0, 1] > 0.99


def test_the_order_of_questions_changes_no_answer(model: LanguageModel) -> None:
    branches = some_branches()
    together = Tree(model, TEXT).score(branches)
    tree = Tree(model, TEXT)
    for n in (2, 0, 3, 1, 0):
        np.testing.assert_allclose(tree.score([branches[n]])[0], together[n], rtol=1e-3, atol=0.05)
    assert tree.score([]).shape == (0, 2)


def test_what_is_read_once_is_not_read_again(model: LanguageModel) -> None:
    tree = Tree(model, TEXT)
    tree.score(some_branches())
    read = len(tree._states)
    tree.score(some_branches())
    assert len(tree._states) == read


@given(rows=st.integers(1, 4), seed=st.integers(0, 99), scale=st.floats(1e-3, 10))
def test_blocks_hold_what_they_were_made_from(rows: int, seed: int, scale: float) -> None:
    matrix = (np.random.default_rng(seed).standard_normal((rows, 3 * BLOCK)) * scale).astype(np.float32)
    blocks = matrix.reshape(rows, 3, BLOCK)
    packed, steps, least = four_bits(matrix)
    whole = np.stack([packed & 15, packed >> 4], -1).reshape(rows, 3, BLOCK)
    found = whole * steps[..., None].astype(np.float64) + least[..., None].astype(np.float64)
    assert (np.abs(found - blocks) <= 0.52 * steps[..., None].astype(np.float64) + 1e-2 * scale).all()
    values, steps = eight_bits(matrix)
    found = (values.astype(np.float64) - 128) * steps[..., None]
    assert (np.abs(found - blocks) <= 0.6 * steps[..., None].astype(np.float64)).all()


def option(start: int, end: int, *wordings: tuple[str, float]) -> Option:
    return Option(Span(start, end, 0.9), tuple(w for w, _ in wordings), tuple(c for _, c in wordings))


chances = st.lists(st.floats(0.001, 1), min_size=1, max_size=6).map(lambda c: sorted((x / 7 for x in c), reverse=True))


@given(chances=chances, number=st.integers(1, 4), seed=st.integers(0, 99))
@settings(max_examples=200)
def test_new_chances_are_chances_in_order(chances: list[float], number: int, seed: int) -> None:
    prior = option(0, 5, *((f"w{n}", c) for n, c in enumerate(chances)))
    best = prior.best(number)
    gains = np.random.default_rng(seed).uniform(-MOST, MOST, (len(best.wordings), 2))
    found = weighed(prior, evidence(prior, best, gains), (0.6, 0.3, 0.4, -1.0))
    assert sorted(found.wordings) == sorted(prior.wordings)
    assert list(found.chances) == sorted(found.chances, reverse=True)
    assert min(found.chances) >= 0 and sum(found.chances) <= 1 + 1e-9


def test_without_news_the_chances_stay() -> None:
    prior = option(0, 5, ("a", 0.5), ("b", 0.2), ("c", 0.1))
    found = weighed(prior, evidence(prior, prior.best(2), np.zeros((2, 2))), (1.0, 1.0, 1.0, 0.0))
    # "c" was not scored, and shares the fate of "none": 0.3 of 1 for both, before and after.
    assert found.chances == pytest.approx((0.5 / 0.9, 0.2 / 0.9, 0.1 * (1 - 0.7 / 0.9) / 0.3), abs=0.01)


def test_only_what_is_in_doubt_is_asked_about(model: LanguageModel) -> None:
    text = "Neither facet left. " * 3
    sure, hopeless = BEFORE.high + 0.01, BEFORE.low - 0.01
    options = [option(8 + 20 * n, 13 + 20 * n, ("side", c)) for n, c in enumerate((sure, 0.5, hopeless))]
    found = Rescorer(model, Calibration()).rescored(text, split_sentences(text), options)
    assert [a == b for a, b in zip(options, found, strict=True)] == [True, False, True]
    assert AROUND.about(options[1])


def test_a_part_reads_what_is_likely_by_now(model: LanguageModel) -> None:
    text = "Neither facet is anticipated to return to an settlement."
    options = [
        option(8, 13, ("side", 0.9)),
        option(17, 28, ("expected", 0.6)),
        option(45, 55, ("agreement", 0.3), ("deal", 0.2)),
        option(32, 55, ("come to an agreement", 0.5)),  # overlaps the one before
    ]
    ((part, inside),) = parts(model, text, split_sentences(text), options)
    assert part._trunk == "Neither side is expected to come to an agreement."
    assert inside == [0, 1, 3, 2]
    spun, first, second = part._branches(options[2], 1)
    assert (spun.wording, first.wording, second.wording) == (
        "return to an settlement",
        "return to an agreement",
        "return to a deal",
    )
    assert part._trunk[: spun.at] == "Neither side is expected to " and spun.after == "."


def test_long_articles_are_read_in_parts(model: LanguageModel) -> None:
    text = "Neither facet is anticipated to return to an settlement. " * 60
    starts = range(0, len(text), 57)
    options = [option(s + 8, s + 13, ("side", 0.5)) for s in starts]
    found = [(part._trunk, inside) for part, inside in parts(model, text, split_sentences(text), options)]
    assert len(found) > 2 and max(len(trunk) for trunk, _ in found) < 1600
    assert [n for _, inside in found for n in inside] == list(range(60))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_models(tmp_path_factory.mktemp("models"))


def test_a_fast_repairer_does_without(folder: Path, tmp_path: Path) -> None:
    thorough, fast = Repairer.from_pretrained(folder), Repairer.from_pretrained(folder, fast=True)
    assert thorough.language_model and fast.language_model is None
    assert fast.calibration.apply == thorough.calibration.alone
    fast.save_pretrained(tmp_path / "fast")
    assert not (tmp_path / "fast" / "language_model").exists()
    assert Repairer.from_pretrained(tmp_path / "fast").repair(TEXT) == fast.repair(TEXT)
    thorough.save_pretrained(tmp_path / "thorough")
    assert Repairer.from_pretrained(tmp_path / "thorough").repair(TEXT) == thorough.repair(TEXT)


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json"])
def test_a_broken_model_is_one_line(folder: Path, tmp_path: Path, name: str) -> None:
    Repairer.from_pretrained(folder).save_pretrained(tmp_path / "models")
    (tmp_path / "models" / "language_model" / name).write_text("{")
    with pytest.raises(ModelError, match=r"language model|tokenizer"):
        Repairer.from_pretrained(tmp_path / "models")


def test_the_fit_finds_what_tells_right_from_wrong() -> None:
    rng = np.random.default_rng(0)
    spans = []
    for _ in range(400):
        prior = option(0, 5, ("a", 0.4), ("b", 0.3))
        right = rng.integers(0, 3)  # the third: none of them
        own = np.array([3.0 if n == right else -3.0 for n in range(2)]) + rng.standard_normal(2)
        spans.append(Doubted(prior, prior, np.column_stack([own, rng.standard_normal(2)]), np.arange(2) == right))
    before, around = fit_rescoring(spans)
    assert before[1] > 0.5 and before[2] == 0 and abs(around[2]) < 0.5 * around[1]
    decided = [s.decided(before, around) for s in spans]
    hits = [o.replacement == "ab"[int(s.right.argmax())] for s, o in zip(spans, decided, strict=True) if s.right.any()]
    assert np.mean(hits) > 0.95
    none = [o.score for s, o in zip(spans, decided, strict=True) if not s.right.any()]
    assert np.mean(none) < 0.3


def test_what_training_decides_is_what_a_run_decides(model: LanguageModel) -> None:
    text = "Neither facet is anticipated to return to an settlement. " * 3
    options = [
        option(8, 13, ("side", 0.5), ("party", 0.3)),
        option(65, 70, ("face", 0.4)),
        option(122, 127, ("side", 0.3)),
    ]
    c = Calibration()
    spans = dict(doubted(model, text, options, lambda o: o.replacement == "side"))
    assert sorted(spans) == [0, 1, 2]
    assert [list(spans[n].right) for n in range(3)] == [[True, False], [False], [True]]
    run = Rescorer(model, c).rescored(text, split_sentences(text), options)
    for n, found in enumerate(run):
        decided = spans[n].decided(c.before, c.around)
        assert decided.wordings == found.wordings
        np.testing.assert_allclose(decided.chances, found.chances, atol=0.02)
