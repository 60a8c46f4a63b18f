"""A report over many articles: an index that ranks them by score, and a page for each."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from textrepair import files
from textrepair.editorial.engine import Failed, Outcome
from textrepair.errors import InputError
from textrepair.render.html import document, page
from textrepair.render.visible import for_page
from textrepair.render.wording import SPUN, counted, edit_counts, verdict

PAGES = "articles"
"""The folder of the pages, in that of the index."""


class Entry(NamedTuple):
    """A line of the index.

    Attributes:
        score: of the article (0..1).
        name: the article's path.
        page: its page, relative to the index.
        look: the score in words; empty if the article was skipped.
        edits: the number of edits in words, or why there are none.
    """

    score: float
    name: str
    page: str
    look: str
    edits: str


def write_report(outcomes: Iterable[Outcome], folder: Path, title: str) -> int:
    """Write `index.html` and the pages; files of an earlier report are replaced, others left alone.

    Returns:
        How many articles it shows.

    Raises:
        InputError: a file cannot be written.
    """
    try:
        (folder / PAGES).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: {(error.strerror or str(error)).lower()}") from None
    entries, failures = [], []
    for outcome in outcomes:
        if isinstance(outcome, Failed):
            failures.append(outcome.error)
            continue
        repair = outcome.located
        name = f"{PAGES}/{_page_name(outcome.input.place)}"
        files.write(folder / name, page([(outcome.name, repair)], outcome.name).encode())
        look, edits = verdict(repair.score), edit_counts(repair, "to apply")
        if repair.notice:
            look, edits = "", f"skipped, {repair.notice}"
        entries.append(Entry(repair.score, outcome.name, name, look, edits))
    entries.sort(key=lambda e: (-e.score, e.name))
    files.write(folder / "index.html", index(entries, failures, title).encode())
    return len(entries)


def index(entries: Sequence[Entry], failures: Sequence[str], title: str) -> str:
    """The page that leads to the others.

    Args:
        entries: in the order in which they are shown.
        failures: what is said of the articles that could not be read.
        title: its heading.
    """
    spun = sum(e.score >= SPUN for e in entries)
    facts = f"{counted(len(entries), 'article')}, {spun or 'none'} {'looks' if spun == 1 else 'look'} spun"
    masthead = f'<header class="masthead"><h1>{for_page(title)}</h1><p class="facts">{facts}</p></header>'
    lines = (
        '<ol class="contents">',
        *map(_line, entries),
        "</ol>",
        *(f'<p class="facts">Not read: {for_page(failure)}</p>' for failure in failures),
    )
    return document(title, [masthead], lines)


def _line(entry: Entry) -> str:
    look = "spun" if entry.score >= SPUN else "clean"
    return (
        f'<li><a href="{entry.page}">{for_page(entry.name)}</a>'
        f'<span class="{look}">{for_page(entry.look)}</span><span>{for_page(entry.edits)}</span></li>'
    )


def _page_name(path: Path) -> str:
    """A file name that says which article it is of, and that no other article has."""
    readable = re.sub(r"[^A-Za-z0-9]+", "-", path.as_posix()).strip("-")[-60:]
    return f"{readable}-{hashlib.sha256(os.fsencode(path)).hexdigest()[:8]}.html"
