"""The command with the stand-in models of `conftest`, as a program and for the processes of `--jobs`."""

from __future__ import annotations

from conftest import scripted_repairer

from textrepair.cli import main, options
from textrepair.repairer import Repairer


def repairer(
    model: str | None = None, rewriter: str | None = None, fast: bool = False, threads: int | None = None
) -> Repairer:
    """A stand-in for `textrepair.cli.options.repairer`."""
    return scripted_repairer()


if __name__ == "__main__":
    from scripted import repairer as importable  # not `__main__.repairer`, which no other process could import

    options.repairer = importable
    main(prog_name="textrepair")
