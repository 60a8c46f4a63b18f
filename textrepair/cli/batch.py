"""`textrepair batch`."""

from __future__ import annotations

from pathlib import Path

import click


def _settings(_: click.Context, __: click.Parameter, pairs: tuple[str, ...]) -> dict[str, str]:
    if odd := [p for p in pairs if "=" not in p]:
        raise click.BadParameter(f"'{odd[0]}' is not KEY=VALUE.")
    return dict(p.split("=", 1) for p in pairs)


@click.command()
@click.argument("source", metavar="INPUT")
@click.argument("target", metavar="OUTPUT")
@click.option("--text-column", metavar="NAME", default="text", show_default=True, help="The column with the text.")
@click.option(
    "--filter",
    "threshold",
    metavar="SCORE",
    type=click.FloatRange(0, 1),
    help="Keep documents that score below this (0 to 1); the others go to OUTPUT/rejected.",
)
@click.option("--score-only", is_flag=True, help="Only find what looks spun, without restoring it; faster.")
@click.option(
    "--thorough",
    is_flag=True,
    help="Read also what a first look finds obviously clean, and restore as `fix` does, with the language model; "
    "much slower.",
)
@click.option(
    "--workers",
    metavar="N",
    type=click.IntRange(1),
    help="Files read at the same time.  [default: one per core; on a cluster, as many as it takes]",
)
@click.option(
    "--executor", type=click.Choice(["local", "ray", "slurm"]), default="local", show_default=True, help="Where to run."
)
@click.option(
    "--slurm",
    metavar="KEY=VALUE",
    multiple=True,
    callback=_settings,
    help="An option for sbatch; 'partition' and 'time' are needed.  Repeat for more.",
)
@click.option(
    "--model",
    metavar="DIR|HUB-ID",
    help="Folder with detector/, rewriter/ and calibration.json.  [default: the shipped models]",
)
def command(
    source: str,
    target: str,
    text_column: str,
    threshold: float | None,
    score_only: bool,
    thorough: bool,
    workers: int | None,
    executor: str,
    slurm: dict[str, str],
    model: str | None,
) -> None:
    """Restore or filter a whole corpus.

    INPUT is a file, a folder or a pattern ('crawl/*.parquet') of JSON Lines (.jsonl, .jsonl.gz, .jsonl.zst), Parquet
    or WARC files; INPUT and OUTPUT may be URLs such as s3://…

    OUTPUT/documents gets the same documents with the columns spun_score, spun_sentences, restored and edits.  What
    cannot be read is listed in OUTPUT/problems with file, line and reason.  After an interruption, the same command
    goes on where it stopped: files that are done are not read again.
    """
    from textrepair.errors import InputError, TextrepairError

    try:
        from textrepair.batch.job import Place, Settings, run
    except ModuleNotFoundError as error:
        raise TextrepairError(f"batch needs more packages ({error.name}): pip install 'textrepair[batch]'") from None
    if model and Path(model).is_dir():
        model = str(Path(model).resolve())  # the same for a worker elsewhere
    settings = Settings(text_column, threshold, score_only, thorough, model)
    summary = run(source, target, settings, Place(executor, workers, slurm))
    if summary is None:
        click.echo(f"Slurm has the job ({target}/logs/launch_script.slurm); when it is done, the same command reports.")
        return
    click.echo(summary.to_text())
    if summary.problems:
        click.echo(f"See {target}/problems for what could not be read.", err=True)
        if not summary.documents:
            raise InputError(f"{source}: not one document could be read")
