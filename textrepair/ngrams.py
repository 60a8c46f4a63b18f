"""How usual a wording is in its context: counts of word trigrams, bigrams and words in clean text.

The rewriter knows what a spun word may stand for; the counts know which of that people write (`interest rates`, and
never `curiosity charges`).  Scores are those of stupid backoff (Brants et al., "Large Language Models in Machine
Translation", EMNLP 2007).

The table is two arrays of equal length: sorted 32-bit hashes of n-grams, and their counts as 8-bit logarithms.  A
hash of an n-gram never seen meets a stored one in about one of a thousand look-ups, which costs nothing that matters.
"""

from __future__ import annotations

import math
import re
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from textrepair.errors import ModelError

ORDER = 3
BACKOFF = math.log(0.4)
STEPS = 12.0
"""Steps of the stored logarithm in one nat; 8 bits hold counts up to a billion to within 4 %."""

_TOKEN = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*|\d[\d.,]*|[^\w\s]")  # noqa: RUF001
_MASK = 0xFFFFFFFF


def tokens(text: str) -> list[str]:
    """Words in lower case, numbers as `0`, and signs."""
    found = _TOKEN.findall(text.lower().replace("’", "'"))  # noqa: RUF001
    return ["0" if token[0].isdigit() else token for token in found]


def word_hash(token: str) -> int:
    """A 32-bit hash of a token, the same on every machine."""
    return zlib.crc32(token.encode())


def gram_hash(hashes: Sequence[int]) -> int:
    """A 32-bit hash of an n-gram, from the hashes of its words."""
    mixed = len(hashes)
    for h in hashes:
        mixed = (mixed * 0x9E3779B1 + h) & _MASK
        mixed ^= mixed >> 15
    return mixed


class NgramCounts:
    """A table of n-gram counts.

    Args:
        keys: sorted hashes, shape (n-grams,), uint32.
        logs: logarithms of their counts in steps of 1/`STEPS` nats, shape (n-grams,), uint8.
        total: words counted.
    """

    def __init__(self, keys: NDArray[np.uint32], logs: NDArray[np.uint8], total: int) -> None:
        self._keys, self._logs = keys, logs
        self._floor = -math.log(total) - 1.0  # a word never seen

    @classmethod
    def from_file(cls, path: Path) -> NgramCounts:
        """Read a table written by `textrepair.train.ngrams`; the keys stay on disk until they are looked at.

        Raises:
            ModelError: the file is missing or broken.
        """
        try:
            head = np.fromfile(path, dtype=np.uint64, count=2)
            size, total = int(head[0]), int(head[1])
            if not size or not total or path.stat().st_size != 16 + 5 * size:
                raise ValueError("its size is wrong")
            keys = np.memmap(path, dtype=np.uint32, mode="r", offset=16, shape=(size,))
            logs = np.memmap(path, dtype=np.uint8, mode="r", offset=16 + 4 * size, shape=(size,))
        except (OSError, ValueError, IndexError) as error:
            raise ModelError(f"no usable table of word sequences at {path}") from error
        return cls(keys, logs, total)

    def _logs_of(self, grams: Sequence[int]) -> NDArray[np.float64]:
        """Log-counts of n-grams, minus infinity where never seen."""
        wanted = np.array(grams, dtype=np.uint32)
        at = np.minimum(np.searchsorted(self._keys, wanted), len(self._keys) - 1)
        return np.where(self._keys[at] == wanted, self._logs[at] / STEPS, -np.inf)

    def frequency(self, text: str, unknown: float) -> float:
        """Mean logarithm of the counts of the words of a text; `unknown` stands for a word never counted."""
        counted = self._logs_of([gram_hash([word_hash(token)]) for token in tokens(text)])
        return float(np.where(counted > -np.inf, counted, unknown).mean()) if len(counted) else unknown

    def gains(
        self, before: str, text: str, wordings: Sequence[str], after: str
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """How much more usual each wording is than `text` after `before`, and how much more usual `after` is behind it.

        Returns:
            Two arrays of shape (wordings,), in nats.
        """
        scores = self.score(tokens(before), [tokens(w) for w in (text, *wordings)], tokens(after))
        own, following = np.array(scores).T
        return own[1:] - own[0], following[1:] - following[0]

    def score(
        self, before: Sequence[str], wordings: Sequence[Sequence[str]], after: Sequence[str]
    ) -> list[tuple[float, float]]:
        """Log-probability of each wording between two contexts, and that of what follows it.

        Args:
            before: tokens before, of which the last two count.
            wordings: tokens of each wording.
            after: tokens after, of which the first two count.
        """
        left, right = list(before)[-(ORDER - 1) :], list(after)[: ORDER - 1]
        grams: list[int] = []
        index: dict[int, int] = {}
        plans: list[list[list[int]]] = []
        for wording in wordings:
            hashes = [word_hash(t) for t in (*left, *wording, *right)]
            plan = []
            for end in range(len(left), len(hashes)):
                chain = []
                for size in range(min(ORDER, end + 1), 0, -1):
                    gram = hashes[end - size + 1 : end + 1]
                    for part in (gram, gram[:-1]):
                        key = gram_hash(part) if part else -1
                        if key >= 0 and key not in index:
                            index[key] = len(grams)
                            grams.append(key)
                        chain.append(index.get(key, -1))
                plan.append(chain)
            plans.append(plan)
        logs = self._logs_of(grams)
        found = []
        for wording, plan in zip(wordings, plans, strict=True):
            words = [self._word(chain, logs) for chain in plan]
            found.append((sum(words[: len(wording)]), sum(words[len(wording) :])))
        return found

    def _word(self, chain: list[int], logs: NDArray[np.float64]) -> float:
        """Log-probability of one word; `chain` holds the n-gram and its history, from the longest down."""
        penalty = 0.0
        for gram, history in zip(chain[::2], chain[1::2], strict=True):
            if history < 0:
                return penalty + (float(logs[gram]) + self._floor + 1.0 if logs[gram] > -np.inf else self._floor)
            if logs[gram] > -np.inf and logs[history] > -np.inf:
                return penalty + min(0.0, float(logs[gram] - logs[history]))
            penalty += BACKOFF
        return penalty + self._floor
