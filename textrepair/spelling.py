"""British and American spelling: two spellings of a word are no substitution, and an article keeps to one of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

# Both sides of a comparison go through these, so it does no harm that they misspell words that they do not mean.
_RULES = tuple(
    (re.compile(pattern), american)
    for pattern, american in (
        (r"\bper cent\b", "percent"),
        (r"\b(\w+[bdhklmnprtv])our", r"\1or"),  # colour
        (r"is(e[ds]?|ers?|ing|ations?)\b", r"iz\1"),  # organise
        (r"ys(e[ds]?|ers?|ing)\b", r"yz\1"),  # analyse
        (r"([bt])re(s?)\b", r"\1er\2"),  # centre
        (r"en[cs]e(s?)\b", r"ense\1"),  # defence
        (r"([aeiou]\w*[^aeiou\W][aeiou])ll(ed|ings?|ers?|ors?)\b", r"\1l\2"),  # travelled
        (r"ogue(s?)\b", r"og\1"),  # catalogue
        (r"(p|h|an|op)ae(d|m|s)", r"\1e\2"),  # paediatric
        (r"(f|man|rrh|\b)oe(t|u|a|s|d)", r"\1e\2"),  # foetal
        (r"dgement", "dgment"),
        (r"\b(to|after|back|for|up|down|in|out|on)wards\b", r"\1ward"),
        (r"\bgrey", "gray"),
        (r"\btyre", "tire"),
        (r"\bprogramme(s?)\b", r"program\1"),
        (r"\baluminium\b", "aluminum"),
        (r"\bjewellery\b", "jewelry"),
        (r"\bsceptic", "skeptic"),
        (r"\bmould", "mold"),
        (r"\bplough", "plow"),
        (r"\b(enrol|fulfil|instal|skil)(?=(?:s|ful|ment)?\b)", r"\1l"),
    )
)

# Stem, and how it goes on in British and in American spelling.
_MARKS = (
    ("per", " cent", "cent"),
    ("(?:col|fav|lab|behavi|neighb|hon|hum|rum|harb)", "our", "or"),
    ("(?:cent|theat|lit|fib)", "res?", "ers?"),
    ("(?:def|off|lic)en", "ce", "se"),
    ("(?:organ|real|recogn|critic|apolog|minim|final|stabil)i", "s", "z"),
    ("(?:trav|canc|mod|lab|fu|sign)[ae]l", "l(?:ed|ing|er)", "(?:ed|ing|er)"),
    ("", "metres?|programmes?|cheques?|tyres?|grey|sceptic", "programs?|gray|skeptic"),
)
_BRITISH, _AMERICAN = (
    re.compile(rf"\b(?:{'|'.join(f'{mark[0]}(?:{mark[n]})' for mark in _MARKS)})(?:s|ed|ing|es|e|ations?|ers?|able)?\b")
    for n in (1, 2)
)


@lru_cache(65_536)
def american(text: str) -> str:
    """A key that all spellings of a wording share; lower case."""
    text = text.lower()
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text


def is_british(text: str) -> bool | None:
    """Whether a text has more British spellings than American ones; None if it has as many, or none at all."""
    text = text.lower()
    british, american_ = len(_BRITISH.findall(text)), len(_AMERICAN.findall(text))
    return None if british == american_ else british > american_


def fitting(spellings: Sequence[str], british: bool | None) -> str:
    """Of several spellings of a wording, the one that fits an article; the first one if none or all do."""
    fit = (s for s in spellings if british is not None and (american(s) != s.lower()) is british)
    return next(fit, spellings[0])
