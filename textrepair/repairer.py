"""The pipeline: sentences, detector, article, rewriter, edits."""

from __future__ import annotations

import os
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from textrepair.composition import compose
from textrepair.detector import Detector, Word
from textrepair.errors import ModelError
from textrepair.evidence import (
    ArticleEvidence,
    Calibration,
    article_score,
    sentence_features,
    sentence_score,
    sigmoid,
    weigh,
)
from textrepair.features import ArticleReading
from textrepair.first_look import FirstLook
from textrepair.language import foreign_language
from textrepair.language_model import LanguageModel
from textrepair.ngrams import NgramCounts
from textrepair.pretrained import Pretrained, resolve
from textrepair.proposals import Option, Ranker, Weighed, as_edit, without_overlaps
from textrepair.protected import protected_ranges
from textrepair.rescoring import Rescorer
from textrepair.resources import models_dir
from textrepair.results import Edit, Repair, Sentence, Span, apply_edits
from textrepair.rewriter import OnnxRewriter, Rewrite, Rewriter
from textrepair.scorer import Scorer
from textrepair.sentences import split_sentences
from textrepair.spans import find_spans, known_variants, layers
from textrepair.windows import Window, windows_of

ROUNDS = 3
"""Repairs of the repaired text at most; a text that still changes then is left as the last round made it."""


REPORTED = 0.25
"""Edit score under which a proposal is not even mentioned: more of them are wrong than an editor wants to read."""


