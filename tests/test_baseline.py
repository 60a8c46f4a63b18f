"""The baseline: what was known stays known, whatever moves around it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from repairs import repairs

from textrepair.editorial.baseline import Baseline
from textrepair.errors import InputError
from textrepair.findings import findings
from textrepair.results import Repair


def moved(repair: Repair, before: str) -> Repair:
    """The repair of the same text with `before` in front of it."""
    by = len(before)
    return Repair(
        before + repair.text,
        before + repair.restored,
        tuple(replace(e, start=e.start + by, end=e.end + by) for e in repair.edits),
        tuple(replace(s, start=s.start + by, end=s.end + by) for s in repair.sentences),
        repair.score,
    )


@settings(deadline=None)
@given(repairs(), repairs(), st.sampled_from(["", "A new beginning.\n\n", "\n" * 20]))
def test_known_findings_are_never_reported_and_new_ones_always(known: Repair, other: Repair, before: str) -> None:
    baseline = Baseline(Path("known.json"))
    baseline.record(Path("a.md"), known)
    assert not findings(baseline.new_in(Path("a.md"), moved(known, before)))
    assert baseline.new_in(Path("b.md"), known) == known

    both = moved(other, known.text)
    both = replace(both, edits=known.edits + both.edits, sentences=known.sentences + both.sentences)
    new = baseline.new_in(Path("a.md"), both)
    assert len(findings(new)) == len(findings(both)) - len(findings(known))


def test_a_finding_that_comes_a_second_time_is_new(tmp_path: Path, repairer: object) -> None:
    text = "The navy was instructed to leave."
    once, twice = (repairer.repair(t) for t in (text, f"{text}\n\n{text}"))  # type: ignore[attr-defined]
    baseline = Baseline(tmp_path / "known.json")
    baseline.record(tmp_path / "a.md", once)
    assert len(baseline.new_in(tmp_path / "a.md", twice).edits) == len(once.edits)


def test_other_edits_in_a_known_sentence_are_not_new(tmp_path: Path, repairer: object) -> None:
    repair = repairer.repair("The navy was instructed to leave.")  # type: ignore[attr-defined]
    baseline = Baseline(tmp_path / "known.json")
    baseline.record(tmp_path / "a.md", replace(repair, edits=repair.edits[:1]))
    assert not findings(baseline.new_in(tmp_path / "a.md", repair))


def test_white_space_in_a_sentence_does_not_count_but_words_do(tmp_path: Path, repairer: object) -> None:
    repair = repairer.repair  # type: ignore[attr-defined]
    baseline = Baseline(tmp_path / "known.json")
    baseline.record(tmp_path / "a.md", repair("The navy was told to leave."))
    assert not findings(baseline.new_in(tmp_path / "a.md", repair("The  navy was told \tto leave.")))
    assert findings(baseline.new_in(tmp_path / "a.md", repair("The navy was told to stay.")))


@settings(deadline=None, max_examples=25)
@given(repairs())
def test_a_written_baseline_is_read_back(tmp_path_factory: pytest.TempPathFactory, repair: Repair) -> None:
    folder = tmp_path_factory.mktemp("baseline")
    article = folder / "articles" / "ä.md"
    article.parent.mkdir()
    article.write_text(repair.text)
    baseline = Baseline(folder / "known.json")
    baseline.record(article, repair)
    baseline.write()
    read = Baseline.read(folder / "known.json")
    assert read.size == baseline.size
    assert not findings(read.new_in(article, repair))
    assert set(json.loads((folder / "known.json").read_text())["findings"]) <= {"articles/ä.md"}


def test_articles_that_are_gone_are_forgotten_and_others_kept(tmp_path: Path, repairer: object) -> None:
    repair = repairer.repair("The navy was instructed to leave.")  # type: ignore[attr-defined]
    baseline = Baseline(tmp_path / "known.json")
    for name in ("kept.md", "gone.md"):
        (tmp_path / name).write_text("x")
        baseline.record(tmp_path / name, repair)
    (tmp_path / "gone.md").unlink()
    baseline.write()
    assert set(json.loads((tmp_path / "known.json").read_text())["findings"]) == {"kept.md"}


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"schema": 1}', '{"schema": 1, "findings": {"a": 3}}', '{"schema": 1, "findings": [1]}'],
)
def test_what_is_no_baseline_is_an_error(tmp_path: Path, content: str) -> None:
    (tmp_path / "known.json").write_text(content)
    with pytest.raises(InputError, match="not a baseline of textrepair"):
        Baseline.read(tmp_path / "known.json")
    (tmp_path / "known.json").write_text('{"schema": 2, "findings": {}}')
    with pytest.raises(InputError, match="of another version"):
        Baseline.read(tmp_path / "known.json")
