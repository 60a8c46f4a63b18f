"""Golden cases of the text formats: `tests/cases/formats/KIND-name.case`.

The sections of a case: the input, the prose that is read of it, the comments for textrepair (line, word, whether it was
used), the edits (`old -> new` as made, `old -| new` as refused, each of the first occurrence in the prose), the output.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from textrepair.formats import parse, proven
from textrepair.formats.prose import apply_source_edits
from textrepair.results import Edit

CASES = sorted((Path(__file__).parent / "cases" / "formats").glob("*.case"))


def sections(case: Path) -> dict[str, str]:
    _, *parts = re.split(r"^=== (\w+)\n", case.read_text("utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


@pytest.mark.parametrize("case", CASES, ids=[case.stem for case in CASES])
def test_case(case: Path) -> None:
    kind = case.stem.partition("-")[0]
    wanted = sections(case)
    content = wanted["input"]
    prose = parse(content, kind)
    assert prose.text + "\n" == wanted["prose"]
    ignores = [f"{i.line} {i.kind} {'used' if i.used else 'unused'}" for i in prose.ignores]
    assert ignores == wanted.get("ignores", "").splitlines()
    edits = []
    for line in wanted.get("edits", "").splitlines():
        old, new = re.split(" -[>|] ", line)
        at = prose.text.index(old)
        edits.append(Edit(at, at + len(old), old, new, 0.9, True))
    settled = proven(content, kind, prose, edits)
    assert [e.applied for e in settled] == [" -> " in line for line in wanted.get("edits", "").splitlines()]
    assert apply_source_edits(content, prose.source_edits(settled)) == wanted.get("output", content)


def test_there_are_cases_of_every_format() -> None:
    assert {case.stem.partition("-")[0] for case in CASES} == {"text", "markdown", "html", "rst"}
