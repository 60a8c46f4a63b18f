"""What spinners do besides looking words up: figures for numerals, ordinals in figures, split and joined compounds,
braces left over from their own templates, and a percent sign for the word.
"""

from __future__ import annotations

import random

from textrepair.spin.dialect import Dialect

_NUMERALS = {
    word: str(number)
    for number, word in enumerate(
        ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], 2
    )
}
_ORDINALS = {
    "first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th", "sixth": "6th",
    "seventh": "7th", "eighth": "8th", "ninth": "9th", "tenth": "10th",
}  # fmt: skip
_PERCENT = {"percent": "%", "per cent": "%"}
_TEMPLATES = ("that a", "in the", "of the", "a lot")


def special(surface: str, dialect: Dialect, rng: random.Random) -> str | None:
    """The form that a habit of `dialect` gives to the words `surface`, or None."""
    lowered = surface.lower()
    for table, rate in ((_NUMERALS, dialect.numerals), (_ORDINALS, dialect.ordinals), (_PERCENT, dialect.numerals)):
        if lowered in table:
            return table[lowered] if rng.random() < rate else None
    if lowered in _TEMPLATES and dialect.braces and rng.random() < dialect.braces:
        return "{" + surface + "}"
    if "-" in surface and dialect.joins and rng.random() < dialect.joins:
        return surface.replace("-", "") if rng.random() < 0.5 else surface.replace("-", " ")
    return None


def possible(original: str) -> set[str]:
    """Every form, in lower case, that a habit of some dialect gives to `original`."""
    forms = {table[original] for table in (_NUMERALS, _ORDINALS, _PERCENT) if original in table}
    if original in _TEMPLATES:
        forms.add("{" + original + "}")
    if "-" in original:
        forms |= {original.replace("-", ""), original.replace("-", " ")}
    return forms
