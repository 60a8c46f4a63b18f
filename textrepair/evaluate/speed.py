"""Time and memory of whole processes: what a user waits for.

    python -m textrepair.evaluate.speed

Every figure is the median of several fresh processes, start-up included.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import click

from textrepair.evaluate.articles import clean, hand_spun

WORDS = 800
RUNS = 5


def _cut(texts: Sequence[str], words: int) -> str:
    """About `words` words of some texts, in whole paragraphs."""
    paragraphs, used = [], 0
    for paragraph in "\n\n".join(texts).split("\n\n"):
        if used >= words:
            break
        paragraphs.append(paragraph)
        used += len(paragraph.split())
    return "\n\n".join(paragraphs) + "\n"


def _once(arguments: Sequence[str]) -> tuple[float, float]:
    """Wall time in seconds and peak memory in MB of one run of the command."""
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "textrepair", *arguments], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return time.perf_counter() - started, _megabytes(usage)


def _megabytes(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)


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
    spun, good = _cut([a.text for a in hand_spun()], WORDS), _cut([a.text for a in clean()], WORDS)
    with tempfile.TemporaryDirectory() as folder:
        spun_path, clean_path = Path(folder, "spun.txt"), Path(folder, "clean.txt")
        spun_path.write_text(spun, encoding="utf-8")
        clean_path.write_text(good, encoding="utf-8")
        rows = [
            ("textrepair --help", ["--help"]),
            (f"fix, a spun article of {len(spun.split())} words", ["fix", "--no-cache", str(spun_path)]),
            (f"check, a clean article of {len(good.split())} words", ["check", "--no-cache", str(clean_path)]),
        ]
        for name, arguments in rows:
            runs = [_once(arguments) for _ in range(RUNS)]
            seconds, memory = (statistics.median(column) for column in zip(*runs, strict=True))
            click.echo(f"{name:45} {seconds:6.2f} s {memory:7.0f} MB")
    click.echo(f"{'detector, one batch':45} {throughput([a.text for a in (*hand_spun(), *clean())]):6.0f} sentences/s")


if __name__ == "__main__":
    main()
