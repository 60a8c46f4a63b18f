"""The rewriter: an encoder-decoder that reads a window with marked spans and writes the originals of the spans.

The encoder sees `[spanN]` before each span; the decoder's prompt is such a marker and the span's pieces, and it goes on
with the span's original, or `[keep]`.  Of the encoder's states it sees those of its span.  The spans of a window are
independent of each other in the decoder, so all of them, and all hypotheses of each, go through it in one row, side by
side, under a block-diagonal mask.
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
from textrepair.evidence import logit
from textrepair.pretrained import Pretrained, resolve
from textrepair.results import Span
from textrepair.sessions import Session, open_session
from textrepair.tokenization import CASE_TYPES, MAX_SPANS, Pieces, PieceTokenizer
from textrepair.windows import Window, by_length, padded

BATCH = 384
"""Pieces, padding included, that go through the encoder at once; the scores of what is written to them take memory."""

REACH = 7.0
"""Nats below the best first piece beyond which a wording is not followed up."""

BEHIND = 4.0
"""Nats behind the best finished wording at which one that still grows is given up."""

LONGEST = 7
"""Pieces of the longest original that is written without the lexicon's help."""

KNOWN_BEAM = 8
"""Wordings of the lexicon that are followed up, likeliest first piece first."""

OPEN_BEAM = 3
"""First pieces that are followed up in the open vocabulary where the lexicon knows no wording; else none is."""

HOPELESS = -1.0
"""Log-odds of a span's suspicion, plus half the nats by which its best first piece beats `[keep]`, under which no
wording of it is looked for: 99 of 100 edits that anybody would hear of lie above."""


@dataclass(frozen=True)
class Wording:
    """A proposed original.

    Attributes:
        text: the wording, in lower case unless the lexicon knows it as a name.
        log_probability: of the whole wording, natural logarithm.
        rank: its place among the originals that the lexicon knows for the span, likeliest first; None if it does not
            know it.
    """

    text: str
    log_probability: float
    rank: int | None


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
    """A span in a batch: the row of its window, its log-odds, its place there, its prompt, and its hypotheses.

    `place` is half-open and counts pieces of the marked window, from the marker to the span's last piece.
    """

    row: int
    suspicion: float
    place: tuple[int, int]
    prompt: list[int]
    known: list[tuple[str, list[int]]]
    keep: float = -math.inf
    hypotheses: list[_Hypothesis] = field(default_factory=list)

    def open(self) -> list[_Hypothesis]:
        """The hypotheses that are worth to go on with."""
        best = max((h.log_probability for h in self.hypotheses if h.done), default=-math.inf)
        return [h for h in self.hypotheses if not h.done and h.log_probability > best - BEHIND]


