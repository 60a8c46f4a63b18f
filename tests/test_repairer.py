"""The pipeline, with models that know ten words."""

from itertools import pairwise

import pytest
from conftest import KNOWN
from hypothesis import given, settings
from hypothesis import strategies as st

from textrepair.composition import compose
from textrepair.evidence import Calibration
from textrepair.repairer import REPORTED, Repairer, noticed
from textrepair.results import Edit, Sentence, apply_edits

SPUN = (
    "Neither facet is anticipated to give way to an settlement. The Overseas Minister mentioned navy workouts.\n\n"
    "Nothing is odd here."
)


def test_a_spun_article_comes_back(repairer: Repairer) -> None:
    repair = repairer.repair(SPUN)
    assert repair.restored == (
        "Neither side is expected to give way to an agreement. The Foreign Minister said military exercises.\n\n"
        "Nothing is odd here."
    )
    assert [s.flagged for s in repair.sentences] == [True, True, False]
    assert repair.score > 0.5
    assert [SPUN[e.start : e.end] for e in repair.edits] == [e.original for e in repair.edits]
    assert repair.edits[0].alternatives == ("thing",)


def test_a_and_an_follow_the_restored_word(repairer: Repairer) -> None:
    restored = repairer.repair("The officer mentioned a troublesome facet and instructed a settlement today.").restored
    assert restored == "The officer said a difficult side and told an agreement today."


def test_a_clean_article_is_left_alone(repairer: Repairer) -> None:
    text = "The council met on Tuesday and approved the plan for a new bridge over the river. " * 5
    repair = repairer.repair(text)
    assert not repair.changed
    assert repair.edits == ()
    assert repair.score < 0.5
    assert not repair.flagged


def test_one_suspicious_word_in_a_long_clean_article_is_left_alone(repairer: Repairer) -> None:
    clean = "The council met on Tuesday and approved the plan for a new bridge over the river. " * 40
    assert not repairer.repair(clean + "A facet of it was new.").changed


def test_edits_below_the_threshold_are_reported_and_not_applied(repairer: Repairer) -> None:
    repair = repairer.repair(SPUN, threshold=1.0)
    assert not repair.changed
    assert [e.replacement for e in repair.edits][:2] == ["side", "expected"]


def test_other_languages_are_left_alone(repairer: Repairer) -> None:
    repair = repairer.repair("Der Minister sagte am Montag, dass die Sitzung in Berlin stattfinden werde.")
    assert repair.notice == "not English (looks like 'de')"
    assert not repair.changed


@pytest.mark.parametrize(
    "text", ["", " ", "\n\n", "x" * 50_000, "facet " * 3000, "😀" * 50, "\u202efacet", "a\0b", "no stop"]
)
def test_no_input_is_too_odd(text: str, repairer: Repairer) -> None:
    repair = repairer.repair(text)
    assert apply_edits(text, repair.edits) == repair.restored


PIECE = st.sampled_from(
    [*KNOWN, "a", "an", "An", "Facet", "OVERSEAS", "the", "plan", "https://x.org/facet", "12 km", "naïve"]
)
SPACE = st.sampled_from([" ", " ", ". ", ", ", "\n\n", "\r\n", " — ", '" '])
TEXTS = st.lists(st.tuples(PIECE, SPACE), max_size=25).map(lambda parts: "".join(w + s for w, s in parts))


@given(TEXTS)
@settings(max_examples=200, deadline=None)
def test_everything_outside_applied_edits_stays_and_a_second_run_proposes_nothing(
    repairer: Repairer, text: str
) -> None:
    repair = repairer.repair(text)
    assert apply_edits(text, repair.edits) == repair.restored
    at = 0
    for edit in repair.edits:
        assert at <= edit.start < edit.end <= len(text)
        assert edit.original == text[edit.start : edit.end]
        assert not (edit.applied and edit.original == edit.replacement)
        at = edit.end
    assert "https://x.org/facet" not in text or "https://x.org/facet" in repair.restored
    assert repairer.repair(repair.restored).restored == repair.restored
    assert repairer.repair(text) == repair


@given(
    st.lists(TEXTS | st.just("Der Minister sagte am Montag, dass die Sitzung in Berlin stattfinden werde."), max_size=6)
)
def test_texts_scored_together_are_scored_as_one_by_one_and_as_repaired(repairer: Repairer, texts: list[str]) -> None:
    together = repairer.score(texts)
    assert together == [found for text in texts for found in repairer.score([text])]
    assert together == [(r.score, r.sentences) for r in map(repairer.repair, texts)]


def _edits(draw: st.DrawFn, text: str) -> list[Edit]:
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    found = []
    for start, end in zip(cuts[::2], cuts[1::2], strict=False):
        replacement = draw(st.text("xyz", min_size=1, max_size=4))
        found.append(Edit(start, end, text[start:end], replacement, 0.9, True))
    return found


@given(st.data())
@settings(max_examples=400)
def test_composed_edits_do_what_both_do_one_after_the_other(data: st.DataObject) -> None:
    text = data.draw(st.text("abc ", max_size=30))
    first = data.draw(st.composite(_edits)(text))
    between = apply_edits(text, tuple(first))
    second = data.draw(st.composite(_edits)(between))
    composed = compose(text, first, second)
    assert apply_edits(text, tuple(composed)) == apply_edits(between, tuple(second))
    for left, right in pairwise(composed):
        assert left.end <= right.start


def test_a_proposal_on_restored_text_is_told_in_terms_of_the_input() -> None:
    first = [Edit(0, 5, "facet", "side", 0.9, True)]
    second = [Edit(9, 13, "more", "less", 0.4, False), Edit(0, 4, "side", "edge", 0.4, False)][:1]
    composed = compose("facet and more", first, second)
    assert [(e.start, e.end, e.original, e.applied) for e in composed] == [
        (0, 5, "facet", True),
        (10, 14, "more", False),
    ]


def test_edits_speak_for_their_sentence() -> None:
    sentences = [Sentence(start, start + 9, 0.4, False) for start in (0, 10, 20)]
    edits = [Edit(2, 4, "xx", "y", 0.9, True), Edit(12, 14, "xx", "y", REPORTED - 0.01, False)]
    first, second, third = noticed(sentences, 0.9, edits, Calibration(noticed=(1.0, 1.0, 0.0, 0.3)))
    assert first.score > 0.5 > third.score
    assert first.flagged and not third.flagged
    assert second.score == third.score  # nobody hears of the edit to it
