"""Fits the scorer: which wording of a span is right, learnt from spans whose originals are known."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import torch
from torch import nn

from textrepair.evidence import Floats
from textrepair.scorer import Scorer
from textrepair.train.choices import Choice, Choices

HIDDEN = (64, 32)
EPOCHS = 25
BATCH = 256
"""Spans in a batch."""

MEMBERS = 3

SET_ASIDE = 0.15
"""Share of the spans, the last ones, on which the best epoch is chosen."""


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

    It is the mean of `MEMBERS` that began with other weights: one network of blocks that do not touch.

    Args:
        choices: spans, article by article, so that those set aside are of other articles.
        seed: of the first weights and the order.
    """
    members = [_fit(choices, seed + n) for n in range(MEMBERS)]
    *hidden, _ = zip(*(member.layers for member in members), strict=True)
    layers = [(_blocks([w for w, _ in layer]), np.concatenate([b for _, b in layer])) for layer in hidden]
    layers[0] = (np.concatenate([w for w, _ in hidden[0]], axis=1), layers[0][1])
    ends = [member.layers[-1] for member in members]
    layers.append((np.concatenate([w for w, _ in ends]) / MEMBERS, np.mean([b for _, b in ends], axis=0)))
    return Scorer(members[0].centre, members[0].spread, layers)


def _blocks(matrices: Sequence[Floats]) -> Floats:
    """A block-diagonal matrix."""
    found = np.zeros(np.sum([m.shape for m in matrices], axis=0))
    row = column = 0
    for m in matrices:
        found[row : row + m.shape[0], column : column + m.shape[1]] = m
        row, column = row + m.shape[0], column + m.shape[1]
    return found


def _fit(choices: Sequence[Choice], seed: int) -> Scorer:
    torch.manual_seed(seed)
    gathered = Choices.of(choices)
    last = max(1, int(len(choices) * (1 - SET_ASIDE)))
    seen = gathered.rows[:last][gathered.offered[:last]]
    network = _Network(seen.mean(0), seen.std(0) + 1e-3)
    steps = EPOCHS * -(-last // BATCH)
    optimizer = torch.optim.AdamW(network.parameters(), weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=steps)

    def loss(chosen: torch.Tensor | slice) -> torch.Tensor:
        return gathered.loss(network(gathered.rows[chosen]), chosen)

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