class OnnxRewriter(Pretrained):
    """The shipped rewriter, in ONNX Runtime."""

    FILES = ("encoder.onnx", "decoder.onnx", "tokenizer.json", "candidates.tsv")

    def __init__(self, encoder: Session, decoder: Session, tokenizer: PieceTokenizer, candidates: Candidates) -> None:
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
            (states,) = self._encoder.run(
                None,
                {
                    "input_ids": ids,
                    "attention_mask": (ids != 0).astype(np.int64),
                    "token_type_ids": padded(marked[j][1] for j in batch),
                },
            )
            known = iter(self._known([text[span.start : span.end] for j in batch for span in jobs[j][1]]))
            slots = [
                _Slot(row, logit(span.score), place, start, next(known))
                for row, j in enumerate(batch)
                for span, place, start in zip(jobs[j][1], *_places(marked[j]), strict=True)
            ]
            self._search(slots, states)
            for slot in slots:
                answers[batch[slot.row]].append(self._answer(slot))
        for (n, _), answer in zip(jobs, answers, strict=True):
            results[n] += answer
        return results

    def with_candidates(self, candidates: Candidates) -> OnnxRewriter:
        """The same models with another lexicon."""
        return OnnxRewriter(self._encoder, self._decoder, self.tokenizer, candidates)

    def knows(self, spun: str) -> bool:
        """Whether the lexicon knows `spun` (lower case, single spaces) as something that spinners print."""
        return bool(self.candidates.originals(spun))

    def _known(self, spun: list[str]) -> list[list[tuple[str, list[int]]]]:
        """For each wording, the originals that the lexicon knows for it and their pieces."""
        originals = [self.candidates.originals(" ".join(wording.split())) for wording in spun]
        pieces = iter(self.tokenizer.encode([name for names in originals for name in names]))
        return [[(name, next(pieces).ids) for name in names] for names in originals]

    def _search(self, slots: list[_Slot], states: NDArray[np.float32]) -> None:
        """Fill the hypotheses of each slot."""
        tokenizer = self.tokenizer
        first, ends = self._decode([(slot, []) for slot in slots], states, whole=False)
        for slot, (end,) in zip(slots, ends, strict=True):
            logs = first[end]
            slot.keep = float(logs[tokenizer.keep])
            top = np.argpartition(-logs, OPEN_BEAM + 1)[: OPEN_BEAM + 2]
            best = [int(i) for i in top[np.argsort(-logs[top])] if i not in (tokenizer.keep, tokenizer.sep)]
            if slot.suspicion + (float(logs[best[0]]) - slot.keep) / 2 < HOPELESS:
                continue
            floor = logs[best[0]] - REACH
            known = sorted((-logs[p[0]], name, p) for name, p in slot.known if p and logs[p[0]] > floor)
            slot.hypotheses = [_of_lexicon(pieces, name, -float(loss)) for loss, name, pieces in known[:KNOWN_BEAM]]
            if not known:
                slot.hypotheses = [_Hypothesis([i], None, float(logs[i])) for i in best[:OPEN_BEAM] if logs[i] > floor]
        self._score_known(slots, states)
        for _ in range(LONGEST):
            growing = [(slot, h) for slot in slots for h in slot.open()]
            if not growing:
                break
            self._grow(growing, states)
        for slot in slots:
            slot.hypotheses = [h for h in slot.hypotheses if h.done]

    def _score_known(self, slots: list[_Slot], states: NDArray[np.float32]) -> None:
        """Log-probabilities of the lexicon's wordings of several pieces, all in one pass."""
        pairs = [(slot, h) for slot in slots for h in slot.hypotheses if h.known is not None and not h.done]
        logs, places = self._decode([(slot, h.pieces) for slot, h in pairs], states, whole=True)
        for (_, h), place in zip(pairs, places, strict=True):
            wanted = [*h.pieces, self.tokenizer.sep]
            h.log_probability = float(logs[place, wanted].sum())
            h.done = True

    def _grow(self, growing: list[tuple[_Slot, _Hypothesis]], states: NDArray[np.float32]) -> None:
        """Add the likeliest next piece to each open hypothesis."""
        logs, ends = self._decode([(slot, h.pieces) for slot, h in growing], states, whole=False)
        for (slot, h), (end,) in zip(growing, ends, strict=True):
            piece = int(logs[end].argmax())
            h.log_probability += float(logs[end, piece])
            if piece == self.tokenizer.sep:
                h.done = True
            elif len(h.pieces) >= LONGEST or piece in (self.tokenizer.keep, self.tokenizer.pad):
                slot.hypotheses.remove(h)
            else:
                h.pieces = [*h.pieces, piece]

    def _decode(
        self, rows: Sequence[tuple[_Slot, list[int]]], states: NDArray[np.float32], whole: bool
    ) -> tuple[NDArray[np.float32], list[list[int]]]:
        """Log-probabilities of the next piece, shape (places, vocabulary), and for each of `rows` the places that are
        its own: after the prompt of its slot and after each of the pieces written so far, or only after the last one.
        """
        if not rows:
            return np.zeros((0, 0), np.float32), []
        packed = _pack(rows, len(states), whole)
        used = packed.windows
        seen = np.zeros((*packed.ids.shape, states.shape[1]), dtype=bool)
        seen[..., 0] = packed.slots < 0  # padding has to look somewhere
        for k in range(len(used)):
            for n in np.unique(packed.slots[k][packed.slots[k] >= 0]):
                first, last = rows[n][0].place
                seen[k, packed.slots[k] == n, first:last] = True
        inputs: dict[str, NDArray[Any]] = {
            "input_ids": packed.ids,
            "position_ids": packed.positions,
            "attention_mask": packed.mask[:, None],
            "encoder_hidden_states": states[used],
            "encoder_attention_mask": seen[:, None],
            "wanted": packed.wanted,
        }
        (logs,) = self._decoder.run(None, inputs)
        return logs, packed.where

    def _answer(self, slot: _Slot) -> Rewrite:
        ranks = {name: rank for rank, (name, _) in enumerate(slot.known)}
        wordings = [
            Wording(self.tokenizer.decode(h.pieces), h.log_probability, None)
            if h.known is None
            else Wording(h.known, h.log_probability, ranks[h.known])
            for h in slot.hypotheses
        ]
        wordings.sort(key=lambda w: (-w.log_probability, w.text))
        return Rewrite(tuple(wordings), slot.keep)


