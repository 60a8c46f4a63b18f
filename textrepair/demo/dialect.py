"""Which dialect an article looks like: whose dictionary best explains what was replaced by what."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from textrepair.resources import lexicon_dir
from textrepair.results import Repair
from textrepair.spin.dialect import load_dialects
from textrepair.spin.engine import kind
from textrepair.spin.lexicon import rank_weight, read_rows

ENOUGH = 10
"""Substitutions that some dictionary knows; with fewer, the dialects that share most of theirs cannot be told apart."""
SURE = 0.8
"""Chance (0..1) under which no dialect is named."""

_UNKNOWN = 0.003
"""Chance that a spinner prints a form that is not in the dictionary of its dialect."""
_TEMPER = 0.4
"""Factor on the evidence: the substitutions of an article depend on each other, since words recur."""
_ENDINGS = (("ies", "y"), ("ied", "y"), *((e, r) for e in ("s", "es", "d", "ed", "ing") for r in ("", "e")))

Table = dict[str, dict[str, float]]


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
        row = [_chance(original, spun, _dictionary(d.name)) for d in dialects.dialects.values()]
        if any(row):
            chances.append(row)
    if len(chances) < ENOUGH:
        return None
    prior = [math.log(dialects.frequency[name]) for name in dialects.dialects]
    logs = [
        p + _TEMPER * sum(math.log(max(row[n], _UNKNOWN)) for row in chances) for n, p in enumerate(prior)
    ]
    weights = [math.exp(log - max(logs)) for log in logs]
    best = max(range(len(weights)), key=weights.__getitem__)
    chance = weights[best] / sum(weights)
    return Guess(list(dialects.dialects)[best], chance) if chance >= SURE else None


@lru_cache
def _dictionary(name: str) -> Table:
    """Heads to their forms in the dictionary of a dialect, with the chance of each form given its head."""
    dialect = load_dialects().dialects[name]
    table: Table = defaultdict(dict)
    for head, form, weight in (entry for name in dialect.lexicon for entry in _file(name)):
        table[head][form] = table[head].get(form, 0.0) + weight * dialect.kinds[kind(head, form)]
    return {
        head: {form: weight / total for form, weight in forms.items()}
        for head, forms in table.items()
        for total in [sum(forms.values())]
    }


@lru_cache
def _file(name: str) -> list[tuple[str, str, float]]:
    rows = read_rows(lexicon_dir() / f"{name}.tsv")
    return [(r.head.lower(), form.lower(), rank_weight(n)) for r in rows for n, form in enumerate(r.forms)]


def _chance(original: str, spun: str, table: Table) -> float:
    """The chance of a form given its head, both as they stand or uninflected; 0 if the table does not know it."""
    forms = [table[head] for head in _bases(original) if head in table]
    return max((f[s] for f in forms for s in _bases(spun) if s in f), default=0.0)


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
