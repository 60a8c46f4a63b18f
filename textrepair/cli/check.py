"""`textrepair check`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from textrepair.cli import options


@click.command()
@options.article
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", help="How to print findings.")
@options.common
@click.pass_context
def command(
    ctx: click.Context,
    path: Path,
    format_: str,
    model: Path | None,
    rewriter: str | None,
    threshold: float | None,
) -> None:
    """List the sentences that look spun, their scores and the proposed edits.

    Exits with 1 if any sentence is flagged.
    """
    source = options.load_source(path)
    repair = options.repairer(model, rewriter).repair(source.text, threshold)
    if format_ == "json":
        click.echo(json.dumps(repair.to_object(source.name), ensure_ascii=False))
    else:
        from rich.console import Console

        from textrepair.render.terminal import findings

        findings(repair, source.name, Console())
    ctx.exit(1 if repair.flagged else 0)
