"""Fits the scorer: which wording of a span is right, learnt from spans whose originals are known."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from textrepair.evidence import Floats
from textrepair.scorer import Scorer

HIDDEN = (64, 32)
EPOCHS = 25
BATCH = 256
"""Spans in a batch."""

SET_ASIDE = 0.15
"""Share of the spans, the last ones, on which the best epoch is chosen."""


@dataclass(frozen=True)
class Choice:
    """A span in training: the features of its wordings, shape (wordings, features), and which of them are right."""

    rows: Floats
    right: NDArray[np.bool_]


class _Network(nn.Module):
    def __init__(self, centre: torch.Tensor, spread: torch.Tensor) -> None:
        super().__init__()
        self.centre, self.spread = centre, spread
        sizes = (len(centre), *HIDDEN, 1)
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in itertools.pairwise(sizes))

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        hidden = (rows - self.centre) / self.spread
        for layer in self.layers[:-1]:
            hidden = torch.tanh(layer(hidden))
        scores: torch.Tensor = self.layers[-1](hidden).squeeze(-1)
        return scores


def fit_scorer(choices: Sequence[Choice], seed: int = 0) -> Scorer:
    """The scorer under which the right wordings, or none where none is right, are likeliest.

    Args:
        choices: spans, article by article, so that those set aside are of other articles.
        seed: of the first weights and the order.
    """
    torch.manual_seed(seed)
    width, features = max(len(c.rows) for c in choices), choices[0].rows.shape[1]
    rows = torch.zeros(len(choices), width, features)
    offered = torch.zeros(len(choices), width, dtype=torch.bool)
    right = torch.zeros(len(choices), width + 1, dtype=torch.bool)
    for n, c in enumerate(choices):
        rows[n, : len(c.rows)] = torch.tensor(c.rows)
        offered[n, : len(c.rows)] = True
        right[n, : len(c.rows)] = torch.tensor(c.right)
        right[n, width] = not c.right.any()
    last = max(1, int(len(choices) * (1 - SET_ASIDE)))
    seen = rows[:last][offered[:last]]
    network = _Network(seen.mean(0), seen.std(0) + 1e-3)
    steps = EPOCHS * -(-last // BATCH)
    optimizer = torch.optim.AdamW(network.parameters(), weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=steps)

    def loss(chosen: torch.Tensor | slice) -> torch.Tensor:
        scores = network(rows[chosen]).masked_fill(~offered[chosen], -1e9)
        none = torch.zeros(len(scores), 1)
        log_chances = torch.cat([scores, none], 1).log_softmax(-1)
        return -log_chances.masked_fill(~right[chosen], -1e9).logsumexp(1).mean()

    best, state = float("inf"), network.state_dict()
    for _ in range(EPOCHS):
        for chosen in torch.randperm(last).split(BATCH):
            optimizer.zero_grad()
            loss(chosen).backward()
            optimizer.step()
            schedule.step()
        with torch.no_grad():
            value = float(loss(slice(last, None))) if last < len(choices) else 0.0
        if value < best:
            best, state = value, {name: tensor.clone() for name, tensor in network.state_dict().items()}
    network.load_state_dict(state)
    layers = [(layer.weight.detach().numpy().T, layer.bias.detach().numpy()) for layer in network.layers]
    return Scorer(network.centre.numpy(), network.spread.numpy(), layers)
