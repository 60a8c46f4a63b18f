import pytest

from textrepair.demo.dialect import ENOUGH, guess_dialect
from textrepair.resources import lexicon_dir
from textrepair.results import Edit, Repair
from textrepair.spin.lexicon import read_rows


def spun(*pairs: tuple[str, str], applied: bool = True) -> Repair:
    """A repair that found these originals and spun forms."""
    edits = tuple(Edit(n, n + 1, form, head, 0.9, applied) for n, (head, form) in enumerate(pairs))
    return Repair("x" * len(pairs), "", edits, (), 1.0)


def habits(dialect: str, count: int) -> list[tuple[str, str]]:
    """Habits that a dialect has all by itself."""
    rows = list(read_rows(lexicon_dir() / f"dialect_{dialect}.tsv"))
    return [(row.head, row.forms[0]) for row in rows[:: len(rows) // count]][:count]


@pytest.mark.parametrize("dialect", ["d", "e"])
def test_a_dialect_is_known_by_its_habits(dialect: str) -> None:
    guess = guess_dialect(spun(*habits(dialect, 40)))
    assert guess is not None
    assert guess.name == dialect.upper()
    assert 0.8 <= guess.chance <= 1


def test_a_few_substitutions_prove_nothing() -> None:
    assert guess_dialect(spun(*habits("d", ENOUGH - 1))) is None


def test_what_all_dialects_share_proves_nothing() -> None:
    rows = [row for row in read_rows(lexicon_dir() / "words.tsv") if row.pos == "n"][::200]
    assert guess_dialect(spun(*((row.head, row.forms[0]) for row in rows))) is None


def test_only_applied_edits_count() -> None:
    assert guess_dialect(spun(*habits("d", 40), applied=False)) is None


def test_nothing_known_proves_nothing() -> None:
    assert guess_dialect(spun(*((f"head{n}", f"form{n}") for n in range(50)))) is None


def test_inflected_words_are_known_by_their_base() -> None:
    rows = [r for r in read_rows(lexicon_dir() / "dialect_d.tsv") if r.pos == "n" and r.head[-1] in "drtnl"]
    rows = [r for r in rows if " " not in r.head and r.forms[0][-1] in "drtnl"][:40]
    assert len(rows) >= ENOUGH
    guess = guess_dialect(spun(*((f"{r.head}s".capitalize(), f"{r.forms[0]}s") for r in rows)))
    assert guess is not None
    assert guess.name == "D"
