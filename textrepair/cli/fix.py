"""`textrepair fix`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from textrepair import files
from textrepair.cli import options


@click.command()
@options.article
@click.option("--diff", "as_diff", is_flag=True, help="Print a unified diff instead of the restored text.")
@click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path), help="Write the restored text here.")
@click.option("--write", "-w", is_flag=True, help="Replace the file.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", help="What to print.")
@options.common
def command(
    path: Path,
    as_diff: bool,
    output: Path | None,
    write: bool,
    format_: str,
    model: Path | None,
    rewriter: str | None,
    threshold: float | None,
) -> None:
    """Restore an article.

    The restored text goes to standard output, unless --diff, --output or --write is given.  Everything outside the
    applied edits stays as it was, byte for byte.
    """
    if write and output:
        raise click.UsageError("--write and --output exclude each other.")
    if write and str(path) == "-":
        raise click.UsageError("--write needs a file; standard input cannot be replaced.")
    source = options.load_source(path)
    repair = options.repairer(model, rewriter).repair(source.text, threshold)
    if repair.notice:
        click.echo(f"{source.name}: left as it is, {repair.notice}", err=True)
    restored = source.encode(repair.restored)
    if write and repair.changed:
        files.write(path, restored, expected=source.content)
    elif output:
        files.write(output, restored)
    if format_ == "json":
        click.echo(json.dumps(repair.to_object(source.name), ensure_ascii=False))
    elif as_diff:
        from textrepair.render.unified import unified_diff

        click.echo(unified_diff(repair, source.name), nl=False)
    elif write or output:
        applied = sum(e.applied for e in repair.edits)
        click.echo(f"{source.name}: {applied} {'edit' if applied == 1 else 'edits'} applied", err=True)
    else:
        sys.stdout.buffer.write(restored)
