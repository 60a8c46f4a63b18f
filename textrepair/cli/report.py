"""`textrepair report`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from textrepair.cli import options

if TYPE_CHECKING:
    from textrepair.cli.runs import Run


@click.command()
@options.articles
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    type=click.Path(path_type=Path),
    required=True,
    help="Folder to write the report to.",
)
@click.pass_context
def command(ctx: click.Context, run: Run, output: Path) -> None:
    """Write an HTML report over many articles: an index ranked by score, and a page for each article.

    PATH is a file, a folder, or a pattern ('docs/**/*.md').
    """
    from textrepair.cli.console import say
    from textrepair.editorial.discovery import shown
    from textrepair.editorial.report import write_report

    title = f"Report on {', '.join(map(shown, run.paths[:3]))}{' …' if len(run.paths) > 3 else ''}"
    write_report(run.tallied(run.outcomes()), output, title)
    say(f"{output / 'index.html'} written")
    run.conclude("read", "proposed")
    ctx.exit(2 if run.tally.failed else 0)
