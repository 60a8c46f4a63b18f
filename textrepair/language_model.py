"""A causal language model that reads a text once and scores many other ways in which it could go on.

The pieces of the text and of all branches off it form a tree, in which each piece sees the path that leads to it and
nothing else ("tree attention": X. Miao et al., "SpecInfer", ASPLOS 2024).  What branches share with the text or with
each other is read once, and what was read is kept, so that longer branches can follow shorter ones.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from textrepair.errors import ModelError
from textrepair.evidence import Floats
from textrepair.pretrained import Pretrained, resolve
from textrepair.sessions import Session, open_session
from textrepair.tokenization import read_tokenizer


@dataclass(frozen=True)
class Branch:
    """Another way in which a text could go on.

    Attributes:
        at: code points of the text that stay before it.
        wording: what comes next.
        after: what follows the wording; scored apart.
    """

    at: int
    wording: str
    after: str = ""


@dataclass(frozen=True)
class Shape:
    """Sizes of a decoder, as in its `config.json`: layers, heads of keys and values, their width, width of states, and
    the piece that every text starts with.
    """

    layers: int
    heads: int
    head_width: int
    width: int
    start: int

    @classmethod
    def from_file(cls, path: Path) -> Shape:
        """Read a `config.json` of the Llama family.

        Raises:
            ModelError: it is missing or malformed.
        """
        try:
            raw: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            return cls(
                int(raw["num_hidden_layers"]),
                int(raw["num_key_value_heads"]),
                int(raw["head_dim"]),
                int(raw["hidden_size"]),
                int(raw["bos_token_id"]),
            )
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise ModelError(f"no usable settings of a language model at {path}: {error}") from error


class LanguageModel(Pretrained):
    """A decoder of the Llama family in ONNX Runtime (see `textrepair.train.language_model`)."""

    FILES = ("model.onnx", "model.onnx_data", "tokenizer.json", "config.json")

    def __init__(self, open_graph: Callable[[], Session], tokenizer: Tokenizer, shape: Shape) -> None:
        self.tokenizer, self.shape = tokenizer, shape
        self._open_graph = open_graph

    @cached_property
    def _coming(self) -> Future[Session]:
        loader = ThreadPoolExecutor(1)
        found = loader.submit(self._open_graph)
        loader.shutdown(wait=False)
        return found

    def load_ahead(self) -> Future[Session]:
        """Begin to load the graph, if nobody has, beside other work."""
        return self._coming

    @property
    def session(self) -> Session:
        """The graph, loaded when the first article needs it: most do not."""
        return self.load_ahead().result()

    @classmethod
    def from_pretrained(cls, name: str | Path, threads: int, revision: str | None = None) -> LanguageModel:
        """Load the `FILES` of a folder or of a model on the Hub (see `pretrained.resolve`).

        Raises:
            ModelError: a file is missing or broken.
        """
        folder = resolve(name, cls.FILES, revision)
        shape = Shape.from_file(folder / "config.json")
        tokenizer = read_tokenizer(folder / "tokenizer.json")
        made = cls(partial(open_session, folder / "model.onnx", threads), tokenizer, shape)
        made.folder = folder
        return made

    def read(self, text: str) -> Tree:
        """A text, to be read when something is asked about it."""
        return Tree(self, text)


class Tree:
    """A text and its branches, as far as the model has read them.

    Args:
        model: reads.
        text: the text, of a few hundred words at most: every piece may look at all pieces before it.
    """

    def __init__(self, model: LanguageModel, text: str) -> None:
        encoding = model.tokenizer.encode(text, add_special_tokens=False)
        shape = model.shape
        self.text, self._model = text, model
        self._ends = [0, *(end for _, end in encoding.offsets)]
        self._pieces: list[int] = []
        self._paths: list[list[int]] = []
        self._children: dict[tuple[int, int], int] = {}
        self._past = np.zeros((shape.layers, 2, 1, shape.heads, 0, shape.head_width), np.float32)
        self._states = np.zeros((0, shape.width), np.float32)
        node = -1
        for piece in (shape.start, *encoding.ids):
            node = self._child(node, piece)

    def score(self, branches: Sequence[Branch]) -> Floats:
        """Log-probability of each branch's wording, and of what follows it; shape (branches, 2), in nats."""
        wanted: dict[tuple[int, int], int] = {}  # (node, next piece) -> its row in the model's answer
        plans = []
        for branch in branches:
            node, pieces, own = self._placed(branch)
            steps = []
            for n, piece in enumerate(pieces):
                steps.append(wanted.setdefault((node, piece), len(wanted)))
                if n + 1 < len(pieces):  # nothing is asked for after the last one
                    node = self._child(node, piece)
            plans.append((steps[:own], steps[own:]))
        if not wanted:
            return np.zeros((len(branches), 2))
        logs = self._read(list(wanted))
        return np.array([[logs[part].sum() for part in plan] for plan in plans], dtype=np.float64)

    def _child(self, node: int, piece: int) -> int:
        """The node of a piece behind another (-1: the root), made if need be."""
        made = self._children.setdefault((node, piece), len(self._pieces))
        if made == len(self._pieces):
            self._pieces.append(piece)
            self._paths.append([*(self._paths[node] if node >= 0 else ()), made])
        return made

    def _placed(self, branch: Branch) -> tuple[int, list[int], int]:
        """The node that a branch leaves from, its pieces, and how many of them are its wording's.

        The white space before a wording belongs to the wording's first piece.
        """
        node = int(np.searchsorted(self._ends, branch.at, side="right")) - 1
        words = self.text[self._ends[node] : branch.at] + branch.wording
        encoding = self._model.tokenizer.encode(words + branch.after, add_special_tokens=False)
        return node, encoding.ids, sum(start < len(words) for start, _ in encoding.offsets)

    def _read(self, wanted: Sequence[tuple[int, int]]) -> Floats:
        """Log-probability of each piece behind its node, all nodes that are new read on the way; shape (wanted,)."""
        # A graph cannot read nothing: where no node is new, the last one is read again.
        first, total = min(len(self._states), len(self._pieces) - 1), len(self._pieces)
        mask = np.zeros((1, total - first, total), dtype=bool)
        for node in range(first, total):
            mask[0, node - first, self._paths[node]] = True
        places = list(dict.fromkeys(node for node, _ in wanted))
        rows = {node: row for row, node in enumerate(places)}
        inputs: dict[str, NDArray[Any]] = {
            "input_ids": np.array([self._pieces[first:]], dtype=np.int64),
            "position_ids": np.array([[len(path) - 1 for path in self._paths[first:]]], dtype=np.int64),
            "attention_mask": mask,
            "past": self._past[..., :first, :],
            "past_states": self._states[:first],
            "places": np.array(places, dtype=np.int64),
            "rows": np.array([rows[node] for node, _ in wanted], dtype=np.int64),
            "targets": np.array([piece for _, piece in wanted], dtype=np.int64),
        }
        logs, self._past, self._states = self._model.session.run(None, inputs)
        found: Floats = logs.astype(np.float64)
        return found
