"""The spinner: exact alignment, determinism, and the measured rates of its dialects."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textrepair.spin.dialect import load_dialects
from textrepair.spin.engine import Persona, kind, spin
from textrepair.spin.lexicon import Row, compile_rows, expand, load

LEXICON = compile_rows(
    [
        Row("say", "v", ("mention", "state")),
        Row("price", "n", ("value", "worth")),
        Row("country", "n", ("international location", "nation")),
        Row("prime minister", "n", ("high minister",)),
        Row("Price", "=", ("Value",)),
        Row("in the wake of", "=", ("within the aftermath of",)),
        Row("hard", "a", ("arduous", "tough")),
    ]
)
EAGER = (
    load_dialects()
    .dialects["A"]
    .__class__(name="test", lexicon=(), content=1.0, function=1.0, phrase=1.0, names=1.0, steadiness=1.0)
)


def eager(seed: int = 1) -> Persona:
    return Persona(LEXICON, EAGER, seed, rate=9.0)


def forms(head: str) -> list[str]:
    return [form.text for form in LEXICON.forms[head]]


def test_inflection_follows_the_head() -> None:
    assert forms("said") == ["mentioned", "stated"]
    assert forms("saying") == ["mentioning", "stating"]
    assert forms("countries") == ["international locations", "nations"]
    assert forms("prime ministers") == ["high ministers"]
    assert forms("harder") == ["more arduous", "tougher"]


def test_a_form_without_the_inflection_is_left_out() -> None:
    assert dict(expand(Row("visit", "n", ("go to", "trip"))))["visits"] == [None, "trips"]


def test_names_match_in_their_own_case_only() -> None:
    assert set(LEXICON.cased) == {"Price"}
    texts = [spin("Mr Price said the price rose.", eager(seed), random.Random(1)).text for seed in range(8)]
    assert any("Mr Value" in text for text in texts)
    assert not any("the Value" in text for text in texts)


def test_phrases_go_before_their_words_and_never_across_punctuation() -> None:
    assert spin("The prime minister said so.", eager(), random.Random(0)).text.startswith("The high minister ")
    assert "high minister" not in spin("A prime, minister here.", eager(), random.Random(0)).text


def test_capitals_possessives_and_compounds_follow_the_surface() -> None:
    text = spin("Countries' votes. The COUNTRY waits. Price-Hard deals.", eager(), random.Random(5)).text
    assert text.split()[0] in ("International", "Nations'")
    assert "COUNTRY" not in text
    assert text.upper().count("INTERNATIONAL LOCATION") + text.upper().count("NATION") >= 2


@pytest.mark.parametrize("text", ["see https://example.org/country", "mail price@country.example", "`country` code"])
def test_addresses_and_code_are_left_alone(text: str) -> None:
    assert spin(text, eager(), random.Random(0)).text == text


WORDS = st.sampled_from(
    [
        "said",
        "says",
        "the",
        "price",
        "Price",
        "PRICE",
        "countries",
        "in the wake of",
        "hard",
        "€5m",
        "😀",
        "\u202e",
        "-",
    ]
)


@given(st.lists(st.tuples(WORDS, st.sampled_from([" ", ", ", ". ", "\n", "  "])), max_size=30), st.integers(0, 99))
@settings(max_examples=150)
def test_undoing_the_substitutions_gives_the_clean_text(parts: list[tuple[str, str]], seed: int) -> None:
    text = "".join(word + space for word, space in parts)
    spun = spin(text, eager(seed), random.Random(seed))
    assert spun.restore() == text
    for s in spun.substitutions:
        assert spun.text[s.start : s.end] != s.original


def test_the_same_seed_gives_the_same_text() -> None:
    text = "The prime minister said the price of the country was hard. " * 5
    assert spin(text, eager(4), random.Random(7)) == spin(text, eager(4), random.Random(7))


# Prose of this project's own, for the rates: substitutions per 100 words as in the comment of each dialect.
RATES = {"A": 23, "B": 18, "C": 20, "D": 26, "E": 8, "F": 15, "G": 16, "H": 15, "I": 16}


@pytest.fixture(scope="module")
def prose() -> list[str]:
    from textrepair.evaluate.articles import clean, hand_spun
    from textrepair.sentences import split_sentences

    texts = [a.original for a in (*hand_spun(), *clean())]
    return [text[s:e] for text in texts for s, e in split_sentences(text)]


@pytest.mark.parametrize("name", sorted(RATES))
def test_dialects_keep_their_rates(name: str, prose: list[str]) -> None:
    dialect = load_dialects().dialects[name]
    lexicon = load(dialect.lexicon)
    words = substitutions = phrases = 0
    for n in range(2000):
        if n % 25 == 0:
            persona = Persona(lexicon, dialect, seed=n)
        sentence = prose[n % len(prose)]
        spun = spin(sentence, persona, random.Random(n))
        words += len(sentence.split())
        substitutions += len(spun.substitutions)
        phrases += sum(kind(s.original, spun.text[s.start : s.end]) != "1-1" for s in spun.substitutions)
    assert 100 * substitutions / words == pytest.approx(RATES[name], rel=0.25)
    share = phrases / substitutions
    assert (share < 0.06) if name == "D" else (share > 0.4) if name == "E" else 0.05 < share < 0.5
