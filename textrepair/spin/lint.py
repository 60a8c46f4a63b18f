"""Checks the lexicon files, and with `--write` sorts them and cleans what can be cleaned.

python -m textrepair.spin.lint [--write]
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click

from textrepair.resources import lexicon_dir
from textrepair.spin.lexicon import Row, read_rows

# Heads are words: nothing that spins a number or a URL.  Forms may have figures ("12 months" for "year").
_HEAD = re.compile(r"[^\W\d_](?:[^\W\d_]|[ '.-])*$")
_FORM = re.compile(r"(?:[^\W_](?:[^\W_]|[ '.%-])*|%)$")


def sort_key(row: Row) -> tuple[str, str, str]:
    """Order of the rows in a file: head in lower case, head, part of speech."""
    return row.head.lower(), row.head, row.pos


def problems(path: Path) -> Iterator[str]:
    """What is wrong with a lexicon file, one line each; nothing if all is well."""
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or not any(line.startswith("# Provenance: ") for line in lines[:6]):
        yield f"{path.name}: no '# Provenance:' line in the header"
    previous: Row | None = None
    for row in read_rows(path):
        where = f"{path.name}: {row.head!r} ({row.pos})"
        if previous and sort_key(row) == sort_key(previous):
            yield f"{where}: twice"
        elif previous and sort_key(row) < sort_key(previous):
            yield f"{where}: out of order"
        previous = row
        if not _HEAD.match(row.head):
            yield f"{where}: a head is words, without figures or signs"
        if len(set(row.forms)) < len(row.forms):
            yield f"{where}: a form stands twice"
        for form in row.forms:
            if not _FORM.match(form) or form != " ".join(form.split()):
                yield f"{where}: {form!r} has characters or spaces that no form has"
            if form.lower() == row.head.lower():
                yield f"{where}: a form is the head itself"


def tidy(path: Path) -> None:
    """Sort a file and merge rows of the same head and part of speech, keeping the order of their forms."""
    header = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    merged: dict[tuple[str, str], dict[str, None]] = {}
    for row in read_rows(path):
        merged.setdefault((row.head, row.pos), {}).update(dict.fromkeys(row.forms))
    rows = sorted((Row(head, pos, tuple(forms)) for (head, pos), forms in merged.items()), key=sort_key)
    path.write_text("\n".join([*header, *map(str, rows)]) + "\n", encoding="utf-8")


@click.command(help=__doc__)
@click.option("--write", is_flag=True, help="Sort the files and merge rows that stand twice.")
@click.pass_context
def main(ctx: click.Context, write: bool) -> None:
    """Run the command."""
    found = []
    for path in sorted(lexicon_dir().glob("*.tsv")):
        if write:
            tidy(path)
        found += list(problems(path))
    for problem in found:
        click.echo(problem)
    ctx.exit(1 if found else 0)


if __name__ == "__main__":
    main()
