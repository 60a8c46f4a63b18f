"""Made-up repairs, for property tests."""

from __future__ import annotations

from hypothesis import strategies as st

from textrepair.results import Edit, Repair, Sentence, apply_edits

WORDS = ("the", "navy", "naïve", "don't", '"quoted"', "“curly”", "‘single’", "a\u0301", "𝔘nicode", "1,000", "&", "%")  # noqa: RUF001
GAPS = (" ", "  ", "\n", "\r\n", "\n\n", ". ", ", ", "\t")


@st.composite
def repairs(draw: st.DrawFn) -> Repair:
    """A repair of any text: sentences that do not overlap, edits of whole stretches of words."""
    tokens = draw(st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(GAPS)), max_size=30))
    bounds, text = [], ""
    for word, gap in tokens:
        bounds.append((len(text), len(text) + len(word)))
        text += word + gap
    edits, sentences, n = [], [], 0
    while n < len(bounds):
        last = min(len(bounds), n + draw(st.integers(1, 6))) - 1
        sentences.append(Sentence(bounds[n][0], bounds[last][1], draw(st.floats(0, 1)), draw(st.booleans())))
        n = last + 1
    n = 0
    while n < len(bounds):
        last = min(len(bounds), n + draw(st.integers(1, 3))) - 1
        if draw(st.booleans()):
            start, end = bounds[n][0], bounds[last][1]
            new = draw(st.sampled_from(("", "word", "two words", "ñ", "<b>", "a\nb")))
            others = tuple(draw(st.lists(st.sampled_from(("x", "y z")), max_size=2, unique=True)))
            edits.append(Edit(start, end, text[start:end], new, draw(st.floats(0, 1)), draw(st.booleans()), others))
        n = last + 1
    return Repair(text, apply_edits(text, tuple(edits)), tuple(edits), tuple(sentences), draw(st.floats(0, 1)))
