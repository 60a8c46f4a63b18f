"""Peers that know the lexicon and nothing else: what textrepair's own word lists achieve without its models.

    python -m textrepair.evaluate.peers.lexical inverse|frequency FILE...

prints one line of JSON for each file, `{"edits": [[start, end, replacement], ...]}`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import click

from textrepair.candidates import Candidates
from textrepair.casing import keep_known_case, match_case, starts_sentence
from textrepair.ngrams import NgramCounts, tokens
from textrepair.resources import models_dir

LONGEST = 7
"""Words of the longest spun wording that is looked up."""

RARE, GAIN = -10.0, 5.0
"""Nats: a word whose log-frequency is below `RARE` gives way to one that is more frequent by `GAIN`; the best of a grid
on machine-spun text (`tuning.py`)."""

_WORD = re.compile(r"\w+(?:['’.-]\w+)*")  # noqa: RUF001

Change = tuple[int, int, str]
"""A stretch of the text (half-open code points) and the wording that takes its place."""


def lexicon() -> Candidates:
    """The shipped list of spun wordings and their originals."""
    return Candidates.from_file(models_dir() / "rewriter" / "candidates.tsv")


def known_at(text: str, words: list[tuple[int, int]], first: int, known: Candidates) -> Iterator[tuple[int, list[str]]]:
    """Spun wordings that begin at a word, longest first: index of the word after it, and its originals."""
    for last in range(min(first + LONGEST, len(words)), first, -1):
        stretch = text[words[first][0] : words[last - 1][1]]
        if any(c in stretch for c in "\n.!?;:,"):
            continue
        originals = known.originals(stretch)
        if originals:
            yield last, originals


def words_of(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Ranges of the words of a text."""
    return [m.span() for m in _WORD.finditer(text, start, len(text) if end is None else end)]


def in_place(text: str, start: int, end: int, original: str) -> str:
    """A wording with the capitals of the one that it replaces."""
    spun = text[start:end]
    return match_case(keep_known_case(original, spun), spun, starts_sentence(text, start))


def inverse(text: str) -> list[Change]:
    """Every wording that the lexicon knows as spun, replaced by its likeliest original."""
    return _first_accepted(text, lexicon(), lambda _spun, originals: originals[0])


def frequency(text: str, rare: float = RARE, gain: float = GAIN) -> list[Change]:
    """Rare words replaced by their most frequent synonym, after Mozes et al., "Frequency-Guided Word Substitutions for
    Detecting Textual Adversarial Examples", EACL 2021; the synonyms are the lexicon's.

    Args:
        text: an article.
        rare: log-frequency under which a word is suspected.
        gain: nats by which its substitute has to be more frequent.
    """
    usage = _usage()

    @cache
    def log_frequency(wording: str) -> float:
        return usage.score((), [tokens(wording)], ())[0][0]

    def choose(spun: str, originals: list[str]) -> str | None:
        best = max(originals, key=log_frequency)
        own = log_frequency(spun)
        return best if own < rare and log_frequency(best) >= own + gain else None

    return _first_accepted(text, lexicon(), choose)


@cache
def _usage() -> NgramCounts:
    return NgramCounts.from_file(models_dir() / "ngrams.bin")


def _first_accepted(text: str, known: Candidates, choose: Callable[[str, list[str]], str | None]) -> list[Change]:
    """Changes from left to right: at each word the longest known wording for which `choose` has an original."""
    words = words_of(text)
    changes: list[Change] = []
    at = 0
    while at < len(words):
        step = at + 1
        for last, originals in known_at(text, words, at, known):
            start, end = words[at][0], words[last - 1][1]
            original = choose(text[start:end], originals)
            if original is not None:
                changes.append((start, end, in_place(text, start, end, original)))
                step = last
                break
        at = step
    return changes


PEERS: dict[str, Callable[[str], list[Change]]] = {"inverse": inverse, "frequency": frequency}


@click.command(help=__doc__)
@click.argument("name", type=click.Choice(sorted(PEERS)))
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
def main(name: str, paths: tuple[Path, ...]) -> None:
    """Run the command."""
    for path in paths:
        click.echo(json.dumps({"edits": PEERS[name](path.read_text(encoding="utf-8"))}))


if __name__ == "__main__":
    main()
