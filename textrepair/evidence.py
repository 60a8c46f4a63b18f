"""The article as evidence: how much of it was replaced, and what that says about each word and about the whole.

A spinner replaces one word in four or five, so a spun article gives itself away many times over, and a lone
suspicious word in a clean one is left alone.  The detector's scores are those of a classifier under the word
frequencies of its training; the share of replaced words in this article is estimated by expectation maximisation and
the scores are moved to it, after M. Saerens, P. Latinne and C. Decaestecker, "Adjusting the outputs of a classifier
to new a priori probabilities", Neural Computation 14 (2002).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textrepair.errors import ModelError

Floats = NDArray[np.float64]


def logit(p: float) -> float:
    """Log-odds of a probability, bounded at one in a million."""
    p = min(max(p, 1e-6), 1 - 1e-6)
    return float(np.log(p / (1 - p)))


def sigmoid(x: Floats | float) -> Floats:
    """Probability of log-odds."""
    return 1 / (1 + np.exp(-np.clip(np.asarray(x, dtype=np.float64), -60, 60)))


@dataclass(frozen=True)
class Calibration:
    """Figures measured on the development benchmark (`textrepair.train.calibrate` writes them).

    Attributes:
        trained_share: share of replaced words in the detector's training data.
        clean_share: share that a clean article shows, from false alarms.
        doubt: weight, in words, of the belief that an article is clean.
        temper: factor on the detector's log-odds before the share is estimated.
        article: intercept and slopes of the chance that the article was spun, see `article_features`.
        sentence: intercept and slope of the chance that a sentence holds a substitution, as far as its words tell.
        noticed: the same, once edits to it are known: weights of `sentence_features`.
        span: probability over which a word is taken into a span.
        flag: sentence score over which a sentence is flagged.
        apply: edit score over which an edit is applied.
        alone: the same for a scorer on its own, without a language model.
        spun: article score under which nothing is applied.
        before, around: weights of `rescoring.evidence` when the language model has read what stands before a span, and
            when it has read what follows, too; columns without a weight do not count.
    """

    trained_share: float = 0.13
    clean_share: float = 0.002
    doubt: float = 20.0
    temper: float = 0.9
    article: tuple[float, ...] = (-3.0, 1.0)
    sentence: tuple[float, float] = (0.0, 1.0)
    noticed: tuple[float, ...] = (0.0, 1.0, 0.0, 0.0)
    span: float = 0.2
    flag: float = 0.5
    apply: float = 0.5
    alone: float = 0.5
    spun: float = 0.5
    before: tuple[float, ...] = (0.7, 0.3, 0.0, -1.0)
    around: tuple[float, ...] = (0.6, 0.3, 0.4, -1.0)

    @classmethod
    def from_file(cls, path: Path) -> Calibration:
        """Read `calibration.json`.

        Raises:
            ModelError: it is missing or malformed.
        """
        try:
            raw: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            figures: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in raw.items()}
            return cls(**figures)
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise ModelError(f"no usable calibration at {path}: {error}") from error

    def save(self, path: Path) -> None:
        """Write `calibration.json`."""
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")


@dataclass(frozen=True)
class ArticleEvidence:
    """What the words of an article say together.

    Attributes:
        share: estimated share of replaced words.
        words: probability of each word that it was replaced, at that share.
        strength: log-likelihood ratio of "spun at this share" to "clean", in nats per square root of a word.
    """

    share: float
    words: Floats
    strength: float


def weigh(log_odds: Floats, c: Calibration) -> ArticleEvidence:
    """Estimate the share of replaced words in an article and move its words' probabilities to it.

    Args:
        log_odds: of each word, from the detector; shape (words,).
    """
    if not len(log_odds):
        return ArticleEvidence(0.0, np.zeros(0), 0.0)
    ratio = c.temper * log_odds - logit(c.trained_share)
    share = c.trained_share
    for _ in range(30):
        words = sigmoid(ratio + logit(share))
        new = float((words.sum() + c.doubt * c.clean_share) / (len(words) + c.doubt))
        if abs(new - share) < 1e-5:
            break
        share = new
    odds = np.exp(np.clip(ratio, -30, 30))
    gain = np.log1p(share * (odds - 1)) - np.log1p(c.clean_share * (odds - 1))
    return ArticleEvidence(share, sigmoid(ratio + logit(share)), float(gain.sum() / np.sqrt(len(words))))


def article_score(evidence: ArticleEvidence, c: Calibration) -> float:
    """The chance that the article was spun (0..1)."""
    return float(sigmoid(np.dot(c.article, article_features(evidence))))


def article_features(evidence: ArticleEvidence) -> Floats:
    """1 and the logarithm of the strength of the evidence."""
    return np.array([1.0, np.log(max(evidence.strength, 1e-3))])


def sentence_score(words: Floats, c: Calibration) -> float:
    """The chance that a sentence holds a substitution, from the probabilities of its words (0..1)."""
    none = float(np.log1p(-np.minimum(words, 1 - 1e-9)).sum())
    return float(sigmoid(c.sentence[0] + c.sentence[1] * logit(-np.expm1(none))))


def sentence_features(words: float, article: float, edits: Sequence[float]) -> Floats:
    """1, and three log-odds: of a sentence by its words alone, of its article, and that any edit to it is right.

    Args:
        words: `sentence_score`.
        article: `article_score`.
        edits: chances that the edits to the sentence are right.
    """
    some = 1 - float(np.prod(1 - np.asarray(edits)))
    return np.array([1.0, logit(words), logit(article), logit(max(some, 1e-4))])
