"""How a text with marked spans is put to a sequence-to-sequence model, and how its answer is read.

Every span stands between two markers that carry its number.  The answer gives the original of each span after the
span's marker, and ends with one marker more.  A span that is no substitution is answered with itself.

A tokenizer of the T5 family has sentinels, which that family is pretrained to answer in just this way::

    source  Neither <extra_id_0> facet <extra_id_0> is <extra_id_1> anticipated <extra_id_1> to return.
    target  <extra_id_0> side <extra_id_1> expected <extra_id_2>

All others (BART, Pegasus, Marian …) get markers in plain text::

    source  Neither [[0]] facet [[0]] is [[1]] anticipated [[1]] to return.
    target  [[0]] side [[1]] expected [[2]]

Wordings are in the case that they have in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

SPANS = 8
"""Spans marked at once.  All of them share the hypotheses of one search: more spans, fewer alternatives for each."""


@dataclass(frozen=True)
class Markup:
    """The markers that fit a tokenizer.

    Attributes:
        opening, closing: what stands before and after the number in a marker.
    """

    opening: str
    closing: str

    @classmethod
    def for_tokenizer(cls, tokenizer: Any) -> Markup:
        """Sentinels where the vocabulary of a `transformers` tokenizer has them, else plain text."""
        return cls("<extra_id_", ">") if "<extra_id_0>" in tokenizer.get_vocab() else cls("[[", "]]")

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        opening, closing = (r"\s*".join(map(re.escape, side)) for side in (self.opening, self.closing))
        return re.compile(rf"{opening}\s*(\d{{1,2}})\s*{closing}")

    def pairs(self, text: str, spans: Sequence[tuple[int, int, str | None]]) -> Iterator[tuple[str, str]]:
        """Source and target of a text, once for each `SPANS` of its spans: what to fine-tune a model on.

        Args:
            text: one or more sentences, at most as much as a window holds (see `textrepair.windows`).
            spans: start, end and original of each, in order, without overlaps; None for a span that is to be kept.
        """
        for first in range(0, len(spans), SPANS):
            part = spans[first : first + SPANS]
            yield self._source(text, part), self._target(text, part)

    def _source(self, text: str, spans: Sequence[tuple[int, int, str | None]]) -> str:
        out, at = [], 0
        for number, (start, end, _) in enumerate(spans):
            marker = self._marker(number)
            out += [self._plain(text[at:start]), marker, " ", self._plain(text[start:end]), " ", marker]
            at = end
        return "".join([*out, self._plain(text[at:])])

    def _target(self, text: str, spans: Sequence[tuple[int, int, str | None]]) -> str:
        wordings = [self._plain(text[start:end] if original is None else original) for start, end, original in spans]
        answers = [f"{self._marker(number)} {wording} " for number, wording in enumerate(wordings)]
        return "".join([*answers, self._marker(len(spans))])

    def _marker(self, number: int) -> str:
        return f"{self.opening}{number}{self.closing}"

    def _plain(self, text: str) -> str:
        """`text` without anything that would read as a marker."""
        return self._pattern.sub("|", text)

    def parse(self, answer: str) -> list[tuple[int, str]]:
        """Number and wording of everything that follows a marker, in order; spaces as a tokenizer left them aside."""
        _, *parts = self._pattern.split(answer)
        return [(int(n), " ".join(w.split())) for n, w in zip(parts[::2], parts[1::2], strict=True)]
