"""Measures one peer: quality on articles whose originals are known, time, memory and size."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from textrepair.evaluate.articles import Article, clean, hand_spun
from textrepair.evaluate.lengths import of_length
from textrepair.evaluate.peers.catalogue import Peer
from textrepair.evaluate.peers.parsers import Finding
from textrepair.evaluate.processes import Run, machine, median, run
from textrepair.evaluate.scores import clusters, count, figures
from textrepair.proposals import without_overlaps
from textrepair.results import Edit

THIRD = 3
"""A slow peer reads every third article; the others' figures on those articles are kept beside it."""

RUNS = 5
WORDS = 1000
SENTENCE = "The committee met on Tuesday.\n"
"""The shortest article: what a run on it takes is start-up."""


def measure(peer: Peer, corpus: Sequence[Article] = ()) -> dict[str, Any]:
    """All figures of a peer, as JSON.

    Args:
        peer: the peer.
        corpus: further articles, spun by machine and clean, beside those of data/eval.

    Raises:
        ProgramError: it is not installed, or failed.
        ValueError: it printed something else than expected.
    """
    spun, good = hand_spun(), clean()
    third = [*spun[::THIRD], *good[::THIRD]]
    articles = third if peer.slow else [*spun, *good]
    megabytes = round(peer.size() / 1e6, 1)
    found, all_articles = repaired(peer, articles)
    by_name = {a.name: f for a, f in zip(articles, found, strict=True)}
    figures_: dict[str, Any] = {
        "title": peer.title,
        "not_made_for": peer.not_made_for,
        "installed_megabytes": megabytes,
        "machine": machine(),
        "every_third": quality(third, [by_name[a.name] for a in third]),
        "speed": speed(peer, all_articles, sum(len(a.text.split()) for a in articles)),
    }
    if not peer.slow:
        figures_["eval"] = quality(articles, found)
    if corpus and not peer.slow:
        figures_["corpus"] = quality(corpus, repaired(peer, corpus)[0])
    return figures_


def repaired(peer: Peer, articles: Sequence[Article]) -> tuple[list[list[Finding]], Run]:
    """What a peer finds in each article, all of them in one process."""
    texts = [a.text for a in articles]
    with _files(texts) as paths:
        done = run([*peer.command, *map(str, paths)], peer.accepted)
    return peer.parse(done.output.decode(), texts), done


def speed(peer: Peer, all_articles: Run, words: int) -> dict[str, Any]:
    """Start-up, and time and memory per 1,000 spun words; a slow peer is judged by its one run over all articles."""
    with _files([SENTENCE, of_length([a.text for a in hand_spun()], WORDS)]) as (short, long):
        start = median([run([*peer.command, str(short)], peer.accepted) for _ in range(1 if peer.slow else RUNS)])
        if peer.slow:
            timed = median([all_articles])
            timed = {n: round(v if n == "megabytes" else v * WORDS / words, 3) for n, v in timed.items()}
        else:
            timed = median([run([*peer.command, str(long)], peer.accepted) for _ in range(RUNS)])
    return {"start": start, "per_1000_words": timed, "runs": 1 if peer.slow else RUNS}


def quality(articles: Sequence[Article], found: Sequence[Sequence[Finding]]) -> dict[str, Any]:
    """Figures of repair and of detection, in all and by dialect, and false alarms on the clean articles.

    Repair judges the findings with a suggestion, by what they make of the text.  Detection judges all findings, by
    where they are: `found` is the share of noticeable substitutions that a finding overlaps, `marks_right` the share
    of findings that overlap a substitution.
    """
    repair: dict[str, Counter[str]] = {}
    marks: dict[str, Counter[str]] = {}
    for article, findings in zip(articles, found, strict=True):
        counts = count(article.text, article.gold, _edits(article.text, findings))
        marked = _marks(article, findings)
        for group in ("all", article.dialect) if article.gold else ("clean",):
            repair.setdefault(group, Counter()).update(counts)
            marks.setdefault(group, Counter()).update(marked)
    out: dict[str, Any] = {}
    for group in sorted(set(repair) - {"clean"}):
        row = {name: figures(repair[group])[name] for name in ("precision", "recall", "f0.5")}
        row["found"] = marks[group]["found"] / max(1, marks[group]["gold"])
        row["marks_right"] = marks[group]["right"] / max(1, marks[group]["marks"])
        out[group] = {name: round(value, 4) for name, value in row.items()} | {"gold": repair[group]["gold"]}
    if "clean" in repair:
        words = repair["clean"]["words"]
        out["clean"] = {
            "words": words,
            "changes_per_1000_words": round(1000 * repair["clean"]["proposed"] / words, 2),
            "marks_per_1000_words": round(1000 * marks["clean"]["marks"] / words, 2),
        }
    return out


def _edits(text: str, findings: Sequence[Finding]) -> list[Edit]:
    return without_overlaps(
        [
            Edit(f.start, f.end, text[f.start : f.end], f.replacement, 1.0, True)
            for f in findings
            if f.replacement is not None
        ]
    )


def _marks(article: Article, findings: Sequence[Finding]) -> Counter[str]:
    marks = without_overlaps(
        [Edit(f.start, f.end, article.text[f.start : f.end], f.replacement or "", 1.0, True) for f in findings]
    )
    n = Counter(gold=0, found=0, marks=len(marks), right=0)
    for cluster in clusters(article.text, article.gold, marks):
        must = sum(not g.harmless for g in cluster.gold)
        n["gold"] += must
        n["found"] += must if cluster.proposed else 0
        n["right"] += len(cluster.proposed) if cluster.gold else 0
    return n


@contextmanager
def _files(texts: Sequence[str]) -> Iterator[list[Path]]:
    """The texts in files whose names sort in their order."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, f"{n:05}.txt") for n in range(len(texts))]
        for path, text in zip(paths, texts, strict=True):
            path.write_text(text, encoding="utf-8")
        yield paths
