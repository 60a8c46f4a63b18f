"""Surface form: capitals that follow the replaced words, and `a` or `an` before them."""

from __future__ import annotations

import re

_SMALL = frozenset(["a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"])
_SENTENCE_END = re.compile(r"(?:^|[.!?:][\"'”’)\]]*\s+|(?:^|[\s(])[\"“]|\n\s*)$")  # noqa: RUF001


def starts_sentence(text: str, at: int) -> bool:
    """Whether a capital at position `at` of `text` is owed to the place and not to a name."""
    return bool(_SENTENCE_END.search(text[max(0, at - 8) : at])) if at else True


def match_case(wording: str, model: str, at_start: bool = False) -> str:
    """`wording` in the capitals of `model`, the words that it replaces (or is replaced by).

    Args:
        wording: in lower case, or in its own case if it is a name.
        model: lower case, Capitalised, or ALL CAPS.
        at_start: the words begin a sentence, so that a first capital says nothing about the others.
    """
    letters = [c for c in model if c.isalpha()]
    if not wording or not letters or not letters[0].isupper():
        return wording
    if wording != wording.lower():
        return wording[0].upper() + wording[1:]
    if len(letters) > 1 and all(c.isupper() for c in letters):
        # Short capitals are an acronym (USA for United States), long ones a headline in capitals.
        return _title(wording) if len(letters) <= 4 and " " in wording else wording.upper()
    if at_start:
        return wording[0].upper() + wording[1:]
    return _title(wording)


def keep_known_case(wording: str, model: str) -> str:
    """`wording` with the words that it shares with `model` spelled as there (`said NATO` for `mentioned NATO`)."""
    known = {w.casefold(): w for w in model.split(" ")[1:] if w != w.lower()}
    return " ".join(known.get(w, w) for w in wording.split(" ")) if known else wording


def _title(wording: str) -> str:
    words = wording.split(" ")
    return " ".join(w if n and w in _SMALL else w[:1].upper() + w[1:] for n, w in enumerate(words))


_CONSONANT_SOUND = re.compile(
    r"(?:uni(?!n|m)|us[aeiu]|ut[ei]|ub[ei]|eu|ew|one\b|once\b|u\.|u[sk]\b|ufo|ura|uran|ukr)", re.I
)
_VOWEL_SOUND = re.compile(r"(?:[aeiou]|hour|hono[u]?r|honest|heir|8|11\b|18\b)", re.I)
_SPELLED = re.compile(r"[A-Z](?:\.|[A-Z]+\b|\b)")


def takes_an(word: str) -> bool:
    """Whether `an` stands before `word` (which is not empty), by its sound."""
    if _SPELLED.match(word) and not (len(word) > 1 and word[1].islower()):
        return word[0] in "AEFHILMNORSX"
    return bool(_VOWEL_SOUND.match(word)) and not _CONSONANT_SOUND.match(word)


_ARTICLE = re.compile(r"(?<![\w'’-])(an?)(\s+[\"'“‘(]?)$", re.I)  # noqa: RUF001


def article_before(text: str, at: int) -> re.Match[str] | None:
    """The `a` or `an` that stands right before position `at`: group 1 the article, group 2 what lies between."""
    start = max(0, at - 8)
    return _ARTICLE.search(text[start:at]) if at else None


def agreeing(article: str, word: str) -> str:
    """`article` (a, an, in any case) as it has to be before `word`."""
    wanted = "an" if takes_an(word) else "a"
    if article.lower() == wanted:
        return article
    if len(article) > 1 and article.isupper():
        return wanted.upper()
    return wanted.capitalize() if article[0].isupper() else wanted
