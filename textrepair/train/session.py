"""A training session: corpus and lexicon in, a folder of models that the run-time path reads out."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from transformers import BertForTokenClassification, EncoderDecoderModel, PreTrainedModel

from textrepair.errors import ModelError
from textrepair.evaluate.articles import Article, hand_training, hand_tuning, held_out
from textrepair.evidence import Calibration
from textrepair.repairer import Repairer
from textrepair.spin.dialect import Dialects, load_dialects
from textrepair.spin.lexicon import load
from textrepair.tokenization import PieceTokenizer
from textrepair.train import batches, examples, export, loop, models, ngrams
from textrepair.train.calibrate import calibrate
from textrepair.train.corpus import is_held_out, prepare
from textrepair.train.vocabulary import shrink_tokenizer
from textrepair.windows import WINDOW

VOCABULARY = 16_000
"""Pieces kept; text of the news corpora gets 1.2 % longer in pieces than with all 30,522 of MiniLM."""

PIECES = 2048
"""Pieces in a batch, padding included: about twenty windows, eighty sentences."""

DETECTOR = {"learning_rate": 3e-4}
REWRITER = {"learning_rate": 5e-4}
INFILLING = 0.05
"""Share of the rewriter's examples that are clean text with stretches hidden."""

HAND = 0.3
"""Share of the articles drawn that are spun by hand; they are a quarter as long as the others."""

SUSPICIOUS = 0.2
"""Lexicon weight from which a form counts as one that spinners print often."""

CALIBRATION_ARTICLES = 240
"""Held-out articles that scores are calibrated on; with less than a quarter of them the calibration stays as it was."""

Report = Callable[[str, dict[str, float]], None]


@dataclass(frozen=True)
class Plan:
    """What to train.

    Attributes:
        corpus: folder of clean text.
        runs: folder for checkpoints, logs and the finished `models/`.
        base: folder of a BERT-style encoder to start from; ignored where `start` is given.
        start: folder of shipped or fine-tuned models (`detector/`, `rewriter/`) to go on from.
        lexicon: a further lexicon file, added to every dialect.
        minutes: training time for each model.
        threads: threads of torch.
        seed: of the first examples; a resumed run goes on with others.
    """

    corpus: Path
    runs: Path
    base: Path | None
    start: Path | None
    lexicon: Path | None
    minutes: float
    threads: int
    seed: int = 0


