from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from textrepair.demo.articles import pasted
from textrepair.demo.session import Session, decide, wordings
from textrepair.evidence import Calibration
from textrepair.results import Edit, Repair, Sentence, apply_edits

CALIBRATION = Calibration(apply=0.537, spun=0.5)
TEXT = "They reached an settlement. The tempest was a anticipated one, and the vessel sank."


def repaired(*changes: tuple[str, str, float, tuple[str, ...]], score: float = 0.97) -> Repair:
    """A repair of `TEXT` with an edit of each original, applied where it is sure enough and the article spun."""
    edits = tuple(
        Edit(
            TEXT.index(old),
            TEXT.index(old) + len(old),
            old,
            new,
            sure,
            sure >= CALIBRATION.apply and score >= 0.5,
            others,
        )
        for old, new, sure, others in changes
    )
    return Repair(TEXT, apply_edits(TEXT, edits), edits, (Sentence(0, len(TEXT), 0.9, True),), score)


REPAIR = repaired(
    ("settlement", "agreement", 0.9, ("deal", "accord")),
    ("tempest", "storm", 0.6, ()),
    ("a anticipated", "an expected", 0.8, ("a foreseen",)),
    ("vessel", "ship", 0.2, ("boat",)),
)


def begun(repair: Repair) -> Session:
    return Session(pasted(repair.text), repair, CALIBRATION)


def test_nothing_changes_before_the_visitor_does_something() -> None:
    assert begun(REPAIR).decided == REPAIR
    assert begun(REPAIR).at(54).decided == REPAIR, "54 % is where the slider stands at 0.537"


def test_the_threshold_applies_and_takes_back() -> None:
    assert [e.applied for e in begun(REPAIR).at(70).decided.edits] == [True, False, True, False]
    assert [e.applied for e in begun(REPAIR).at(10).decided.edits] == [True, True, True, True]
    assert begun(REPAIR).at(100).decided.restored == TEXT
    assert begun(REPAIR).at(10).decided.restored.endswith("and the ship sank.")


def test_an_edit_is_rejected_and_taken_up_again() -> None:
    rejected = begun(REPAIR).choose(1, 0)
    assert "The tempest was an expected one" in rejected.decided.restored
    assert "The storm was an expected one" in rejected.choose(1, 1).decided.restored


def test_a_choice_goes_before_the_threshold() -> None:
    session = begun(REPAIR).choose(3, 2).choose(0, 0).at(99)
    assert session.decided.restored == TEXT.replace("vessel", "boat")


def test_an_alternative_agrees_with_the_article_before_it() -> None:
    assert begun(REPAIR).choose(0, 2).decided.restored.startswith("They reached a deal.")
    assert begun(REPAIR).choose(0, 3).decided.restored.startswith("They reached an accord.")
    assert "The storm was a foreseen one" in begun(REPAIR).choose(2, 2).decided.restored
    assert begun(REPAIR).choose(0, 0).decided.restored.startswith("They reached an settlement."), "as it stood"


def test_an_article_in_the_edit_before_is_left_to_that_edit() -> None:
    text = "It was an settlement."
    edits = (
        Edit(3, 9, "was an", "became an", 0.9, True),
        Edit(10, 20, "settlement", "agreement", 0.9, True, ("deal",)),
    )
    repair = Repair(text, apply_edits(text, edits), edits, (), 0.9)
    assert decide(repair, CALIBRATION, 0.5, {1: 2}).restored == "It became an deal."


def test_a_clean_article_stays_as_it_is_unless_the_visitor_chooses() -> None:
    session = begun(repaired(("tempest", "storm", 0.9, ()), ("vessel", "ship", 0.2, ()), score=0.1))
    assert session.at(0).decided.restored == TEXT
    assert session.choose(0, 1).decided.restored == TEXT.replace("tempest", "storm")


def test_what_was_held_back_does_not_follow_the_threshold() -> None:
    edits = (*REPAIR.edits[:1], replace(REPAIR.edits[1], applied=False))
    session = begun(Repair(TEXT, apply_edits(TEXT, edits), edits, (), 0.9))
    assert [e.applied for e in session.at(0).decided.edits] == [True, False]


def test_what_does_not_exist_cannot_be_chosen() -> None:
    session = begun(REPAIR)
    for number, choice in ((-1, 0), (4, 0), (1, 2), (0, -1)):
        assert session.choose(number, choice) is session
    assert session.at(-5).percent == 0
    assert session.at(500).percent == 100


@given(
    st.floats(0, 1),
    st.dictionaries(st.integers(0, len(REPAIR.edits) - 1), st.integers(0, 3), max_size=4),
)
def test_decisions_are_edits_of_the_same_text(threshold: float, wanted: dict[int, int]) -> None:
    choices = {n: choice for n, choice in wanted.items() if choice < len(wordings(REPAIR.edits[n]))}
    decided = decide(REPAIR, CALIBRATION, threshold, choices)
    assert decided.text == REPAIR.text
    assert decided.restored == apply_edits(decided.text, decided.edits)
    at = 0
    for number, edit in enumerate(decided.edits):
        assert at <= edit.start <= REPAIR.edits[number].start
        assert edit.original == decided.text[edit.start : edit.end]
        assert edit.end == REPAIR.edits[number].end
        at = edit.end
        if number in choices:
            assert edit.applied == (choices[number] > 0)
            if edit.applied:
                assert edit.replacement.endswith(wordings(REPAIR.edits[number])[choices[number]])
