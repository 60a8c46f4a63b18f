"""The stored figures of the peers as a table and as plots."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from textrepair.evaluate.peers.catalogue import ABSENT

Figures = dict[str, Any]

HEAD = (
    "| | F0.5 | P | R | found | marks right | changes per 1,000 clean words | marks per 1,000 clean words "
    "| s (processor s) per 1,000 words | peak MB | start-up s (processor s) | installed MB |\n"
    "| --- | " + " | ".join(["---:"] * 11) + " |"
)


BEGIN, END = "<!-- peers -->\n", "<!-- /peers -->\n"
"""What stands around the table in a document that shows it."""


def show(document: Path, found: Figures) -> None:
    """Put the table of today's figures in the place of the one that a document shows.

    Raises:
        ValueError: the document has no such place.
    """
    before, begin, rest = document.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{document} has no {BEGIN.strip()} … {END.strip()}")
    document.write_text(f"{before}{BEGIN}{table(found)}{END}{after}", encoding="utf-8")


def table(found: Figures) -> str:
    """A row of figures in Markdown for each peer; processor time is shown too, as a busy machine changes it less."""
    lines = [HEAD]
    for peer in found.values():
        measured, speed = peer.get("eval", peer["every_third"]), peer["speed"]
        quality, clean = measured["all"], measured["clean"]
        cells = [
            *(f"{quality[name]:.3f}" for name in ("f0.5", "precision", "recall", "found", "marks_right")),
            *(f"{clean[name]:.1f}" for name in ("changes_per_1000_words", "marks_per_1000_words")),
            _times(speed["per_1000_words"]),
            f"{speed['per_1000_words']['megabytes']:.0f}",
            _times(speed["start"]),
            f"{peer['installed_megabytes']:.0f}",
        ]
        lines.append(f"| {peer['title']}{'' if 'eval' in peer else ' ¹'} | " + " | ".join(cells) + " |")
    same = [f"{p['title']} {p['every_third']['all']['f0.5']:.3f}" for p in found.values() if "eval" in p]
    if same and len(same) < len(found):
        lines += ["", f"¹ On every third article, one run. F0.5 of the others on the same articles: {', '.join(same)}."]
    return "\n".join(lines) + "\n"


def _times(timed: Figures) -> str:
    return f"{timed['seconds']:.2f} ({timed['cpu_seconds']:.2f})"


def report(found: Figures) -> str:
    """The table, what each peer was not made for, what is missing and why, and what each was measured on."""
    lines = [table(found), "Not made for:", ""]
    lines += [f"- {peer['title']}: {peer['not_made_for']}" for peer in found.values()]
    lines += ["", "Not measured:", ""]
    lines += [f"- {a.title}: {a.reason}.{' ' + a.not_made_for if a.not_made_for else ''}" for a in ABSENT]
    lines += ["", "Measured on:", ""]
    for peer in found.values():
        m = peer["machine"]
        lines.append(
            f"- {peer['title']}: {m['date']}, {m['cores']} cores of {m['processor']} ({', '.join(m['instructions'])}), "
            f"load average {m['load_average']}, {'one run' if peer['speed']['runs'] == 1 else 'medians of five runs'}"
        )
    return "\n".join(lines) + "\n"


def plots(found: Figures, folder: Path) -> list[Path]:
    """`peers.png`: quality against false alarms and against time; `peers-dialects.png`: F0.5 by dialect."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    peers = list(found.items())
    figure, (alarms, times) = plt.subplots(1, 2, figsize=(10, 4), sharey=True, layout="constrained")
    for n, (_, peer) in enumerate(peers):
        style = {"marker": "*" if n == 0 else "o", "s": 140 if n == 0 else 50, "color": f"C{n}", "label": peer["title"]}
        measured = peer.get("eval", peer["every_third"])
        y = measured["all"]["f0.5"]
        alarms.scatter(measured["clean"]["changes_per_1000_words"], y, **style)
        times.scatter(peer["speed"]["per_1000_words"]["seconds"], y, **style)
    alarms.set(xlabel="changes per 1,000 clean words", ylabel="F0.5 on data/eval", ylim=(-0.03, 1), xscale="symlog")
    alarms.set_xlim(-0.3, 2000)
    times.set(xlabel="seconds per 1,000 words, whole process", xscale="log")
    figure.legend(*times.get_legend_handles_labels(), frameon=False, fontsize=8, ncols=4, loc="outside upper center")
    paths = [folder / "peers.png"]
    figure.savefig(paths[0], dpi=130)
    plt.close(figure)

    peers = [(name, peer) for name, peer in peers if "eval" in peer]
    dialects = sorted({d for _, p in peers for d in p["eval"] if len(d) == 1})
    figure, axes = plt.subplots(figsize=(10, 3.4), layout="constrained")
    width = 0.8 / max(1, len(peers))
    for n, (_, peer) in enumerate(peers):
        heights = [peer["eval"].get(d, {}).get("f0.5", 0.0) for d in dialects]
        axes.bar([x + (n + 0.5) * width - 0.4 for x in range(len(dialects))], heights, width=width, label=peer["title"])
    axes.set_xticks(range(len(dialects)), dialects)
    axes.set(xlabel="dialect of data/eval", ylabel="F0.5", ylim=(0, 1))
    axes.legend(frameon=False, ncols=4, fontsize=8, loc="upper center", bbox_to_anchor=(0.5, 1.25))
    paths.append(folder / "peers-dialects.png")
    figure.savefig(paths[1], dpi=130)
    plt.close(figure)
    return paths
