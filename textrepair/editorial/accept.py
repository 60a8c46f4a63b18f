"""The accept list: words, phrases and names of a house that are never changed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from textrepair import files
from textrepair.editorial.ranges import Ranges

_APOSTROPHES = str.maketrans({"\u2018": "'", "\u2019": "'"})


class AcceptList:
    """Wordings to leave alone.

    An entry without capitals stands for any case of it, one with capitals for that spelling only.  Between the words
    of a phrase any white space may stand, and apostrophes may be straight or curly.
    """

    def __init__(self, entries: Iterable[str] = ()) -> None:
        self.entries = tuple(dict.fromkeys(e.strip() for e in entries if e.strip()))

    def occurrences(self, text: str) -> Ranges:
        """Where the entries stand in `text`, as whole words."""
        text = text.translate(_APOSTROPHES)
        folded = unicodedata.normalize("NFC", text).casefold()
        # Of a long list few entries occur, and only those are worth a pattern.
        present = [e for e in self.entries if _first_word(e) in folded]
        found = (match.span() for entry in present for match in _pattern(entry).finditer(text))
        return Ranges(found)


def accept_file(path: Path) -> list[str]:
    """The entries of a file, one a line; blank lines and lines that begin with `#` count for nothing.

    Raises:
        InputError: it cannot be read.
    """
    lines = files.read(path).text.splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def _first_word(entry: str) -> str:
    return unicodedata.normalize("NFC", entry.translate(_APOSTROPHES)).casefold().split()[0]


@lru_cache(maxsize=4096)
def _pattern(entry: str) -> re.Pattern[str]:
    entry = entry.translate(_APOSTROPHES)
    forms = dict.fromkeys(unicodedata.normalize(form, entry) for form in ("NFC", "NFD"))
    spelled = "|".join(r"\s+".join(map(re.escape, form.split())) for form in forms)
    return re.compile(rf"(?<!\w)(?:{spelled})(?!\w)", re.IGNORECASE if entry == entry.lower() else 0)
