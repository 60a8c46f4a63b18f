"""Two spellings of a word are one word, and an article keeps to its own."""

import pytest

from textrepair.spelling import american, fitting, is_british


@pytest.mark.parametrize(
    ("british", "american_"),
    [
        ("colour", "color"),
        ("nine per cent of", "nine percent of"),
        ("data centre", "data center"),
        ("Defence budgets", "defense budgets"),
        ("travelled", "traveled"),
        ("organisations", "organizations"),
        ("analysed", "analyzed"),
        ("paediatric", "pediatric"),
        ("afterwards", "afterward"),
        ("programmes", "programs"),
        ("catalogue", "catalog"),
        ("enrol", "enroll"),
    ],
)
def test_spellings_of_a_word_share_a_key(british: str, american_: str) -> None:
    assert american(british) == american(american_)
    assert fitting([american_, british], british=True) == british
    assert fitting([british, american_], british=False) == american_


@pytest.mark.parametrize(
    ("one", "other"),
    [("filling", "filing"), ("award", "awards"), ("hour", "hors"), ("programmer", "program"), ("sense", "since")],
)
def test_other_words_do_not(one: str, other: str) -> None:
    assert american(one) != american(other)


def test_without_a_sign_the_first_spelling_stands() -> None:
    assert fitting(["centre", "center"], None) == "centre"
    assert fitting(["center", "centre"], None) == "center"


@pytest.mark.parametrize(
    ("text", "british"),
    [
        ("Sales rose 3 per cent at the centre.", True),
        ("Sales rose 3 percent at the center.", False),
        ("They organised a programme.", True),
        ("She said nothing of the kind.", None),
        ("They organised a program.", None),
    ],
)
def test_an_article_tells_its_spelling(text: str, british: bool | None) -> None:
    assert is_british(text) is british
