"""`textrepair check`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from textrepair.cli import options

if TYPE_CHECKING:
    from textrepair.cli.runs import Run
    from textrepair.editorial.engine import Outcome


@click.command()
@options.articles
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "github", "sarif", "rdjson", "junit"]),
    default="text",
    help="How to print findings.",
)
@options.baseline("Report only what is not in this file; if there is no such file, record today's findings in it.")
@click.option("--update-baseline", is_flag=True, help="Record today's findings anew.")
@click.option(
    "--fail-over",
    metavar="SCORE",
    type=click.FloatRange(0, 1),
    help="Exit with 1 only for an article whose score is over this, 0 to 1.",
)
@click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever is found.")
@click.pass_context
def command(
    ctx: click.Context,
    run: Run,
    format_: str,
    baseline_file: Path | None,
    update_baseline: bool,
    fail_over: float | None,
    exit_zero: bool,
) -> None:
    """List the sentences that look spun, their scores and the proposed edits.

    PATH is a file, a folder, a pattern ('docs/**/*.md'), or '-' for standard input.

    Exits with 1 if a sentence is flagged or `fix` would change something, and with 2 if an article cannot be read;
    the others are checked all the same.
    """
    from textrepair.cli.console import emit, say

    if update_baseline and not baseline_file:
        raise click.UsageError("--update-baseline needs --baseline FILE.")
    run.flags = {**run.flags, "fail_over": fail_over}
    outcomes = run.outcomes()
    if baseline_file:
        from textrepair.editorial.baseline import Baseline

        recording = update_baseline or not baseline_file.exists()
        baseline = Baseline.read(baseline_file) if baseline_file.exists() else Baseline(baseline_file)
        outcomes = baseline.compared(outcomes, recording)
    outcomes = run.tallied(_without_idle_ignores(outcomes))
    if format_ == "text":
        _print(outcomes, run.single and not (baseline_file or run.changed_since))
        run.conclude("checked", "to apply")
    else:
        from textrepair.outputs import lines

        for line in lines(format_, outcomes):
            emit(line)
    if baseline_file and recording:
        baseline.write()
        say(f"{baseline_file}: {baseline.size} findings recorded")
    ctx.exit(2 if run.tally.failed else 1 if run.tally.failing and not exit_zero else 0)


def _without_idle_ignores(outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
    """The outcomes, after a line to standard error for each comment in them that ignores nothing."""
    from textrepair.cli.console import say
    from textrepair.editorial.engine import Repaired

    for outcome in outcomes:
        for ignore in outcome.document.prose.ignores if isinstance(outcome, Repaired) else ():
            if not ignore.used:
                what = (
                    "has no effect"
                    if ignore.kind in ("off", "on", "ignore-next")
                    else "is not known (off, on, ignore-next)"
                )
                say(f"{outcome.name}:{ignore.line}: 'textrepair: {ignore.kind}' {what}")
        yield outcome


def _print(outcomes: Iterable[Outcome], single: bool) -> None:
    """Print findings; that there are none only of a `single` article that was looked at as a whole."""
    from rich.console import Console

    from textrepair.editorial.engine import Repaired
    from textrepair.render.terminal import findings

    for outcome in outcomes:
        if isinstance(outcome, Repaired):
            repair = outcome.located
            if single or repair.edits or repair.flagged or repair.notice:
                findings(repair, outcome.name, Console())
