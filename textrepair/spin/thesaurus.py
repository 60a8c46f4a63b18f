"""Builds `data/lexicon/thesaurus.tsv`, the dictionary of the thesaurus dialects (G, H, I), wrong senses included.

    python -m textrepair.spin.thesaurus /usr/share/mythes/th_en_US_v2.dat

The source is the MyThes thesaurus of LibreOffice, made from WordNet (Debian package `mythes-en-us`); heads are those of
`words.tsv`, so that rare words nobody prints stay out.  Needed only when the lexicon is rebuilt.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import click

from textrepair.resources import lexicon_dir
from textrepair.spin.lexicon import Row, read_rows

FORMS = 8
"""Forms kept for a head; real raw-thesaurus spinners rarely print a later one."""

_POS = {"(noun)": "n", "(verb)": "v", "(adj)": "a", "(adv)": "r"}
_NOTE = re.compile(r" \((.*?)\)$")
_PLAIN = re.compile(r"[a-z][a-z '-]*[a-z]$")
HEADER = """\
# What a raw thesaurus gives for frequent English words, all senses, generic terms last.
# Provenance: the MyThes thesaurus of LibreOffice, derived from WordNet 2.1 (Copyright 2005 Princeton University, free
# for any purpose under the WordNet licence); made by textrepair.spin.thesaurus, not by hand.
"""


def read_mythes(path: Path) -> Iterator[tuple[str, str, list[str]]]:
    """(head, pos, forms) of every sense of a MyThes `.dat` file; generic terms come after synonyms."""
    lines = iter(path.read_text(encoding="utf-8").splitlines()[1:])
    for line in lines:
        head, _, count = line.rpartition("|")
        for _ in range(int(count)):
            pos, *forms = next(lines).split("|")
            if pos in _POS:
                close = [f for f in forms if not _NOTE.search(f)]
                generic = [_NOTE.sub("", f) for f in forms if f.endswith("(generic term)")]
                yield head, _POS[pos], [*close, *generic[:2]]


def rows_for(wanted: set[tuple[str, str]], path: Path) -> Iterator[Row]:
    """A row for every wanted (head, pos) that the thesaurus knows; the senses take turns, likeliest first."""
    senses: dict[tuple[str, str], list[list[str]]] = defaultdict(list)
    for head, pos, forms in read_mythes(path):
        if (head, pos) in wanted:
            senses[head, pos].append([f for f in forms if _PLAIN.match(f) and f != head])
    for (head, pos), lists in sorted(senses.items()):
        turns = [forms[n] for n in range(FORMS) for forms in lists if n < len(forms)]
        forms = list(dict.fromkeys(turns))[:FORMS]
        if forms:
            yield Row(head, pos, tuple(forms))


@click.command(help=__doc__)
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def main(source: Path) -> None:
    """Run the command."""
    wanted = {(row.head, row.pos) for row in read_rows(lexicon_dir() / "words.tsv") if row.pos in "nvar"}
    rows = sorted(rows_for(wanted, source), key=lambda row: (row.head.lower(), row.head, row.pos))
    target = lexicon_dir() / "thesaurus.tsv"
    target.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    click.echo(f"{target}: {len(rows)} rows, {sum(len(row.forms) for row in rows)} forms")


if __name__ == "__main__":
    main()
