"""Fits `calibration.json`: scores become probabilities, and thresholds are chosen, on articles training never saw."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from textrepair.detector import Word
from textrepair.evaluate.articles import Article
from textrepair.evaluate.scores import clusters, count, figures
from textrepair.evidence import (
    Calibration,
    Floats,
    article_features,
    article_score,
    edit_score,
    logit,
    sentence_score,
    sigmoid,
    weigh,
)
from textrepair.proposals import Option, as_edit, without_overlaps
from textrepair.repairer import Repairer
from textrepair.results import Edit, Span
from textrepair.sentences import split_sentences
from textrepair.windows import windows_of

CLEAN_EDITS = 0.5
"""Applied edits per 1,000 words that clean articles may suffer when the threshold is chosen; half of what is promised,
since the articles of others are harder than ours."""


SUREST_GATE = 0.9
"""Article score that is asked for at most before anything is applied; a paragraph gives less evidence."""


def fit_logistic(features: Floats, labels: Floats, ridge: float = 1e-3) -> Floats:
    """Weights of a logistic regression without intercept of its own.

    Args:
        features: shape (examples, features).
        labels: 0 or 1, shape (examples,).
    """
    x, y = torch.tensor(features), torch.tensor(labels, dtype=torch.float64)
    weights = torch.zeros(x.shape[1], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        value = torch.nn.functional.binary_cross_entropy_with_logits(x @ weights, y) + ridge * weights.square().sum()
        value.backward()
        return value

    optimizer.step(loss)
    fitted: Floats = weights.detach().numpy()
    return fitted


@dataclass
class _Reading:
    """An article with the detector's words and sentences."""

    article: Article
    sentences: list[tuple[int, int]]
    words: list[Word]

    @property
    def log_odds(self) -> Floats:
        return np.array([w.substituted for w in self.words])

    def replaced(self, start: int, end: int) -> bool:
        """Whether a range meets a substitution that a reader would notice."""
        return any(g.start < end and start < g.end and not g.harmless for g in self.article.gold)


def _read(repairer: Repairer, article: Article) -> _Reading:
    sentences = split_sentences(article.text)
    windows = windows_of(article.text, sentences, repairer.detector.tokenizer)
    words = sorted((w for found in repairer.detector.detect(windows) for w in found), key=lambda w: w.start)
    return _Reading(article, sentences, words)


def calibrate(repairer: Repairer, articles: Sequence[Article], seed: int = 0) -> Calibration:
    """Fit all figures of a `Calibration`.

    Args:
        repairer: with the models to calibrate; its own calibration only gives the figures that are not fitted.
        articles: spun and clean ones, about as many words of each; none of them trained on.
    """
    c = repairer.calibration
    readings = [r for r in (_read(repairer, a) for a in articles) if r.words]
    c = _fit_words(readings, c)
    c = _fit_articles(readings, c, random.Random(seed))
    c = _fit_sentences(readings, c)
    # Wordings are context for those after them, so the second fit sees what the first one would have restored.
    c = _fit_edits([_proposals(repairer, r, c) for r in readings], c)
    proposals = [_proposals(repairer, r, c) for r in readings]
    return _choose_threshold(proposals, _fit_edits(proposals, c))


def _fit_words(readings: Sequence[_Reading], c: Calibration) -> Calibration:
    log_odds = np.concatenate([r.log_odds for r in readings])
    labels = np.array(
        [any(g.start < w.end and w.start < g.end for g in r.article.gold) for r in readings for w in r.words], float
    )
    intercept, slope = fit_logistic(np.stack([np.ones_like(log_odds), log_odds], 1), labels)
    # Bayes: log-odds at the share of these articles, less the log-odds of that share, are the evidence alone.
    share = sigmoid(logit(float(labels.mean())) - intercept)
    return replace(c, temper=float(slope), trained_share=float(share))


