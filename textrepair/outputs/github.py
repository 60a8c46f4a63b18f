"""Annotations of a pull request, as workflow commands of GitHub Actions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from textrepair.editorial.engine import Failed, Outcome
from textrepair.findings import Finding, Places, findings
from textrepair.outputs.wording import message


def lines(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """An annotation for each sentence, `error` if it makes `check` fail, else `notice`.

    GitHub shows ten of a level, so that those that stand out most come first.
    """
    found: list[tuple[float, str]] = []
    for outcome in outcomes:
        if isinstance(outcome, Failed):
            yield f"::error file={_property(outcome.name)},title=textrepair failed::{_data(outcome.error)}"
        else:
            places = Places(outcome.located.text)
            for finding in findings(outcome.located):
                found.append((-finding.sentence.score, _annotation(finding, outcome.name, places)))
    yield from (annotation for _, annotation in sorted(found, key=lambda item: item[0]))


def _annotation(finding: Finding, name: str, places: Places) -> str:
    line, column = places.of(finding.sentence.start)
    end_line, end_column = places.of(finding.sentence.end)
    # GitHub takes columns only within one line; the end column is that of the last character.
    columns = f",col={column},endColumn={max(column, end_column - 1)}" if line == end_line else ""
    level = "error" if finding.sure else "notice"
    place = f"file={_property(name)},line={line},endLine={end_line}{columns}"
    return f"::{level} {place},title=Looks spun::{_data(message(finding))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
