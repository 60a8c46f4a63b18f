"""Trains the first look: counts words and pairs of words in clean articles, and those that come in by spinning them.

    python -m textrepair.train.first_look CORPUS [--models DIR]

Its threshold is the highest at which it would pass at most `LOST` of the held-out spun articles that the detector
flags.  Minutes on one core.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from pathlib import Path

import numpy as np
from datasets import Dataset
from numpy.typing import NDArray

from textrepair.evaluate.articles import Article, clean, hand_spun
from textrepair.first_look import BITS, FirstLook, features
from textrepair.repairer import Repairer
from textrepair.resources import models_dir
from textrepair.spin.dialect import load_dialects
from textrepair.spin.engine import spin
from textrepair.train.corpus import is_held_out, prepare
from textrepair.train.examples import SpunArticles

LOST = 0.005
"""Share of spun articles that may pass."""

SHORTEST = 3
"""Sentences of the shortest held-out article."""

LEFT_ALONE = 0.15
"""Share of the sentences of a held-out article that its spinner leaves alone."""

ARTICLES = 24_000

SHARE = 0.03
"""Share of the features of a spun article that spinning brings in; the fewer, the more the others weigh."""

UNSEEN, UNSEEN_SPUN = 0.5, 0.005
"""What is added to the counts of clean and of spun text: what was never seen is more likely a rarity than spun."""

CENTRE = 10
"""One article in this many says where the middle between clean and spun lies, the others are counted."""

Places = NDArray[np.uint32]


def training_pairs(corpus: Dataset, count: int, rng: random.Random) -> Iterator[tuple[Places, Places]]:
    """Features of `count` stretches of articles, each clean and spun.

    Sources are drawn by the square root of their size: the web is of more kinds than the largest of them.
    """
    spinners = SpunArticles(corpus, load_dialects(), rng)
    by_source: dict[str, list[int]] = {}
    for n, source in enumerate(corpus["source"]):
        by_source.setdefault(source, []).append(n)
    sources = list(by_source)
    weights = [len(by_source[s]) ** 0.5 for s in sources]
    for source in rng.choices(sources, weights, k=count):
        sentences = corpus[rng.choice(by_source[source])]["sentences"]
        length = rng.choice((3, 6, 12, 25, 40))
        first = rng.randrange(max(1, len(sentences) - length + 1))
        sentences = sentences[first : first + length]
        persona, left_alone = spinners.persona(), rng.choice((0.0, 0.2, 0.2, 0.5))
        spun = [s if rng.random() < left_alone else spin(s, persona, rng).text for s in sentences]
        yield features("\n".join(sentences)), features("\n".join(spun))


def fit(pairs: Iterable[tuple[Places, Places]]) -> FirstLook:
    """The model of some articles, clean and spun; its threshold is still to be chosen.

    A feature's weight is the log-likelihood ratio of an article of which spinning brought in `SHARE` of the features
    to a clean one, less the middle between the average weights in clean and in spun articles.
    """
    genuine, brought_in = np.zeros(2**BITS), np.zeros(2**BITS)
    apart = []
    for n, (before, after) in enumerate(pairs):
        if n % CENTRE == 0:
            apart.append((before, after))
            continue
        genuine[before] += 1
        brought_in[np.setdiff1d(after, before, assume_unique=True)] += 1
    odds = (brought_in + UNSEEN_SPUN) / brought_in.sum() / (genuine + UNSEEN) * genuine.sum()
    weights = np.log1p(SHARE * (np.clip(odds, *np.exp((-8, 8))) - 1))
    middle = np.mean([weights[np.concatenate(side)].mean() for side in zip(*apart, strict=True)])
    return FirstLook((weights - middle).astype(np.float16), float("-inf"))


def passing_though_flagged(look: FirstLook, articles: Iterable[Article], repairer: Repairer) -> Iterator[float]:
    """Scores, from the lowest up, of the articles that the detector flags: what passes at a threshold is lost.

    The detector reads only as many articles as scores are asked for, and those in between that it does not flag.
    """
    for score, text in sorted((look.score(a.text), a.text) for a in articles):
        if repairer.score([text])[0][0] >= repairer.calibration.spun:
            yield score


def choose_threshold(look: FirstLook, articles: Sequence[Article], repairer: Repairer) -> float:
    """The highest threshold at which at most `LOST` of the spun `articles` pass that the detector flags."""
    allowed = int(LOST * len(articles))
    return next(s for n, s in enumerate(passing_though_flagged(look, articles, repairer)) if n == allowed)


def _spun_twice(row: tuple[str, list[str]], spinners: SpunArticles) -> Iterator[Article]:
    """A held-out article by two spinners that no training met, as `evaluate.articles.machine_spun` makes them."""
    name, sentences = row
    for _ in range(2):
        persona, rng = spinners.persona(), spinners.rng
        spun = [s if rng.random() < LEFT_ALONE else spin(s, persona, rng).text for s in sentences]
        yield Article(name, persona.dialect.name, "\n".join(spun), ())


def _report(look: FirstLook, spun: Sequence[Article], whole: Sequence[Article], repairer: Repairer) -> str:
    lost = sum(1 for _ in takewhile(look.threshold.__gt__, passing_though_flagged(look, spun, repairer)))
    passed, all_ = Counter[str](), Counter[str]()
    for article in whole:
        source = article.name.split("|")[0]
        passed[source] += look.passes(article.text)
        all_[source] += 1
    lines = [f"spun, lost: {lost} of {len(spun)}", f"clean, passed: {passed.total() / all_.total():.3f}"]
    lines += [f"  {passed[s] / n:.3f} of {n} {s}" for s, n in all_.most_common()]
    for name, articles in (("hand-spun", hand_spun()), ("clean by hand", clean())):
        lines.append(f"{name}, passed: {sum(look.passes(a.text) for a in articles)} of {len(articles)}")
    return "\n".join(lines)


def main(corpus: Path, models: Path) -> None:
    """Train on `corpus`, choose the threshold by the detector in `models`, write the file there and report."""
    articles = prepare(corpus)
    held_out = [is_held_out(i) for i in articles["id"]]
    trained_on = articles.select([n for n, held in enumerate(held_out) if not held])
    look = fit(training_pairs(trained_on, ARTICLES, random.Random(1)))

    rows = [(f"{r['source']}|{r['id']}", r["sentences"][:30]) for r in articles.select(np.flatnonzero(held_out))]
    rows = [row for row in rows if len(row[1]) >= SHORTEST]
    spinners = SpunArticles(articles, load_dialects(), random.Random(2))
    halves = [[spun for row in half for spun in _spun_twice(row, spinners)] for half in (rows[::2], rows[1::2])]
    repairer = Repairer.from_pretrained(models, threads=1)
    look.threshold = choose_threshold(look, halves[0], repairer)
    look.save(models / FirstLook.FILE)
    print(_report(look, halves[1], [Article(name, "clean", "\n".join(s), ()) for name, s in rows], repairer))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--models", type=Path, default=models_dir())
    main(**vars(parser.parse_args()))
