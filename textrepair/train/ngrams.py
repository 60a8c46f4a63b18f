"""Counts the n-grams of a corpus into the table that `textrepair.ngrams` reads."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from textrepair.ngrams import ORDER, STEPS, tokens, word_hash

LEAST = (2, 2, 3)
"""Least counts of words, bigrams and trigrams that are kept: rarer ones say little and take most of the room."""

BLOCK = 4_000_000


def count(sentences: Iterable[str], target: Path) -> int:
    """Write the table of all n-grams of `sentences`; returns how many it holds."""
    hashes: dict[str, int] = {}
    stream: list[int] = []
    blocks: list[NDArray[np.uint32]] = []
    marks: list[NDArray[np.bool_]] = []
    starts: list[bool] = []
    for sentence in sentences:
        first = True
        for token in tokens(sentence):
            h = hashes.get(token)
            if h is None:
                h = hashes[token] = word_hash(token)
            stream.append(h)
            starts.append(first)
            first = False
        if len(stream) >= BLOCK:
            blocks.append(np.array(stream, dtype=np.uint32))
            marks.append(np.array(starts))
            stream.clear()
            starts.clear()
    words = np.concatenate([*blocks, np.array(stream, dtype=np.uint32)])
    begins = np.concatenate([*marks, np.array(starts, dtype=bool)])
    keys, counts = [], []
    for size in range(1, ORDER + 1):
        grams = _grams(words, begins, size)
        grams.sort()
        edges = np.flatnonzero(np.concatenate([[True], grams[1:] != grams[:-1], [True]]))
        found, times = grams[edges[:-1]], np.diff(edges)
        kept = times >= LEAST[size - 1]
        keys.append(found[kept])
        counts.append(times[kept])
    all_keys, all_counts = np.concatenate(keys), np.concatenate(counts)
    order = np.lexsort((-all_counts, all_keys))
    all_keys, all_counts = all_keys[order], all_counts[order]
    first_of = np.concatenate([[True], all_keys[1:] != all_keys[:-1]])
    all_keys, all_counts = all_keys[first_of], all_counts[first_of]
    logs = np.minimum(255, np.rint(np.log(all_counts) * STEPS)).astype(np.uint8)
    with target.open("wb") as out:
        np.array([len(all_keys), len(words)], dtype=np.uint64).tofile(out)
        all_keys.astype(np.uint32).tofile(out)
        logs.tofile(out)
    return len(all_keys)


def _grams(words: NDArray[np.uint32], begins: NDArray[np.bool_], size: int) -> NDArray[np.uint32]:
    """`ngrams.gram_hash` of every n-gram of a size that stays within a sentence."""
    length = len(words) - size + 1
    mixed = np.full(length, size, dtype=np.uint64)
    inside = np.ones(length, dtype=bool)
    for n in range(size):
        part = words[n : n + length].astype(np.uint64)
        mixed = (mixed * np.uint64(0x9E3779B1) + part) & np.uint64(0xFFFFFFFF)
        mixed ^= mixed >> np.uint64(15)
        if n:
            inside &= ~begins[n : n + length]
    return mixed[inside].astype(np.uint32)
