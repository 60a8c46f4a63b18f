"""A repair in a terminal, or in a log, pipe or pager that shows no colours."""

from __future__ import annotations

from dataclasses import dataclass

from rich.box import MINIMAL
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from textrepair.findings import Finding, Places
from textrepair.findings import findings as findings_of
from textrepair.render.paragraphs import Paragraph, by_sentence, paragraphs
from textrepair.render.visible import for_terminal
from textrepair.render.wording import (
    SPUN,
    edit_counts,
    flagged_count,
    percent,
    shown_original,
    shown_replacement,
    verdict,
)
from textrepair.results import Edit, Repair

NARROW = 70
"""Columns; a narrower terminal shows the restored text below the original."""

WIDE = 160
"""Columns; side by side uses no more, since longer lines are hard to read."""

LONG = 400
"""Characters; a longer paragraph is shown sentence by sentence, or the eye loses its place."""

ALTERNATIVES = 3
"""Other wordings shown for an edit."""


@dataclass(frozen=True)
class _Mark:
    """How a word is marked: by a style, or by signs around it where there are no colours."""

    style: str
    opening: str
    closing: str


_REPLACED = _Mark("red strike", "[-", "-]")
_RESTORED = _Mark("bold green", "{+", "+}")
_UNSURE = _Mark("yellow underline", "[?", "?]")
_SUGGESTED = _Mark("yellow", "{?", "?}")

_LEGEND = "[-replaced-]{+restored+}  [?doubtful?]{?proposed, not applied?}"


def side_by_side(repair: Repair, path: str, console: Console) -> None:
    """Print the original beside the restored text, changes marked.

    A terminal narrower than `NARROW` gets one above the other, and what is no terminal gets one text with
    `[-replaced-]{+restored+}` in it.
    """
    pen = _Pen(console)
    if repair.notice:
        pen.print(_skipped(pen, repair, path))
        return
    pen.print(_header(pen, repair, path))
    if not repair.edits:
        return
    pen.print(Text())
    if not console.is_terminal:
        pen.print(Text(_LEGEND))
        for paragraph in paragraphs(repair):
            pen.print(Text())
            pen.print(pen.inline(paragraph, repair.edits))
    elif console.width < NARROW:
        _stacked(pen, repair)
    else:
        _columns(pen, repair)


def findings(repair: Repair, path: str, console: Console) -> None:
    """Print the flagged sentences and those with proposals, each with its place, its score and its edits.

    Lines and columns count from 1; a column is a Unicode character.
    """
    pen = _Pen(console)
    if repair.notice:
        pen.print(_skipped(pen, repair, path))
        return
    found = findings_of(repair)
    if not found:
        # An article can look spun as a whole although no sentence stands out; "clean" would be wrong then.
        state = f"{verdict(repair.score)}, but no sentence stands out" if repair.score >= SPUN else "clean"
        pen.print(pen.path(path).append(f": {state}"))
        return
    places = Places(repair.text)
    for finding in found:
        sentence = finding.sentence
        line, column = places.of(sentence.start)
        label = "looks spun" if sentence.flagged else "not flagged"
        place = pen.path(f"{path}:{line}:{column}")
        pen.print(place.append(f": {label} ({percent(sentence.score)})", pen.style("bold" * sentence.flagged)))
        pen.print(pen.sentence(repair, finding), indent=4)
        for edit in finding.edits:
            pen.print(_proposal(pen, edit), indent=6)
        pen.print(Text())
    summary = f": {verdict(repair.score)}; {flagged_count(repair)}; {edit_counts(repair, 'to apply')}"
    pen.print(pen.path(path).append(summary))


