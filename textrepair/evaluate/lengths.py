"""Articles of any length, made from those of data/eval."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

_PARAGRAPH = re.compile(r"\n{2,}")


def of_length(texts: Sequence[str], words: int) -> str:
    """The paragraphs of some texts, over and over again, cut after exactly `words` words.

    Raises:
        ValueError: there is no word in the texts.
    """
    paragraphs = [p.strip() for text in texts for p in _PARAGRAPH.split(text) if p.strip()]
    if not paragraphs:
        raise ValueError("no text")
    chosen: list[str] = []
    for paragraph in itertools.cycle(paragraphs):
        found = re.findall(r"\S+\s*", paragraph)
        chosen.append("".join(found[:words]).rstrip())
        words -= len(found)
        if words <= 0:
            return "\n\n".join(chosen) + "\n"
    raise AssertionError("unreachable")
