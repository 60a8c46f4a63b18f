"""Formats for other programs: valid, and with places that lead back to the words.

`data/sarif-2.1.0-rtm.5.json` is the official schema by OASIS (docs.oasis-open.org/sarif), as Microsoft's MIT-licensed
npm package `@microsoft/jest-sarif` carries it.
"""

import json
import re
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from repairs import repairs

from textrepair.editorial.config import Config, Settings
from textrepair.editorial.discovery import Input
from textrepair.editorial.documents import parse
from textrepair.editorial.engine import Failed, Outcome, Repaired
from textrepair.findings import findings
from textrepair.outputs import FORMATS, lines
from textrepair.results import Repair, apply_edits

SCHEMA = json.loads((Path(__file__).parent / "data" / "sarif-2.1.0-rtm.5.json").read_text())
BOM = b"\xef\xbb\xbf"


def outcome(repair: Repair, name: str = "docs/a b.txt", bom: bool = False) -> Repaired:
    content = BOM * bom + repair.text.encode()
    return Repaired(Input(Path(name), name, "text", Config(Settings())), parse(content, name, "text"), repair)


def output(format_: str, *outcomes: Outcome) -> str:
    return "\n".join(lines(format_, outcomes))


def all_applied(repair: Repair) -> str:
    return apply_edits(repair.text, tuple(e.__class__(**{**e.__dict__, "applied": True}) for e in repair.edits))


def validate(log: object) -> None:
    jsonschema.Draft4Validator(SCHEMA).validate(log)


@settings(deadline=None, max_examples=50)
@given(st.lists(repairs(), max_size=3))
def test_sarif_is_valid_and_its_fixes_restore_the_text(found: list[Repair]) -> None:
    outcomes = [outcome(r, f"docs/ä {n}%.txt") for n, r in enumerate(found)]
    log = json.loads(output("sarif", *outcomes))
    validate(log)
    assert log["runs"][0]["invocations"] == [{"executionSuccessful": True}]
    for made in outcomes:
        repair = made.located
        results = [r for r in log["runs"][0]["results"] if unquote(uri(r)) == made.name]
        assert len(results) == sum(max(1, len(f.edits)) for f in findings(repair))
        text, shift = repair.text, 0
        for result in results:
            for fix in result.get("fixes", ())[:1]:
                (replacement,) = fix["artifactChanges"][0]["replacements"]
                region = replacement["deletedRegion"]
                start = region["charOffset"] + shift
                new = replacement["insertedContent"]["text"]
                text = text[:start] + new + text[start + region["charLength"] :]
                shift += len(new) - region["charLength"]
                assert place(repair.text, region["startLine"], region["startColumn"]) == region["charOffset"]
        assert text == all_applied(repair)


def uri(result: dict) -> str:  # type: ignore[type-arg]
    return result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]


def place(text: str, line: int, column: int) -> int:
    return ([0] + [m.end() for m in re.finditer(r"\r\n?|\n", text)])[line - 1] + column - 1


def test_sarif_tells_failures() -> None:
    log = json.loads(output("sarif", Failed("a.txt", "a.txt: not UTF-8 (byte 3)")))
    validate(log)
    (invocation,) = log["runs"][0]["invocations"]
    assert not invocation["executionSuccessful"]
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == "a.txt: not UTF-8 (byte 3)"


def test_sarif_fingerprints_survive_line_drift() -> None:
    repair = one_edit("The navy left.", "navy", "military")
    log = [
        json.loads(output("sarif", outcome(r)))
        for r in (repair, one_edit("New.\n\nThe navy left.", "navy", "military"))
    ]
    first, second = (r["runs"][0]["results"][0] for r in log)
    assert first["partialFingerprints"] == second["partialFingerprints"]
    assert first["locations"] != second["locations"]