def _fit_articles(readings: Sequence[_Reading], c: Calibration, rng: random.Random) -> Calibration:
    features, labels = [], []
    for r in readings:
        # Articles of all lengths: whole ones, and runs of a few sentences.
        for size in (len(r.sentences), rng.randint(1, 6), rng.randint(3, 15)):
            first = rng.randrange(max(1, len(r.sentences) - size + 1))
            start, end = r.sentences[first][0], r.sentences[min(len(r.sentences), first + size) - 1][1]
            part = np.array([w.substituted for w in r.words if start <= w.start < end])
            spun = r.replaced(start, end)
            if len(part) and (spun or not r.article.gold):
                features.append(article_features(weigh(part, c)))
                labels.append(float(spun))
    c = replace(c, article=tuple(fit_logistic(np.array(features), np.array(labels)).tolist()))
    # Clean articles full of odd words come close to one half; spun ones of some length leave it far behind.
    of_spun = [article_score(weigh(r.log_odds, c), c) for r in readings if r.article.gold]
    return replace(c, spun=round(float(np.clip(np.quantile(of_spun, 0.02), 0.5, SUREST_GATE)), 3))


def _fit_sentences(readings: Sequence[_Reading], c: Calibration) -> Calibration:
    raw = replace(c, sentence=(0.0, 1.0))
    scores, labels = [], []
    for r in readings:
        words = weigh(r.log_odds, c).words
        starts = np.array([w.start for w in r.words])
        for start, end in r.sentences:
            first, last = np.searchsorted(starts, (start, end))
            scores.append(logit(sentence_score(words[first:last], raw)))
            labels.append(float(r.replaced(start, end)))
    fitted = fit_logistic(np.stack([np.ones(len(scores)), np.array(scores)], 1), np.array(labels))
    return replace(c, sentence=(float(fitted[0]), float(fitted[1])))


@dataclass
class _Proposals:
    """Everything that could be proposed for an article."""

    article: Article
    score: float
    options: list[tuple[Span, Option]]


def _proposals(repairer: Repairer, r: _Reading, c: Calibration) -> _Proposals:
    text = r.article.text
    evidence = weigh(r.log_odds, c)
    spans = repairer.spans(text, r.words, evidence, c)
    windows = windows_of(text, r.sentences, repairer.detector.tokenizer)
    found = repairer.options(text, windows, spans, evidence.share, c)
    return _Proposals(r.article, article_score(evidence, c), [(span, option) for span, option, _ in found])


def _edits(p: _Proposals, c: Calibration) -> list[Edit]:
    scored = [(span, option, edit_score(option.features, c)) for span, option in p.options]
    return without_overlaps(
        [
            as_edit(p.article.text, span, option, score, score >= c.apply and p.score >= c.spun)
            for span, option, score in scored
        ]
    )


def _fit_edits(proposals: Sequence[_Proposals], c: Calibration) -> Calibration:
    features, labels = [], []
    for p in proposals:
        edits = {(e.start, e.end): e for e in (as_edit(p.article.text, s, o, 0.0, True) for s, o in p.options)}
        right = {
            (e.start, e.end)
            for cluster in clusters(p.article.text, p.article.gold, list(edits.values()))
            if cluster.right
            for e in cluster.proposed
        }
        for span, option in p.options:
            edit = as_edit(p.article.text, span, option, 0.0, True)
            features.append(option.features)
            labels.append(float((edit.start, edit.end) in right))
    return replace(c, edit=tuple(fit_logistic(np.array(features), np.array(labels)).tolist()))


def _choose_threshold(proposals: Sequence[_Proposals], c: Calibration) -> Calibration:
    """The threshold with the best F0.5 on spun articles among those that leave clean ones alone."""
    best, chosen = -1.0, c
    for apply in np.arange(0.3, 0.96, 0.02):
        trial = replace(c, apply=round(float(apply), 2))
        spun: Counter[str] = Counter()
        clean: Counter[str] = Counter()
        for p in proposals:
            counts = count(p.article.text, p.article.gold, _edits(p, trial))
            (spun if p.article.gold else clean).update(counts)
        if 1000 * clean["proposed"] / max(1, clean["words"]) > CLEAN_EDITS:
            continue
        score = figures(spun)["f0.5"]
        if score > best:
            best, chosen = score, trial
    return chosen
