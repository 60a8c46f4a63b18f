"""How far a run is: workers leave their counts in small files, which the main process adds up and shows."""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from typing import TextIO

from datatrove.data import Document, DocumentsPipeline
from datatrove.io import DataFolder
from datatrove.pipeline.base import PipelineStep
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

FOLDER = "progress"
"""Subfolder of the output, cleared when a run begins."""

INTERVAL = 2.0
"""Seconds between two reports of a worker."""

QUIET_INTERVAL = 60.0
"""Seconds between two lines where standard error is no terminal."""

COUNTED = ("documents", "sentences", "words")

_before: Counter[str] = Counter()
"""What this process did in the tasks before the current one."""


class ProgressStep(PipelineStep):
    """Reports what a worker has done.

    Args:
        folder: the output.
        source: the step whose counts are reported; it runs ahead of this one.
    """

    name = "textrepair progress"
    type = "⏱ - PROGRESS"

    def __init__(self, folder: DataFolder, source: PipelineStep) -> None:
        super().__init__()
        self.folder, self.source = folder, source

    def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> Iterator[Document]:  # noqa: ARG002
        """Pass the documents on."""
        due = 0.0
        for document in data:
            yield document
            if time.monotonic() >= due:
                self._report(_before + self._counts())
                due = time.monotonic() + INTERVAL
        _before.update(self._counts())
        self._report(_before)

    def _counts(self) -> Counter[str]:
        counts: Counter[str] = Counter()
        for key, value in self.source.stats.stats.items():
            if key in COUNTED:
                counts[key] = value.total
            elif key.startswith("score_"):
                counts["documents"] += value.total
        return counts

    def _report(self, counts: Counter[str]) -> None:
        name = f"{FOLDER}/{socket.gethostname()}-{os.getpid()}.json"
        with self.folder.open(name, "wb") as file:
            file.write(json.dumps(counts).encode())


def completed_tasks(folder: DataFolder) -> int:
    """Tasks with a completion marker."""
    folder.invalidate_cache()  # of listings, which remote file systems keep
    return len(folder.list_files("logs/completions"))


class Display:
    """Shows files done and throughput while a run lasts, on a terminal as a bar, elsewhere as a line a minute.

    Args:
        folder: the output.
        tasks: files in all.
        stream: where to show it.
    """

    def __init__(self, folder: DataFolder, tasks: int, stream: TextIO) -> None:
        self.folder, self.tasks, self.stream = folder, tasks, stream
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._show, daemon=True)

    def __enter__(self) -> Display:
        if self.folder.exists(FOLDER):
            self.folder.rm(FOLDER, recursive=True)
        self._began = time.monotonic()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _show(self) -> None:
        console = Console(file=self.stream)
        if not console.is_terminal:
            while not self._over.wait(QUIET_INTERVAL):
                print(f"{completed_tasks(self.folder)} of {self.tasks} files, {self._rates()}", file=self.stream)
            return
        text = TextColumn("{task.completed} of {task.total} files, {task.description}")
        with Progress(BarColumn(10), text, console=console, transient=True) as bar:
            task = bar.add_task("", total=self.tasks)
            over = False
            while not over:
                over = self._over.wait(INTERVAL)
                bar.update(task, completed=completed_tasks(self.folder), description=self._rates())

    def _rates(self) -> str:
        counts: Counter[str] = Counter()
        for name in self.folder.list_files(FOLDER):
            try:
                counts.update(json.loads(self.folder.cat_file(name)))
            except ValueError:  # just being written
                continue
        seconds = time.monotonic() - self._began
        documents, sentences, words = (f"{counts[c] / seconds:,.0f}" for c in COUNTED)
        return f"{counts['documents']:,} documents, {documents} a second ({sentences} sentences, {words} words)"
