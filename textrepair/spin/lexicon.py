"""The lexicon: what spinners make of a word or phrase, read from `data/lexicon/*.tsv` and inflected.

A file holds one row for each head and part of speech, in three tab-separated columns::

    head<TAB>pos<TAB>form | form | form

`head` is the wording of clean text and the forms are what a spinner prints for it, most likely first.  `pos` says
how both sides inflect: `n` noun, `v` verb (the first word inflects), `a` adjective, `r` adverb, `=` exactly as
written.  Lines that start with `#` carry the provenance of the file.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from textrepair.resources import lexicon_dir

POS = frozenset("nvar=")
SEPARATOR = " | "


@dataclass(frozen=True)
class Row:
    """One line of a lexicon file."""

    head: str
    pos: str
    forms: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.head}\t{self.pos}\t{SEPARATOR.join(self.forms)}"


@dataclass(frozen=True)
class Form:
    """A spun form of some head: its wording, and how likely it is among the forms of that head (relative weight)."""

    text: str
    weight: float


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of one lexicon file.

    Raises:
        ValueError: a line has not three columns or an unknown part of speech; names the file and line.
    """
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        columns = line.split("\t")
        if len(columns) != 3 or columns[1] not in POS:
            raise ValueError(f"{path}:{number}: expected head<TAB>n|v|a|r|=<TAB>forms")
        yield Row(columns[0], columns[1], tuple(columns[2].split(SEPARATOR)))


# --- inflection ------------------------------------------------------------------------------------------------------

_TAGS = {"n": ("NNS",), "v": ("VBZ", "VBG", "VBD", "VBN"), "a": ("JJR", "JJS"), "r": (), "=": ()}


@functools.lru_cache(maxsize=200_000)
def _inflect_word(word: str, tag: str) -> str | None:
    from lemminflect import getInflection

    found = getInflection(word, tag, inflect_oov=False)
    return found[0] if found else None


def inflect(text: str, pos: str, tag: str) -> str | None:
    """`text` in the inflection `tag` (Penn tag), or None where it has none.

    Verbs inflect their first word, nouns their last; adjectives without endings take more and most.
    """
    if pos == "v":
        first, _, rest = text.partition(" ")
        word = _inflect_word(first, tag)
        return word and (f"{word} {rest}" if rest else word)
    if pos == "n":
        before, _, last = text.rpartition(" ")
        stem, hyphen, tail = last.rpartition("-")
        word = _inflect_word(tail, tag)
        return word and f"{before + ' ' if before else ''}{stem}{hyphen}{word}"
    word = None if " " in text else _inflect_word(text, tag)
    return word or {"JJR": f"more {text}", "JJS": f"most {text}"}[tag]


def expand(row: Row) -> Iterator[tuple[str, list[str | None]]]:
    """Every surface head of a row with its surface forms, in the row's order (None where a form has no such
    inflection).
    """
    yield row.head, list(row.forms)
    for tag in _TAGS[row.pos]:
        head = inflect(row.head, row.pos, tag)
        if head is None or head == row.head or (row.pos == "a" and head.startswith(("more ", "most "))):
            continue
        yield head, [inflect(form, row.pos, tag) for form in row.forms]


# --- the compiled dictionary -----------------------------------------------------------------------------------------


class Lexicon:
    """Surface heads and their spun forms.

    Attributes:
        forms: lower-case head (words joined by one space) to its forms, most likely first.
        cased: heads that stand for a name and match only in this spelling (`Price`, `White House`).
        longest: first word of a head to the number of words of the longest head that begins with it.
    """

    def __init__(self, forms: dict[str, list[Form]], cased: dict[str, list[Form]]) -> None:
        self.forms = forms
        self.cased = cased
        self.longest: dict[str, int] = {}
        for head in (*forms, *cased):
            words = head.lower().split(" ")
            self.longest[words[0]] = max(self.longest.get(words[0], 1), len(words))

    def __len__(self) -> int:
        return sum(len(f) for f in self.forms.values()) + sum(len(f) for f in self.cased.values())

    def pairs(self) -> Iterator[tuple[str, str, float]]:
        """Every (head, form, weight)."""
        for table in (self.forms, self.cased):
            for head, forms in table.items():
                for form in forms:
                    yield head, form.text, form.weight


def rank_weight(rank: int) -> float:
    """How likely the form at `rank` (from 0) is, relative to the others of its head.

    Real articles use one to three forms of an original, the first of them about half of the time.
    """
    return 1.0 / (rank + 1.5)


def compile_rows(rows: Iterable[Row]) -> Lexicon:
    """Inflect rows and gather them by surface head; a form met twice adds up its weights."""
    # An exact row says what happens to that very surface form, so it goes before what inflection yields.
    tables: tuple[dict[str, dict[str, float]], dict[str, dict[str, float]]] = (defaultdict(dict), defaultdict(dict))
    for row in sorted(rows, key=lambda row: row.pos != "="):
        for head, forms in expand(row):
            table = tables[0] if head == head.lower() else tables[1]
            have = table[head]
            discount = 1.0 if row.pos == "=" or head == row.head or not have else 0.7
            for rank, form in enumerate(forms):
                if form and form.lower() != head.lower():
                    have[form] = have.get(form, 0.0) + discount * rank_weight(rank)
    lower, cased = (
        {
            head: [Form(text, round(weight, 4)) for text, weight in sorted(forms.items(), key=lambda f: (-f[1], f[0]))]
            for head, forms in table.items()
            if forms
        }
        for table in tables
    )
    return Lexicon(lower, cased)


def load(files: Iterable[str], directory: Path | None = None) -> Lexicon:
    """The lexicon made of the named files (`words` for `words.tsv`; or an absolute path without suffix), compiled
    once and then read from a cache.

    The cache is keyed by the files' contents, so an edited lexicon is never stale.
    """
    directory = directory or lexicon_dir()
    paths = [directory / f"{name}.tsv" for name in files]
    digest = hashlib.sha256(b"3")  # the layout of the cache
    for path in paths:
        digest.update(path.read_bytes())
    cache_home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    cache = cache_home / "textrepair" / f"lexicon-{digest.hexdigest()[:24]}.json"
    if cache.exists():
        tables = json.loads(cache.read_text(encoding="utf-8"))
    else:
        compiled = compile_rows(row for path in paths for row in read_rows(path))
        tables = [
            {head: [[f.text, f.weight] for f in forms] for head, forms in table.items()}
            for table in (compiled.forms, compiled.cased)
        ]
        cache.parent.mkdir(parents=True, exist_ok=True)
        temporary = cache.with_suffix(f".{os.getpid()}")
        temporary.write_text(json.dumps(tables, ensure_ascii=False), encoding="utf-8")
        temporary.replace(cache)
    lower, cased = ({head: [Form(*f) for f in forms] for head, forms in table.items()} for table in tables)
    return Lexicon(lower, cased)
