"""Documents made to exhaust a parser: bounded time, no recursion errors, one clear error at worst."""

from __future__ import annotations

import time

import pytest

from textrepair.errors import InputError
from textrepair.formats import parse, rst

SECONDS = 60
"""Far more than any of these take; a parser that is not linear takes minutes to hours."""

HOSTILE = {
    "html": {
        "nested": "<div>" * 100_000,
        "nested and closed": "<div>" * 100_000 + "x" + "</div>" * 100_000,
        "nested inline": "<b>x" * 100_000,
        "paragraphs": "<p>x\n" * 100_000,
        "end tags": "</p>" * 100_000,
        "unknown end tags": "<div>" * 50_000 + "</x>" * 50_000,
        "open comments": "<!--" * 100_000,
        "open attributes": "<a href='" * 50_000,
        "attributes": "<a " + "x='y' " * 100_000,
        "less than": "<" * 200_000,
        "references": "&amp;&#x41;" * 50_000,
        "one line": "word " * 1_000_000,
        "white space": " \n" * 500_000,
        "ignores": "<!-- textrepair: ignore-next -->x" * 20_000,
        "templates": "{{" * 200_000,
        "filled-in templates": "<p>{{ x }} y" * 20_000,
    },
    "markdown": {
        "quotes": ">" * 100_000 + " x",
        "lists": "".join(f"{'  ' * n}- x\n" for n in range(1_500)),
        "brackets": "[" * 100_000,
        "links": "[a](" * 50_000,
        "emphasis": "*a **a " * 50_000,
        "stars": "*" * 100_000 + "a" + "*" * 100_000,
        "backticks": "".join("`" * n + "a" for n in range(1_000)),
        "tags": "a <b " * 50_000,
        "one line": "word " * 1_000_000,
        "letters of two bytes": "é *x* " * 50_000,
        "definitions": "[a]: b\n" * 50_000,
        "table": "|a" * 20_000 + "\n" + "|-" * 20_000 + "\n",
        "ignores": "<!-- textrepair: ignore-next -->\n\nx\n\n" * 20_000,
    },
    "rst": {
        "one line": "word " * 200_000,
        "emphasis": ("*a " * 1_500 + "\n\n") * 3,
        "addresses": "http://a.b " * 400,
        "comments": ".. textrepair: ignore-next\n\n" * 500,
        "titles": "".join(f"T\n{c * 5}\n\n" for c in "=-~^\"'`:.#*+_<>!$%&(),/;?@[]{|}"),
    },
    "text": {"one line": "word " * 1_000_000, "ignores": "<!-- textrepair: ignore-next -->\nx\n" * 20_000},
}


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, named in HOSTILE.items() for name in named])
def test_bounded_time(kind: str, name: str) -> None:
    begun = time.process_time()
    parse(HOSTILE[kind][name], kind)
    assert time.process_time() - begun < SECONDS


@pytest.mark.parametrize(
    "content",
    [
        "".join(f"{' ' * n}x\n\n" for n in range(1_000)),
        "- " * 2_000,
        "".join(f"{'  ' * n}- x\n\n" for n in range(1_000)),
    ],
)
def test_rst_nested_too_deeply(content: str) -> None:
    with pytest.raises(InputError, match="nested too deeply"):
        parse(content, "rst")


def test_rst_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rst, "LARGEST", 10)
    with pytest.raises(InputError, match="longer than 10 characters"):
        parse("x" * 11, "rst")


def test_rst_reads_no_other_file() -> None:
    for name in ("include", "literalinclude", "raw"):
        assert parse(f".. {name}:: /etc/passwd\n   :file: /etc/passwd\n\nText.", "rst").text == "Text."
    assert parse(".. csv-table::\n   :file: /etc/passwd\n\nText.", "rst").text == "Text."
