"""What a project wants of a repair: which proposals count, and which are applied.

The models propose; whatever settings and options say about their proposals is done here, on the repair of a
document's prose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from textrepair.editorial.accept import AcceptList
from textrepair.editorial.quotes import quotations
from textrepair.editorial.ranges import Ranges
from textrepair.findings import findings
from textrepair.results import Edit, Repair, Sentence, apply_edits


@dataclass(frozen=True)
class Policy:
    """What is wanted.

    Attributes:
        accept: wordings that are never changed.
        keep_quotes: whether direct quotations are left alone.
        unsafe: whether all proposals are applied, and not only the confident ones.
    """

    accept: AcceptList = field(default_factory=AcceptList)
    keep_quotes: bool = False
    unsafe: bool = False

    def applied_to(self, repair: Repair, changed: Ranges | None = None) -> Repair:
        """The repair as the project wants it.

        Args:
            repair: of the prose of a document.
            changed: the stretches of the prose that count; None for all of it.
        """
        kept = self.accept.occurrences(repair.text)
        if self.keep_quotes:
            kept = Ranges([*kept, *quotations(repair.text)])
        repair = restricted(repair, lambda e: not kept.meet(e.start, e.end))
        if changed is not None:
            repair = restricted(repair, lambda e: changed.meet(e.start, e.end), lambda s: changed.meet(s.start, s.end))
        if self.unsafe:
            repair = with_edits(repair, (replace(e, applied=True) for e in repair.edits))
        return repair


def restricted(
    repair: Repair, keeps: Callable[[Edit], bool], reports: Callable[[Sentence], bool] = lambda _: True
) -> Repair:
    """A repair with only the edits that `keeps`, and of the flagged sentences only those that `reports`.

    A sentence that held edits and has none left is no longer flagged: what made it stand out is accepted.
    """
    cleared = {f.sentence for f in findings(repair) if f.edits and not any(map(keeps, f.edits))}
    sentences = tuple(
        replace(s, flagged=False) if s.flagged and (s in cleared or not reports(s)) else s for s in repair.sentences
    )
    return replace(with_edits(repair, filter(keeps, repair.edits)), sentences=sentences)


def with_edits(repair: Repair, edits: Iterable[Edit]) -> Repair:
    """A repair with other edits of its text, in order and not overlapping."""
    edits = tuple(edits)
    return replace(repair, edits=edits, restored=apply_edits(repair.text, edits))
