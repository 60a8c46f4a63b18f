"""`textrepair diff`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from textrepair import files
from textrepair.cli import options

if TYPE_CHECKING:
    from textrepair.cli.runs import Run


@click.command()
@options.articles
@click.option(
    "--html",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write a self-contained page instead ('-': print it).",
)
@click.pass_context
def command(ctx: click.Context, run: Run, html: Path | None) -> None:
    """Show the original beside the restored text, with the changes marked.

    PATH is a file, a folder, a pattern ('docs/**/*.md'), or '-' for standard input.
    """
    from textrepair.cli.console import emit, say
    from textrepair.editorial.engine import Repaired

    shown = ((o.name, o.located) for o in run.outcomes() if isinstance(o, Repaired))
    if html:
        from textrepair.render.html import page

        repairs = list(shown)
        if not repairs:
            ctx.exit(2 if run.tally.failed else 0)
        title = repairs[0][0] if len(repairs) == 1 else f"{len(repairs)} articles"
        document = page(repairs, title)
        if str(html) == "-":
            emit(document)
        else:
            files.write(html, document.encode("utf-8"))
            say(f"{html} written")
    else:
        from rich.console import Console

        from textrepair.render.terminal import side_by_side

        for name, repair in shown:
            side_by_side(repair, name, Console())
    ctx.exit(2 if run.tally.failed else 0)