class Repairer(Pretrained):
    """Finds substituted words in an article and restores them.

    Args:
        detector: finds suspicious words.
        rewriter: proposes their originals.
        calibration: turns scores into probabilities, and holds the thresholds.
        usage: says how usual a wording is in its context; None leaves that to the rewriter.
        scorer: weighs all evidence about a wording; None trusts the rewriter, as with one that was trained elsewhere.
        language_model: has its say on what the scorer leaves in doubt in an article that looks spun; None does without.

    Example:
        >>> repair = Repairer.from_pretrained().repair("Neither facet is anticipated to return to an settlement.")
        >>> repair.restored, repair.edits, repair.sentences, repair.score
    """

    FILES = (
        "calibration.json",
        "ngrams.bin",
        "scorer.npz",
        FirstLook.FILE,  # for a corpus; a single article does without
        *(f"detector/{name}" for name in Detector.FILES),
        *(f"rewriter/{name}" for name in OnnxRewriter.FILES),
        *(f"language_model/{name}" for name in LanguageModel.FILES),
    )

    def __init__(
        self,
        detector: Detector,
        rewriter: Rewriter,
        calibration: Calibration,
        usage: NgramCounts | None = None,
        scorer: Scorer | None = None,
        language_model: LanguageModel | None = None,
    ) -> None:
        self.detector, self.rewriter, self.calibration = detector, rewriter, calibration
        self.usage, self.scorer, self.language_model = usage, scorer, language_model

    @classmethod
    def from_pretrained(
        cls,
        name: str | Path | None = None,
        threads: int | None = None,
        revision: str | None = None,
        fast: bool = False,
    ) -> Repairer:
        """Load the models, by default those that ship with the package.

        Args:
            name: a folder that holds `detector/`, `rewriter/` and `calibration.json`, with or without
                `language_model/`, or the id of such a model on the Hugging Face Hub.
            threads: threads of the models; by default the cores of the machine, four at most.
            revision: branch, tag or commit on the Hub.
            fast: do without the language model, if there is one.

        Raises:
            ModelError: a file is missing or broken, or there is no such model.
        """
        wanted = [file for file in cls.FILES if not (fast and file.startswith("language_model/"))]
        folder = resolve(name, wanted, revision) if name else models_dir()
        threads = threads or min(4, os.cpu_count() or 1)
        detector = Detector.from_pretrained(folder / "detector", threads)
        rewriter = OnnxRewriter.from_pretrained(folder / "rewriter", threads)
        calibration = Calibration.from_file(folder / "calibration.json")
        language_model = None
        if fast or not (folder / "language_model").is_dir():
            calibration = replace(calibration, apply=calibration.alone)
        else:
            language_model = LanguageModel.from_pretrained(folder / "language_model", threads)
        made = cls(
            detector,
            rewriter,
            calibration,
            NgramCounts.from_file(folder / "ngrams.bin"),
            Scorer.from_file(folder / "scorer.npz") if (folder / "scorer.npz").exists() else None,
            language_model,
        )
        made.folder = folder
        return made

    def save_pretrained(self, folder: str | Path) -> None:
        """Write what `from_pretrained` reads.

        Raises:
            ModelError: a model was built in memory, or is another one than textrepair's own.
            InputError: a file cannot be written.
        """
        if not isinstance(self.rewriter, OnnxRewriter):
            raise ModelError("only textrepair's own rewriter is saved with a repairer; save the other by itself")
        folder = Path(folder)
        self.detector.save_pretrained(folder / "detector")
        self.rewriter.save_pretrained(folder / "rewriter")
        self.copy_files(["README.md", "ngrams.bin", "scorer.npz", FirstLook.FILE], folder)
        if self.language_model:
            self.language_model.save_pretrained(folder / "language_model")
        self.calibration.save(folder / "calibration.json")

    def repair(self, text: str, threshold: float | None = None) -> Repair:
        """Find and undo substitutions.

        Args:
            text: an article, or any part of one.
            threshold: edit score from which edits are applied (0..1); by default the calibrated one.

        Returns:
            The same for the same input, always.
        """
        c = self.calibration if threshold is None else replace(self.calibration, apply=threshold)
        language = foreign_language(text)
        ranges = split_sentences(text)
        if language or not ranges:
            notice = f"not English (looks like '{language}')" if language else None
            return Repair(text, text, (), tuple(Sentence(s, e, 0.0, False) for s, e in ranges), 0.0, notice)
        first = self._propose(text, ranges, c)
        edits, round_ = first.edits, first
        for _ in range(ROUNDS - 1):
            applied = [e for e in edits if e.applied]
            if not any(e.applied for e in round_.edits):
                break
            restored = apply_edits(text, tuple(applied))
            round_ = self._propose(restored, split_sentences(restored), c)
            edits = compose(text, applied, round_.edits)
        sentences = noticed(first.sentences, first.score, first.edits, c)
        return Repair(text, apply_edits(text, tuple(edits)), tuple(edits), sentences, first.score)

    def score(self, texts: Sequence[str]) -> list[tuple[float, tuple[Sentence, ...]]]:
        """Article score and sentences of each text, by the detector alone; `repair` knows more of a sentence.

        A text gets the same in any company: the int8 detector scales its activations by all that goes through it at
        once, so the windows of several texts in one pass would move each other's scores.  They would gain nothing
        either: a pass over one text keeps a core busy.
        """
        found = []
        for text in texts:
            ranges = split_sentences(text)
            if foreign_language(text) or not ranges:
                found.append((0.0, tuple(Sentence(s, e, 0.0, False) for s, e in ranges)))
                continue
            reading = self._read(text, ranges, self.calibration)
            found.append((reading.score, reading.sentences))
        return found

    def _read(self, text: str, ranges: list[tuple[int, int]], c: Calibration) -> _Reading:
        windows = windows_of(text, ranges, self.detector.tokenizer)
        words = [w for found in self.detector.detect(windows) for w in found]
        words.sort(key=lambda w: w.start)
        evidence = weigh(np.array([w.substituted for w in words]), c)
        score = article_score(evidence, c)
        article = ArticleReading(text, words, evidence.words, evidence.share)
        return _Reading(article, windows, score, sentences_of(ranges, words, evidence, c))

    def _propose(self, text: str, ranges: list[tuple[int, int]], c: Calibration) -> _Reading:
        """One round: read the text, and propose edits to it."""
        reading = self._read(text, ranges, c)
        spun = reading.score >= c.spun
        if self.language_model and spun:
            self.language_model.load_ahead()
        options, _ = self.options(reading.article, reading.windows, c)
        if self.language_model and spun:
            options = Rescorer(self.language_model, c).rescored(text, ranges, options)
        edits = [
            as_edit(text, option, option.score >= c.apply and spun)
            for option in options
            if option.score >= min(REPORTED, c.apply)
        ]
        reading.edits = without_overlaps(edits)
        return reading

    def options(
        self, article: ArticleReading, windows: Sequence[Window], c: Calibration
    ) -> tuple[list[Option], list[Weighed]]:
        """The likeliest wording of each suspicious span, spans that overlap included, and the evidence for each.

        Args:
            article: the article.
            windows: its windows; a span that runs out of its window is left out.
            c: the calibration whose thresholds count.
        """
        spans: list[Span] = []
        rewrites: list[Rewrite] = []
        for layer in self._layers(article, c):
            inside = [(w, found) for w in windows if (found := _within(layer, w))]
            if inside:
                answers = self.rewriter.rewrite(article.text, [w for w, _ in inside], [found for _, found in inside])
                spans += [span for _, found in inside for span in found]
                rewrites += [rewrite for part in answers for rewrite in part]
        return Ranker(self.usage, self.scorer).propose(article, spans, rewrites)

    def _layers(self, article: ArticleReading, c: Calibration) -> list[list[Span]]:
        """The stretches of an article that look substituted, in lists without overlaps, the likeliest cut first."""
        text, words, p = article.text, article.words, list(article.suspicion)
        guarded = protected_ranges(text)
        if not isinstance(self.rewriter, OnnxRewriter):
            return [find_spans(text, words, p, guarded, c.span)]
        spans = find_spans(text, words, p, guarded, c.span, self.rewriter.knows)
        return layers(spans, known_variants(text, words, p, spans, guarded, c.span, self.rewriter.knows))


