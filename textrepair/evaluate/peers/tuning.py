"""Finds the thresholds of frequency-guided substitution on machine-spun text, so that data/eval stays unseen.

python -m textrepair.evaluate.peers.tuning CORPUS
"""

from __future__ import annotations

import itertools
from collections import Counter
from pathlib import Path

import click

from textrepair.evaluate.articles import Article, held_out
from textrepair.evaluate.peers.lexical import frequency
from textrepair.evaluate.scores import count, figures
from textrepair.results import Edit

RARE = (-9.0, -10.0, -11.0, -12.0, -13.0, -14.0)
GAIN = (3.0, 4.0, 5.0, 6.0, 7.0)


def f_half(articles: list[Article], rare: float, gain: float) -> float:
    """F0.5 of one pair of thresholds over spun and clean articles."""
    n: Counter[str] = Counter()
    for article in articles:
        edits = [Edit(s, e, article.text[s:e], w, 1.0, True) for s, e, w in frequency(article.text, rare, gain)]
        n.update(count(article.text, article.gold, edits))
    return figures(n)["f0.5"]


@click.command(help=__doc__)
@click.argument("corpus", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--articles", default=60, show_default=True, help="Held-out articles, one half of them spun.")
def main(corpus: Path, articles: int) -> None:
    """Run the command."""
    chosen = held_out(corpus, articles)
    scored = [(f_half(chosen, rare, gain), rare, gain) for rare, gain in itertools.product(RARE, GAIN)]
    for score, rare, gain in sorted(scored, reverse=True):
        click.echo(f"rare {rare:6.1f} gain {gain:4.1f} F0.5 {score:.4f}")


if __name__ == "__main__":
    main()
