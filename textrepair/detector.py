"""The detector: token classification (O, B, I) over windows of word pieces, in ONNX Runtime."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from textrepair.pretrained import Pretrained, resolve
from textrepair.sessions import Session, open_session
from textrepair.tokenization import PieceTokenizer
from textrepair.windows import Window, by_length, padded

BATCH = 2048
"""Pieces, padding included, that go through the model at once; more gains nothing on a CPU and costs memory."""


@dataclass(frozen=True)
class Word:
    """A word of the text as the detector sees it.

    Attributes:
        start, end: its range in the text.
        substituted: log-odds that it was substituted, on an article of which half the sentences are spun.
        begins: chance that it begins a span, given that it is in one (0..1).
    """

    start: int
    end: int
    substituted: float
    begins: float


class Detector(Pretrained):
    """Finds words that look substituted."""

    FILES = ("model.onnx", "tokenizer.json")

    def __init__(self, session: Session, tokenizer: PieceTokenizer) -> None:
        self._session, self.tokenizer = session, tokenizer

    @classmethod
    def from_pretrained(cls, name: str | Path, threads: int, revision: str | None = None) -> Detector:
        """Load the `FILES` of a folder or of a model on the Hub (see `pretrained.resolve`).

        Raises:
            ModelError: a file is missing or broken.
        """
        folder = resolve(name, cls.FILES, revision)
        made = cls(open_session(folder / "model.onnx", threads), PieceTokenizer.from_file(folder / "tokenizer.json"))
        made.folder = folder
        return made

    def detect(self, windows: list[Window]) -> list[list[Word]]:
        """The words of each window."""
        found: list[list[Word]] = [[] for _ in windows]
        for batch in by_length(windows, [len(w.pieces) + 2 for w in windows], BATCH):
            rows = [windows[n].pieces for n in batch]
            ids = padded([self.tokenizer.cls, *p.ids, self.tokenizer.sep] for p in rows)
            types = padded([0, *p.types, 0] for p in rows)
            (logits,) = self._session.run(
                None, {"input_ids": ids, "attention_mask": (ids != 0).astype(np.int64), "token_type_ids": types}
            )
            for n, row in zip(batch, logits, strict=True):
                found[n] = _words(windows[n], row[1 : len(windows[n].pieces) + 1])
        return found


def _words(window: Window, logits: NDArray[np.float32]) -> list[Word]:
    """Piece logits of shape (pieces, 3) gathered by word; a word is as suspicious as its most suspicious piece."""
    pieces = window.pieces
    inside = np.logaddexp(logits[:, 1], logits[:, 2]) - logits[:, 0]
    words: list[Word] = []
    first = 0
    for last in range(1, len(pieces) + 1):
        if last < len(pieces) and not pieces.heads[last]:
            continue
        begins = 1 / (1 + np.exp(logits[first, 2] - logits[first, 1]))
        words.append(
            Word(
                window.start + pieces.offsets[first][0],
                window.start + pieces.offsets[last - 1][1],
                float(inside[first:last].max()),
                float(begins),
            )
        )
        first = last
    return words
