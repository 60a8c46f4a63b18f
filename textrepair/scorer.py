"""Which wording of a span is right, if any: a small network over the evidence about a span and all its wordings.

Each wording gets a score from its features; the chance of each is a softmax over the wordings of its span and "none of
them is right", whose score is 0.  So wordings compete with each other and with leaving the span alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from textrepair.arrays import stored_arrays
from textrepair.evidence import Floats
from textrepair.features import FEATURES


class Scorer:
    """A perceptron with two hidden layers.

    Args:
        centre, spread: mean and standard deviation of the features in training; shape (features,).
        layers: (weights of shape (in, out), biases of shape (out,)) of each layer; the last has one output.
    """

    def __init__(self, centre: Floats, spread: Floats, layers: Sequence[tuple[Floats, Floats]]) -> None:
        self.centre, self.spread, self.layers = centre, spread, tuple(layers)

    @classmethod
    def from_file(cls, path: Path) -> Scorer:
        """Read `scorer.npz`.

        Raises:
            ModelError: it is missing or broken.
        """
        with stored_arrays(path, "scorer") as stored:
            arrays = {name: array.astype(np.float64) for name, array in stored.items()}
            depth = sum(name.startswith("weights") for name in arrays)
            layers = [(arrays[f"weights{n}"], arrays[f"biases{n}"]) for n in range(depth)]
            made = cls(arrays["centre"], arrays["spread"], layers)
            made.chances(np.zeros((1, FEATURES)), [1])  # shapes that do not fit show now
        return made

    def save(self, path: Path) -> None:
        """Write `scorer.npz`."""
        arrays: dict[str, Any] = {"centre": self.centre, "spread": self.spread}
        for n, (weights, biases) in enumerate(self.layers):
            arrays |= {f"weights{n}": weights, f"biases{n}": biases}
        np.savez(path, **{name: array.astype(np.float32) for name, array in arrays.items()})

    def chances(self, rows: Floats, sizes: Sequence[int]) -> list[Floats]:
        """The chance of each wording of each span that it is right (0..1); what lacks to 1 is the chance of none.

        Args:
            rows: features of all wordings of all spans, span by span; shape (wordings, features).
            sizes: wordings of each span.
        """
        hidden = (rows - self.centre) / self.spread
        for weights, biases in self.layers[:-1]:
            hidden = np.tanh(hidden @ weights + biases)
        weights, biases = self.layers[-1]
        odds = np.exp(np.clip((hidden @ weights + biases)[:, 0], -60, 60))
        return [part / (1 + part.sum()) for part in np.split(odds, np.cumsum(sizes)[:-1])]