class _Pen:
    """Writes to a console: input text made safe, words marked in the way that the console can show."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.colours = console.is_terminal and not console.no_color and console.color_system is not None

    def print(self, text: Text, indent: int = 0) -> None:
        """Print a line.  A terminal wraps it at words; elsewhere it stays whole, for `grep` and editors."""
        if self.console.is_terminal:
            self.console.print(Padding(text, (0, 0, 0, indent)) if indent else text, overflow="fold")
        else:
            self.console.print(Text(" " * indent).append_text(text), soft_wrap=True)

    def safe(self, text: str) -> str:
        return for_terminal(text, self.console.encoding)

    def style(self, style: str) -> str:
        return style if self.colours else ""

    def path(self, path: str) -> Text:
        # The style belongs to the path alone, not to what is appended to it.
        return Text().append(self.safe(path), self.style("bold cyan"))

    def marked(self, text: str, mark: _Mark) -> Text:
        if not text:
            return Text()
        if self.colours:
            return Text(self.safe(text), mark.style)
        return Text(mark.opening + self.safe(text) + mark.closing)

    def original(self, paragraph: Paragraph, edits: tuple[Edit, ...]) -> Text:
        out = Text()
        for piece in paragraph:
            if piece.edit is None:
                out.append(self.safe(piece.original))
            else:
                out.append_text(self.marked(piece.original, _old(edits[piece.edit])))
        return _trimmed(out)

    def restored(self, paragraph: Paragraph, edits: tuple[Edit, ...]) -> Text:
        out = Text()
        for piece in paragraph:
            if piece.edit is not None and edits[piece.edit].applied:
                out.append_text(self.marked(piece.restored, _RESTORED))
            else:
                out.append(self.safe(piece.restored))
        return _trimmed(out)

    def inline(self, paragraph: Paragraph, edits: tuple[Edit, ...]) -> Text:
        """Both texts in one."""
        out = Text()
        for piece in paragraph:
            if piece.edit is None:
                out.append(self.safe(piece.original))
            else:
                edit = edits[piece.edit]
                out.append_text(self.marked(piece.original, _old(edit)))
                out.append_text(self.marked(edit.replacement, _RESTORED if edit.applied else _SUGGESTED))
        return _trimmed(out)

    def sentence(self, repair: Repair, finding: Finding) -> Text:
        """A sentence with the words that would be replaced marked."""
        out, at = Text(), finding.sentence.start
        for edit in finding.edits:
            out.append(self.safe(repair.text[at : edit.start]))
            out.append_text(self.marked(edit.original, _old(edit)))
            at = edit.end
        return out.append(self.safe(repair.text[at : finding.sentence.end]))


def _old(edit: Edit) -> _Mark:
    return _REPLACED if edit.applied else _UNSURE


def _trimmed(text: Text) -> Text:
    text.rstrip()
    return text


def _skipped(pen: _Pen, repair: Repair, path: str) -> Text:
    return pen.path(path).append(f": skipped, {pen.safe(repair.notice or '')}")


def _header(pen: _Pen, repair: Repair, path: str) -> Text:
    style = pen.style("bold yellow" if repair.score >= SPUN else "green")
    return pen.path(path).append("  ").append(verdict(repair.score), style).append(f"  {edit_counts(repair)}")


def _columns(pen: _Pen, repair: Repair) -> None:
    table = Table(box=MINIMAL, show_edge=False, width=min(WIDE, pen.console.width), padding=(0, 1))
    table.add_column("Original", ratio=1, overflow="fold", header_style="dim")
    table.add_column("Restored", ratio=1, overflow="fold", header_style="dim")
    for n, paragraph in enumerate(paragraphs(repair)):
        if n:
            table.add_row()
        for part in _parts(paragraph):
            table.add_row(pen.original(part, repair.edits), pen.restored(part, repair.edits))
    pen.console.print(table)


def _stacked(pen: _Pen, repair: Repair) -> None:
    grid = Table.grid(expand=True)
    grid.add_column(width=2)
    grid.add_column(ratio=1, overflow="fold")
    for n, paragraph in enumerate(paragraphs(repair)):
        if n:
            grid.add_row()
        for part in _parts(paragraph):
            changed = any(piece.original != piece.restored for piece in part)
            grid.add_row(Text("-" * changed, pen.style("red")), pen.original(part, repair.edits))
            if changed:
                grid.add_row(Text("+", pen.style("green")), pen.restored(part, repair.edits))
    pen.console.print(grid)


def _parts(paragraph: Paragraph) -> list[Paragraph]:
    return by_sentence(paragraph) if sum(len(piece.original) for piece in paragraph) > LONG else [paragraph]


def _proposal(pen: _Pen, edit: Edit) -> Text:
    style = pen.style("green" if edit.applied else "yellow")
    out = Text(pen.safe(shown_original(edit))).append(" -> ").append(pen.safe(shown_replacement(edit)), style)
    out.append(f" ({percent(edit.score)})")
    if edit.alternatives:
        out.append(pen.safe("  or: " + ", ".join(edit.alternatives[:ALTERNATIVES])), pen.style("dim"))
    return out if edit.applied else out.append("  (not sure enough to apply)", pen.style("dim"))
