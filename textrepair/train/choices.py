"""Choices between the wordings of a span, or none of them, and the linear model that makes them.

The chance of each wording is a softmax over the scores of all wordings of its span and 0, the score of "none is right"
(a conditional logit: D. McFadden, "Conditional logit analysis of qualitative choice behavior", 1974).  Several wordings
may be right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from textrepair.evidence import Floats

NEVER = -1e9
"""Score of a wording that is not there."""


@dataclass(frozen=True)
class Choice:
    """A span in training: the features of its wordings, shape (wordings, features), and which of them are right."""

    rows: Floats
    right: NDArray[np.bool_]


@dataclass(frozen=True)
class Choices:
    """Many choices as tensors, those with few wordings filled up.

    Attributes:
        rows: shape (choices, wordings, features).
        offered: which wordings are there; shape (choices, wordings).
        right: which of them are right, and in the last column whether none is; shape (choices, wordings + 1).
    """

    rows: torch.Tensor
    offered: torch.Tensor
    right: torch.Tensor

    @classmethod
    def of(cls, choices: Sequence[Choice], dtype: torch.dtype = torch.float32) -> Choices:
        """Gather choices, of which there is at least one."""
        width, features = max(len(c.rows) for c in choices), choices[0].rows.shape[1]
        rows = torch.zeros(len(choices), width, features, dtype=dtype)
        offered = torch.zeros(len(choices), width, dtype=torch.bool)
        right = torch.zeros(len(choices), width + 1, dtype=torch.bool)
        for n, c in enumerate(choices):
            rows[n, : len(c.rows)] = torch.tensor(c.rows)
            offered[n, : len(c.rows)] = True
            right[n, : len(c.rows)] = torch.tensor(c.right)
            right[n, width] = not c.right.any()
        return cls(rows, offered, right)

    def loss(self, scores: torch.Tensor, chosen: torch.Tensor | slice = slice(None)) -> torch.Tensor:
        """Mean surprise, in nats, at what is right.

        Args:
            scores: of the wordings of those that are chosen; shape (chosen, wordings).
            chosen: which choices.
        """
        scores = scores.masked_fill(~self.offered[chosen], NEVER)
        log_chances = torch.nn.functional.pad(scores, (0, 1)).log_softmax(1)
        return -log_chances.masked_fill(~self.right[chosen], NEVER).logsumexp(1).mean()


def fit_linear(choices: Sequence[Choice], start: Sequence[float], ridge: float) -> Floats:
    """Weights of the features under which what is right is likeliest; shape (features,).

    Args:
        choices: at least one.
        start: weights to stay near.
        ridge: nats that a distance of 1 from them costs.
    """
    all_ = Choices.of(choices, torch.float64)
    first = torch.tensor(start, dtype=torch.float64)
    weights = first.clone().requires_grad_()
    optimizer = torch.optim.LBFGS([weights], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        value = all_.loss(all_.rows @ weights) + ridge * (weights - first).square().sum()
        value.backward()
        return value

    optimizer.step(loss)
    found: Floats = weights.detach().numpy()
    return found
