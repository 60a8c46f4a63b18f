"""Plots of a benchmark run."""

from __future__ import annotations

from pathlib import Path

from textrepair.evaluate.benchmark import Report, reliability


def write_plots(report: Report, folder: Path) -> list[Path]:
    """`reliability.png` (do scores mean what they say?) and `dialects.png` (precision and recall by dialect)."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    folder.mkdir(parents=True, exist_ok=True)
    figure, axes = plt.subplots(figsize=(4.5, 4.5), layout="constrained")
    axes.plot([0, 1], [0, 1], color="0.75", linewidth=1)
    for name, scored in (("sentences", report.sentences), ("articles", report.articles)):
        points = reliability(scored)
        axes.plot([x for x, _, _ in points], [y for _, y, _ in points], marker="o", markersize=4, label=name)
    axes.set(xlabel="score", ylabel="share that holds a substitution", xlim=(0, 1), ylim=(0, 1), aspect="equal")
    axes.legend(frameon=False)
    paths = [folder / "reliability.png"]
    figure.savefig(paths[0], dpi=150)
    plt.close(figure)

    found = report.to_object()["edits"]
    dialects = [group for group in found if len(group) == 1]
    figure, axes = plt.subplots(figsize=(7, 3.2), layout="constrained")
    for offset, name in ((-0.25, "precision"), (0.0, "recall"), (0.25, "f0.5")):
        axes.bar([n + offset for n in range(len(dialects))], [found[d][name] for d in dialects], width=0.23, label=name)
    axes.set_xticks(range(len(dialects)), dialects)
    axes.set(xlabel="dialect", ylim=(0, 1))
    axes.legend(frameon=False, ncols=3, loc="upper center", bbox_to_anchor=(0.5, 1.2))
    paths.append(folder / "dialects.png")
    figure.savefig(paths[1], dpi=150)
    plt.close(figure)
    return paths
