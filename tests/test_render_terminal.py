import io
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from textrepair.render.terminal import findings, side_by_side
from textrepair.results import Edit, Repair, Sentence, apply_edits

TEXT = "Storm on the coast\n\nThe tempest thrashed the pier. Nobody was damage.\nBoats stay in harbour until Friday."
CHANGES = (
    ("tempest", "storm", 0.97, True, ("gale", "squall", "wind", "blast")),
    ("thrashed", "hit", 0.41, False, ()),
    ("damage", "hurt", 0.93, True, ()),
)


def build(text: str, *changes: tuple[str, str, float, bool, tuple[str, ...]], flagged: bool = True) -> Repair:
    """A repair of the first occurrence of each wording; sentences end with a full stop or a line."""
    edits = tuple(
        Edit(text.index(old), text.index(old) + len(old), old, new, score, applied, others)
        for old, new, score, applied, others in changes
    )
    sentences = tuple(
        Sentence(m.start(), m.end(), 0.88 if hit else 0.03, hit)
        for m in re.finditer(r"[^\s.][^.\n]*\.?", text)
        for hit in [flagged and any(m.start() <= e.start < m.end() for e in edits)]
    )
    return Repair(text, apply_edits(text, edits), edits, sentences, 0.97 if edits else 0.02)


def shown(view: object, repair: Repair, path: str = "coast.txt", **settings: object) -> str:
    """What `view` prints to a pipe, or with `width` to a terminal of so many columns."""
    terminal = {"force_terminal": True, "color_system": "truecolor", "_environ": {}} if "width" in settings else {}
    console = Console(file=io.StringIO(), **{**terminal, **settings})  # type: ignore[arg-type]
    view(repair, path, console)  # type: ignore[operator]
    return console.file.getvalue()  # type: ignore[attr-defined]


def without_escapes(output: str) -> str:
    return re.sub(r"\x1b\[[\d;]*m", "", output)


REPAIR = build(TEXT, *CHANGES)


def test_a_pipe_gets_one_text_with_signs() -> None:
    output = shown(side_by_side, REPAIR)
    lines = output.splitlines()
    assert lines[0] == "coast.txt  looks spun (97 %)  2 edits applied, 1 more proposed"
    assert "The [-tempest-]{+storm+} [?thrashed?]{?hit?} the pier. Nobody was [-damage-]{+hurt+}." in lines
    assert "\x1b" not in output


def test_a_pipe_gets_paragraphs_unwrapped() -> None:
    text = "The tempest came. " + "It was a long night for everyone on the coast. " * 20
    assert any(len(line) > 900 for line in shown(side_by_side, build(text, CHANGES[0])).splitlines())


def test_two_columns_are_aligned() -> None:
    lines = without_escapes(shown(side_by_side, REPAIR, width=120)).splitlines()
    rows = [tuple(cell.strip() for cell in line.split("│")) for line in lines if "│" in line]
    assert ("Original", "Restored") in rows
    assert (
        "The tempest thrashed the pier. Nobody was damage.",
        "The storm thrashed the pier. Nobody was hurt.",
    ) in rows
    assert ("Boats stay in harbour until Friday.", "Boats stay in harbour until Friday.") in rows
    assert max(map(len, lines)) <= 120


def test_colours_mark_the_words() -> None:
    output = shown(side_by_side, REPAIR, width=120)
    assert "\x1b[9;31mtempest\x1b[0m" in output
    assert "\x1b[1;32mstorm\x1b[0m" in output
    assert "\x1b[4;33mthrashed\x1b[0m" in output
    assert "[-" not in output


def test_long_paragraphs_are_shown_sentence_by_sentence() -> None:
    text = "The tempest came. " + "It was a long night for everyone on the whole of the coast. " * 8
    output = without_escapes(shown(side_by_side, build(text, CHANGES[0]), width=100))
    starts = [line for line in output.splitlines() if line.count(" It was a long") == 2]
    assert len(starts) == 8


def test_no_color_marks_words_with_signs() -> None:
    output = shown(side_by_side, REPAIR, width=120, _environ={"NO_COLOR": "1"})
    assert "[-tempest-]" in output
    assert "{+storm+}" in output
    assert not re.search(r"\x1b\[[\d;]*3\dm", output)


def test_a_narrow_terminal_gets_a_stacked_view() -> None:
    output = without_escapes(shown(side_by_side, REPAIR, width=60))
    lines = [line.rstrip() for line in output.splitlines()]
    at = lines.index("- The tempest thrashed the pier. Nobody was damage.")
    assert lines[at + 1] == "+ The storm thrashed the pier. Nobody was hurt."
    assert "  Boats stay in harbour until Friday." in lines
    assert "│" not in output
    assert max(map(len, lines)) <= 60


