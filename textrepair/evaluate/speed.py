"""Time and memory of whole processes: what a user waits for.

    python -m textrepair.evaluate.speed

Every figure is the median of several fresh processes, start-up included.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import click

from textrepair.evaluate.articles import clean, hand_spun
from textrepair.evaluate.lengths import of_length
from textrepair.evaluate.processes import median, run

WORDS = 800
RUNS = 5


def throughput(texts: Sequence[str]) -> float:
    """Sentences per second through the detector, in one batch, models loaded."""
    from textrepair.repairer import Repairer
    from textrepair.sentences import split_sentences
    from textrepair.windows import windows_of

    repairer = Repairer.from_pretrained()
    windows = [w for text in texts for w in windows_of(text, split_sentences(text), repairer.detector.tokenizer)]
    sentences = sum(len(split_sentences(text)) for text in texts)
    repairer.detector.detect(windows[:4])
    started = time.perf_counter()
    repairer.detector.detect(windows)
    return sentences / (time.perf_counter() - started)


@click.command(help=__doc__)
def main() -> None:
    """Run the command."""
    spun, good = (of_length([a.text for a in articles], WORDS) for articles in (hand_spun(), clean()))
    with tempfile.TemporaryDirectory() as folder:
        spun_path, clean_path = Path(folder, "spun.txt"), Path(folder, "clean.txt")
        spun_path.write_text(spun, encoding="utf-8")
        clean_path.write_text(good, encoding="utf-8")
        rows = [
            ("textrepair --help", ["--help"]),
            (f"fix, a spun article of {WORDS} words", ["fix", "--no-cache", str(spun_path)]),
            (f"check, a clean article of {WORDS} words", ["check", "--no-cache", str(clean_path)]),
        ]
        for name, arguments in rows:
            found = median([run([sys.executable, "-m", "textrepair", *arguments]) for _ in range(RUNS)])
            click.echo(f"{name:45} {found['seconds']:6.2f} s {found['megabytes']:7.0f} MB")
    click.echo(f"{'detector, one batch':45} {throughput([a.text for a in (*hand_spun(), *clean())]):6.0f} sentences/s")


if __name__ == "__main__":
    main()
