"""Fits `calibration.json`: scores become probabilities, and thresholds are chosen, on articles training never saw."""

from __future__ import annotations

import random
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np
import torch

from textrepair.candidates import Candidates
from textrepair.detector import Word
from textrepair.evaluate.articles import Article
from textrepair.evaluate.scores import clusters, count, figures
from textrepair.evidence import (
    Calibration,
    Floats,
    article_features,
    article_score,
    logit,
    sentence_features,
    sentence_score,
    sigmoid,
    weigh,
)
from textrepair.features import ArticleReading
from textrepair.language_model import LanguageModel
from textrepair.ngrams import NgramCounts
from textrepair.proposals import Option, Ranker, Weighed, as_edit, without_overlaps
from textrepair.repairer import Repairer, heard_of, sentences_of
from textrepair.results import Edit, Sentence
from textrepair.rewriter import OnnxRewriter
from textrepair.scorer import Scorer
from textrepair.sentences import split_sentences
from textrepair.train.choices import Choice
from textrepair.train.rescoring import doubted, fit_rescoring
from textrepair.train.scorer import fit_scorer
from textrepair.windows import Window, windows_of

CLEAN_EDITS = 0.5
"""Applied edits per 1,000 words that clean articles may suffer when the threshold is chosen; half of what is promised,
since the articles of others are harder than ours."""


WITHHELD = 10
"""Percent of the lexicon's pairs that are not offered while the scorer is fitted; as many real ones are unknown."""

HAND = 2
"""Times that a hand-spun article counts when the scorer is fitted."""

FOLDS = 4
"""Parts that hand-spun articles are cut into for cross-fitting."""

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
    windows: list[Window]
    words: list[Word]

    @property
    def log_odds(self) -> Floats:
        return np.array([w.substituted for w in self.words])


def _read(repairer: Repairer, article: Article) -> _Reading:
    sentences = split_sentences(article.text)
    windows = windows_of(article.text, sentences, repairer.detector.tokenizer)
    words = sorted((w for found in repairer.detector.detect(windows) for w in found), key=lambda w: w.start)
    return _Reading(article, sentences, windows, words)


def calibrate(
    repairer: Repairer, articles: Sequence[Article], tuning: Sequence[Article] = (), seed: int = 0
) -> tuple[Calibration, Scorer]:
    """Fit all figures of a `Calibration`, and a scorer.

    Args:
        repairer: with the models to calibrate; its own calibration only gives the figures that are not fitted.
        articles: spun by machine and clean, about as many words of each; none of them trained on.
        tuning: spun by hand, as real ones are rather than by machine; if there are any, thresholds and the weights of
            rescoring are fitted on them and the clean ones.
        seed: of the scorer.
    """
    c = repairer.calibration
    # The originals, too, so that who writes such articles is no sign that they are spun.
    originals = [Article(a.name, "clean", a.original, ()) for a in tuning]
    readings = _readings(repairer, [*articles, *originals])
    by_hand = _readings(repairer, sorted(tuning, key=lambda a: zlib.crc32(a.name.encode())))
    c = _fit_words(readings, c)
    c = _fit_articles([*readings, *by_hand], c, random.Random(seed))
    c = _fit_sentences([*readings, *by_hand], c)
    rewriter = repairer.rewriter
    if isinstance(rewriter, OnnxRewriter):
        rewriter = rewriter.with_candidates(Withheld(rewriter.candidates))
    withheld, whole = (Repairer(repairer.detector, r, c, repairer.usage) for r in (rewriter, repairer.rewriter))
    machine = [_proposals(withheld, r, c) for r in readings]
    hand = [_proposals(whole, r, c) for r in by_hand]
    # Wordings are context for their neighbours, so the second fit sees what the first one would have restored.
    draft = Ranker(repairer.usage, _scorer(machine, hand, seed))
    machine, hand = ([_proposed_again(p, draft) for p in proposals] for proposals in (machine, hand))
    scorer = _scorer(machine, hand, seed)
    final = Ranker(repairer.usage, scorer)
    judged = [_proposed_again(p, final) for p in machine if not (hand and p.article.gold)]
    if hand:
        judged = [*_crossed(machine, hand, repairer.usage, seed), *judged]
    alone = _threshold(judged, c)
    c = replace(c, alone=alone, apply=alone)
    if repairer.language_model:
        c, judged = _rescored(repairer.language_model, judged, c)
    return _fit_noticed(judged, c), scorer


