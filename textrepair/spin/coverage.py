"""How many known substitutions the lexicon can produce.

    python -m textrepair.spin.coverage PAIRS.tsv [--missing]

PAIRS.tsv holds `spun<TAB>original` lines; a header and more columns are allowed.  The last line printed is
`coverage: 0.NNN of N pairs`, case-insensitively, over all dialects.
"""

from __future__ import annotations

from pathlib import Path

import click

from textrepair.spin import habits
from textrepair.spin.dialect import Dialects, load_dialects
from textrepair.spin.lexicon import Lexicon, load

_Memo = dict[tuple[tuple[str, ...], tuple[str, ...]], bool]


class Coverage:
    """What all dialects together can print for an original."""

    def __init__(self, lexicons: list[Lexicon]) -> None:
        self._forms: dict[str, set[str]] = {}
        for lexicon in lexicons:
            for head, form, _ in lexicon.pairs():
                self._forms.setdefault(head.lower(), set()).add(form.lower())

    def covers(self, spun: str, original: str) -> bool:
        """Whether `original` can come out as `spun`: from the dictionary, by a habit, or composed of several
        substitutions side by side.
        """
        spun, original = (" ".join(s.lower().replace("’", "'").split()) for s in (spun, original))  # noqa: RUF001
        return self._composed(tuple(spun.split(" ")), tuple(original.split(" ")), {})

    def _forms_of(self, head: str) -> set[str]:
        forms = self._forms.get(head, set()) | habits.possible(head)
        for ending in ("'s", "'"):
            if head.endswith(ending) and len(head) > len(ending):
                forms = forms | {form + ending for form in self._forms.get(head.removesuffix(ending), ())}
        return forms

    def _composed(self, spun: tuple[str, ...], original: tuple[str, ...], memo: _Memo) -> bool:
        """Whether some head at the start of `original` gives the start of `spun`, and the rest the rest."""
        key = spun, original
        if key not in memo:
            memo[key] = False
            memo[key] = self._step(spun, original, memo)
        return memo[key]

    def _step(self, spun: tuple[str, ...], original: tuple[str, ...], memo: _Memo) -> bool:
        if not original or not spun:
            return not original and not spun
        if spun[0] == original[0] and self._composed(spun[1:], original[1:], memo):
            return True
        for size in range(1, min(6, len(original)) + 1):
            forms = self._forms_of(" ".join(original[:size]))
            for length in range(1, len(spun) + 1):
                if " ".join(spun[:length]) in forms and self._composed(spun[length:], original[size:], memo):
                    return True
        return False


def coverage_of(dialects: Dialects) -> Coverage:
    """The coverage of all dialects together."""
    return Coverage([load(files) for files in sorted({d.lexicon for d in dialects.dialects.values()})])


def shipped_coverage() -> Coverage:
    """The coverage of all dialects of `data/lexicon`."""
    return coverage_of(load_dialects())


def read_pairs(path: Path) -> list[tuple[str, str]]:
    """(spun, original) of each line; a first line `spun<TAB>original` is a header."""
    rows = [line.split("\t")[:2] for line in path.read_text(encoding="utf-8").splitlines() if "\t" in line]
    return [(spun, original) for spun, original in rows if (spun, original) != ("spun", "original")]


@click.command(help=__doc__)
@click.argument("pairs", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--missing", is_flag=True, help="Print the pairs that the lexicon cannot produce.")
def main(pairs: Path, missing: bool) -> None:
    """Run the command."""
    coverage = shipped_coverage()
    wanted = read_pairs(pairs)
    absent = [(spun, original) for spun, original in wanted if not coverage.covers(spun, original)]
    if missing:
        for spun, original in absent:
            click.echo(f"{spun}\t{original}")
    click.echo(f"coverage: {1 - len(absent) / max(1, len(wanted)):.3f} of {len(wanted)} pairs")


if __name__ == "__main__":
    main()
