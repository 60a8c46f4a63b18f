"""What a run found, added up from datatrove's statistics of the finished tasks."""

from __future__ import annotations

import importlib.util
import io
import json
from collections import Counter
from dataclasses import asdict, dataclass

from datatrove.io import DataFolder

from textrepair.batch.steps import BINS, NAME, REJECTED

PROBLEMS_NAME = "textrepair problems"
"""Name of the filter that takes out what could not be read."""

_WIDTH = 50
"""Characters of the longest bar."""


@dataclass(frozen=True)
class Summary:
    """Counts of all finished tasks.

    Attributes:
        documents: documents that could be read.
        passed: those among them that were obviously clean at first look, and that the models did not read.
        rejected: those that a filter dropped.
        sentences, flagged, words, edits: in those documents; only applied edits count.
        seconds: time spent in the models and around them, added up over the workers.
        scores: documents in each of `BINS` equal parts of the range of scores.
        problems: what could not be read, by reason.
    """

    documents: int
    passed: int
    rejected: int
    sentences: int
    flagged: int
    words: int
    edits: int
    seconds: float
    scores: tuple[int, ...]
    problems: dict[str, int]

    @classmethod
    def of(cls, output: DataFolder) -> Summary:
        """The summary of the tasks that have left their statistics in an output folder."""
        counts: Counter[str] = Counter()
        problems: Counter[str] = Counter()
        seconds = 0.0
        for path in output.list_files("logs/stats"):
            for step in json.loads(output.cat_file(path)):
                totals = {k: int(_total(v)) for k, v in step["stats"].items()}
                if step["name"].endswith(f": {NAME}"):
                    counts.update(totals)
                    seconds += _total(step["time_stats"])
                elif step["name"].endswith(f": {PROBLEMS_NAME}"):
                    dropped = {k: n for k, n in totals.items() if k.startswith("dropped_")}
                    problems.update({k.removeprefix("dropped_"): n for k, n in dropped.items()})
        scores = tuple(counts[f"score_{n:02d}"] for n in range(BINS))
        return cls(
            documents=sum(scores),
            passed=counts["passed"],
            rejected=counts[f"dropped_{REJECTED}"],
            sentences=counts["sentences"],
            flagged=counts["flagged"],
            words=counts["words"],
            edits=counts["edits"],
            seconds=seconds,
            scores=scores,
            problems=dict(problems.most_common()),
        )

    def to_json(self) -> bytes:
        """The summary as JSON."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False).encode()

    def to_text(self) -> str:
        """The summary for a reader, with the histogram of scores."""
        read = ((self.documents, "document"), (self.sentences, "sentence"), (self.words, "word"))
        lines = [", ".join(_counted(n, noun) for n, noun in read)]
        if self.passed:
            lines.append(f"{_counted(self.passed, 'document')} obviously clean at first look")
        applied = f", {_counted(self.edits, 'edit')} applied" if self.edits else ""
        lines.append(_counted(self.flagged, "flagged sentence") + applied)
        if self.rejected:
            kept = _counted(self.documents - self.rejected, "document")
            lines.append(f"{kept} kept, {self.rejected:,} rejected as spun")
        if self.problems:
            reasons = ", ".join(f"{reason} ({n:,})" for reason, n in self.problems.items())
            lines.append(f"{sum(self.problems.values()):,} could not be read: {reasons}")
        if self.seconds:
            rates = ", ".join(f"{_rate(n / self.seconds)} {noun}s" for n, noun in read)
            lines.append(f"{rates} a second and worker")
        longest = max(self.scores)
        if longest:
            lines += ["", "Scores of the documents (0 clean, 1 spun)"]
        for n, count in enumerate(self.scores if longest else ()):
            # At least a sliver for a bar that is not empty.
            bar = "█" * (count * _WIDTH // longest) or "▏" * (count > 0)
            lines.append(f"  {n / BINS:.2f} to {(n + 1) / BINS:.2f} {count:>13,} {bar}".rstrip())
        return "\n".join(lines)

    def to_png(self) -> bytes | None:
        """The histogram of scores as a picture, or None without matplotlib."""
        if not importlib.util.find_spec("matplotlib"):
            return None
        from matplotlib.figure import Figure

        figure = Figure(figsize=(8, 4.5), layout="constrained")
        axes = figure.subplots()
        axes.bar([n / BINS for n in range(BINS)], self.scores, width=1 / BINS, align="edge", edgecolor="white")
        axes.set_yscale("symlog", linthresh=1)  # nearly all of the web is clean; the rest has to be seen, too
        axes.yaxis.set_major_formatter("{x:,.0f}")
        axes.set_xlim(0, 1)
        axes.set_xlabel("score (0 clean, 1 spun)")
        axes.set_ylabel("documents")
        axes.set_title(f"{self.documents:,} documents")
        axes.spines[["top", "right"]].set_visible(False)
        picture = io.BytesIO()
        figure.savefig(picture, format="png", dpi=120)
        return picture.getvalue()


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' * (number != 1)}"


def _rate(number: float) -> str:
    return f"{number:,.0f}" if number >= 10 else f"{number:.1f}"


def _total(value: object) -> float:
    """The total of a statistic, which datatrove writes as a bare number when there is no more to say."""
    return float(value["total"]) if isinstance(value, dict) else float(value)  # type: ignore[arg-type]
