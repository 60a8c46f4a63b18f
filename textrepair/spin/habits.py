"""What spinners do besides looking words up: figures for numerals, odd ordinals, joined compounds, braces."""

from __future__ import annotations

import random

from textrepair.spin.dialect import Dialect

_NUMERALS = {
    word: str(number)
    for number, word in enumerate("two three four five six seven eight nine ten eleven twelve".split(), 2)
}
_ORDINALS = {
    "first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th",
    "sixth": "sixth", "seventh": "7th", "eighth": "8th", "ninth": "ninth", "tenth": "tenth",
}  # fmt: skip


def special(surface: str, dialect: Dialect, rng: random.Random) -> str | None:
    """The form that a habit of `dialect` gives to the word `surface`, or None."""
    lowered = surface.lower()
    if lowered in _NUMERALS:
        return _NUMERALS[lowered] if rng.random() < dialect.numerals else None
    if lowered in _ORDINALS and _ORDINALS[lowered] != lowered:
        return _ORDINALS[lowered] if rng.random() < dialect.ordinals else None
    if "-" in surface and rng.random() < dialect.joins:
        return surface.replace("-", "") if rng.random() < 0.5 else surface.replace("-", " ")
    return None
