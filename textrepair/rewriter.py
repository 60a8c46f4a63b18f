"""The rewriter: an encoder-decoder that reads a window with marked spans and writes the originals of the spans.

The encoder sees `[spanN]` before each span; the decoder's prompt is such a marker and the span's own pieces, and it
goes on with the span's original, or `[keep]`.  The spans of a window are independent of each other in the decoder, so all of them, and all hypotheses of
each, go through it in one row, side by side, under a block-diagonal mask.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from textrepair.candidates import Candidates
from textrepair.pretrained import Pretrained, resolve
from textrepair.results import Span
from textrepair.sessions import Session, open_session
from textrepair.tokenization import CASE_TYPES, MAX_SPANS, Pieces, PieceTokenizer
from textrepair.windows import Window, by_length, padded

BATCH = 1536
"""Pieces, padding included, that go through the encoder at once."""

REACH = 7.0
"""Nats below the best first piece beyond which a wording is not followed up."""

LONGEST = 7
"""Pieces of the longest original that is written without the lexicon's help."""

OPEN_BEAM = 3
"""First pieces that are followed up in the open vocabulary, besides the lexicon's wordings."""


@dataclass(frozen=True)
class Wording:
    """A proposed original.

    Attributes:
        text: the wording, in lower case unless the lexicon knows it as a name.
        log_probability: of the whole wording, natural logarithm.
        known: whether the lexicon knows it as an original of the span.
    """

    text: str
    log_probability: float
    known: bool


@dataclass(frozen=True)
class Rewrite:
    """What the rewriter thinks of a span.

    Attributes:
        wordings: proposals, best first.
        keep: log-probability that the span is to be kept as it is.
    """

    wordings: tuple[Wording, ...]
    keep: float


class Rewriter(Protocol):
    """Anything that proposes originals for marked spans of windows."""

    def rewrite(self, text: str, windows: list[Window], spans: list[list[Span]]) -> list[list[Rewrite]]:
        """One `Rewrite` for each span of each window, in order."""


@dataclass
class _Hypothesis:
    """A wording on its way through the decoder."""

    pieces: list[int]
    known: str | None
    log_probability: float = 0.0
    done: bool = False


@dataclass
class _Slot:
    """A span in a batch: the row of its window, its prompt, and its hypotheses."""

    row: int
    prompt: list[int]
    known: list[tuple[str, list[int]]]
    keep: float = -math.inf
    hypotheses: list[_Hypothesis] = field(default_factory=list)


