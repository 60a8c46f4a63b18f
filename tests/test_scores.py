"""Edit-level scores, case by case."""

import pytest

from textrepair.evaluate.articles import parse_inline
from textrepair.evaluate.benchmark import calibration_error, kind_of
from textrepair.evaluate.scores import count, figures
from textrepair.results import Edit

ARTICLE = parse_inline(
    "a", "A", "Neither [[facet|side|party]] came to an [[settlement|agreement]], [[~though|although]] all were calm."
)


def edit(spun: str, replacement: str, applied: bool = True, text: str = ARTICLE.text) -> Edit:
    start = text.index(spun)
    return Edit(start, start + len(spun), spun, replacement, 0.9, applied)


def test_inline_notation() -> None:
    assert ARTICLE.text == "Neither facet came to an settlement, though all were calm."
    assert ARTICLE.original == "Neither side came to an agreement, although all were calm."
    assert [g.harmless for g in ARTICLE.gold] == [False, False, True]


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ([], {"gold": 2}),
        ([edit("facet", "side")], {"gold": 2, "detected": 1, "recovered": 1, "proposed": 1, "right": 1}),
        ([edit("facet", "Party")], {"gold": 2, "detected": 1, "recovered": 1, "proposed": 1, "right": 1}),
        ([edit("facet", "aspect")], {"gold": 2, "detected": 1, "proposed": 1}),
        ([edit("facet", "side", applied=False)], {"gold": 2}),
        ([edit("calm", "quiet")], {"gold": 2, "proposed": 1, "stray": 1}),
        # a harmless word may be left, restored, but a wrong change of it is not counted either
        ([edit("though", "although")], {"gold": 2, "proposed": 1, "right": 1}),
        ([edit("though", "while")], {"gold": 2}),
        # an edit that takes the article along yields the same text
        (
            [edit("an settlement", "an agreement")],
            {"gold": 2, "detected": 1, "recovered": 1, "proposed": 1, "right": 1},
        ),
        # two edits inside one substitution stand or fall together
        (
            [edit("facet came", "side came"), edit("settlement", "deal")],
            {"gold": 2, "detected": 2, "recovered": 1, "proposed": 2, "right": 1},
        ),
    ],
)
def test_counts(edits: list[Edit], expected: dict[str, int]) -> None:
    counts = count(ARTICLE.text, ARTICLE.gold, edits)
    assert {k: v for k, v in counts.items() if v and k != "words"} == expected


def test_figures() -> None:
    found = figures(count(ARTICLE.text, ARTICLE.gold, [edit("facet", "side"), edit("calm", "quiet")]))
    assert found["precision"] == 0.5
    assert found["recall"] == 0.5
    assert found["f0.5"] == pytest.approx(0.5)
    assert found["stray_per_1000_words"] == pytest.approx(100)


def test_kinds() -> None:
    article = parse_inline(
        "a", "A", "The [[Overseas|Foreign]] Minister [[mentioned|said]] [[in the course of|during]] it."
    )
    assert [kind_of(article, g) for g in article.gold] == ["name", "word", "phrase"]


def test_unbalanced_brackets_are_an_error() -> None:
    with pytest.raises(ValueError, match="unbalanced"):
        parse_inline("a", "A", "Neither [[facet|side is here.")


def test_calibration_error_of_a_perfect_and_a_cocksure_score() -> None:
    assert calibration_error([(0.5, True), (0.5, False)]) == 0
    assert calibration_error([(1.0, False), (1.0, False)]) == 1
