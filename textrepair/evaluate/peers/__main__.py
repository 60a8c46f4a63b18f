"""`python -m textrepair.evaluate.peers`, which `make bench-peers` runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from textrepair.evaluate.articles import Article, held_out
from textrepair.evaluate.peers.catalogue import peers
from textrepair.evaluate.peers.measure import measure
from textrepair.evaluate.peers.report import plots, report, show, table
from textrepair.evaluate.processes import ProgramError

NAMES = [p.name for p in peers(Path())]


@click.command()
@click.option("--installed", default=".peers", show_default=True, type=click.Path(path_type=Path), help="Their folder.")
@click.option(
    "--out", default="data/benchmarks", show_default=True, type=click.Path(path_type=Path), help="Target folder."
)
@click.option("--peer", "names", multiple=True, type=click.Choice(NAMES), help="Measure only this one; repeatable.")
@click.option(
    "--corpus",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Clean text; its held-out 2 % are spun by machine, and the peers measured on them too.",
)
@click.option("--readme", type=click.Path(exists=True, path_type=Path), help="A document that shows the table.")
@click.option("--articles", default=90, show_default=True, help="Held-out articles of --corpus.")
def main(
    installed: Path, out: Path, names: tuple[str, ...], corpus: Path | None, readme: Path | None, articles: int
) -> None:
    """Measure textrepair and its alternatives on the same articles.

    Writes peers.json, peers.md, peers.png and peers-dialects.png.  Peers that are not measured this time keep the
    figures that are stored.
    """
    out.mkdir(parents=True, exist_ok=True)
    store = out / "peers.json"
    further: list[Article] = held_out(corpus, articles) if corpus else []
    for peer in peers(installed):
        if names and peer.name not in names:
            continue
        click.echo(f"{peer.title} …", err=True)
        try:
            figures = measure(peer, further)
        except ProgramError as error:
            raise click.ClickException(f"{peer.title}: {error}") from error
        measured = {**_stored(store), peer.name: figures}  # read again each time, as a slow peer may run meanwhile
        ordered = {name: measured[name] for name in NAMES if name in measured}
        store.write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf-8")
    found = _stored(store)
    (out / "peers.md").write_text(report(found), encoding="utf-8")
    plots(found, out)
    if readme:
        show(readme, found)
    click.echo(table(found))


def _stored(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


if __name__ == "__main__":
    main()
