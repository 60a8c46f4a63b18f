"""Which dialect an article looks like: whose dictionary best explains what was replaced by what."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from textrepair.resources import lexicon_dir
from textrepair.results import Repair
from textrepair.spin.dialect import Dialect, load_dialects
from textrepair.spin.engine import kind
from textrepair.spin.lexicon import rank_weight, read_rows

ENOUGH = 10
"""Substitutions that some dictionary knows; with fewer, the dialects that share most of theirs cannot be told apart."""
SURE = 0.8
"""Chance (0..1) under which no dialect is named."""

_UNKNOWN = 0.003
"""Chance that a spinner prints a form that is not in the dictionary of its dialect."""
_TEMPER = 0.5
"""Factor on the evidence: the substitutions of an article depend on each other, since words recur."""
_ENDINGS = (("ies", "y"), ("ied", "y"), *((e, r) for e in ("s", "es", "d", "ed", "ing") for r in ("", "e")))


@dataclass(frozen=True)
class Guess:
    """A dialect and how sure it is (0..1)."""

    name: str
    chance: float


def guess_dialect(repair: Repair) -> Guess | None:
    """The dialect that the applied edits of a repair speak for, or None where they say too little."""
    pairs = {(e.replacement.lower(), e.original.lower()) for e in repair.edits if e.applied}
    dialects = load_dialects()
    chances: list[list[float]] = []
    for original, spun in sorted(pairs):
        row = [_chance(original, spun, dialect) for dialect in dialects.dialects.values()]
        if any(row):
            chances.append(row)
    if len(chances) < ENOUGH:
        return None
    prior = [math.log(dialects.frequency[name]) for name in dialects.dialects]
    logs = [p + _TEMPER * sum(math.log(max(row[n], _UNKNOWN)) for row in chances) for n, p in enumerate(prior)]
    weights = [math.exp(log - max(logs)) for log in logs]
    best = max(range(len(weights)), key=weights.__getitem__)
    chance = weights[best] / sum(weights)
    return Guess(list(dialects.dialects)[best], chance) if chance >= SURE else None


def load_lexicon() -> None:
    """Read the lexicon, which otherwise happens when it is first needed."""
    for dialect in load_dialects().dialects.values():
        for name in dialect.lexicon:
            _file(name)


def _chance(original: str, spun: str, dialect: Dialect) -> float:
    """The chance of a form given its head, both as they stand or uninflected; 0 if the dialect does not know it."""
    best = 0.0
    for head in _bases(original):
        weights: dict[str, float] = defaultdict(float)
        for name in dialect.lexicon:
            for form, weight in _file(name).get(head, {}).items():
                weights[form] += weight * dialect.kinds[kind(head, form)]
        best = max([best, *(weights[form] / sum(weights.values()) for form in _bases(spun) if form in weights)])
    return best


@lru_cache
def _file(name: str) -> dict[str, dict[str, float]]:
    """Heads to the weights of their forms, as a lexicon file gives them."""
    table: dict[str, dict[str, float]] = {}
    for row in read_rows(lexicon_dir() / f"{name}.tsv"):
        forms = table.setdefault(row.head.lower(), {})
        for rank, form in enumerate(row.forms):
            forms.setdefault(form.lower(), rank_weight(rank))
    return table


def _bases(text: str) -> Iterable[str]:
    """The wording, and what it may be an inflection of: nouns inflect their last word, verbs their first."""
    first, space, rest = text.partition(" ")
    yield text
    yield from (base + space + rest for base in _uninflected(first))
    if space:
        before, _, last = text.rpartition(" ")
        yield from (f"{before} {base}" for base in _uninflected(last))


def _uninflected(word: str) -> Iterator[str]:
    for ending, replacement in _ENDINGS:
        stem = word.removesuffix(ending)
        if len(stem) >= 2 and stem != word:
            yield stem + replacement
            if replacement == "" and stem[-1] == stem[-2]:
                yield stem[:-1]
