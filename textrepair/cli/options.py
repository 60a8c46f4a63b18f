"""What the subcommands share: options, and the models."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

_SETTINGS = {
    "model": click.option(
        "--model",
        metavar="DIR",
        help="Folder with detector/, rewriter/ and calibration.json.  [default: the shipped models]",
    ),
    "rewriter": click.option(
        "--rewriter",
        metavar="DIR|HUB-ID",
        help="Any Hugging Face seq2seq model as rewriter (T5, BART …; needs the extra 'hub').",
    ),
    "threshold": click.option(
        "--threshold",
        type=click.FloatRange(0, 1),
        help="How sure an edit must be to be applied, 0 to 1.  [default: the calibrated value]",
    ),
    "fast": click.option(
        "--fast/--no-fast",
        default=None,
        help="Do without the language model: a spun article takes half the time or less, and less is restored.",
    ),
    "quotes": click.option(
        "--quotes", type=click.Choice(["fix", "keep"]), help="Whether to leave direct quotations alone.  [default: fix]"
    ),
    "accept_file": click.option(
        "--accept-file", metavar="FILE", help="Words, phrases and names to leave alone, one a line."
    ),
    "encoding": click.option("--encoding", metavar="NAME", help="Encoding of the articles.  [default: utf-8]"),
}

_ARTICLES = {
    "paths": click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path)),
    "exclude": click.option(
        "--exclude", metavar="PATTERN", multiple=True, help="Leave files out, as a .gitignore does; repeatable."
    ),
    "kind": click.option("--as", "kind", metavar="TYPE", help="Read every input as this type, whatever its name."),
    "stdin_filename": click.option(
        "--stdin-filename", metavar="NAME", help="The name of standard input ('-'), for its type and settings."
    ),
    "changed_since": click.option(
        "--changed-since", metavar="REV", help="Look only at lines that changed since this git revision."
    ),
    "jobs": click.option(
        "-j", "--jobs", metavar="N", type=click.IntRange(1), default=1, help="Repair so many files at a time."
    ),
    "cache": click.option("--cache/--no-cache", default=True, help="Use and keep results of earlier runs, or do not."),
}


def settings(function: F) -> F:
    """The options that take precedence over a configuration; the command gets them as `flags`, by `Settings` names."""
    return _packed(function, _SETTINGS, "flags", dict)


def articles(function: F) -> F:
    """The paths and options of a command that repairs; the command gets them as `run`, a `Run`."""

    def run(**parameters: Any) -> Any:
        from textrepair.cli.runs import Run

        return Run(flags={name: parameters.pop(name) for name in _SETTINGS}, **parameters)

    return _packed(function, {**_ARTICLES, **_SETTINGS}, "run", run)


def _packed(function: F, options: Mapping[str, Callable[[Any], Any]], name: str, pack: Callable[..., Any]) -> F:
    """A command with `options`, whose values reach `function` as one argument."""

    @wraps(function)
    def command(*arguments: Any, **parameters: Any) -> Any:
        packed = pack(**{option: parameters.pop(option) for option in options})
        return function(*arguments, **parameters, **{name: packed})

    decorated: Any = command
    for decorator in reversed(list(options.values())):
        decorated = decorator(decorated)
    return decorated  # type: ignore[no-any-return]


def baseline(text: str) -> Callable[[F], F]:
    """The option for a file of known findings, with its help; the command gets its path as `baseline_file`."""
    return click.option("--baseline", "baseline_file", metavar="FILE", type=click.Path(path_type=Path), help=text)


def repairer(model: str | None, rewriter: str | None, fast: bool = False, threads: int | None = None) -> Any:
    """The `Repairer` that the options ask for."""
    from textrepair.repairer import Repairer

    # The scorer knows the shipped rewriter only, and what the language model says is weighed against the scorer.
    made = Repairer.from_pretrained(model, threads, fast=fast or bool(rewriter))
    if rewriter:
        from textrepair.hub import Seq2SeqRewriter

        made.rewriter = Seq2SeqRewriter.from_pretrained(rewriter)
        made.scorer = None
    return made
