"""JUnit XML, for the test reports of CI systems: an article is a suite, a finding a failed case."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.etree import ElementTree as ET

from textrepair.editorial.engine import Failed, Outcome
from textrepair.findings import Places, findings
from textrepair.outputs.wording import message

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def lines(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """One document; an article without findings is one passed case, one that could not be read an error."""
    root = ET.Element("testsuites", name="textrepair")
    for outcome in outcomes:
        root.append(_suite(outcome))
    for counted in ("tests", "failures", "errors", "skipped"):
        root.set(counted, str(sum(int(suite.get(counted, "0")) for suite in root)))
    ET.indent(root)
    yield '<?xml version="1.0" encoding="utf-8"?>'
    yield ET.tostring(root, encoding="unicode")


def _suite(outcome: Outcome) -> ET.Element:
    name = _xml(outcome.name)
    suite = ET.Element("testsuite", name=name)
    if isinstance(outcome, Failed):
        case = ET.SubElement(suite, "testcase", classname=name, name=name)
        ET.SubElement(case, "error", type="failed", message=_xml(outcome.error))
    else:
        repair = outcome.located
        places = Places(repair.text)
        for finding in findings(repair):
            if finding.sure:
                line, column = places.of(finding.sentence.start)
                case = ET.SubElement(suite, "testcase", classname=name, name=f"{name}:{line}:{column}", line=str(line))
                failure = ET.SubElement(case, "failure", type="spun", message=_xml(message(finding)))
                failure.text = _xml(repair.text[finding.sentence.start : finding.sentence.end])
        if not len(suite):
            case = ET.SubElement(suite, "testcase", classname=name, name=name)
            if repair.notice:
                ET.SubElement(case, "skipped", message=_xml(repair.notice))
    suite.set("tests", str(len(suite)))
    for counted, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(counted, str(len(suite.findall(f"testcase/{tag}"))))
    return suite


def _xml(text: str) -> str:
    """`text` without the characters that XML cannot hold."""
    return _NOT_XML.sub("\ufffd", text)