def _within(spans: Sequence[Span], window: Window) -> list[Span]:
    """Those of `spans`, which are in order, that lie wholly in a window."""
    first, last = (bisect_left(spans, at, key=lambda s: s.start) for at in (window.start, window.end))
    return [s for s in spans[first:last] if s.end <= window.end]


class _Reading:
    """What one round of reading found."""

    def __init__(
        self, article: ArticleReading, windows: list[Window], score: float, sentences: tuple[Sentence, ...]
    ) -> None:
        self.article, self.windows, self.score, self.sentences = article, windows, score, sentences
        self.edits: list[Edit] = []


def sentences_of(
    ranges: Sequence[tuple[int, int]], words: Sequence[Word], evidence: ArticleEvidence, c: Calibration
) -> tuple[Sentence, ...]:
    """Sentences with the scores that their words give them.

    Args:
        ranges: half-open ranges of the sentences.
        words: of the article, in order.
        evidence: what its words say together.
        c: the calibration.
    """
    starts = np.array([w.start for w in words])
    found = []
    for start, end in ranges:
        first, last = np.searchsorted(starts, (start, end))
        score = sentence_score(evidence.words[first:last], c)
        found.append(Sentence(start, end, score, score >= c.flag))
    return tuple(found)


def noticed(
    sentences: Sequence[Sentence], article: float, edits: Sequence[Edit], c: Calibration
) -> tuple[Sentence, ...]:
    """Sentences with the scores that they have once edits to them are known.

    Args:
        sentences: with the scores that their words alone give them.
        article: score of the article.
        edits: proposed to it, in order and without overlaps.
        c: the calibration.
    """
    found = []
    for s in sentences:
        score = float(sigmoid(np.dot(c.noticed, sentence_features(s.score, article, heard_of(s, edits)))))
        found.append(replace(s, score=score, flagged=score >= c.flag))
    return tuple(found)


def heard_of(sentence: Sentence, edits: Sequence[Edit]) -> list[float]:
    """The chances of the edits to a sentence, if they are such that anybody hears of them whatever the threshold.

    Args:
        sentence: the sentence.
        edits: to its article, in order and without overlaps.
    """
    first = bisect_right(edits, sentence.start, key=lambda e: e.end)
    last = bisect_left(edits, sentence.end, key=lambda e: e.start)
    return [e.score for e in edits[first:last] if e.score >= REPORTED]