def _of_lexicon(pieces: list[int], name: str, log_probability: float) -> _Hypothesis:
    """A wording of the lexicon, with the log-probability of its first piece.

    One of a single piece is done: that it ends there is as good as certain, and not worth another pass.
    """
    done = len(pieces) == 1
    return _Hypothesis(pieces, name, log_probability if done else 0.0, done)


@dataclass(frozen=True)
class _Packed:
    """Many decoder sequences in few rows: the prompt of a slot once, and after it each of its hypotheses.

    A hypothesis sees its prompt and its own pieces, and takes its positions up where the prompt ends, so that each
    sequence is read as if it stood alone.

    Attributes:
        windows: the windows that occur, one row each.
        ids, positions: pieces and their positions, shape (rows, length).
        slots: index of the first sequence of the slot that a piece belongs to, -1 for padding; shape (rows, length).
        mask: which pieces see which, shape (rows, length, length).
        wanted: flat places after which the next piece is asked for.
        where: for each sequence, the indices into `wanted` of its prompt's end and of each of its pieces, or of the
            last of these only.
    """

    windows: list[int]
    ids: NDArray[np.int64]
    positions: NDArray[np.int64]
    slots: NDArray[np.int64]
    mask: NDArray[np.bool_]
    wanted: NDArray[np.int64]
    where: list[list[int]]


def _pack(rows: Sequence[tuple[_Slot, list[int]]], windows: int, whole: bool) -> _Packed:
    by_window: list[dict[int, list[int]]] = [{} for _ in range(windows)]
    for n, (slot, _) in enumerate(rows):
        by_window[slot.row].setdefault(id(slot), []).append(n)
    used = [w for w, slots in enumerate(by_window) if slots]
    columns: tuple[list[list[int]], ...] = ([], [], [], [])  # pieces, positions, slots, branches
    places: list[list[tuple[int, int]]] = [[] for _ in rows]  # (row, column) of the prompt's end and of each piece
    for k, w in enumerate(used):
        line: tuple[list[int], list[int], list[int], list[int]] = ([], [], [], [])
        for members in by_window[w].values():
            start = rows[members[0]][0].prompt
            _extend(line, start, 0, members[0], -1)
            end = len(line[0]) - 1
            for n in members:
                places[n] = [(k, end)] + [(k, len(line[0]) + m) for m in range(len(rows[n][1]))]
                _extend(line, rows[n][1], len(start), members[0], n)
        for column, part in zip(columns, line, strict=True):
            column.append(part)
    ids, positions, slots, branches = columns
    slot_of, branch_of, position_of = padded(slots, -1), padded(branches, -2), padded(positions)
    same = slot_of[:, :, None] == slot_of[:, None, :]
    own = (branch_of[:, :, None] == branch_of[:, None, :]) | (branch_of[:, None, :] == -1)
    mask = same & own & (position_of[:, :, None] >= position_of[:, None, :])
    width = slot_of.shape[1]
    if not whole:
        places = [found[-1:] for found in places]
    index = {place: m for m, place in enumerate(dict.fromkeys(p for found in places for p in found))}
    wanted = np.array([k * width + column for k, column in index], dtype=np.int64)
    where = [[index[p] for p in found] for found in places]
    return _Packed(used, padded(ids), position_of, slot_of, mask, wanted, where)


def _extend(line: tuple[list[int], ...], pieces: list[int], first: int, slot: int, branch: int) -> None:
    for column, values in zip(
        line, (pieces, range(first, first + len(pieces)), [slot] * len(pieces), [branch] * len(pieces)), strict=True
    ):
        column.extend(values)


def _mark(window: Window, spans: list[Span], tokenizer: PieceTokenizer) -> tuple[list[int], list[int], list[list[int]]]:
    """Ids and types of the encoder, and the prompts of the decoder."""
    pieces = window.pieces
    found = piece_spans([(s.start - window.start, s.end - window.start) for s in spans], pieces)
    prompts = [
        prompt(marker, pieces.ids[first:last], tokenizer)
        for marker, (first, last) in zip(tokenizer.markers, found, strict=False)
    ]
    return *mark(pieces, found, tokenizer), prompts


def _places(marked: tuple[list[int], list[int], list[list[int]]]) -> tuple[list[tuple[int, int]], list[list[int]]]:
    """The place of each span in its marked window, and its prompt."""
    ids, _, prompts = marked
    firsts = [ids.index(start[0]) for start in prompts]
    return [(first, first + len(start) - 1) for first, start in zip(firsts, prompts, strict=True)], prompts


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
