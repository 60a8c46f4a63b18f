"""`textrepair evaluate`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click


@click.command()
@click.option(
    "--corpus",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Clean text; its held-out 2 % are spun in every dialect and added to the articles of data/eval.",
)
@click.option("--articles", default=90, show_default=True, help="Held-out articles of --corpus to spin.")
@click.option("--threshold", type=click.FloatRange(0, 1), help="How sure an edit must be to be applied.")
@click.option("--model", metavar="DIR", type=click.Path(path_type=Path), help="Folder of the models.")
@click.option("--fast", is_flag=True, help="Do without the language model.")
@click.option("--json", "json_path", metavar="FILE", type=click.Path(path_type=Path), help="Write all figures here.")
@click.option("--plots", metavar="DIR", type=click.Path(path_type=Path), help="Write plots into this folder.")
def command(
    corpus: Path | None,
    articles: int,
    threshold: float | None,
    model: Path | None,
    fast: bool,
    json_path: Path | None,
    plots: Path | None,
) -> None:
    """Measure the models on articles whose originals are known.

    Without options these are the 24 hand-spun and 14 clean articles of data/eval.  Needs the extra 'evaluate'.
    """
    from textrepair.evaluate import articles as sets
    from textrepair.evaluate import benchmark
    from textrepair.repairer import Repairer
    from textrepair.spin.coverage import shipped_coverage

    wanted = [*sets.hand_spun(), *sets.clean()]
    if corpus:
        wanted += sets.held_out(corpus, articles)
    with click.progressbar(wanted, label="Repairing", file=sys.stderr) as bar:
        report = benchmark.run(Repairer.from_pretrained(model, fast=fast), bar, shipped_coverage().covers, threshold)
    found = report.to_object()
    click.echo(benchmark.table(found))
    if json_path:
        json_path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    if plots:
        from textrepair.evaluate.plots import write_plots

        for path in write_plots(report, plots):
            click.echo(f"{path} written", err=True)