def test_nothing_to_show_is_one_line() -> None:
    assert shown(side_by_side, build(TEXT)) == "coast.txt  looks clean (2 %)  no edits\n"
    assert shown(findings, build(TEXT)) == "coast.txt: clean\n"


def test_a_skipped_text_is_one_line() -> None:
    repair = Repair("Rien.", "Rien.", (), (), 0.0, "not English (looks like 'fr')")
    for view in (side_by_side, findings):
        assert shown(view, repair) == "coast.txt: skipped, not English (looks like 'fr')\n"


def test_findings() -> None:
    assert shown(findings, REPAIR).splitlines() == [
        "coast.txt:3:1: looks spun (88 %)",
        "    The [-tempest-] [?thrashed?] the pier.",
        "      tempest -> storm (97 %)  or: gale, squall, wind",
        "      thrashed -> hit (41 %)  (not sure enough to apply)",
        "",
        "coast.txt:3:32: looks spun (88 %)",
        "    Nobody was [-damage-].",
        "      damage -> hurt (93 %)",
        "",
        "coast.txt: looks spun (97 %); 2 of 4 sentences flagged; 2 edits to apply, 1 more proposed",
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_places_count_every_kind_of_line_end(end: str) -> None:
    text = f"One.{end}{end}Two. The tempest came."
    place = text.index("The")
    edit = Edit(place + 4, place + 11, "tempest", "storm", 0.9, True)
    repair = Repair(text, apply_edits(text, (edit,)), (edit,), (Sentence(place, len(text), 0.9, True),), 0.9)
    assert shown(findings, repair).startswith("coast.txt:3:6: ")


def test_edits_in_sentences_that_are_not_flagged_are_listed() -> None:
    output = shown(findings, build(TEXT, *CHANGES, flagged=False))
    assert "coast.txt:3:1: not flagged (3 %)" in output
    assert "tempest -> storm (97 %)" in output
    assert "none of 4 sentences flagged" in output


def test_an_edit_outside_all_sentences_is_listed() -> None:
    edit = Edit(0, 5, "facet", "side", 0.9, True)
    assert "facet -> side (90 %)" in shown(findings, Repair("facet", "side", (edit,), (), 0.9))


def test_insertions_and_deletions_are_said_in_words() -> None:
    edits = (Edit(0, 0, "", "The ", 0.9, True), Edit(5, 10, "stays", "", 0.8, True))
    text = "Boat stays."
    repair = Repair(text, apply_edits(text, edits), edits, (Sentence(0, 11, 0.9, True),), 0.9)
    output = shown(findings, repair)
    assert "(insert) -> The  (90 %)" in output
    assert "stays -> (delete) (80 %)" in output


def test_a_spun_article_without_flagged_sentences_is_not_called_clean() -> None:
    repair = Repair("One.", "One.", (), (Sentence(0, 4, 0.3, False),), 0.8)
    assert shown(findings, repair) == "coast.txt: looks spun (80 %), but no sentence stands out\n"


HOSTILE = "The tempest \x1b[31mred\x1b]0;owned\x07 \x9b5m \u202edekcart\u202c \ud800 [bold]loud[/bold] :boom: came."


@pytest.mark.parametrize("width", [None, 60, 120])
@pytest.mark.parametrize("view", [side_by_side, findings])
def test_input_cannot_steer_the_terminal(view: object, width: int | None) -> None:
    repair = build(HOSTILE, ("tempest", "st\x1b[2Jorm", 0.9, True, ("\x1b[8mgale",)))
    settings = {"width": width} if width else {}
    output = without_escapes(shown(view, repair, "\x1b[31m\u202ename.txt", **settings))
    assert not [c for c in output if unicodedata.category(c) in ("Cc", "Cs") and c != "\n"]
    assert not set(output) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    output = re.sub(r"\s+", " ", output)
    assert "[bold]loud[/bold]" in output
    assert ":boom:" in output
    assert "␛[31m" in output


def test_a_terminal_that_lacks_a_character_gets_a_question_mark() -> None:
    raw = io.BytesIO()
    with io.TextIOWrapper(raw, encoding="cp1252") as file:
        findings(build("The tempest “came” 雨.", CHANGES[0]), "coast.txt", Console(file=file))
        file.flush()
        assert "“came” ?.".encode("cp1252") in raw.getvalue()


@given(st.text(), st.text(min_size=1), st.text(), st.text())
def test_plain_output_never_holds_control_characters(before: str, old: str, new: str, after: str) -> None:
    text = before + old + after
    edit = Edit(len(before), len(before + old), old, new, 0.9, True, (after,))
    repair = Repair(text, apply_edits(text, (edit,)), (edit,), (Sentence(0, len(text), 0.9, True),), 0.9)
    for view in (side_by_side, findings):
        output = shown(view, repair)
        assert not [c for c in output if unicodedata.category(c) in ("Cc", "Cs") and c != "\n"]
