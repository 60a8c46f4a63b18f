"""What the subcommands share: options, inputs, and the repair of one input."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from textrepair import files
from textrepair.files import Source

F = TypeVar("F", bound=Callable[..., Any])

article = click.argument("path", metavar="FILE", type=click.Path(path_type=Path, allow_dash=True))


def common(function: F) -> F:
    """Options of every command that repairs."""
    for option in (
        click.option(
            "--model",
            metavar="DIR",
            type=click.Path(path_type=Path),
            help="Folder with detector/, rewriter/ and calibration.json.  [default: the shipped models]",
        ),
        click.option(
            "--rewriter",
            metavar="DIR|HUB-ID",
            help="Any Hugging Face seq2seq model as rewriter (T5, BART …; needs the extra 'hub').",
        ),
        click.option(
            "--threshold",
            type=click.FloatRange(0, 1),
            help="How sure an edit must be to be applied, 0 to 1.  [default: the calibrated value]",
        ),
    ):
        function = option(function)
    return function


def load_source(path: Path) -> Source:
    """The article at `path`; `-` is standard input."""
    if str(path) == "-":
        return files.decode(sys.stdin.buffer.read(files.LARGEST + 1), "<stdin>")
    return files.read(path)


def repairer(model: Path | None, rewriter: str | None) -> Any:
    """The `Repairer` that the options ask for."""
    from textrepair.repairer import Repairer

    made = Repairer.from_pretrained(model)
    if rewriter:
        from textrepair.hub import Seq2SeqRewriter

        made.rewriter = Seq2SeqRewriter.from_pretrained(rewriter)
    return made
