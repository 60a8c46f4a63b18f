"""What the lexicon can produce, and the command that says so."""

from pathlib import Path

from click.testing import CliRunner

from textrepair.spin.coverage import Coverage, main
from textrepair.spin.lexicon import Row, compile_rows

COVERAGE = Coverage(
    [compile_rows([Row("foreign", "a", ("overseas",)), Row("visit", "n", ("go to",)), Row("price", "n", ("value",))])]
)


def test_single_words_phrases_and_what_is_composed_of_them() -> None:
    assert COVERAGE.covers("Overseas", "Foreign")
    assert COVERAGE.covers("overseas go to", "foreign visit")
    assert COVERAGE.covers("value\u2019s", "price's")
    assert COVERAGE.covers("3", "three")
    assert COVERAGE.covers("the value", "the price")
    assert not COVERAGE.covers("value", "foreign")
    assert not COVERAGE.covers("overseas", "foreign visit")


def test_the_command_prints_the_share_last_and_the_missing_pairs(tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text("spun\toriginal\tcount\nmentioned\tsaid\t9\nzzyzx\tsaid\t1\n", encoding="utf-8")
    result = CliRunner().invoke(main, [str(pairs), "--missing"])
    assert result.output == "zzyzx\tsaid\ncoverage: 0.500 of 2 pairs\n"
