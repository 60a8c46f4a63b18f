"""Runs the benchmark: repairs articles whose originals are known and gathers what became of every substitution."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from textrepair.evaluate.articles import Article, Gold
from textrepair.evaluate.scores import clusters, count, figures, normal
from textrepair.repairer import Repairer
from textrepair.results import Repair

Known = Callable[[str, str], bool]


@dataclass
class Report:
    """Counts by group (`all`, `clean`, a dialect, `known`, `unknown`, `word`, `phrase`, `name`), and sentence scores.

    Attributes:
        counts: group to counts, see `scores.count`.
        sentences: (score, whether it holds a noticeable substitution) of every sentence.
        articles: (score, whether it was spun) of every article.
    """

    counts: dict[str, Counter[str]] = field(default_factory=dict)
    sentences: list[tuple[float, bool]] = field(default_factory=list)
    articles: list[tuple[float, bool]] = field(default_factory=list)

    def add(self, group: str, counts: Counter[str]) -> None:
        """Add counts to a group."""
        self.counts.setdefault(group, Counter()).update(counts)

    def to_object(self) -> dict[str, Any]:
        """The figures as JSON."""
        found: dict[str, Any] = {"edits": {}}
        for group, n in sorted(self.counts.items()):
            row: dict[str, float] = dict(figures(n)) if n["words"] else {}
            if group in ("known", "unknown", "word", "phrase", "name"):
                row = {"recall": n["recovered"] / max(1, n["gold"]), "detected": n["detected"] / max(1, n["gold"])}
            row["gold"] = n["gold"]
            if n["ranked"]:
                row["top5"] = n["top5"] / n["ranked"]
            if group == "clean":
                row = {"words": n["words"], "edits_per_1000_words": 1000 * n["proposed"] / max(1, n["words"])}
            found["edits"][group] = {name: round(value, 4) for name, value in row.items()}
        found["sentences"] = _ranking(self.sentences)
        found["articles"] = _ranking(self.articles)
        return found


def _ranking(scored: Sequence[tuple[float, bool]]) -> dict[str, float]:
    from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

    scores, labels = [s for s, _ in scored], [label for _, label in scored]
    if len(set(labels)) < 2:
        return {"count": len(labels)}
    return {
        "count": len(labels),
        "roc_auc": round(float(roc_auc_score(labels, scores)), 4),
        "average_precision": round(float(average_precision_score(labels, scores)), 4),
        "brier": round(float(brier_score_loss(labels, scores)), 4),
        "calibration_error": round(calibration_error(scored), 4),
    }


def reliability(scored: Sequence[tuple[float, bool]], bins: int = 10) -> list[tuple[float, float, int]]:
    """(mean score, share of positives, count) of each bin of scores that is not empty."""
    buckets: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for score, label in scored:
        buckets[min(bins - 1, int(score * bins))].append((score, label))
    return [
        (sum(s for s, _ in bucket) / len(bucket), sum(label for _, label in bucket) / len(bucket), len(bucket))
        for bucket in buckets
        if bucket
    ]


def calibration_error(scored: Sequence[tuple[float, bool]]) -> float:
    """Expected calibration error over ten bins (Naeini et al. 2015), 0..1."""
    return sum(abs(mean - share) * n for mean, share, n in reliability(scored)) / max(1, len(scored))


def kind_of(article: Article, gold: Gold) -> str:
    """`name` inside a capitalised name, `phrase` where either side has several words, else `word`."""
    spun, original = article.text[gold.start : gold.end], gold.wordings[0]
    before = article.text[: gold.start].rstrip()
    if original[:1].isupper() and before and before[-1] not in '.!?:"“”\n':
        return "name"
    return "phrase" if " " in spun or " " in original else "word"


def measure(report: Report, article: Article, repair: Repair, known: Known | None = None) -> None:
    """Add one article and its repair to a report."""
    counts = count(article.text, article.gold, repair.edits)
    if not article.gold:
        report.add("clean", counts)
    else:
        report.add("all", counts)
        report.add(article.dialect, counts)
        _by_kind(report, article, repair, known)
    report.articles.append((repair.score, bool(article.gold)))
    for s in repair.sentences:
        report.sentences.append((s.score, article.noticeable(s.start, s.end)))


def _by_kind(report: Report, article: Article, repair: Repair, known: Known | None) -> None:
    applied = [e for e in repair.edits if e.applied]
    ranked = {(e.start, e.end): (e.replacement, *e.alternatives) for e in repair.edits}
    for cluster in clusters(article.text, article.gold, applied):
        for g in cluster.gold:
            if g.harmless:
                continue
            n = Counter(gold=1, detected=int(bool(cluster.proposed)), recovered=int(cluster.right))
            offered = ranked.get((g.start, g.end), ())
            n["ranked"] = 1
            n["top5"] = int(cluster.right or any(normal(w) in map(normal, g.wordings) for w in offered[:5]))
            report.add(kind_of(article, g), n)
            report.counts["all"].update(ranked=1, top5=n["top5"])
            report.counts[article.dialect].update(ranked=1, top5=n["top5"])
            if known:
                spun = article.text[g.start : g.end]
                report.add("known" if any(known(spun, w) for w in g.wordings) else "unknown", n)


def run(
    repairer: Repairer, articles: Iterable[Article], known: Known | None = None, threshold: float | None = None
) -> Report:
    """Repair all articles and report."""
    report = Report()
    for article in articles:
        measure(report, article, repairer.repair(article.text, threshold), known)
    return report


def table(found: dict[str, Any]) -> str:
    """The figures of `Report.to_object` for people."""
    lines = [f"{'':10} {'P':>6} {'R':>6} {'F0.5':>6} {'found':>6} {'top 5':>6} {'stray/1000':>10} {'known':>6}"]
    for group, row in found["edits"].items():
        if group == "clean":
            continue
        cells = [
            f"{row[name]:6.3f}" if name in row else " " * 6
            for name in ("precision", "recall", "f0.5", "detected", "top5")
        ]
        stray = f"{row['stray_per_1000_words']:10.1f}" if "stray_per_1000_words" in row else " " * 10
        lines.append(f"{group:10} {' '.join(cells)} {stray} {row['gold']:6}")
    if "clean" in found["edits"]:
        row = found["edits"]["clean"]
        lines.append(f"clean text: {row['edits_per_1000_words']:.2f} edits per 1,000 words ({row['words']} words)")
    for name in ("sentences", "articles"):
        row = found[name]
        if "roc_auc" in row:
            lines.append(
                f"{name}: ROC AUC {row['roc_auc']:.4f}, average precision {row['average_precision']:.4f}, "
                f"calibration error {row['calibration_error']:.3f} ({row['count']})"
            )
    return "\n".join(lines)
