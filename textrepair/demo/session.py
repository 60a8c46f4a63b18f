"""What a visitor sees of a repair: the models' edits, a threshold over them, and the visitor's own choices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from textrepair.casing import agreeing, article_before
from textrepair.demo.dialect import Guess
from textrepair.editorial.documents import Document
from textrepair.evidence import Calibration
from textrepair.results import Edit, Repair, apply_edits


def wordings(edit: Edit) -> tuple[str, ...]:
    """What a visitor can choose for an edit: the original, the proposal, the alternatives."""
    return (edit.original, edit.replacement, *edit.alternatives)


def decide(repair: Repair, calibration: Calibration, threshold: float, choices: Mapping[int, int]) -> Repair:
    """A repair as a visitor wants it; no model is asked.

    Args:
        repair: as the models left it at the calibrated threshold.
        calibration: of those models.
        threshold: edit score from which edits are applied (0..1).
        choices: number of an edit to the index of the wording chosen among `wordings`; goes before the threshold.

    Returns:
        The same edits, applied or not; at the calibrated threshold and without choices the repair itself.
    """
    edits: list[Edit] = []
    for number, edit in enumerate(repair.edits):
        if number in choices:
            end = edits[-1].end if edits else 0
            edits.append(_chosen(repair.text, edit, choices[number], end))
        else:
            follows = _follows(repair, edit, calibration)
            edits.append(replace(edit, applied=edit.score >= threshold if follows else edit.applied))
    return replace(repair, restored=apply_edits(repair.text, tuple(edits)), edits=tuple(edits))


def _follows(repair: Repair, edit: Edit, calibration: Calibration) -> bool:
    """Whether the threshold decides about an edit.

    What is sure enough and yet was not applied was held back for a reason that no threshold changes.
    """
    return repair.score >= calibration.spun and (edit.applied or edit.score < calibration.apply)


def _chosen(text: str, edit: Edit, choice: int, floor: int) -> Edit:
    """The edit with another wording, and with an `a` or `an` before it that agrees; `floor` is how far it may reach."""
    wording = wordings(edit)[choice]
    if choice < 2:
        return replace(edit, applied=choice == 1)
    article = article_before(text, edit.start)
    if article and wording.strip() and edit.start - len(article[0]) >= floor:
        fitting = agreeing(article[1], wording)
        if fitting != article[1]:
            start = edit.start - len(article[0])
            return replace(
                edit,
                start=start,
                original=text[start : edit.end],
                replacement=fitting + article[2] + wording,
                applied=True,
            )
    return replace(edit, replacement=wording, applied=True)


@dataclass(frozen=True)
class Session:
    """A repaired article in front of a visitor.

    Attributes:
        article: what was read.
        repair: what the models made of it.
        calibration: of those models.
        dialect: which dialect it looks like, if that can be told.
        percent: position of the threshold slider, in percent.
        choices: see `decide`.
    """

    article: Document
    repair: Repair
    calibration: Calibration
    dialect: Guess | None = None
    percent: int | None = None
    choices: Mapping[int, int] = field(default_factory=dict)

    @property
    def calibrated_percent(self) -> int:
        """Where the slider stands at the calibrated threshold."""
        return round(100 * self.calibration.apply)

    @property
    def threshold(self) -> float:
        """The edit score from which edits are applied (0..1)."""
        if self.percent is None or self.percent == self.calibrated_percent:
            return self.calibration.apply
        return self.percent / 100

    @property
    def adjustable(self) -> bool:
        """Whether the threshold decides about any edit."""
        return any(_follows(self.repair, edit, self.calibration) for edit in self.repair.edits)

    @cached_property
    def decided(self) -> Repair:
        """The repair as the visitor wants it, as far as the document has a place for each edit."""
        return self.article.proven(decide(self.repair, self.calibration, self.threshold, self.choices))

    def at(self, percent: int) -> Session:
        """With the slider at a place (0..100); the choices stay."""
        return replace(self, percent=max(0, min(100, percent)))

    def choose(self, number: int, choice: int) -> Session:
        """With a wording chosen for an edit; without change where there is no such edit or wording."""
        edits = self.repair.edits
        if not (0 <= number < len(edits) and 0 <= choice < len(wordings(edits[number]))):
            return self
        return replace(self, choices={**self.choices, number: choice})
