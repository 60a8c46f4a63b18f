"""`textrepair demo`."""

from __future__ import annotations

import click

from textrepair.cli import options
from textrepair.errors import InputError, TextrepairError


@click.command()
@click.option("--model", metavar="DIR|HUB-ID", help="Models to use instead of the shipped ones.")
@click.option("--fast", is_flag=True, help="Do without the language model, as `fix --fast` does.")
@click.option(
    "--port",
    metavar="N",
    type=click.IntRange(1, 65535),
    help="Where to listen.  [default: the first free from 7860 on]",
)
def command(model: str | None, fast: bool, port: int | None) -> None:
    """Try textrepair on a page in the browser.

    The page is served on this machine alone.  What is pasted into it stays in memory and is neither stored nor sent.
    """
    try:
        from textrepair.demo.app import launch
    except ModuleNotFoundError as error:
        raise TextrepairError(f"the demo needs {error.name}: pip install 'textrepair[demo]'") from None
    from textrepair.demo.articles import examples

    try:
        page = launch(options.repairer(model, None, fast), examples(), port)
    except OSError:
        raise InputError(f"port {port} is in use; try another --port" if port else "no free port") from None
    click.echo(f"The demo is at {page.local_url} (Ctrl-C ends it)", err=True)
    page.block_thread()