def one_edit(text: str, old: str, new: str, applied: bool = True) -> Repair:
    from textrepair.results import Edit, Sentence

    at = text.index(old)
    edits = (Edit(at, at + len(old), old, new, 0.9, applied, ("fleet",)),)
    start = text.rfind("\n", 0, at) + 1
    return Repair(text, apply_edits(text, edits), edits, (Sentence(start, len(text), 0.8, applied),), 0.9)


@settings(deadline=None, max_examples=50)
@given(repairs(), st.booleans())
def test_rdjson_places_are_bytes_and_its_suggestions_restore_the_text(repair: Repair, bom: bool) -> None:
    made = outcome(repair, bom=bom)
    report = json.loads(output("rdjson", made))
    content, shift = made.document.content, 0
    starts = [0] + [m.end() for m in re.finditer(rb"\r\n?|\n", content)]
    for diagnostic in report["diagnostics"]:
        for suggestion in diagnostic.get("suggestions", ()):
            start, end = (
                starts[suggestion["range"][side]["line"] - 1] + suggestion["range"][side]["column"] - 1 + shift
                for side in ("start", "end")
            )
            new = suggestion["text"].encode()
            content = content[:start] + new + content[end:]
            shift += len(new) - (end - start)
    assert content == BOM * bom + all_applied(made.located).encode()


@settings(deadline=None, max_examples=50)
@given(repairs(), st.text(max_size=10))
def test_junit_is_xml_with_a_case_for_what_makes_check_fail(repair: Repair, odd: str) -> None:
    root = ET.fromstring(output("junit", outcome(repair), Failed(f"b{odd}", f"b{odd}: \0\x1b[31m")).encode())
    sure = [f for f in findings(repair) if f.sure]
    assert root.get("failures") == str(len(sure))
    assert root.get("errors") == "1"
    assert root.get("tests") == str(1 + max(1, len(sure)))
    normal = repair.text.replace("\r\n", "\n")
    assert all((failure.text or "") in normal for failure in root.iter("failure"))


def test_junit_skips_what_was_left_alone() -> None:
    root = ET.fromstring(output("junit", outcome(Repair("Text", "Text", (), (), 0.0, "not English"))).encode())
    assert root.get("skipped") == "1"
    assert [s.get("message") for s in root.iter("skipped")] == ["not English"]


@settings(deadline=None, max_examples=50)
@given(repairs(), st.text(max_size=10))
def test_github_commands_are_one_line_each(repair: Repair, odd: str) -> None:
    printed = list(lines("github", [outcome(repair), Failed(odd, f"{odd}: odd")]))
    assert len(printed) == len(findings(repair)) + 1
    for line in printed:
        assert "\n" not in line and "\r" not in line
        command, _, properties = line[2:].partition("::")[0].partition(" ")
        assert command in ("error", "notice")
        assert len(properties.split("file=")) == 2


def test_github_shows_what_stands_out_most_first() -> None:
    quiet, loud = (one_edit(f"The navy left {n}.", "navy", "military", n == 2) for n in (1, 2))
    printed = list(lines("github", [outcome(quiet, "a.txt"), outcome(loud, "b.txt")]))
    assert printed == [
        "::notice file=a.txt,line=1,endLine=1,col=1,endColumn=16,title=Looks spun::"
        "navy -> military (90 %25, not sure enough to apply)",
        "::error file=b.txt,line=1,endLine=1,col=1,endColumn=16,title=Looks spun::"
        "This sentence looks spun (80 %25): navy -> military (90 %25)",
    ]


@settings(deadline=None, max_examples=25)
@given(repairs())
def test_json_is_the_object_of_the_repair(repair: Repair) -> None:
    made = outcome(repair)
    assert [json.loads(line) for line in lines("json", [made, Failed("b", "b: odd")])] == [
        json.loads(json.dumps(made.located.to_object(made.name)))
    ]


@pytest.mark.parametrize("format_", FORMATS)
def test_nothing_at_all(format_: str) -> None:
    assert output(format_) == "" or format_ not in ("json", "github")
