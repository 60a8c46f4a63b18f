"""The walk through edits, with scripted answers; `cases/cli/interactive_*` show what is printed."""

import io
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st
from repairs import repairs
from rich.console import Console

from textrepair.editorial.interactive import Ask, Walk
from textrepair.repairer import Repairer
from textrepair.results import Edit, Repair, Sentence, apply_edits

TEXT = "Neither facet is anticipated to reach a settlement. The navy was instructed to leave."


def answers(*lines: str) -> Ask:
    remaining: Iterator[str] = iter(lines)

    def ask(_: str) -> str:
        try:
            return next(remaining)
        except StopIteration:
            raise EOFError from None

    return ask


def walk(repair: Repair, *lines: str) -> tuple[Repair, Walk, str]:
    console = Console(file=io.StringIO(), width=100)
    made = Walk(console, answers(*lines))
    return made.through(repair, "a.txt"), made, console.file.getvalue()  # type: ignore[attr-defined]


@settings(deadline=None)
@given(
    repairs(),
    st.lists(
        st.sampled_from(["y", "n", "a", "1", "2", "e", "own words", "", "d", "q", "?", "Y", " y ", "\x1b[2J", "\ud800"])
    ),
)
def test_any_answers_make_a_repair(repair: Repair, lines: list[str]) -> None:
    chosen, _made, printed = walk(repair, *lines)
    assert chosen.restored == apply_edits(repair.text, chosen.edits)
    assert [(e.start, e.end, e.original) for e in chosen.edits] == [(e.start, e.end, e.original) for e in repair.edits]
    assert "\x1b" not in printed
    chosen.restored.encode()
    for edit, before in zip(chosen.edits, repair.edits, strict=True):
        assert edit.replacement in (before.replacement, *before.alternatives, *(line.strip() for line in lines))
        assert edit.applied or edit.replacement == before.replacement


@settings(deadline=None)
@given(repairs())
def test_yes_to_all_applies_all_and_no_none(repair: Repair) -> None:
    everything, *_ = walk(repair, *["y"] * len(repair.edits))
    nothing, *_ = walk(repair, *["n"] * len(repair.edits))
    assert all(e.applied for e in everything.edits)
    assert nothing.restored == repair.text


def test_the_view_shows_what_was_decided_before(repairer: Repairer) -> None:
    _, _, printed = walk(repairer.repair(TEXT), "y", "n", "e", "a truce", "y", "q")
    assert "Neither side is anticipated to reach a truce. The military was [-instructed-]{+told+} to leave." in printed


def test_stopping_is_told(repairer: Repairer) -> None:
    repair = repairer.repair(TEXT)
    for lines, stopped in ((["d"], False), (["q"], True), ([], True), (["n"] * len(repair.edits), False)):
        chosen, made, _ = walk(repair, *lines)
        assert made.stopped == stopped
        assert not chosen.changed


def test_a_chosen_wording_gets_the_article_that_it_asks_for() -> None:
    text = "It is an settlement, and an settlement it stays."
    at, last = text.index("settlement"), text.rindex("settlement")
    edits = tuple(Edit(n, n + 10, "settlement", "agreement", 0.9, True, ("compromise",)) for n in (at, last))
    repair = Repair(text, apply_edits(text, edits), edits, (Sentence(0, len(text), 0.9, True),), 0.9)
    assert walk(repair, "a", "1", "y")[0].restored == "It is a compromise, and an agreement it stays."
    assert walk(repair, "e", "deal", "e", "accord")[0].restored == "It is a deal, and an accord it stays."
