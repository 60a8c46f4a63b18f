"""Edit-level precision, recall and F0.5.

Proposed and known edits that overlap form a cluster, which is right when it yields the text that the known edits
yield, in any accepted wording, case and spacing aside.  Precision is the share of proposed edits in right clusters,
recall the share of noticeable known edits in right clusters; a change of merely harmless wording counts for precision
only where it is right.  F0.5, which weighs precision twice as much as recall, is the measure of text editing (ERRANT,
Bryant et al. 2017).
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from textrepair.evaluate.articles import Gold
from textrepair.results import Edit
from textrepair.splicing import splice

_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"'})  # noqa: RUF001
COMBINATIONS = 4096
"""Combinations of accepted wordings tried for one cluster."""


def normal(text: str) -> str:
    """Text as wordings are compared: lower case, single spaces, straight quotes."""
    return re.sub(r"\s+", " ", text.translate(_QUOTES)).strip().lower()


@dataclass(frozen=True)
class Cluster:
    """Known and proposed edits that overlap."""

    gold: tuple[Gold, ...]
    proposed: tuple[Edit, ...]
    right: bool


def clusters(text: str, gold: Sequence[Gold], edits: Sequence[Edit]) -> Iterator[Cluster]:
    """The clusters of a text in order; `edits` are those whose effect is judged."""
    items: list[tuple[int, int, Gold | Edit]] = sorted(
        [(g.start, g.end, g) for g in gold] + [(e.start, e.end, e) for e in edits], key=lambda item: item[:2]
    )
    run: list[Gold | Edit] = []
    reach = -1
    for start, end, item in items:
        if run and start >= reach:
            yield _cluster(text, run)
            run, reach = [], -1
        run.append(item)
        reach = max(reach, end)
    if run:
        yield _cluster(text, run)


def _cluster(text: str, run: list[Gold | Edit]) -> Cluster:
    gold = tuple(item for item in run if isinstance(item, Gold))
    proposed = tuple(item for item in run if isinstance(item, Edit))
    return Cluster(gold, proposed, bool(gold and proposed) and _right(text, gold, proposed))


def _right(text: str, gold: tuple[Gold, ...], proposed: tuple[Edit, ...]) -> bool:
    ranges = [(g.start, g.end) for g in gold] + [(e.start, e.end) for e in proposed]
    start, end = min(ranges)[0], max(end for _, end in ranges)
    got = normal(splice(text, ((e.start, e.end, e.replacement) for e in proposed), start, end))
    options = [(*g.wordings, text[g.start : g.end]) if g.harmless else g.wordings for g in gold]
    return any(
        got == normal(splice(text, ((g.start, g.end, w) for g, w in zip(gold, chosen, strict=True)), start, end))
        for chosen in itertools.islice(itertools.product(*options), COMBINATIONS)
    )


def count(text: str, gold: Sequence[Gold], edits: Sequence[Edit]) -> Counter[str]:
    """What the applied ones among `edits` achieve; counts add up over articles."""
    n: Counter[str] = Counter(words=len(text.split()))
    applied = [e for e in edits if e.applied and text[e.start : e.end] != e.replacement]
    for cluster in clusters(text, gold, applied):
        must = sum(not g.harmless for g in cluster.gold)
        proposed = len(cluster.proposed)
        n["gold"] += must
        n["detected"] += must if proposed else 0
        n["recovered"] += must if cluster.right else 0
        if proposed and (must or cluster.right or not cluster.gold):
            n["proposed"] += proposed
            n["right"] += proposed if cluster.right else 0
            n["stray"] += 0 if cluster.gold else proposed
    return n


def figures(n: Counter[str]) -> dict[str, float]:
    """Precision, recall, F0.5, detection recall, and stray edits per 1,000 words, from counts."""
    precision = n["right"] / max(1, n["proposed"])
    recall = n["recovered"] / max(1, n["gold"])
    return {
        "precision": precision,
        "recall": recall,
        "f0.5": 1.25 * precision * recall / max(1e-9, 0.25 * precision + recall),
        "detected": n["detected"] / max(1, n["gold"]),
        "stray_per_1000_words": 1000 * n["stray"] / max(1, n["words"]),
    }
