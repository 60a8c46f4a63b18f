"""A first look, without a transformer, at whether a document is obviously clean.

Spinners leave word pairs that nobody writes (`to an settlement`), and an article holds dozens of them.  A linear model
over hashed words and pairs of words is no judge of a sentence, but it knows most clean documents for what they are, at
a thousandth of the detector's cost; only the others need the detector.
"""

from __future__ import annotations

import math
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from textrepair.arrays import stored_arrays
from textrepair.ngrams import tokens

BITS = 21
"""The features fall into 2 to the power of `BITS` places; those that fall together share a weight."""


def features(text: str) -> NDArray[np.uint32]:
    """The places of the words and of the pairs of neighbouring words of `text`, sorted, each once."""
    encoded = " ".join(tokens(text)).encode(errors="replace").split()
    words = np.fromiter(map(crc32, encoded), dtype=np.uint32, count=len(encoded))
    pairs = words[:-1] * np.uint32(0x9E3779B1) + words[1:]
    pairs ^= pairs >> np.uint32(15)
    return np.unique(np.concatenate([words, pairs]) >> np.uint32(32 - BITS))


class FirstLook:
    """The linear model.

    Args:
        weights: evidence of each place that a text was spun, in nats; negative where it speaks for a clean one; shape
            (2 ** BITS,), float16.
        threshold: score under which a document is obviously clean.
    """

    FILE = "first_look.npz"

    def __init__(self, weights: NDArray[np.float16], threshold: float) -> None:
        self.weights, self.threshold = weights, threshold

    @classmethod
    def from_file(cls, path: Path) -> FirstLook:
        """Read a file written by `save`.

        Raises:
            ModelError: it is missing or broken.
        """
        with stored_arrays(path, "first look") as stored:
            weights, threshold = stored["weights"], float(stored["threshold"])
            if weights.shape != (2**BITS,) or weights.dtype != np.float16:
                raise ValueError("its size is wrong")
        return cls(weights, threshold)

    def save(self, path: Path) -> None:
        """Write the model as one file."""
        np.savez_compressed(path, weights=self.weights, threshold=np.array(self.threshold))

    def score(self, text: str) -> float:
        """The evidence that `text` was spun, in nats per square root of a feature; of a short text it is near 0."""
        found = features(text)
        return float(self.weights[found].sum(dtype=np.float64)) / math.sqrt(max(len(found), 1))

    def passes(self, text: str) -> bool:
        """Whether `text` is obviously clean."""
        return self.score(text) < self.threshold
