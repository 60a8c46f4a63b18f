"""`textrepair train`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option(
    "--corpus",
    required=True,
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of clean text: .txt, .md, .jsonl with a 'text' field; also .gz or .xz.",
)
@click.option(
    "--lexicon",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Your own substitutions, in the format of data/lexicon, added to ours.",
)
@click.option("--from", "start", metavar="DIR|HUB-ID", help="Models to go on from.  [default: the shipped ones]")
@click.option("--base", metavar="DIR|HUB-ID", help="Start afresh from a BERT-style encoder instead.")
@click.option(
    "--runs",
    default="runs/latest",
    show_default=True,
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Checkpoints, logs and the finished models; a killed run goes on from here.",
)
@click.option("--minutes", default=60.0, show_default=True, help="Training time for each of the two models.")
@click.option("--threads", default=2, show_default=True, help="Processor threads.")
def command(
    corpus: Path,
    lexicon: Path | None,
    start: str | None,
    base: str | None,
    runs: Path,
    minutes: float,
    threads: int,
) -> None:
    """Train detector and rewriter on your own text, going on from the shipped models.

    Clean text goes in; it is spun anew at every pass.  Needs the extra 'train'.
    """
    if start and base:
        raise click.UsageError("--from and --base exclude each other.")
    from textrepair.pretrained import resolve
    from textrepair.resources import models_dir
    from textrepair.train.session import Plan, Session

    plan = Plan(
        corpus=corpus,
        runs=runs,
        base=resolve(base) if base else None,
        start=None if base else (resolve(start) if start else models_dir()),
        lexicon=lexicon,
        minutes=minutes,
        threads=threads,
    )

    def report(name: str, figures: dict[str, float]) -> None:
        click.echo(
            f"{name}: loss {figures['loss']:.3f}, {figures['windows']:.0f} windows"
            f" ({figures['windows_per_second']:.1f}/s), {figures['minutes_left']:.0f} min left"
        )

    session = Session(plan, report)
    session.detector()
    session.rewriter()
    click.echo("calibrating …")
    click.echo(f"models written to {session.finish()}")
