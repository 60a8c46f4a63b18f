"""The command with the stand-in models of `conftest`, as a program and for the processes of `--jobs`."""

from __future__ import annotations

from conftest import KNOWN, ScriptedDetector, ScriptedRewriter, word_tokenizer

from textrepair.cli import main, options
from textrepair.evidence import Calibration
from textrepair.repairer import Repairer


def repairer(model: str | None = None, rewriter: str | None = None, threads: int | None = None) -> Repairer:
    """A stand-in for `textrepair.cli.options.repairer`."""
    calibration = Calibration(article=(0.0, 1.0), edit=(2.0, 0.1, 0.1, 0.1, 0.1, 0.1, 0.0))
    detector = ScriptedDetector(word_tokenizer([*KNOWN, *KNOWN.values()]), KNOWN)
    return Repairer(detector, ScriptedRewriter(KNOWN), calibration)  # type: ignore[arg-type]


if __name__ == "__main__":
    from scripted import repairer as importable  # not `__main__.repairer`, which no other process could import

    options.repairer = importable
    main()