def _scorer(machine: Sequence[_Proposals], hand: Sequence[_Proposals], seed: int) -> Scorer:
    # The fit stops by what comes last, which it must not have met, so the last third comes once.
    often, once = hand[: 2 * len(hand) // 3], hand[2 * len(hand) // 3 :]
    return fit_scorer([choice for p in (*machine, *[*often] * HAND, *once) for choice in p.choices], seed)


def _crossed(
    machine: Sequence[_Proposals], hand: Sequence[_Proposals], usage: NgramCounts | None, seed: int
) -> Iterator[_Proposals]:
    """Hand-spun articles, each ranked by a scorer that was fitted without it: it knows its own too well."""
    for fold in range(FOLDS):
        ranker = Ranker(usage, _scorer(machine, [p for n, p in enumerate(hand) if n % FOLDS != fold], seed))
        yield from (_proposed_again(p, ranker) for p in hand[fold::FOLDS])


def _readings(repairer: Repairer, articles: Sequence[Article]) -> list[_Reading]:
    return [r for r in (_read(repairer, a) for a in articles) if r.words]


class Withheld(Candidates):
    """Candidates without some of the pairs, as every lexicon lacks some of what real spinners print."""

    def __init__(self, whole: Candidates) -> None:
        self._whole = whole

    def originals(self, spun: str) -> list[str]:
        """As `Candidates.originals`, a tenth of the pairs left out by hash."""
        return [o for o in self._whole.originals(spun) if zlib.crc32(f"{spun.lower()}>{o}".encode()) % 100 >= WITHHELD]


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
            spun = r.article.noticeable(start, end)
            if len(part) and (spun or not r.article.gold):
                features.append(article_features(weigh(part, c)))
                labels.append(float(spun))
    c = replace(c, article=tuple(fit_logistic(np.array(features), np.array(labels)).tolist()))
    # Clean articles full of odd words come close to one half; spun ones of some length leave it far behind.
    of_spun = [article_score(weigh(r.log_odds, c), c) for r in readings if r.article.gold]
    return replace(c, spun=round(float(np.clip(np.quantile(of_spun, 0.01), 0.5, SUREST_GATE)), 3))


def _fit_sentences(readings: Sequence[_Reading], c: Calibration) -> Calibration:
    raw = replace(c, sentence=(0.0, 1.0))
    scores, labels = [], []
    for r in readings:
        words = weigh(r.log_odds, c).words
        starts = np.array([w.start for w in r.words])
        for start, end in r.sentences:
            first, last = np.searchsorted(starts, (start, end))
            scores.append(logit(sentence_score(words[first:last], raw)))
            labels.append(float(r.article.noticeable(start, end)))
    fitted = fit_logistic(np.stack([np.ones(len(scores)), np.array(scores)], 1), np.array(labels))
    return replace(c, sentence=(float(fitted[0]), float(fitted[1])))


@dataclass
class _Proposals:
    """Everything that could be proposed for an article."""

    article: Article
    reading: ArticleReading
    sentences: tuple[Sentence, ...]
    score: float
    options: list[Option]
    weighed: list[Weighed]

    @cached_property
    def choices(self) -> list[Choice]:
        """Every span with its wordings, and which of them yield what stood there."""
        return [
            Choice(w.rows, np.array([_is_right(self.article, Option(w.span, (s,), (1.0,))) for s in w.surfaces]))
            for w in self.weighed
        ]


def _proposals(repairer: Repairer, r: _Reading, c: Calibration) -> _Proposals:
    evidence = weigh(r.log_odds, c)
    article = ArticleReading(r.article.text, r.words, evidence.words, evidence.share)
    options, weighed = repairer.options(article, r.windows, c)
    sentences = sentences_of(r.sentences, r.words, evidence, c)
    return _Proposals(r.article, article, sentences, article_score(evidence, c), options, weighed)


def _proposed_again(p: _Proposals, ranker: Ranker) -> _Proposals:
    """The same spans and wordings, ranked anew: the rewriter, which takes most of the time, is not asked again."""
    options, weighed = ranker.propose(p.reading, [w.span for w in p.weighed], [w.rewrite for w in p.weighed])
    return replace(p, options=options, weighed=weighed)


def _edits(p: _Proposals, c: Calibration) -> list[Edit]:
    text = p.article.text
    return without_overlaps([as_edit(text, o, o.score >= c.apply and p.score >= c.spun) for o in p.options])


def _is_right(article: Article, option: Option) -> bool:
    """Whether an option's edit alone yields what the substitutions that it meets have replaced."""
    edit = as_edit(article.text, option, True)
    met = [g for g in article.gold if g.start < edit.end and edit.start < g.end]
    return bool(met) and all(cluster.right for cluster in clusters(article.text, met, [edit]))


def _rescored(
    model: LanguageModel, proposals: Sequence[_Proposals], c: Calibration
) -> tuple[Calibration, list[_Proposals]]:
    """The weights of rescoring and the threshold that goes with them, and the proposals after it."""
    heard = [
        dict(doubted(model, p.article.text, p.options, partial(_is_right, p.article))) if p.score >= c.spun else {}
        for p in proposals
    ]
    spans = [span for found in heard for span in found.values()]
    if not spans:
        return c, list(proposals)
    before, around = fit_rescoring(spans)
    rescored = [
        replace(p, options=[h[n].decided(before, around) if n in h else option for n, option in enumerate(p.options)])
        for p, h in zip(proposals, heard, strict=True)
    ]
    return replace(c, before=before, around=around, apply=_threshold(rescored, c)), rescored


def _fit_noticed(proposals: Sequence[_Proposals], c: Calibration) -> Calibration:
    features, labels = [], []
    for p in proposals:
        edits = _edits(p, c)
        for s in p.sentences:
            features.append(sentence_features(s.score, p.score, heard_of(s, edits)))
            labels.append(float(p.article.noticeable(s.start, s.end)))
    return replace(c, noticed=tuple(fit_logistic(np.array(features), np.array(labels)).tolist()))


def _threshold(proposals: Sequence[_Proposals], c: Calibration) -> float:
    """The threshold with the best F0.5 on spun articles among those that leave clean ones alone."""
    best, chosen = -1.0, c.apply
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
            best, chosen = score, trial.apply
    return chosen
