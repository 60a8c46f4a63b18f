"""Findings in the formats that other programs read, one module for each.

Every module has a function `lines(outcomes)` that yields the output line by line, without line ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module

from textrepair.editorial.engine import Outcome

FORMATS = ("json", "github", "sarif", "rdjson", "junit")


def lines(format_: str, outcomes: Iterable[Outcome]) -> Iterator[str]:
    """The findings in one of `FORMATS`, line by line.

    The formats that are one document of all articles yield nothing before the last outcome is there.
    """
    found: Iterator[str] = import_module(f"textrepair.outputs.{format_}").lines(outcomes)
    return found
