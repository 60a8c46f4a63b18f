"""The lexicon is reviewed like code, and linted like it."""

from pathlib import Path

import pytest

from textrepair.resources import lexicon_dir
from textrepair.spin.dialect import load_dialects
from textrepair.spin.lexicon import load, read_rows
from textrepair.spin.lint import problems, tidy

FILES = sorted(lexicon_dir().glob("*.tsv"))
BY_HAND = [path for path in FILES if path.stem != "thesaurus"]


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_files_are_clean(path: Path) -> None:
    assert list(problems(path)) == []


def test_every_file_is_used_by_a_dialect() -> None:
    used = {name for d in load_dialects().dialects.values() for name in d.lexicon}
    assert used == {path.stem for path in FILES}


def test_the_lexicon_is_wide() -> None:
    by_hand = {(row.head, form) for path in BY_HAND for row in read_rows(path) for form in row.forms}
    assert len(by_hand) >= 35_000
    assert sum(1 for _ in load([path.stem for path in FILES]).pairs()) >= 100_000


def test_the_lint_finds_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "bad.tsv"
    path.write_text("zeal\tn\tardour | ardour\n3 days\t=\tthree days\nbig\ta\tBig | la_rge\n", encoding="utf-8")
    found = "\n".join(problems(path))
    for complaint in ("Provenance", "twice", "out of order", "without figures", "the head itself", "no form has"):
        assert complaint in found


def test_tidy_sorts_and_merges(tmp_path: Path) -> None:
    path = tmp_path / "t.tsv"
    path.write_text("# Provenance: here\nb\tn\tx\na\tn\ty\nb\tn\tz | x\n", encoding="utf-8")
    tidy(path)
    assert path.read_text(encoding="utf-8") == "# Provenance: here\na\tn\ty\nb\tn\tx | z\n"
    assert list(problems(path)) == []
