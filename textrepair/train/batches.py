"""Batches of like length, as tensors."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import torch

from textrepair.train.examples import DetectorExample, RewriterExample

Example = TypeVar("Example", DetectorExample, RewriterExample)
Batch = dict[str, torch.Tensor]
IGNORED = -100


def _pad(rows: list[list[int]], value: int) -> torch.Tensor:
    width = -(-max(map(len, rows)) // 8) * 8
    return torch.tensor([row + [value] * (width - len(row)) for row in rows])


def detector_batch(examples: list[DetectorExample]) -> Batch:
    """(batch, pieces) tensors for a token classifier; padding has label -100."""
    ids = _pad([e.ids for e in examples], 0)
    return {
        "input_ids": ids,
        "token_type_ids": _pad([e.types for e in examples], 0),
        "attention_mask": (ids != 0).long(),
        "labels": _pad([e.labels for e in examples], IGNORED),
    }


def rewriter_batch(examples: list[RewriterExample]) -> Batch:
    """(batch, pieces) tensors for the encoder and (batch, targets) tensors for the decoder.

    All targets of a window lie in one decoder row, each from position 0 and blind to the others, so that one pass
    teaches every span and the decoder answers span by span just as `generate` does from a prompt.  Of the encoder's
    states a target sees those of its own span (`cross_attention_mask`, shape (batch, 1, targets, pieces)): they carry
    the whole window already, and a decoder that must first find its span among all pieces learns to do without.
    `encoder_labels` holds the first piece of each answer at its marker and at the piece after it, for the encoder's own
    loss.
    """
    ids = _pad([e.ids for e in examples], 0)
    firsts = [{start[0]: answer[0] for start, answer in e.targets} for e in examples]
    inputs, labels, positions, groups = [], [], [], []
    for e in examples:
        sequences = [[*start, *answer[:-1]] for start, answer in e.targets]
        inputs.append([i for sequence in sequences for i in sequence])
        labels.append([i for start, answer in e.targets for i in (*[IGNORED] * (len(start) - 1), *answer)])
        positions.append([n for sequence in sequences for n in range(len(sequence))])
        groups.append([g for g, sequence in enumerate(sequences) for _ in sequence])
    group = _pad(groups, -1)
    position = _pad(positions, 0)
    mask = (group[:, :, None] == group[:, None, :]) & (position[:, :, None] >= position[:, None, :])
    cross = torch.zeros(len(examples), group.shape[1], ids.shape[1], dtype=torch.bool)
    cross[..., 0] = group < 0  # padding has to look somewhere
    for row, e in enumerate(examples):
        for number, (start, _) in enumerate(e.targets):
            first = e.ids.index(start[0])
            cross[row, group[row] == number, first : first + len(start) - 1] = True
    return {
        "input_ids": ids,
        "token_type_ids": _pad([e.types for e in examples], 0),
        "attention_mask": (ids != 0).long(),
        "decoder_input_ids": _pad(inputs, 0),
        "decoder_position_ids": position,
        "decoder_attention_mask": mask[:, None],
        "cross_attention_mask": cross[:, None],
        "labels": _pad(labels, IGNORED),
        "encoder_labels": _pad(
            [
                [first.get(i, first.get(before, IGNORED)) for before, i in zip([0, *e.ids], e.ids, strict=False)]
                for e, first in zip(examples, firsts, strict=True)
            ],
            IGNORED,
        ),
    }


def bucketed(
    examples: Iterable[Example],
    collate: Callable[[list[Example]], Batch],
    pieces: int,
    rng: random.Random,
    pool: int = 768,
) -> Iterator[Batch]:
    """Batches of about `pieces` pieces: a pool of examples sorted by length, cut, and shuffled."""
    stream = iter(examples)
    while True:
        drawn = sorted((next(stream) for _ in range(pool)), key=lambda e: len(e.ids))
        batches: list[list[Example]] = []
        batch: list[Example] = []
        for example in drawn:
            if batch and (len(batch) + 1) * len(example.ids) > pieces:
                batches.append(batch)
                batch = []
            batch.append(example)
        batches.append(batch)
        rng.shuffle(batches)
        for batch in batches:
            yield collate(batch)
