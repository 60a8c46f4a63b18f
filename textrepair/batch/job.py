"""A whole run: from INPUT to OUTPUT, one task for each input file, and on from where an earlier run ended."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from datatrove.data import Document
from datatrove.io import DataFolder
from datatrove.pipeline.base import PipelineStep
from datatrove.pipeline.filters.base_filter import BaseFilter
from datatrove.utils.logging import logger

from textrepair.batch import executors
from textrepair.batch.corpus import Corpus, open_place
from textrepair.batch.progress import FOLDER, Display, ProgressStep, completed_tasks
from textrepair.batch.readers import JsonLinesReader, ParquetReader, TolerantReader, WarcReader
from textrepair.batch.steps import PROBLEM, Loader, RepairStep, SpunFilter, load_repairer, load_screened
from textrepair.batch.summary import PROBLEMS_NAME, Summary
from textrepair.batch.writers import (
    REJECT_COLUMNS,
    REPAIR_COLUMNS,
    SCORE_COLUMNS,
    STAGING,
    JsonLinesOutput,
    ParquetOutput,
    ProblemOutput,
    StagedWriter,
    write_whole,
)
from textrepair.errors import InputError

_RUN, _FILES = "run.json", "logs/files.txt"


@dataclass(frozen=True)
class Settings:
    """What is done with the documents; a run can only be continued with the same.

    Attributes:
        text_column: holds the text (not in WARC files).
        threshold: score from which a document is rejected (0..1), or None to keep all.
        score_only: run the detector alone.
        thorough: take no short-cuts: read also the documents that a first look finds obviously clean, and restore with
            the language model.
        model: folder or Hub id of the models, or None for those shipped.
    """

    text_column: str = "text"
    threshold: float | None = None
    score_only: bool = False
    thorough: bool = False
    model: str | None = None


@dataclass(frozen=True)
class Place:
    """Where the tasks run.

    Attributes:
        executor: `local`, `ray` or `slurm`.
        workers: tasks at the same time; None for one per core, on a cluster for as many as it takes.
        slurm: options of `sbatch`, for Slurm.
    """

    executor: str = "local"
    workers: int | None = None
    slurm: Mapping[str, str] = field(default_factory=dict)


class ReadableFilter(BaseFilter):
    """Takes out the documents that could not be read."""

    name = PROBLEMS_NAME

    def filter(self, doc: Document) -> bool | tuple[bool, str]:
        """Whether the document could be read."""
        return (False, doc.metadata[PROBLEM]) if PROBLEM in doc.metadata else True


def run(source: str, target: str, settings: Settings, place: Place, load: Loader | None = None) -> Summary | None:
    """Read a corpus, and write it with what was found.

    OUTPUT gets `documents/` (named as the input), `rejected/` (if filtered), `problems/` (what could not be read, with
    file, line and reason), `summary.json`, `scores.png` and `logs/`.  Any file there is whole.

    Args:
        source: a file, a folder or a pattern; a local path or an fsspec URL.
        target: a folder; new, or with an earlier run of the same input and settings, which is continued.
        settings: what to do with the documents.
        place: where to do it.
        load: loads the models in each worker; by default those that `settings` name.

    Returns:
        The summary; None if the tasks were handed to Slurm, and the same call will tell later.

    Raises:
        InputError: the input is no corpus, the output holds something else, or tasks failed.
    """
    fs, path = open_place(target)
    output = DataFolder(path, fs=fs)
    corpus = Corpus.find(source, output)
    try:
        _begin_or_continue(output, target, corpus, settings)
    except OSError as error:
        raise InputError(f"{target}: {error.strerror or error}") from None
    logger.remove()  # datatrove's log is for its files, not for a terminal
    tasks = len(corpus.names)
    if corpus.others:
        some = ", ".join(corpus.others[:3]) + ", …" * (len(corpus.others) > 3)
        _note(f"files of other kinds are left out: {len(corpus.others):,} ({some})")
    if (place.workers or 1) > tasks:
        _note(f"the input has fewer files than there are workers ({tasks}); split it to use more")
    if completed_tasks(output) < tasks:
        load = load or (load_repairer if settings.thorough else load_screened)
        pipeline = _pipeline(corpus, output, settings, load)
        logs = DataFolder(f"{path}/logs", fs=fs)
        if place.executor == "slurm":
            executors.submit_to_slurm(pipeline, tasks, logs, place.workers, place.slurm)
            return None
        start = executors.on_ray if place.executor == "ray" else executors.on_this_machine
        with Display(output, tasks, sys.stderr):
            start(pipeline, tasks, logs, place.workers).run()
    if missing := tasks - completed_tasks(output):
        raise InputError(f"{missing} of {tasks} files failed (see {target}/logs); the same command tries them again")
    return _finish(output)


def _note(text: str) -> None:
    print(f"textrepair: {text}", file=sys.stderr)


def _begin_or_continue(output: DataFolder, target: str, corpus: Corpus, settings: Settings) -> None:
    """Write down what the run is, or see that it is the one written down: a task is known by its place in the list."""
    if output.isfile(""):
        raise InputError(f"{target}: a file; the output needs a folder")
    this = {
        "input": corpus.fingerprint,
        "--text-column": settings.text_column,
        "--filter": settings.threshold,
        "--score-only": settings.score_only,
        "--thorough": settings.thorough,
        "--model": settings.model,
    }
    present = {Path(p).name for p in output.ls("", detail=False)} - {STAGING} if output.exists("") else set()
    if _RUN in present:
        earlier = json.loads(output.cat_file(_RUN))
        if changed := ", ".join(k for k in this if earlier.get(k) != this[k]):
            raise InputError(f"{target}: holds another run ({changed} changed); choose another folder, or delete it")
    elif present:
        raise InputError(f"{target}: not empty, and no earlier run to continue")
    else:
        write_whole(output, _RUN, json.dumps(this, indent=1).encode())
    if not output.exists(_FILES):
        write_whole(output, _FILES, "".join(f"{name}\n" for name in corpus.names).encode())


def _pipeline(corpus: Corpus, output: DataFolder, settings: Settings, load: Loader) -> list[PipelineStep]:
    columns = SCORE_COLUMNS if settings.score_only else (*SCORE_COLUMNS, *REPAIR_COLUMNS)
    reads: PipelineStep
    if settings.threshold is None:
        reads = RepairStep(settings.model, settings.score_only, load=load)
    else:
        rejected = _writer(corpus, output, "rejected", (*columns, *REJECT_COLUMNS))
        reads = SpunFilter(settings.threshold, rejected, settings.model, not settings.score_only, load=load)
    return [
        _reader(corpus, output.resolve_paths(_FILES), settings.text_column),
        reads,
        ReadableFilter(ProblemOutput(output, "problems/${file}.jsonl")),
        _writer(corpus, output, "documents", columns),
        ProgressStep(output, reads),
    ]


def _reader(corpus: Corpus, paths_file: str, text_column: str) -> TolerantReader:
    if corpus.kind == "warc":
        return WarcReader(corpus.folder, paths_file)
    reader = ParquetReader if corpus.kind == "parquet" else JsonLinesReader
    return reader(corpus.folder, paths_file, text_column)


def _writer(corpus: Corpus, output: DataFolder, folder: str, columns: tuple[str, ...]) -> StagedWriter:
    if corpus.kind == "parquet":
        return ParquetOutput(output, f"{folder}/${{file}}", corpus.folder, columns)
    return JsonLinesOutput(output, f"{folder}/${{file}}" + (".jsonl.gz" if corpus.kind == "warc" else ""))


def _finish(output: DataFolder) -> Summary:
    summary = Summary.of(output)
    write_whole(output, "summary.json", summary.to_json())
    if picture := summary.to_png():
        write_whole(output, "scores.png", picture)
    for folder in (STAGING, FOLDER):  # what killed workers have left
        if output.exists(folder):
            output.rm(folder, recursive=True)
    return summary
