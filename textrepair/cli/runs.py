"""A run over the articles that a command line names, and what is said of it at the end."""

from __future__ import annotations

import glob
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import click

from textrepair import files, formats
from textrepair.cli import options
from textrepair.cli.console import say, with_progress
from textrepair.editorial.accept import AcceptList, accept_file
from textrepair.editorial.changes import Changes
from textrepair.editorial.config import Settings, check_encoding
from textrepair.editorial.discovery import STDIN, Discovery, Input, Missing, Skipped
from textrepair.editorial.engine import Failed, Outcome, Repaired, Task, run
from textrepair.editorial.policy import Policy
from textrepair.findings import fails
from textrepair.render.wording import SPUN, counted
from textrepair.results import Repair


@dataclass
class Tally:
    """Counts of a run."""

    articles: int = 0
    spun: int = 0
    sentences: int = 0
    flagged: int = 0
    applied: int = 0
    skipped: int = 0
    failed: int = 0
    failing: int = 0

    def add(self, repair: Repair, fail_over: float | None = None) -> None:
        """Count an article; it fails if it has findings and its score is over `fail_over`."""
        self.articles += 1
        self.spun += repair.score >= SPUN
        self.sentences += len(repair.sentences)
        self.flagged += sum(s.flagged for s in repair.sentences)
        self.applied += sum(e.applied for e in repair.edits)
        self.failing += fails(repair) and (fail_over is None or repair.score > fail_over)

    def summary(self, done: str, applied: str) -> str:
        """The counts in words; articles are `done`, edits `applied`."""
        parts = [f"{counted(self.articles, 'article')} {done}"]
        if self.articles:
            parts = [
                f"{parts[0]}: {self.spun or 'none'} {'looks' if self.spun == 1 else 'look'} spun",
                f"{self.flagged or 'none'} of {counted(self.sentences, 'sentence')} flagged",
                f"{counted(self.applied, 'edit')} {applied}",
            ]
        if self.skipped:
            parts.append(f"{counted(self.skipped, 'file')} skipped")
        if self.failed:
            parts.append(f"{self.failed} failed")
        return ", ".join(parts)


@dataclass
class Run:
    """What the options of a command ask for.

    Attributes:
        paths: as on the command line.
        flags: settings that take precedence over the configuration, by name; None where the option is not given.
        exclude: patterns of files to leave out.
        kind: the type of all inputs; None to tell it from each name.
        stdin_filename: the name of standard input.
        changed_since: git revision; None to look at all lines.
        jobs: processes.
        cache: whether to use the cache.
        tally: what has been counted so far.
    """

    paths: tuple[Path, ...]
    flags: Mapping[str, Any]
    exclude: tuple[str, ...] = ()
    kind: str | None = None
    stdin_filename: str | None = None
    changed_since: str | None = None
    jobs: int = 1
    cache: bool = True
    tally: Tally = field(default_factory=Tally)

    def __post_init__(self) -> None:
        if self.kind not in (None, *formats.KINDS):
            raise click.UsageError(f"--as: unknown type '{self.kind}'; known: {', '.join(formats.KINDS)}.")
        try:
            check_encoding(self.flags["encoding"] or "utf-8")
        except ValueError as error:
            raise click.UsageError(f"--encoding: {error}.") from None

    @property
    def single(self) -> bool:
        """Whether the command line names one file, and no folder or pattern."""
        (path, *more) = self.paths
        return not more and not path.is_dir() and (path.exists() or not glob.has_magic(str(path)))

    def outcomes(self, unsafe: bool = False) -> Iterator[Outcome]:
        """What becomes of each article, in order, failures included; errors, notices and progress go to stderr.

        Args:
            unsafe: whether all proposals are applied.
        """
        entries = list(self._entries(unsafe))
        tasks = [entry for entry in entries if isinstance(entry, Task)]
        results = with_progress(run(tasks, options.repairer, self.jobs, self.cache), len(tasks))
        for entry in entries:
            outcome = next(results) if isinstance(entry, Task) else entry
            if isinstance(outcome, Failed):
                self.fail(outcome.error)
            yield outcome
        if not entries and not self.tally.skipped and not self.changed_since:
            say("no articles found")

    def tallied(self, outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
        """The outcomes, counted as they pass."""
        for outcome in outcomes:
            if isinstance(outcome, Repaired):
                self.tally.add(outcome.repair, outcome.input.config.settings.fail_over)
            yield outcome

    def fail(self, error: str) -> None:
        """Report that an article failed, and go on."""
        self.tally.failed += 1
        say(f"textrepair: {error}")

    def conclude(self, done: str, applied: str) -> None:
        """Say in one line what was counted, unless the command line names a single file."""
        if not self.single:
            say(self.tally.summary(done, applied))

    def _entries(self, unsafe: bool) -> Iterator[Task | Failed]:
        changes = Changes(self.changed_since) if self.changed_since else None
        for found in Discovery(self.exclude, self.kind, self.stdin_filename).find(self.paths):
            if isinstance(found, Missing):
                yield Failed(found.name, found.error)
            elif isinstance(found, Skipped):
                self.tally.skipped += 1
                if found.named:
                    say(f"{found.name}: skipped, {found.reason}")
            else:
                task = self._task(found, changes, unsafe)
                if task.lines != []:  # a file in which nothing changed needs no reading
                    yield task

    def _task(self, found: Input, changes: Changes | None, unsafe: bool) -> Task:
        found = replace(found, config=found.config.overridden(self.flags))
        stdin = found.path == STDIN
        return Task(
            found,
            _policy(found.config.settings, unsafe),
            sys.stdin.buffer.read(files.LARGEST + 1) if stdin else None,
            changes.lines(found.place) if changes else None,
        )


@cache
def _policy(settings: Settings, unsafe: bool) -> Policy:
    listed = accept_file(Path(settings.accept_file)) if settings.accept_file else []
    return Policy(AcceptList([*settings.accept, *listed]), settings.quotes == "keep", unsafe)
