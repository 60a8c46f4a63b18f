"""Messages beside a command's output."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

import click

from textrepair.render.visible import for_terminal

T = TypeVar("T")

PATIENCE = 1.0
"""Seconds before a run shows how far it is."""

_WIDTH = 30


def say(message: str) -> None:
    """Print one line to standard error; nothing in it can steer a terminal."""
    click.echo(for_terminal(message, getattr(sys.stderr, "encoding", None) or "utf-8"), err=True)


def emit(line: str) -> None:
    """Print one line for another program to standard output: in UTF-8, wherever the terminal is."""
    sys.stdout.buffer.write(line.encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()


def with_progress(items: Iterable[T], total: int) -> Iterator[T]:
    """The items, with a bar on standard error while the next one is awaited, if that is a terminal.

    The bar is gone whenever somebody else has the word, so that it never mixes with output.
    """
    if total < 2 or not sys.stderr.isatty():
        yield from items
        return
    started, drawn = time.monotonic(), False
    for n, item in enumerate(items, 1):
        if drawn:
            click.echo("\r\x1b[K", nl=False, err=True)
        yield item
        drawn = n < total and time.monotonic() - started > PATIENCE
        if drawn:
            filled = _WIDTH * n // total
            click.echo(f"{'#' * filled}{'.' * (_WIDTH - filled)} {n} of {total}", nl=False, err=True)