class OnnxRewriter(Pretrained):
    """The shipped rewriter, in ONNX Runtime."""

    FILES = ("encoder.onnx", "decoder.onnx", "tokenizer.json", "candidates.tsv")

    def __init__(
        self, encoder: Session, decoder: Session, tokenizer: PieceTokenizer, candidates: Candidates
    ) -> None:
        self._encoder, self._decoder = encoder, decoder
        self.tokenizer, self.candidates = tokenizer, candidates

    @classmethod
    def from_pretrained(cls, name: str | Path, threads: int, revision: str | None = None) -> OnnxRewriter:
        """Load the `FILES` of a folder or of a model on the Hub (see `pretrained.resolve`).

        Raises:
            ModelError: a file is missing or broken.
        """
        folder = resolve(name, cls.FILES, revision)
        made = cls(
            open_session(folder / "encoder.onnx", threads),
            open_session(folder / "decoder.onnx", threads),
            PieceTokenizer.from_file(folder / "tokenizer.json"),
            Candidates.from_file(folder / "candidates.tsv"),
        )
        made.folder = folder
        return made

    def rewrite(self, text: str, windows: list[Window], spans: list[list[Span]]) -> list[list[Rewrite]]:
        """One `Rewrite` for each span of each window, in order."""
        results: list[list[Rewrite]] = [[] for _ in windows]
        # A window has only so many markers; one with more spans is read several times.
        jobs = [
            (n, spans[n][first : first + MAX_SPANS])
            for n in range(len(windows))
            for first in range(0, len(spans[n]), MAX_SPANS)
        ]
        marked = [_mark(windows[n], part, self.tokenizer) for n, part in jobs]
        answers: list[list[Rewrite]] = [[] for _ in jobs]
        for batch in by_length(jobs, [len(ids) for ids, _, _ in marked], BATCH):
            ids = padded(marked[j][0] for j in batch)
            mask = (ids != 0).astype(np.int64)
            (states,) = self._encoder.run(
                None,
                {
                    "input_ids": ids,
                    "attention_mask": mask,
                    "token_type_ids": padded(marked[j][1] for j in batch),
                },
            )
            slots = [
                _Slot(row, start, self._known(text[span.start : span.end]))
                for row, j in enumerate(batch)
                for span, start in zip(jobs[j][1], marked[j][2], strict=True)
            ]
            self._search(slots, states, mask)
            for slot in slots:
                answers[batch[slot.row]].append(self._answer(slot))
        for (n, _), answer in zip(jobs, answers, strict=True):
            results[n] += answer
        return results

    def _known(self, spun: str) -> list[tuple[str, list[int]]]:
        originals = self.candidates.originals(" ".join(spun.split()))
        return list(zip(originals, (p.ids for p in self.tokenizer.encode(originals)), strict=True)) if originals else []

    def _search(self, slots: list[_Slot], states: NDArray[np.float32], mask: NDArray[np.int64]) -> None:
        """Fill the hypotheses of each slot."""
        tokenizer = self.tokenizer
        first = self._decode([(slot, []) for slot in slots], states, mask)
        for slot, (logs,) in zip(slots, first, strict=True):
            slot.keep = float(logs[tokenizer.keep])
            best = np.argpartition(-logs, OPEN_BEAM + 1)[: OPEN_BEAM + 2]
            best = [int(i) for i in best[np.argsort(-logs[best])] if i not in (tokenizer.keep, tokenizer.sep)]
            floor = logs[best[0]] - REACH
            for name, pieces in slot.known:
                if pieces and logs[pieces[0]] > floor:
                    slot.hypotheses.append(_Hypothesis(pieces, name))
            slot.hypotheses += [_Hypothesis([i], None, float(logs[i])) for i in best[:OPEN_BEAM] if logs[i] > floor]
        self._score_known(slots, states, mask)
        for _ in range(LONGEST):
            growing = [(slot, h) for slot in slots for h in slot.hypotheses if not h.done]
            if not growing:
                break
            self._grow(growing, states, mask)
        for slot in slots:
            slot.hypotheses = [h for h in slot.hypotheses if h.done]

    def _score_known(self, slots: list[_Slot], states: NDArray[np.float32], mask: NDArray[np.int64]) -> None:
        """Log-probabilities of the lexicon's wordings, all in one pass."""
        pairs = [(slot, h) for slot in slots for h in slot.hypotheses if h.known is not None]
        decoded = self._decode([(slot, h.pieces) for slot, h in pairs], states, mask)
        for (_, h), logs in zip(pairs, decoded, strict=True):
            wanted = [*h.pieces, self.tokenizer.sep]
            h.log_probability = float(logs[np.arange(len(wanted)), wanted].sum())
            h.done = True

    def _grow(
        self, growing: list[tuple[_Slot, _Hypothesis]], states: NDArray[np.float32], mask: NDArray[np.int64]
    ) -> None:
        """Add the likeliest next piece to each open hypothesis."""
        decoded = self._decode([(slot, h.pieces) for slot, h in growing], states, mask)
        for (slot, h), logs in zip(growing, decoded, strict=True):
            piece = int(logs[-1].argmax())
            h.log_probability += float(logs[-1][piece])
            if piece == self.tokenizer.sep:
                h.done = True
                if any(other.known is not None and other.pieces == h.pieces for other in slot.hypotheses):
                    slot.hypotheses.remove(h)
            elif len(h.pieces) >= LONGEST or piece in (self.tokenizer.keep, self.tokenizer.pad):
                slot.hypotheses.remove(h)
            else:
                h.pieces = [*h.pieces, piece]

    def _decode(
        self, rows: Sequence[tuple[_Slot, list[int]]], states: NDArray[np.float32], mask: NDArray[np.int64]
    ) -> list[NDArray[np.float32]]:
        """Log-probabilities of the next piece, of shape (pieces + 1, vocabulary), after the prompt of each slot and
        after each of the pieces written so far."""
        if not rows:
            return []
        sequences = [[*slot.prompt, *written] for slot, written in rows]
        by_row: list[list[int]] = [[] for _ in states]
        for n, (slot, _) in enumerate(rows):
            by_row[slot.row].append(n)
        used = [r for r, members in enumerate(by_row) if members]
        ids = padded([i for n in by_row[r] for i in sequences[n]] for r in used)
        positions = padded([p for n in by_row[r] for p in range(len(sequences[n]))] for r in used)
        groups = padded(([n for n in by_row[r] for _ in sequences[n]] for r in used), -1)
        allowed = (groups[:, :, None] == groups[:, None, :]) & (positions[:, :, None] >= positions[:, None, :])
        inputs: dict[str, NDArray[Any]] = {
            "input_ids": ids,
            "position_ids": positions,
            "attention_mask": allowed[:, None],
            "encoder_hidden_states": states[used],
            "encoder_attention_mask": mask[used],
        }
        (logs,) = self._decoder.run(None, inputs)
        out: list[NDArray[np.float32]] = [logs] * len(rows)
        for k, r in enumerate(used):
            at = 0
            for n in by_row[r]:
                at += len(sequences[n])
                out[n] = logs[k, at - len(rows[n][1]) - 1 : at]
        return out

    def _answer(self, slot: _Slot) -> Rewrite:
        wordings = [
            Wording(
                h.known if h.known is not None else self.tokenizer.decode(h.pieces),
                h.log_probability,
                h.known is not None,
            )
            for h in slot.hypotheses
        ]
        wordings.sort(key=lambda w: (-w.log_probability, w.text))
        return Rewrite(tuple(wordings), slot.keep)


