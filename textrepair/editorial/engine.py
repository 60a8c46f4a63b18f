"""Many articles: each read, repaired and judged by its settings, in this process or in several."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cached_property, partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textrepair import files
from textrepair.editorial import changes, documents
from textrepair.editorial.cache import Cache, default_folder
from textrepair.editorial.config import Settings
from textrepair.editorial.discovery import Input
from textrepair.editorial.documents import Document
from textrepair.editorial.policy import Policy
from textrepair.errors import InputError, ModelError
from textrepair.resources import models_dir
from textrepair.results import Repair

if TYPE_CHECKING:
    from textrepair.repairer import Repairer

Factory = Callable[..., "Repairer"]
"""Makes a repairer of a model folder and a rewriter, None for the shipped ones, and of whether it is to be fast; may
take a number of `threads`."""

_Models = tuple[str | None, str | None, bool]


@dataclass(frozen=True)
class Task:
    """An article to repair.

    Attributes:
        input: where it is.
        policy: what is wanted of the repair.
        content: its bytes if they have been read already, as those of standard input.
        lines: the lines that count; None for all.
    """

    input: Input
    policy: Policy
    content: bytes | None = None
    lines: changes.Lines | None = None


@dataclass(frozen=True)
class Repaired:
    """An article that was read and repaired.

    Attributes:
        input: where it is.
        document: what was read.
        repair: of the document's prose, as it was and as the settings want it, proven.
    """

    input: Input
    document: Document
    repair: Repair

    @property
    def name(self) -> str:
        """What the article is called in output."""
        return self.input.name

    @cached_property
    def located(self) -> Repair:
        """The repair in terms of the source text."""
        return self.document.located(self.repair)


@dataclass(frozen=True)
class Failed:
    """An article that could not be read or repaired.

    Attributes:
        name: what it is called in output.
        error: what is wrong, in one line that names it.
    """

    name: str
    error: str


Outcome = Repaired | Failed
"""What became of an article."""


def run(tasks: Sequence[Task], make: Factory, jobs: int = 1, caching: bool = True) -> Iterator[Outcome]:
    """What becomes of each task, in their order, as soon as it is known.

    Args:
        tasks: the articles.
        make: makes the repairers; with several jobs it must be a function of a module.
        jobs: processes; each repairs one article at a time, with one thread if there are several.
        caching: whether repairs are looked up and kept in the user's cache folder.

    Raises:
        ModelError: the models cannot be loaded.
    """
    if jobs == 1 or len(tasks) < 2:
        engine = Engine(make, caching)
        yield from map(engine.outcome, tasks)
        return
    # A fresh process for each job: a copy of this one could hang in the locks of threads that it has not.
    pool = ProcessPoolExecutor(min(jobs, len(tasks)), get_context("spawn"), _start, (partial(make, threads=1), caching))
    try:
        for task, future in [(task, pool.submit(_work, task)) for task in tasks]:
            try:
                yield future.result()
            except BrokenProcessPool:
                name = task.input.name
                yield Failed(name, f"{name}: the process that repaired it, or one beside it, died")
    finally:
        pool.shutdown(cancel_futures=True)


class Engine:
    """Repairs articles with the models that their settings name, loaded when first needed."""

    def __init__(self, make: Factory, caching: bool = True) -> None:
        self._make, self._caching = make, caching
        self._repairers: dict[_Models, Repairer] = {}
        self._caches: dict[_Models, Cache | None] = {}

    def outcome(self, task: Task) -> Outcome:
        """Read and repair an article; whatever is wrong with it is told in the outcome.

        Raises:
            ModelError: the models cannot be loaded.
        """
        name = task.input.name
        try:
            document = self._read(task)
            changed = None if task.lines is None else document.changed(task.lines)
            found = self.repair(document.prose.text, task.input.config.settings)
            return Repaired(task.input, document, document.proven(task.policy.applied_to(found, changed)))
        except InputError as error:
            return Failed(name, str(error))
        except ModelError:
            raise
        except Exception as error:
            # A mistake of ours that one article brings to light must not cost the user the others.
            place = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{Path(place.filename).name}:{place.lineno}"
            return Failed(name, f"{name}: internal error at {where}: {type(error).__name__}: {error}")

    def _read(self, task: Task) -> Document:
        content = files.read_bytes(task.input.path) if task.content is None else task.content
        return documents.parse(content, task.input.name, task.input.kind, task.input.config.settings.encoding)

    def repair(self, text: str, settings: Settings) -> Repair:
        """The repair of a text, from the cache or by the models."""
        key = settings.model, settings.rewriter, settings.fast
        if key not in self._caches:
            self._caches[key] = self._cache(*key)
        cache = self._caches[key]
        repair = cache.get(text, settings.threshold) if cache else None
        if repair is None:
            if key not in self._repairers:
                self._repairers[key] = self._make(*key)
            repair = self._repairers[key].repair(text, settings.threshold)
            if cache:
                cache.put(repair, settings.threshold)
        return repair

    def _cache(self, model: str | None, rewriter: str | None, fast: bool) -> Cache | None:
        folders = [Path(model) if model else models_dir(), *([Path(rewriter)] if rewriter else [])]
        # What a name on the Hub stands for may change, so that its repairs are not kept.
        return Cache(default_folder(), folders, fast) if self._caching and all(f.is_dir() for f in folders) else None


_engine: Engine | None = None


def _start(*arguments: Any) -> None:
    global _engine
    _engine = Engine(*arguments)


def _work(task: Task) -> Outcome:
    assert _engine is not None
    return _engine.outcome(task)
