"""The pipeline: sentences, detector, article, rewriter, edits."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from textrepair.composition import compose
from textrepair.detector import Detector, Word
from textrepair.errors import ModelError
from textrepair.evidence import ArticleEvidence, Calibration, article_score, sentence_score, weigh
from textrepair.language import foreign_language
from textrepair.ngrams import NgramCounts
from textrepair.pretrained import Pretrained, resolve
from textrepair.proposals import Option, Ranker, as_edit, find_spans, without_overlaps
from textrepair.protected import protected_ranges
from textrepair.resources import models_dir
from textrepair.results import Edit, Repair, Sentence, Span, apply_edits
from textrepair.rewriter import OnnxRewriter, Rewriter
from textrepair.sentences import split_sentences
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

    Example:
        >>> repair = Repairer.from_pretrained().repair("Neither facet is anticipated to return to an settlement.")
        >>> repair.restored, repair.edits, repair.sentences, repair.score
    """

    FILES = (
        "calibration.json",
        "ngrams.bin",
        *(f"detector/{name}" for name in Detector.FILES),
        *(f"rewriter/{name}" for name in OnnxRewriter.FILES),
    )

    def __init__(
        self, detector: Detector, rewriter: Rewriter, calibration: Calibration, usage: NgramCounts | None = None
    ) -> None:
        self.detector, self.rewriter, self.calibration, self.usage = detector, rewriter, calibration, usage

    @classmethod
    def from_pretrained(
        cls, name: str | Path | None = None, threads: int | None = None, revision: str | None = None
    ) -> Repairer:
        """Load a detector and a rewriter, by default those that ship with the package.

        Args:
            name: a folder that holds `detector/`, `rewriter/` and `calibration.json`, or the id of such a model on the
                Hugging Face Hub.
            threads: threads of the models; by default the cores of the machine, four at most.
            revision: branch, tag or commit on the Hub.

        Raises:
            ModelError: a file is missing or broken, or there is no such model.
        """
        folder = resolve(name, cls.FILES, revision) if name else models_dir()
        threads = threads or min(4, os.cpu_count() or 1)
        made = cls(
            Detector.from_pretrained(folder / "detector", threads),
            OnnxRewriter.from_pretrained(folder / "rewriter", threads),
            Calibration.from_file(folder / "calibration.json"),
            NgramCounts.from_file(folder / "ngrams.bin"),
        )
        made.folder = folder
        return made

    def save_pretrained(self, folder: str | Path) -> None:
        """Write `detector/`, `rewriter/` and `calibration.json`.

        Raises:
            ModelError: a model was built in memory, or is another one than textrepair's own.
            InputError: a file cannot be written.
        """
        if not isinstance(self.rewriter, OnnxRewriter):
            raise ModelError("only textrepair's own rewriter is saved with a repairer; save the other by itself")
        folder = Path(folder)
        self.detector.save_pretrained(folder / "detector")
        self.rewriter.save_pretrained(folder / "rewriter")
        self.copy_files(["README.md", "ngrams.bin"], folder)
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
        return Repair(text, apply_edits(text, tuple(edits)), tuple(edits), first.sentences, first.score)

    def score(self, texts: Sequence[str]) -> list[tuple[float, tuple[Sentence, ...]]]:
        """Article score and sentences of each text, by the detector alone.

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
        return _Reading(windows, words, evidence, score, _sentences(ranges, words, evidence, c))

    def _propose(self, text: str, ranges: list[tuple[int, int]], c: Calibration) -> _Reading:
        """One round: read the text, and propose edits to it."""
        reading = self._read(text, ranges, c)
        spans = self.spans(text, reading.words, reading.evidence, c)
        edits = [
            as_edit(text, span, option, score, score >= c.apply and reading.score >= c.spun)
            for span, option, score in self.options(text, reading.windows, spans, reading.evidence.share, c)
            if score >= min(REPORTED, c.apply)
        ]
        reading.edits = without_overlaps(edits)
        return reading

    def spans(self, text: str, words: Sequence[Word], evidence: ArticleEvidence, c: Calibration) -> list[Span]:
        """The stretches of an article that look substituted, in order."""
        guarded = protected_ranges(text)
        if isinstance(self.rewriter, OnnxRewriter):
            return find_spans(text, words, list(evidence.words), guarded, c.span, self.rewriter.knows)
        return find_spans(text, words, list(evidence.words), guarded, c.span)

    def options(
        self, text: str, windows: Sequence[Window], spans: Sequence[Span], share: float, c: Calibration
    ) -> list[tuple[Span, Option, float]]:
        """The best option for each span that has one, with the chance that it is right (0..1).

        Args:
            text: the article.
            windows: its windows.
            spans: stretches of it, in order; one that runs out of its window is left out.
            share: the article's share of replaced words.
            c: the calibration to score with.
        """
        inside = [(w, [s for s in spans if w.start <= s.start and s.end <= w.end]) for w in windows]
        inside = [(w, found) for w, found in inside if found]
        if not inside:
            return []
        rewrites = self.rewriter.rewrite(text, [w for w, _ in inside], [found for _, found in inside])
        ordered = [span for _, found in inside for span in found]
        ranker = Ranker(self.usage, c)
        return ranker.propose(text, ordered, [r for part in rewrites for r in part], share)


class _Reading:
    """What one round of reading found."""

    def __init__(
        self,
        windows: list[Window],
        words: list[Word],
        evidence: ArticleEvidence,
        score: float,
        sentences: tuple[Sentence, ...],
    ) -> None:
        self.windows, self.words, self.evidence = windows, words, evidence
        self.score, self.sentences = score, sentences
        self.edits: list[Edit] = []


def _sentences(
    ranges: list[tuple[int, int]], words: list[Word], evidence: ArticleEvidence, c: Calibration
) -> tuple[Sentence, ...]:
    starts = np.array([w.start for w in words])
    found = []
    for start, end in ranges:
        first, last = np.searchsorted(starts, (start, end))
        score = sentence_score(evidence.words[first:last], c)
        found.append(Sentence(start, end, score, score >= c.flag))
    return tuple(found)
