"""The two steps that drop into any datatrove pipeline."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from datatrove.data import Document, DocumentsPipeline
from datatrove.pipeline.base import PipelineStep
from datatrove.pipeline.filters.base_filter import BaseFilter
from datatrove.pipeline.writers.disk_base import DiskWriter
from datatrove.utils.batching import batched

from textrepair.first_look import FirstLook
from textrepair.repairer import Repairer
from textrepair.results import Repair, Sentence
from textrepair.sentences import split_sentences

NAME = "textrepair"
"""Name of both steps, by which their counts are found in datatrove's statistics."""

BINS = 20
"""Bars of the histogram of scores, of equal width."""

BATCH = 64
"""Documents that a model is given at once."""

PROBLEM, DETAIL = "spun_problem", "spun_problem_detail"
"""Metadata of a document that could not be read: why (one of few wordings, which are counted), and particulars."""

REJECTED = "spun"
"""Reason that `SpunFilter` gives for dropping a document."""


class Model(Protocol):
    """What the steps ask of a model; `Repairer` is one."""

    def repair(self, text: str) -> Repair:
        """Find and undo substitutions."""

    def score(self, texts: Sequence[str]) -> list[tuple[float, tuple[Sentence, ...]]]:
        """Article score and sentences of each text."""


@dataclass(frozen=True)
class Screened:
    """A model that reads only what a first look does not find obviously clean."""

    model: Model
    look: FirstLook


Loader = Callable[[str | None], Model | Screened]
"""Loads the model of a folder or Hub id, or the shipped one.  Workers import it by its name, as pickles do."""


