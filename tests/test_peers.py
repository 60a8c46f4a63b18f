"""Adapters of the peers, on output as they print it, and what is made of findings."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textrepair.evaluate.articles import parse_inline
from textrepair.evaluate.lengths import of_length
from textrepair.evaluate.peers import lexical
from textrepair.evaluate.peers.measure import quality
from textrepair.evaluate.peers.parsers import Finding, harper_json, own_changes, proselint_json, textrepair_json
from textrepair.evaluate.peers.report import show, table
from textrepair.evaluate.processes import ProgramError, run
from textrepair.evaluate.scaling import exponents
from textrepair.splicing import splice


def _harper(text: str, matched: str, suggestions: list[str]) -> str:
    start = text.index(matched)
    span = {"char_start": start, "char_end": start + len(matched)}
    return json.dumps(
        [{"file": "a.txt", "lints": [{"span": span, "matched_text": matched, "suggestions": suggestions}]}]
    )


@pytest.mark.parametrize(
    ("suggestions", "replacement"),
    [
        (["Replace with: “the”", "Replace with: “tech”"], "the"),
        (["Insert “,”"], "teh,"),
        (["Remove error"], ""),
        ([], None),
    ],
)
def test_harpers_first_suggestion_counts(suggestions: list[str], replacement: str | None):
    text = "It is \u2013 no doubt \u2013 teh end."
    assert harper_json(_harper(text, "teh", suggestions), [text]) == [[Finding(19, 22, replacement)]]


def test_harper_output_that_does_not_fit_the_text_is_refused():
    with pytest.raises(ValueError, match="is not 'teh'"):
        harper_json(_harper("It is teh end.", "teh", []), ["Something else."])


def test_proselint_counts_a_line_break_before_the_text():
    diagnostic = {"span": [14, 19], "replacements": "a lot", "check_path": "spelling"}
    output = json.dumps(
        {"result": {"file:///b.txt": {"diagnostics": []}, "file:///a.txt": {"diagnostics": [diagnostic]}}}
    )
    text = "We have seen alots."
    (first, second) = proselint_json(output, [text, "Nothing."])
    assert [text[f.start : f.end] for f in first] == ["alots"]
    assert second == []


def test_only_applied_edits_of_textrepair_count():
    edit = {"start": 0, "end": 4, "replacement": "side", "applied": True}
    line = json.dumps({"edits": [edit, {**edit, "start": 9, "end": 12, "applied": False}]})
    assert textrepair_json(line + "\n", ["text"]) == [[Finding(0, 4, "side")]]


def test_a_line_too_few_is_refused():
    with pytest.raises(ValueError, match="1 lines for 2 texts"):
        own_changes('{"edits": []}\n', ["a", "b"])


def test_the_inverse_dictionary_restores_and_blunders():
    text = "The Overseas Minister spoke."
    changes = lexical.inverse(text)
    assert "Foreign Minister" in splice(text, changes)


def test_frequency_guided_substitution_leaves_frequent_words():
    text = "The government said on Monday that it would not change the law."
    assert lexical.frequency(text, rare=-30.0) == []
    assert len(lexical.frequency(text, rare=0.0, gain=0.0)) > len(lexical.frequency(text))


@given(st.text(alphabet="abcdef Theof.,\n\u2019-", max_size=80))
def test_changes_are_in_order_and_inside(text: str):
    for changes in (lexical.inverse(text), lexical.frequency(text, rare=0.0, gain=-9.0)):
        at = 0
        for start, end, _ in changes:
            assert at <= start < end <= len(text)
            at = end


def test_repair_and_detection_are_judged_apart():
    article = parse_inline("x", "A", "Neither [[facet|side]] was [[~keen|eager]] on the [[curiosity|interest]] rate.")
    clean = parse_inline("y", "clean", "Nothing is wrong with these seven words.")
    facet, rate = article.text.index("facet"), article.text.index("rate")
    curiosity = article.text.index("curiosity")
    found = [
        Finding(facet, facet + 5, "side"),
        Finding(curiosity, curiosity + 9, None),
        Finding(rate, rate + 4, "cost"),
    ]
    got = quality([article, clean], [found, [Finding(0, 7, None)]])
    assert got["all"] == got["A"]
    assert (got["all"]["precision"], got["all"]["recall"], got["all"]["found"]) == (0.5, 0.5, 1.0)
    assert got["all"]["marks_right"] == round(2 / 3, 4)
    assert got["clean"] == {"words": 7, "changes_per_1000_words": 0.0, "marks_per_1000_words": round(1000 / 7, 2)}


def test_a_program_that_fails_is_named_with_what_it_said():
    with pytest.raises(ProgramError, match="no luck"):
        run([sys.executable, "-c", "import sys; sys.exit('no luck')"])
    with pytest.raises(ProgramError, match="No such file"):
        run(["/no/such/program"])
    assert run([sys.executable, "-c", "print(3); exit(1)"], accepted=(1,)).output == b"3\n"


@given(st.integers(1, 300))
def test_an_article_of_any_length(words: int):
    text = of_length(["One two three.\n\nFour five.", "Six  seven eight nine."], words)
    assert len(text.split()) == words
    assert text.startswith("One")


def test_linear_growth_has_an_exponent_of_one():
    rows = [
        {"kind": "spun", "threads": 1, "words": n, "repair_cpu_seconds": 0.002 * n} for n in (100, 1000, 10000, 100000)
    ]
    assert exponents(rows) == {"spun, 1 thread": 1.0}


def test_the_table_marks_peers_that_read_a_part(tmp_path: Path):
    quality_ = {"all": dict.fromkeys(("f0.5", "precision", "recall", "found", "marks_right"), 0.5)}
    quality_["clean"] = {"changes_per_1000_words": 1.0, "marks_per_1000_words": 2.0}
    measured = {"seconds": 1.0, "cpu_seconds": 1.5, "megabytes": 100.0}
    machine = {"date": "2026-01-01", "cores": 2, "processor": "CPU", "instructions": ["avx2"], "load_average": 0.1}
    peer = {
        "title": "Slow",
        "not_made_for": "Speed.",
        "every_third": quality_,
        "speed": {"start": measured, "per_1000_words": measured, "runs": 1},
        "installed_megabytes": 3.0,
        "machine": machine,
    }
    text = table({"slow": peer, "fast": {**peer, "title": "Fast", "eval": quality_}})
    document = tmp_path / "README.md"
    document.write_text("Before\n<!-- peers -->\nold\n<!-- /peers -->\nAfter\n")
    show(document, {"slow": peer, "fast": {**peer, "title": "Fast", "eval": quality_}})
    assert document.read_text() == f"Before\n<!-- peers -->\n{text}<!-- /peers -->\nAfter\n"
    with pytest.raises(ValueError, match="has no"):
        show(Path(__file__).parent / "conftest.py", {})
    assert "| Slow ¹ | 0.500 " in text
    assert "| Fast | 0.500 " in text
    assert "on the same articles: Fast 0.500." in text


def test_installed_size_counts_requirements_once_and_names_what_is_missing():
    from textrepair.evaluate.peers.sizes import distributions_size, textrepair_size

    assert distributions_size("click", "click") == distributions_size("click")
    assert textrepair_size() > distributions_size("onnxruntime") > distributions_size("numpy")
    with pytest.raises(ProgramError, match="no-such-package is not installed"):
        distributions_size("no-such-package")
