"""`textrepair fix`."""

from __future__ import annotations

import json
import sys
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from textrepair import files
from textrepair.cli import options
from textrepair.errors import InputError

if TYPE_CHECKING:
    from textrepair.cli.runs import Run
    from textrepair.editorial.engine import Outcome, Repaired


@click.command()
@options.articles
@click.option("--diff", "as_diff", is_flag=True, help="Print a unified diff instead of the restored text.")
@click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path), help="Write the restored text here.")
@click.option("--write", "-w", is_flag=True, help="Replace the files.")
@click.option("--accept", is_flag=True, help="Edit Word documents for good, and not as tracked changes.")
@click.option("--interactive", "-i", is_flag=True, help="Ask about each edit, then replace the files.")
@click.option("--unsafe", is_flag=True, help="Apply all proposals, and not only those that are sure enough.")
@options.baseline("Leave alone what `check` has recorded in this file.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", help="What to print.")
@click.pass_context
def command(
    ctx: click.Context,
    run: Run,
    as_diff: bool,
    output: Path | None,
    write: bool,
    accept: bool,
    interactive: bool,
    unsafe: bool,
    baseline_file: Path | None,
    format_: str,
) -> None:
    """Restore articles.

    The restored text goes to standard output, unless --diff, --output, --write or --interactive is given.  Everything
    outside the applied edits stays as it was, byte for byte; Word documents get the edits as tracked changes.

    PATH is a file, a folder, a pattern ('docs/**/*.md'), or '-' for standard input.
    """
    from textrepair.cli.console import emit, say
    from textrepair.editorial.engine import Repaired

    in_place = write or (interactive and not output)
    to_stdout = not (in_place or output or as_diff or format_ == "json")
    if write and output:
        raise click.UsageError("--write and --output exclude each other.")
    if (in_place or interactive) and Path("-") in run.paths:
        raise click.UsageError("--write and --interactive need files; standard input cannot be replaced.")
    if interactive and (as_diff or format_ == "json"):
        raise click.UsageError("--interactive excludes --diff and --format json.")
    if not run.single and (output or to_stdout):
        raise click.UsageError("Several files need --write, --interactive or --diff.")

    outcomes = run.outcomes(unsafe)
    if baseline_file:
        from textrepair.editorial.baseline import Baseline

        outcomes = Baseline.read(baseline_file).compared(outcomes)
    if interactive:
        outcomes = _walked(outcomes)
    for outcome in run.tallied(outcomes):
        if not isinstance(outcome, Repaired):
            continue
        if outcome.repair.notice:
            say(f"{outcome.name}: left as it is, {outcome.repair.notice}")
        try:
            restored = outcome.document.restored(outcome.repair, accept)
            if output:
                files.write(output, restored)
            elif in_place and restored != outcome.document.content:
                files.write(outcome.input.path, restored, expected=outcome.document.content)
            elif to_stdout and sys.stdout.isatty() and outcome.input.kind == "docx":
                raise InputError(f"{outcome.name}: a Word document is nothing to print; --write or --output saves it")
        except InputError as error:
            run.fail(str(error))
            continue
        if to_stdout:
            sys.stdout.buffer.write(restored)
        elif format_ == "json":
            emit(json.dumps(outcome.located.to_object(outcome.name), ensure_ascii=False))
        elif as_diff:
            sys.stdout.buffer.write(_diff(outcome))
        elif run.single or outcome.repair.changed:
            applied = sum(e.applied for e in outcome.repair.edits)
            say(f"{outcome.name}: {applied} {'edit' if applied == 1 else 'edits'} applied")
    if to_stdout and run.tally.skipped:
        raise InputError(f"{run.paths[0]}: skipped, so that there is nothing to print")
    if in_place:
        run.conclude("read", "applied")
    ctx.exit(2 if run.tally.failed else 0)


def _diff(repaired: Repaired) -> bytes:
    """A patch for the file, its lines in the encoding of the file."""
    from textrepair.render.unified import unified_diff

    repair = repaired.located
    if repaired.document.content.startswith(BOM_UTF8):
        repair = replace(repair, text="\ufeff" + repair.text, restored="\ufeff" + repair.restored)
    names, at, hunks = unified_diff(repair, str(repaired.input.place)).partition("\n@@")
    return names.encode() + (at + hunks).encode(repaired.input.config.settings.encoding)


def _walked(outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
    """The outcomes with the edits that the editor wants, up to the article where the editor stops."""
    from rich.console import Console

    from textrepair.editorial.engine import Repaired
    from textrepair.editorial.interactive import Walk

    walk = Walk(Console(), input)
    for outcome in outcomes:
        if isinstance(outcome, Repaired):
            chosen = walk.through(outcome.repair, outcome.name)
            outcome = replace(outcome, repair=outcome.document.proven(chosen))
        yield outcome
        if walk.stopped:
            return