def load_repairer(name: str | None, fast: bool = False) -> Repairer:
    """The models of a folder or Hub id on one thread, since every worker has a model of its own."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    return Repairer.from_pretrained(name, threads=1, fast=fast)


def load_screened(name: str | None) -> Repairer | Screened:
    """The same without the language model, and behind the first look that lies in their folder, if there is one."""
    repairer = load_repairer(name, fast=True)
    path = repairer.folder and repairer.folder / FirstLook.FILE
    return Screened(repairer, FirstLook.from_file(path)) if path and path.exists() else repairer


@lru_cache(maxsize=1)
def _loaded(load: Loader, name: str | None) -> tuple[Model, FirstLook | None]:
    # datatrove copies the steps for every task; kept here, a model is loaded once for all tasks of a worker.
    loaded = load(name)
    return (loaded.model, loaded.look) if isinstance(loaded, Screened) else (loaded, None)


class Annotator:
    """Reads documents and writes into their metadata what was found.

    Metadata: `spun_score` (0..1), `spun_sentences` (`[start, end, score]` of each flagged sentence) and, if `restore`,
    `restored` (the restored text) and `edits` (`results.EditObject`).  A document that passes the first look has score
    0 and nothing flagged.  A document that makes the model fail gets `spun_problem` instead; one that has it already
    is left alone.
    """

    def __init__(self, model: str | None, restore: bool, load: Loader) -> None:
        self.model, self.restore, self.load = model, restore, load

    def annotate(self, documents: Sequence[Document], count: Callable[..., None]) -> None:
        """Annotate `documents`; `count` is the `stat_update` of the step."""
        model, look = _loaded(self.load, self.model)
        suspicious = []
        for document in documents:
            if PROBLEM in document.metadata:
                continue
            if look and look.passes(document.text):
                count("passed")
                self._note(document, _clean(document.text), count)
            else:
                suspicious.append(document)
        # Neighbours of like length, so that a model that reads several at once pads little.
        self._annotate(model, sorted(suspicious, key=lambda d: len(d.text)), count)

    def _annotate(self, model: Model, documents: list[Document], count: Callable[..., None]) -> None:
        try:
            repairs = self._read(model, [d.text for d in documents])
        except Exception as error:  # one document among a billion must not end the run, whatever its trouble is
            if len(documents) == 1:
                documents[0].metadata |= {PROBLEM: "failed", DETAIL: f"{type(error).__name__}: {error}"}
                return
            for document in documents:
                self._annotate(model, [document], count)
            return
        for document, repair in zip(documents, repairs, strict=True):
            self._note(document, repair, count)

    def _read(self, model: Model, texts: list[str]) -> list[Repair]:
        if self.restore:
            return [model.repair(text) for text in texts]
        return [Repair(t, t, (), found, score) for t, (score, found) in zip(texts, model.score(texts), strict=True)]

    def _note(self, document: Document, repair: Repair, count: Callable[..., None]) -> None:
        flagged = [[s.start, s.end, round(s.score, 4)] for s in repair.sentences if s.flagged]
        document.metadata |= {"spun_score": round(repair.score, 4), "spun_sentences": flagged}
        count(f"score_{min(int(repair.score * BINS), BINS - 1):02d}")
        count("words", value=len(document.text.split()))
        count("sentences", value=len(repair.sentences))
        count("flagged", value=len(flagged))
        if self.restore:
            document.metadata |= {"restored": repair.restored, "edits": repair.to_object(document.id)["edits"]}
            count("edits", value=sum(e.applied for e in repair.edits))


def _clean(text: str) -> Repair:
    """What a first look says of an obviously clean text; its sentences are there to be counted."""
    return Repair(text, text, (), tuple(Sentence(s, e, 0.0, False) for s, e in split_sentences(text)), 0.0)


class RepairStep(PipelineStep):
    """Annotates every document with what the models find in it, and passes it on; its text stays as it was.

    See `Annotator` for the metadata.  The model is loaded with the first documents, once per worker, on one thread.
    It reads only what a first look does not find obviously clean, and does without the language model; with
    `load=load_repairer` it takes no such short-cut.

    Args:
        model: folder or Hub id as for `Repairer.from_pretrained`; by default the shipped models.
        score_only: run the detector alone, without `restored` and `edits`.
        batch_size: documents that the model is given at once.
        load: loads the model.

    Example:
        >>> LocalPipelineExecutor([JsonlReader("in"), RepairStep(), JsonlWriter("out")], tasks=8).run()
    """

    name = NAME
    type = "🩹 - REPAIR"

    def __init__(
        self,
        model: str | None = None,
        score_only: bool = False,
        batch_size: int = BATCH,
        load: Loader = load_screened,
    ) -> None:
        super().__init__()
        self.batch_size = batch_size
        self._annotator = Annotator(model, not score_only, load)

    def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> Iterator[Document]:  # noqa: ARG002
        """Annotate the documents in batches; they come out in the order in which they came in."""
        for batch in batched(data, self.batch_size):
            with self.track_time("batch"):
                self._annotator.annotate(batch, self.stat_update)
            yield from batch


class SpunFilter(BaseFilter):
    """Keeps documents that score below a threshold, and annotates all of them as `RepairStep` does.

    A document that cannot be read (see `Annotator`) is kept: nothing is known against it.

    Args:
        threshold: article score from which a document is dropped, with the reason `spun` (0..1).
        exclusion_writer: writes the dropped documents.
        model: folder or Hub id as for `Repairer.from_pretrained`; by default the shipped models.
        restore: also run the rewriter, for `restored` and `edits`.
        batch_size: documents that the model is given at once.
        load: loads the model.
    """

    name = NAME

    def __init__(
        self,
        threshold: float,
        exclusion_writer: DiskWriter | None = None,
        model: str | None = None,
        restore: bool = False,
        batch_size: int = BATCH,
        load: Loader = load_screened,
    ) -> None:
        super().__init__(exclusion_writer, batch_size)
        self.threshold = threshold
        self._annotator = Annotator(model, restore, load)

    def filter(self, doc: Document) -> bool | tuple[bool, str]:
        """Whether a document is kept, or (False, reason)."""
        return self.filter_batch([doc])[0]

    def filter_batch(self, batch: list[Document]) -> list[bool | tuple[bool, str]]:
        """The same for each of several documents."""
        self._annotator.annotate(batch, self.stat_update)
        return [doc.metadata.get("spun_score", 0.0) < self.threshold or (False, REJECTED) for doc in batch]
