"""`textrepair diff`."""

from __future__ import annotations

from pathlib import Path

import click

from textrepair import files
from textrepair.cli import options


@click.command()
@options.article
@click.option(
    "--html", metavar="FILE", type=click.Path(path_type=Path), help="Write a self-contained page instead ('-': print it)."
)
@options.common
def command(
    path: Path, html: Path | None, model: Path | None, rewriter: str | None, threshold: float | None
) -> None:
    """Show the original beside the restored text, with the changes marked."""
    source = options.load_source(path)
    repair = options.repairer(model, rewriter).repair(source.text, threshold)
    if html:
        from textrepair.render.html import page

        document = page([(source.name, repair)], source.name)
        if str(html) == "-":
            click.echo(document)
        else:
            files.write(html, document.encode("utf-8"))
            click.echo(f"{html} written", err=True)
        return
    from rich.console import Console

    from textrepair.render.terminal import side_by_side

    side_by_side(repair, source.name, Console())
