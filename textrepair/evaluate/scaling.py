"""Time and memory against article length and threads: both have to stay linear, and memory bounded.

    python -m textrepair.evaluate.scaling --out data/benchmarks

Each figure is one fresh process that loads the models and repairs one article, made of those of data/eval.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from textrepair.evaluate.articles import clean, hand_spun
from textrepair.evaluate.lengths import of_length
from textrepair.evaluate.processes import machine, run

LENGTHS = (100, 300, 1_000, 3_000, 10_000, 30_000, 100_000)
THREADS = (1, 2)


def measure(lengths: Sequence[int], threads: Sequence[int]) -> Iterator[dict[str, Any]]:
    """A row for each kind of text, length and number of threads: seconds, processor seconds, megabytes."""
    for kind, articles in (("spun", hand_spun()), ("clean", clean())):
        for words in lengths:
            text = of_length([a.text for a in articles], words)
            for count in threads:
                yield {"kind": kind, "words": words, "threads": count, **_once(text, count)}


def _once(text: str, threads: int) -> dict[str, Any]:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "article.txt")
        path.write_text(text, encoding="utf-8")
        done = run([sys.executable, "-m", "textrepair.evaluate.scaling", "repair", str(path), str(threads)])
    inside = json.loads(done.output)
    return {
        "seconds": round(done.seconds, 2),
        "cpu_seconds": round(done.cpu_seconds, 2),
        "megabytes": round(done.megabytes),
        **inside,
    }


def exponents(rows: Sequence[dict[str, Any]], shortest: int = 1_000) -> dict[str, float]:
    """Slope of log(repair time) over log(words) for each kind and thread count, from `shortest` words: 1 is linear."""
    found = {}
    for key in sorted({(r["kind"], r["threads"]) for r in rows}):
        points = [
            (math.log(r["words"]), math.log(r["repair_cpu_seconds"]))
            for r in rows
            if (r["kind"], r["threads"]) == key and r["words"] >= shortest
        ]
        if len(points) < 2:
            continue
        mx, my = (sum(column) / len(points) for column in zip(*points, strict=True))
        slope = sum((x - mx) * (y - my) for x, y in points) / sum((x - mx) ** 2 for x, _ in points)
        found[f"{key[0]}, {key[1]} thread{'s' if key[1] > 1 else ''}"] = round(slope, 3)
    return found


def plot(rows: Sequence[dict[str, Any]], path: Path) -> None:
    """Repair time and peak memory over article length, both axes logarithmic for time."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, (times, memory) = plt.subplots(1, 2, figsize=(10, 3.8), layout="constrained")
    for n, (kind, threads) in enumerate(sorted({(r["kind"], r["threads"]) for r in rows})):
        found = [r for r in rows if (r["kind"], r["threads"]) == (kind, threads)]
        words = [r["words"] for r in found]
        style = {"marker": "o", "markersize": 4, "color": f"C{n}", "label": f"{kind}, {threads} thread(s)"}
        times.plot(words, [r["seconds"] for r in found], **style)
        memory.plot(words, [r["megabytes"] for r in found], **style)
    times.set(xlabel="words", ylabel="seconds, whole process", xscale="log", yscale="log")
    memory.set(xlabel="words", ylabel="peak memory, MB", xscale="log", ylim=(0, None))
    times.legend(frameon=False)
    figure.savefig(path, dpi=130)
    plt.close(figure)


@click.group(help=__doc__, invoke_without_command=True)
@click.option("--out", default="data/benchmarks", show_default=True, type=click.Path(path_type=Path))
@click.option("--longest", default=LENGTHS[-1], show_default=True, help="Words of the longest article.")
@click.pass_context
def main(context: click.Context, out: Path, longest: int) -> None:
    """Run the command."""
    if context.invoked_subcommand:
        return
    out.mkdir(parents=True, exist_ok=True)
    rows: list[dict[str, Any]] = []
    for row in measure([n for n in LENGTHS if n <= longest], THREADS):
        click.echo(json.dumps(row))
        rows.append(row)
        store(rows, out)  # the longest articles take long, and what was measured before them is not to be lost


def store(rows: Sequence[dict[str, Any]], out: Path) -> None:
    """Write `scaling.json` and `scaling.png`."""
    found = {"machine": machine(), "exponents": exponents(rows), "rows": rows}
    (out / "scaling.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    plot(rows, out / "scaling.png")


@main.command("repair", hidden=True)
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.argument("threads", type=int)
def _repair(path: Path, threads: int) -> None:
    import time

    from textrepair.repairer import Repairer

    repairer = Repairer.from_pretrained(threads=threads)
    wall, cpu = time.perf_counter(), time.process_time()
    repairer.repair(path.read_text(encoding="utf-8"))
    inside = {"repair_seconds": time.perf_counter() - wall, "repair_cpu_seconds": time.process_time() - cpu}
    click.echo(json.dumps({name: round(value, 3) for name, value in inside.items()}))


if __name__ == "__main__":
    main()
