"""Word pieces with their place in the text.

The vocabulary is lower-case, but capitals are evidence ("Value said Sunday", "Could 5").  They reach the models as
token types: 0 for lower case and everything that is no letter, 1 for a Capitalised word, 2 for ALL CAPS.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Encoding, Tokenizer

from textrepair.errors import ModelError

_LOOSE = re.compile(r"\s*([-'’/])\s*")  # noqa: RUF001
"""Signs that the decoder of the vocabulary leaves loose between words."""

CASE_TYPES = 3
MAX_SPANS = 48
"""Spans that one window can mark; each has a marker piece of its own, `[span1]` to `[span48]`."""


@dataclass(frozen=True)
class Pieces:
    """Word pieces of a text, without the special pieces around it.

    Attributes:
        ids: vocabulary index of each piece.
        types: case type of the word each piece belongs to.
        offsets: half-open code-point range of each piece in the text.
        heads: whether a piece begins a word.
    """

    ids: list[int]
    types: list[int]
    offsets: list[tuple[int, int]]
    heads: list[bool]

    def __len__(self) -> int:
        return len(self.ids)


def read_tokenizer(path: Path) -> Tokenizer:
    """Read a `tokenizer.json`.

    Raises:
        ModelError: it is missing or malformed.
    """
    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:  # the library has no class of its own for errors
        raise ModelError(f"{path} is not a usable tokenizer: {error}") from error


class PieceTokenizer:
    """A `tokenizers` tokenizer with the project's special pieces."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self.cls, self.sep, self.pad, self.mask, self.unk = (
            self._id(piece) for piece in ("[CLS]", "[SEP]", "[PAD]", "[MASK]", "[UNK]")
        )
        self.keep = self._id("[keep]")
        self.markers = [self._id(f"[span{n}]") for n in range(1, MAX_SPANS + 1)]

    @classmethod
    def from_file(cls, path: Path) -> PieceTokenizer:
        """Read a `tokenizer.json`.

        Raises:
            ModelError: it is missing, malformed, or lacks a piece that the models need.
        """
        tokenizer = read_tokenizer(path)
        try:
            return cls(tokenizer)
        except ValueError as error:
            raise ModelError(f"{path} is not a usable tokenizer: {error}") from error

    def _id(self, piece: str) -> int:
        index = self._tokenizer.token_to_id(piece)
        if index is None:
            raise ValueError(f"the tokenizer has no piece {piece}")
        return index

    def encode(self, texts: list[str]) -> list[Pieces]:
        """The pieces of each text."""
        return [
            _pieces(text, encoding)
            for text, encoding in zip(texts, self._tokenizer.encode_batch(texts, add_special_tokens=False), strict=True)
        ]

    def decode(self, ids: list[int]) -> str:
        """Lower-case text of some pieces, with punctuation joined as in print."""
        text: str = self._tokenizer.decode(ids, skip_special_tokens=True)
        return _LOOSE.sub(r"\1", text)


def _pieces(text: str, encoding: Encoding) -> Pieces:
    offsets, words = encoding.offsets, encoding.word_ids
    heads = [i == 0 or words[i] != words[i - 1] for i in range(len(words))]
    types: list[int] = []
    for i, head in enumerate(heads):
        if not head:
            types.append(types[-1])
            continue
        start, end = offsets[i][0], offsets[i][1]
        if not text[start : start + 1].isupper():
            types.append(0)
            continue
        while i + 1 < len(heads) and not heads[i + 1]:
            i += 1
            end = offsets[i][1]
        types.append(2 if end - start > 1 and text[start:end].isupper() else 1)
    return Pieces(encoding.ids, types, offsets, heads)
