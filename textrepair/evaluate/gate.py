"""The quality that must not be lost: figures on every second spun article of data/eval, so that a test of the suite can
afford it, and on all its clean ones, recorded in tests/data/quality.json.

    python -m textrepair.evaluate.gate            compare with the record; exit 1 if anything got worse
    python -m textrepair.evaluate.gate --write    make today's figures the record

A test of the suite does the same comparison, so worse figures come with a changed record or not at all.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import click

from textrepair.evaluate.articles import Article, clean, hand_spun
from textrepair.evaluate.scores import count, figures
from textrepair.repairer import Repairer

RECORD = Path("tests/data/quality.json")

EVERY = 2
"""Of the spun articles, every second one, from all dialects but two."""

TOLERANCE = {"precision": 0.02, "recall": 0.02, "f0.5": 0.02, "clean_edits_per_1000_words": 0.6}
"""What another processor may change: its int8 products round differently, and a score near a threshold tips over."""


def measure(repairer: Repairer) -> dict[str, float]:
    """Precision, recall and F0.5 on spun articles of data/eval, and edits per 1,000 words of its clean ones."""
    spun, good = _counts(repairer, hand_spun()[::EVERY]), _counts(repairer, clean())
    found = {name: value for name, value in figures(spun).items() if name in TOLERANCE}
    found["clean_edits_per_1000_words"] = 1000 * good["proposed"] / good["words"]
    return {name: round(value, 4) for name, value in sorted(found.items())}


def _counts(repairer: Repairer, articles: list[Article]) -> Counter[str]:
    total: Counter[str] = Counter()
    for article in articles:
        total.update(count(article.text, article.gold, repairer.repair(article.text).edits))
    return total


def worse(measured: dict[str, float], record: dict[str, float]) -> list[str]:
    """One line for each figure that is worse than its record by more than the tolerance."""
    lines = []
    for name, recorded in record.items():
        loss = measured[name] - recorded if name.startswith("clean") else recorded - measured[name]
        if loss > TOLERANCE[name]:
            lines.append(f"{name}: {measured[name]} measured, {recorded} recorded")
    return lines


@click.command(help=__doc__)
@click.option("--record", default=RECORD, show_default=True, type=click.Path(path_type=Path))
@click.option("--write", is_flag=True, help="Make today's figures the record.")
def main(record: Path, write: bool) -> None:
    """Run the command."""
    measured = measure(Repairer.from_pretrained())
    click.echo(json.dumps(measured, indent=1))
    if write:
        record.parent.mkdir(parents=True, exist_ok=True)
        record.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")
        return
    lines = worse(measured, json.loads(record.read_text(encoding="utf-8")))
    for line in lines:
        click.echo(line, err=True)
    raise SystemExit(1 if lines else 0)


if __name__ == "__main__":
    main()
