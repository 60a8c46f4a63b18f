"""Control runs: how much of what the detector knows carries over to spinners and words that it never met.

    python -m textrepair.train.controls CORPUS --base MINILM --runs runs/controls --minutes 20 --without D

A fifth of the lexicon's originals, chosen by hash, is withheld from all runs.  One run trains on all dialects, and one
for each dialect of `--without` on the others, all on machine-spun text alone.  Each then reads the hand-spun articles
of `data/eval` and `data/tuning`, of which no run has seen anything.  Runs are short and of equal length: compare them
with each other, and not with the shipped detector.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
import numpy as np
from sklearn.metrics import roc_auc_score

from textrepair.detector import Detector
from textrepair.evaluate.articles import Article, Gold, hand_spun, hand_tuning
from textrepair.resources import lexicon_dir
from textrepair.sentences import split_sentences
from textrepair.spin.coverage import Coverage, coverage_of, shipped_coverage
from textrepair.spin.dialect import Dialects, load_dialects
from textrepair.spin.lexicon import read_rows
from textrepair.train.session import Plan, Session
from textrepair.windows import windows_of

WITHHELD = 20
"""Percent of the originals that no control run is taught."""

FALSE_ALARMS = 0.01
"""Share of the good words that may be marked when recall is counted."""


def withheld(head: str) -> bool:
    """Whether an original is kept from training, by its hash."""
    return zlib.crc32(head.lower().encode()) % 100 < WITHHELD


def reduced(dialects: Dialects, folder: Path, without: str | None) -> Dialects:
    """Dialects whose lexicon files, written to `folder`, lack the withheld originals.

    Args:
        dialects: all of them.
        folder: for the files.
        without: a dialect to leave out.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kept = {name: d for name, d in dialects.dialects.items() if name != without}
    for file in {file for d in kept.values() for file in d.lexicon}:
        rows = [str(row) for row in read_rows(lexicon_dir() / f"{file}.tsv") if not withheld(row.head)]
        (folder / f"{file}.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    moved = {
        name: replace(d, lexicon=tuple(str((folder / file).resolve()) for file in d.lexicon))
        for name, d in kept.items()
    }
    return Dialects(moved, {name: dialects.frequency[name] for name in kept})


@dataclass(frozen=True)
class Heard:
    """What a detector says of a word: its log-odds, its article's dialect, and what is known of it.

    Attributes:
        kind: `good`; of a substitution `known` if the run was taught it, `withheld` if it was kept from it, `unknown`
            if no lexicon has it.
    """

    score: float
    dialect: str
    kind: str


def heard(detector: Detector, articles: Sequence[Article], taught: Coverage, whole: Coverage) -> list[Heard]:
    """Every word of some articles, those aside of which a reader would not notice that they were replaced."""

    def kind(gold: Gold, text: str) -> str:
        for name, coverage in (("known", taught), ("withheld", whole)):
            if any(coverage.covers(text[gold.start : gold.end], w) for w in gold.wordings):
                return name
        return "unknown"

    found = []
    for article in articles:
        kinds = {g: kind(g, article.text) for g in article.gold if not g.harmless}
        windows = windows_of(article.text, split_sentences(article.text), detector.tokenizer)
        for word in (w for words in detector.detect(windows) for w in words):
            met = [g for g in article.gold if g.start < word.end and word.start < g.end]
            if not any(g.harmless for g in met):
                found.append(Heard(word.substituted, article.dialect, kinds[met[0]] if met else "good"))
    return found


def figures(words: Sequence[Heard]) -> dict[str, dict[str, float]]:
    """Area under the ROC curve against the good words, and recall at `FALSE_ALARMS`, by kind of substitution."""
    good = np.array([w.score for w in words if w.kind == "good"])
    threshold = float(np.quantile(good, 1 - FALSE_ALARMS))
    rows = {}
    for kind in ("all", "known", "withheld", "unknown"):
        scores = np.array([w.score for w in words if w.kind != "good" and kind in ("all", w.kind)])
        if len(scores):
            labels = np.repeat([0, 1], [len(good), len(scores)])
            auc = float(roc_auc_score(labels, np.concatenate([good, scores])))
            recall = float((scores > threshold).mean())
            rows[kind] = {"words": len(scores), "roc_auc": round(auc, 4), "recall": round(recall, 4)}
    return rows


@click.command(help=__doc__)
@click.argument("corpus", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--base", required=True, type=click.Path(path_type=Path), help="The encoder to start from.")
@click.option("--runs", default="runs/controls", type=click.Path(path_type=Path), help="Checkpoints and logs.")
@click.option("--minutes", default=20.0, help="Training time of each run.")
@click.option("--threads", default=2, help="Processor threads.")
@click.option("--without", multiple=True, default=["D"], help="A dialect to leave out of a run of its own.")
@click.option("--json", "json_path", type=click.Path(path_type=Path), help="Write the figures here.")
def main(
    corpus: Path, base: Path, runs: Path, minutes: float, threads: int, without: tuple[str, ...], json_path: Path | None
) -> None:
    """Run the command."""
    whole = shipped_coverage()
    found: dict[str, Any] = {}
    for left_out in (None, *without):
        name = f"without {left_out}" if left_out else "all dialects"
        folder = runs / name.replace(" ", "-")
        session = Session(Plan(corpus, folder, base, None, None, minutes, threads), _report)
        session.dialects = reduced(load_dialects(), folder / "lexicon", left_out)
        session.hand = (), 0.0  # they know what is withheld
        session.detector()
        taught = coverage_of(session.dialects)
        detector = Detector.from_pretrained(folder / "models" / "detector", threads)
        words = heard(detector, [*hand_spun(), *hand_tuning()], taught, whole)
        groups = {"all": words, **{d: [w for w in words if w.dialect == d] for d in without}}
        found[name] = {group: figures(part) for group, part in groups.items()}
        for group, rows in found[name].items():
            for kind, row in rows.items():
                click.echo(f"{name:14} {group:4} {kind:9} {row['words']:5} {row['roc_auc']:.3f} {row['recall']:.3f}")
    if json_path:
        json_path.write_text(json.dumps({"minutes": minutes, "runs": found}, indent=1) + "\n", encoding="utf-8")


def _report(name: str, row: dict[str, float]) -> None:
    click.echo(f"{name}: step {row['step']}, loss {row['loss']}, {row['minutes_left']} minutes left", err=True)


if __name__ == "__main__":
    main()