def _mark(
    window: Window, spans: list[Span], tokenizer: PieceTokenizer
) -> tuple[list[int], list[int], list[list[int]]]:
    """Ids and types of the encoder, and the prompts of the decoder."""
    pieces = window.pieces
    found = piece_spans([(s.start - window.start, s.end - window.start) for s in spans], pieces)
    prompts = [
        prompt(marker, pieces.ids[first:last], tokenizer)
        for marker, (first, last) in zip(tokenizer.markers, found, strict=False)
    ]
    return *mark(pieces, found, tokenizer), prompts


def prompt(marker: int, pieces: list[int], tokenizer: PieceTokenizer) -> list[int]:
    """What the decoder reads before it writes the original of a span: marker, the span's pieces, `[CLS]`.

    The pieces say outright what the marker alone would have to fetch from the encoder; without them the decoder takes
    tens of thousands of sentences to find out that there is an encoder.
    """
    return [marker, *pieces, tokenizer.cls]


def mark(pieces: Pieces, spans: list[tuple[int, int]], tokenizer: PieceTokenizer) -> tuple[list[int], list[int]]:
    """Ids and types of a window in which each span (half-open piece indices, in order) follows its marker.

    The types inside a span are its case types plus `CASE_TYPES`.
    """
    ids, types, at = [tokenizer.cls], [0], 0
    for marker, (start, end) in zip(tokenizer.markers, spans, strict=False):
        ids += [*pieces.ids[at:start], marker, *pieces.ids[start:end]]
        inside = [t + CASE_TYPES for t in pieces.types[start:end]]
        types += [*pieces.types[at:start], inside[0], *inside]
        at = end
    return [*ids, *pieces.ids[at:], tokenizer.sep], [*types, *pieces.types[at:], 0]


def piece_spans(ranges: list[tuple[int, int]], pieces: Pieces) -> list[tuple[int, int]]:
    """Half-open piece indices of code-point ranges (in order)."""
    spans, n = [], 0
    for start, end in ranges:
        while n < len(pieces) and pieces.offsets[n][1] <= start:
            n += 1
        first = n
        while n < len(pieces) and pieces.offsets[n][0] < end:
            n += 1
        spans.append((first, n))
    return spans
