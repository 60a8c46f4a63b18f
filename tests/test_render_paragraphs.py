from hypothesis import given
from hypothesis import strategies as st

from textrepair.render.paragraphs import Paragraph, by_sentence, paragraphs
from textrepair.render.visible import BREAK
from textrepair.results import Edit, Repair, Sentence, apply_edits


def build(text: str, edits: tuple[Edit, ...] = (), sentences: tuple[Sentence, ...] = ()) -> Repair:
    return Repair(text, apply_edits(text, edits), edits, sentences, 0.9)


def originals(found: list[Paragraph]) -> list[str]:
    return ["".join(piece.original for piece in paragraph) for paragraph in found]


def test_every_line_is_a_paragraph_and_blank_ones_are_none() -> None:
    text = "A headline\n\nA short line.\r\nAnother one, which is longer.\n  \n"
    assert originals(paragraphs(build(text))) == ["A headline", "A short line.", "Another one, which is longer."]


WRAPPED = """Snow on the pass

The road over the pass was closed again on Thursday, the third time in
a month, after a lorry slid across both lanes near the summit and came
to rest against the barrier.

Ploughs worked through the night. By six the lower stretch was clear,
and cars with chains were let through in groups of ten.
"""


def test_hard_wrapped_lines_are_one_paragraph() -> None:
    found = originals(paragraphs(build(WRAPPED)))
    assert [text[:12] for text in found] == ["Snow on the ", "The road ove", "Ploughs work"]
    assert found[1].count("\n") == 2


def test_one_sentence_a_line_is_not_hard_wrapped() -> None:
    text = "The road was closed.\nThe lorry had slid there.\nNobody at all was hurt.\nIt reopened on Friday.\n"
    assert len(paragraphs(build(text))) == 4


def test_a_line_break_within_an_edit_ends_no_paragraph() -> None:
    edit = Edit(4, 9, "a\n\nbc", "x", 0.9, True)
    pieces = paragraphs(build("One a\n\nbc two.\nThree.", (edit,)))
    assert [[(p.original, p.restored, p.edit) for p in paragraph] for paragraph in pieces] == [
        [("One ", "One ", None), ("a\n\nbc", "x", 0), (" two.", " two.", None)],
        [("Three.", "Three.", None)],
    ]


def test_a_proposal_that_is_not_applied_leaves_the_restored_text_alone() -> None:
    (piece,) = paragraphs(build("facet", (Edit(0, 5, "facet", "side", 0.3, False),)))[0]
    assert (piece.original, piece.restored, piece.edit) == ("facet", "facet", 0)


def test_sentences_take_the_space_behind_them() -> None:
    text = "One here. Two here.  Three."
    sentences = tuple(Sentence(s, e, 0.1, False) for s, e in ((0, 9), (10, 19), (21, 27)))
    (paragraph,) = paragraphs(build(text, (Edit(14, 18, "here", "there", 0.9, True),), sentences))
    assert originals(by_sentence(paragraph)) == ["One here. ", "Two here.  ", "Three."]


@st.composite
def repairs(draw: st.DrawFn) -> Repair:
    words = st.text(st.sampled_from("ab. \n\n\r\u2028"), max_size=60)
    text = draw(words)
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    edits = [
        Edit(s, e, text[s:e], draw(words), 0.9, draw(st.booleans()))
        for s, e in zip(cuts[::2], cuts[1::2], strict=False)
    ]
    marks = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    return build(
        text, tuple(edits), tuple(Sentence(s, e, 0.5, True) for s, e in zip(marks[::2], marks[1::2], strict=False))
    )


@given(repairs())
def test_nothing_is_lost_and_every_edit_is_there_once(repair: Repair) -> None:
    found = paragraphs(repair)
    pieces = [piece for paragraph in found for piece in paragraph]
    assert [piece.edit for piece in pieces if piece.edit is not None] == list(range(len(repair.edits)))

    def bare(text: str) -> str:
        return "".join(BREAK.sub("", text).split())

    assert bare("".join(piece.original for piece in pieces)) == bare(repair.text)
    assert bare("".join(piece.restored for piece in pieces)) == bare(repair.restored)
    for paragraph in found:
        assert [piece for part in by_sentence(paragraph) for piece in part] == paragraph
