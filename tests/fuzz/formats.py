"""A fuzz target over the formats: `PYTHONPATH=tests python -m fuzz.formats KIND FOLDER... [-libfuzzer-option=...]`.

Reading any bytes and writing them back with edits keeps every promise of the formats, and raises nothing but the one
error that a user sees as one line.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from textrepair.editorial import documents
from textrepair.editorial.policy import with_edits
from textrepair.errors import InputError
from textrepair.results import Edit, Repair

CORPUS = Path(__file__).with_name("corpus")
"""A folder for each kind, with documents written for this project."""

NEW = ("new", "new words", "", "<b> & co", "*a*_", "`q")
"""What every fourth word is replaced by, in turn."""

WORD = (
    "<w:tab/><w:br/><w:ins></w:ins><w:del></w:del><w:rPr><w:b/><w:vanish/><w:rStyle w:val='Code'/></w:rPr><w:oMath/>"
    "<w:hyperlink></w:hyperlink><w:fldChar w:fldCharType='begin'/><w:fldChar w:fldCharType='end'/><w:delText>"
)
"""Markup of Word documents that the tests do not make by functions."""


def check(content: bytes, kind: str) -> None:
    """Read a document, put edits into it and read it again.

    Args:
        content: its bytes; of a Word document, the package or only the body.
        kind: one of `textrepair.formats.KINDS`.
    """
    if kind == "docx" and not content.startswith(b"PK"):
        content = _package(content)
    try:
        document = documents.parse(content, "fuzz", kind)
    except InputError as error:
        assert "\n" not in str(error)
        return
    text = document.prose.text
    nothing = Repair(text, text, (), (), 0.0)
    assert document.restored(document.proven(nothing)) == content
    words = list(re.finditer(r"\w+", text))[1::4]
    edits = (Edit(m.start(), m.end(), m.group(), NEW[n % len(NEW)], 0.9, True) for n, m in enumerate(words))
    repair = document.proven(with_edits(nothing, edits))
    document.located(repair)
    for accept in {False, kind == "docx"}:
        restored = documents.parse(document.restored(repair, accept), "fuzz", kind)
        assert restored.prose.text.split() == repair.restored.split()


def _package(body: bytes) -> bytes:
    """A Word document with this body."""
    from test_formats_docx import docx, part

    return docx("", more={"word/document.xml": part("@").replace(b"@", body)})


def _dictionary(kind: str, path: Path) -> None:
    """Write the tokens of a format for libFuzzer."""
    from test_formats_docx import both_ways, run
    from test_formats_properties import PARTS

    tokens = PARTS.get(kind) or re.findall("<[^<>]*>", both_ways("<w:p></w:p>") + run("word") + WORD)
    written = ("".join(f"\\x{byte:02x}" for byte in token.encode("utf-8", "replace")) for token in tokens)
    path.write_text("".join(f'"{token}"\n' for token in written if token))


def main() -> None:
    """Run libFuzzer."""
    import atheris

    kind, folder = sys.argv[1], Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    dictionary = folder.with_suffix(".dict")
    with atheris.instrument_imports(include=["textrepair.formats", "docutils.parsers.rst"]):
        _dictionary(kind, dictionary)  # this imports some of the formats already
        documents.parse(b"" if kind != "docx" else _package(b""), "fuzz", kind)
    atheris.Setup(
        [sys.argv[0], *sys.argv[2:], f"-dict={dictionary}", f"-artifact_prefix={folder}-"],
        lambda content: check(content, kind),
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