class Session:
    """Trains what a plan asks for; every step can be killed and repeated."""

    def __init__(self, plan: Plan, report: Report) -> None:
        self.plan, self.report = plan, report
        torch.set_num_threads(plan.threads)
        self.models = plan.runs / "models"
        self.models.mkdir(parents=True, exist_ok=True)
        articles = prepare(plan.corpus)
        self.training: Dataset = articles.filter(lambda row: not is_held_out(row["id"]))
        if not len(self.training):
            raise ModelError(f"no articles in {plan.corpus} (expected .txt, .md or .jsonl files, also .gz or .xz)")
        self.hand: tuple[Sequence[Article], float] = (hand_training(), HAND)
        self.dialects: Dialects = load_dialects().with_file(plan.lexicon)
        self._tokenizer_file, self._inherit = self._vocabulary()
        self.tokenizer = PieceTokenizer.from_file(self._tokenizer_file)

    def _vocabulary(self) -> tuple[Path, list[int]]:
        if self.plan.start:
            return self.plan.start / "detector" / "tokenizer.json", []
        if not self.plan.base:
            raise ModelError("name a base encoder or models to go on from")
        target = self.plan.runs / "tokenizer.json"
        inherit = self.plan.runs / "inherit.json"
        if not inherit.exists():
            sample = self.training.shuffle(seed=1).select(range(min(20_000, len(self.training))))
            texts = (sentence for row in sample for sentence in row["sentences"][:15])
            rows = shrink_tokenizer(self.plan.base / "tokenizer.json", texts, VOCABULARY, target)
            inherit.write_text(json.dumps(rows))
        return target, json.loads(inherit.read_text())

    def detector(self) -> BertForTokenClassification:
        """Train the detector and export it."""
        torch.manual_seed(self.plan.seed)
        model = (
            BertForTokenClassification.from_pretrained(self.plan.start / "detector", dtype=torch.float32)
            if self.plan.start
            else models.build_detector(self._base(), self._inherit)
        )
        self._train("detector", model, loop.detector_loss, self._detector_batches, DETECTOR)
        export.export_detector(model, self._tokenizer_file, self.models / "detector")
        return model

    def rewriter(self) -> EncoderDecoderModel:
        """Train the rewriter and export it."""
        torch.manual_seed(self.plan.seed)
        model = (
            EncoderDecoderModel.from_pretrained(self.plan.start / "rewriter", dtype=torch.float32)
            if self.plan.start
            else models.build_rewriter(self._base(), self._inherit)
        )
        lexicons = [load(files) for files in sorted({d.lexicon for d in self.dialects.dialects.values()})]
        export.write_candidates(lexicons, self.models / "rewriter" / "candidates.tsv")
        self._train("rewriter", model, loop.rewriter_loss, self._rewriter_batches, REWRITER)
        export.export_rewriter(model, self._tokenizer_file, self.models / "rewriter")
        return model

    def _base(self) -> Path:
        assert self.plan.base is not None  # _vocabulary has seen to it
        return self.plan.base

    def _train(
        self,
        name: str,
        model: PreTrainedModel,
        loss: Callable[[PreTrainedModel, batches.Batch], torch.Tensor],
        make: Callable[[random.Random], Iterator[batches.Batch]],
        settings: dict[str, Any],
    ) -> None:
        run = loop.Run(self.plan.runs / name, model, loop.Settings(minutes=self.plan.minutes, **settings))
        rng = random.Random(self.plan.seed * 1_000_003 + run.step)
        run.train(make(rng), loss, lambda figures: self.report(name, figures))

    def _detector_batches(self, rng: random.Random) -> Iterator[batches.Batch]:
        articles = examples.SpunArticles(self.training, self.dialects, rng, hand=self.hand)
        stream = (
            examples.detector_example(window, pieces, self.tokenizer, rng)
            for window, pieces in articles.windows(self.tokenizer)
        )
        return batches.bucketed(stream, batches.detector_batch, PIECES, rng)

    def _rewriter_batches(self, rng: random.Random) -> Iterator[batches.Batch]:
        return batches.bucketed(self._rewriter_examples(rng), batches.rewriter_batch, PIECES, rng)

    def _rewriter_examples(self, rng: random.Random) -> Iterator[examples.RewriterExample]:
        suspicious = frozenset(
            form.lower()
            for dialect in self.dialects.dialects.values()
            for _, form, weight in load(dialect.lexicon).pairs()
            if " " not in form and weight > SUSPICIOUS
        )
        room = WINDOW - 22  # markers take their place too
        spun = examples.SpunArticles(
            self.training, self.dialects, rng, clean_articles=0.12, clean_sentences=0.1, hand=self.hand
        )
        clean = examples.SpunArticles(self.training, self.dialects, rng, clean_articles=1.0)
        spun_windows, clean_windows = spun.windows(self.tokenizer, room), clean.windows(self.tokenizer, room)
        while True:
            example: examples.RewriterExample | None
            if rng.random() < INFILLING:
                example = examples.infilling_example(next(clean_windows)[1], self.tokenizer, rng)
            else:
                example = examples.rewriter_example(*next(spun_windows), self.tokenizer, rng, suspicious)
            if example and example.targets:
                yield example

    def _calibration(self) -> Calibration:
        """The figures to begin with."""
        known = self.plan.start and self.plan.start / "calibration.json"
        return Calibration.from_file(known) if known else Calibration()

    def finish(self) -> Path:
        """Count word sequences and calibrate; returns the folder of the finished models."""
        target = self.models
        if self.plan.start:
            shutil.copyfile(self.plan.start / "ngrams.bin", target / "ngrams.bin")
        else:
            ngrams.count((sentence for row in self.training for sentence in row["sentences"]), target / "ngrams.bin")
        self._calibration().save(target / "calibration.json")
        if self.plan.start and (self.plan.start / "language_model").is_dir():
            shutil.copytree(self.plan.start / "language_model", target / "language_model", dirs_exist_ok=True)
        articles = held_out(self.plan.corpus, CALIBRATION_ARTICLES, seed=7)
        if len(articles) >= CALIBRATION_ARTICLES // 4:
            repairer = Repairer.from_pretrained(target, threads=self.plan.threads)
            calibration, scorer = calibrate(repairer, articles, hand_tuning())
            calibration.save(target / "calibration.json")
            scorer.save(target / "scorer.npz")
        elif self.plan.start and (self.plan.start / "scorer.npz").exists():
            shutil.copyfile(self.plan.start / "scorer.npz", target / "scorer.npz")
        for name in ("detector", "rewriter"):
            shutil.copyfile(self.plan.runs / name / "log.jsonl", target / name / "training.jsonl")
        return target
