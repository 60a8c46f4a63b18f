"""How close the detector runs to what the processor can do, and where the time of a repair goes.

    python -m textrepair.evaluate.limits --out data/benchmarks

The ceiling is the time of the detector's own int8 matrix products alone, of the same shapes and number, measured in
the same run with ONNX Runtime's `MatMulInteger`; what the detector takes beyond it goes to quantizing activations,
attention, normalization and to the products' way in and out of memory.
"""

from __future__ import annotations

import cProfile
import json
import pstats
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import numpy as np

from textrepair.evaluate.articles import hand_spun
from textrepair.evaluate.lengths import of_length
from textrepair.evaluate.processes import machine
from textrepair.repairer import Repairer
from textrepair.resources import models_dir
from textrepair.sentences import split_sentences
from textrepair.windows import windows_of

WORDS = 800
REPEATS = 7

_PARTS = {
    "detector": "detector.py:detect",
    "rewriter: encoder and decoder": "rewriter.py:rewrite",
    "spans": "repairer.py:_layers",
    "ranking: word-sequence counts": "ngrams.py:gains",
    "ranking: scorer": "scorer.py:chances",
    "ranking: all": "proposals.py:propose",
    "rescoring: language model": "language_model.py:_read",
    "rescoring: all": "rescoring.py:rescored",
    "sentences and windows": "windows.py:windows_of",
    "language": "language.py:foreign_language",
    "onnxruntime, all models": ":run",
}


def weight_shapes(path: Path) -> list[tuple[int, int]]:
    """(rows, columns) of each int8 weight matrix of an ONNX graph that is multiplied with activations."""
    import onnx

    graph = onnx.load(path).graph
    sizes = {w.name: tuple(w.dims) for w in graph.initializer if len(w.dims) == 2}
    products = {"MatMulInteger", "MatMulIntegerToFloat", "DynamicQuantizeMatMul"}
    found = [tuple(sizes[node.input[1]]) for node in graph.node if node.op_type in products and node.input[1] in sizes]
    return [(int(rows), int(columns)) for rows, columns in found]


def product(rows: int, shape: tuple[int, int], threads: int) -> Callable[[], object]:
    """One int8 product of (rows, inner) activations with an (inner, columns) weight, ready to run."""
    import onnx
    import onnxruntime as ort
    from onnx import TensorProto, helper, numpy_helper

    inner, columns = shape
    rng = np.random.default_rng(0)
    weight = numpy_helper.from_array(rng.integers(-127, 128, shape, dtype=np.int8), "b")
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["a", "b"], ["y"])],
        "product",
        [helper.make_tensor_value_info("a", TensorProto.UINT8, [rows, inner])],
        [helper.make_tensor_value_info("y", TensorProto.INT32, [rows, columns])],
        [weight],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    feed = {"a": rng.integers(0, 256, (rows, inner), dtype=np.uint8)}
    return lambda: session.run(None, feed)


def seconds(act: Callable[[], object]) -> float:
    """Median wall time of a call, after one that does not count."""
    act()
    found = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        act()
        found.append(time.perf_counter() - started)
    return statistics.median(found)


def detector_against_ceiling(threads: int) -> dict[str, Any]:
    """Tokens per second of the detector, and of its matrix products alone."""
    repairer = Repairer.from_pretrained(threads=threads)
    text = of_length([a.text for a in hand_spun()], 2 * WORDS)
    windows = windows_of(text, split_sentences(text), repairer.detector.tokenizer)
    tokens = sum(len(w.pieces) for w in windows)
    whole = seconds(lambda: repairer.detector.detect(windows))
    shapes = weight_shapes(models_dir() / "detector" / "model.onnx")
    alone = {shape: seconds(product(tokens, shape, threads)) for shape in set(shapes)}
    ceiling = sum(alone[shape] for shape in shapes)
    operations = sum(2 * tokens * rows * columns for rows, columns in shapes)
    return {
        "threads": threads,
        "tokens": tokens,
        "products": len(shapes),
        "detector_tokens_per_second": round(tokens / whole),
        "ceiling_tokens_per_second": round(tokens / ceiling),
        "share_of_ceiling": round(ceiling / whole, 3),
        "ceiling_giga_operations_per_second": round(operations / ceiling / 1e9),
    }


def profile(threads: int) -> dict[str, Any]:
    """Where the time of one repair of `WORDS` spun words goes, models loaded: share of each part, costliest calls."""
    repairer = Repairer.from_pretrained(threads=threads)
    text = of_length([a.text for a in hand_spun()], WORDS)
    repairer.repair(text)
    profiler = cProfile.Profile()
    profiler.runcall(repairer.repair, text)
    stats: dict[tuple[str, int, str], Any] = pstats.Stats(profiler).stats  # type: ignore[attr-defined]
    total = sum(own for _, _, own, _, _ in stats.values())
    whole: dict[str, float] = {}
    for part, place in _PARTS.items():
        file, _, name = place.partition(":")
        matches = [
            entry[3]
            for (path, _, called), entry in stats.items()
            if called == name and (path.endswith("/" + file) if file else "onnxruntime" in path)
        ]
        if not matches:
            raise LookupError(f"{place} was not called; name what does its work now")
        whole[part] = round(sum(matches) / total, 3)
    costly = sorted(stats.items(), key=lambda item: -item[1][2])[:12]
    return {
        "words": WORDS,
        "threads": threads,
        "seconds": round(total, 2),
        "share_of_time": whole,
        "costliest_calls": [
            {"call": f"{Path(path).name}:{line} {name}", "calls": entry[1], "share": round(entry[2] / total, 3)}
            for (path, line, name), entry in costly
        ],
    }


@click.command(help=__doc__)
@click.option("--out", default="data/benchmarks", show_default=True, type=click.Path(path_type=Path))
def main(out: Path) -> None:
    """Run the command."""
    out.mkdir(parents=True, exist_ok=True)
    found = {
        "machine": machine(),
        "detector": [detector_against_ceiling(threads) for threads in (1, 2)],
        "profile": profile(2),
    }
    (out / "limits.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    click.echo(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
