"""Properties of the command on any text, in every text format: the bytes that must stay, stay."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import EXAMPLES, KNOWN, scripted_repairer
from hypothesis import given, settings
from hypothesis import strategies as st

from textrepair.cli import main, options
from textrepair.results import EditObject

PLAIN = ("The weather was calm", "cafe\u0301 and café", "𝔘nicode", "it’s “quoted”", "3.5 km", "\u202e", "e\u0301", "\t")  # noqa: RUF001
MARKUP = {
    "txt": ("*", "<", "&amp;", "---", "\u2028"),
    "md": ("*", "**", "`code`", "[x](facet.md)", "# ", "> ", "- ", "<b>", "</b>", "&amp;", "| a | b |", "```\n", "\\*"),
    "html": (
        "<p>",
        "</p>",
        "<b>",
        "</b>",
        "&amp;",
        "&lt;",
        "<script>",
        "</script>",
        "<pre>",
        "<!-- navy -->",
        "<",
        '"',
    ),
    "rst": ("*", "**", "``code``", ".. note::\n\n   ", "====\n", "`x <facet.html>`_", ":ref:`x`", "|x|", "\\*"),
}
ENDS = ("\n", "\r\n", "\r", "\n\n", "\r\n\r\n", " ", ". ", ", ")


@st.composite
def files(draw: st.DrawFn) -> tuple[str, bytes]:
    """A suffix and the bytes of a file."""
    suffix = draw(st.sampled_from(sorted(MARKUP)))
    words = st.sampled_from(sorted(KNOWN)) | st.sampled_from(PLAIN) | st.sampled_from(MARKUP[suffix])
    parts = draw(st.lists(st.tuples(words, st.sampled_from(ENDS)), max_size=25))
    text = "".join(f"{word}{end}" for word, end in parts)
    if draw(st.booleans()):
        text = text.rstrip()  # no line end at the end
    late_nul = "x" * 9000 + "\0" if draw(st.integers(0, 9)) == 0 else ""
    return suffix, b"\xef\xbb\xbf" * draw(st.booleans()) + (text + late_nul).encode()


@pytest.fixture(scope="module", autouse=True)
def stand_in() -> None:
    made = scripted_repairer()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(options, "repairer", lambda *_: made)
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("articles")


def textrepair(*arguments: object) -> Result:
    result = CliRunner().invoke(main, [*map(str, arguments), "--no-cache"])
    assert result.exception is None or isinstance(result.exception, SystemExit), (result.exception, result.stderr)
    assert "internal error" not in result.stderr
    return result


def applied(text: str, edits: list[EditObject]) -> str:
    for edit in reversed(edits):
        assert text[edit["start"] : edit["end"]] == edit["original"]
        if edit["applied"]:
            text = text[: edit["start"]] + edit["replacement"] + text[edit["end"] :]
    return text


@settings(deadline=None, max_examples=EXAMPLES)
@given(files())
def test_check_and_fix_agree_and_fixing_twice_is_fixing_once(folder: Path, file: tuple[str, bytes]) -> None:
    suffix, content = file
    path = folder / f"article.{suffix}"
    path.write_bytes(content)
    check = textrepair("check", path, "--format", "json")
    found = json.loads(check.stdout)
    bom = b"\xef\xbb\xbf" if content.startswith(b"\xef\xbb\xbf") else b""
    text = content[len(bom) :].decode()

    fixed = textrepair("fix", path).stdout_bytes
    assert path.read_bytes() == content
    assert fixed == bom + applied(text, found["edits"]).encode() == bom + found["restored"].encode()
    flagged = any(s["flagged"] for s in found["sentences"])
    assert check.exit_code == (1 if flagged or fixed != content else 0)

    assert textrepair("fix", path, "--write").exit_code == 0
    assert path.read_bytes() == fixed
    again = json.loads(textrepair("check", path, "--format", "json").stdout)
    assert not any(e["applied"] for e in again["edits"])
    assert textrepair("fix", path, "--write").exit_code == 0
    assert path.read_bytes() == fixed


@settings(deadline=None, max_examples=EXAMPLES // 4)
@given(files())
def test_a_patch_makes_what_fix_makes(folder: Path, file: tuple[str, bytes]) -> None:
    import subprocess

    suffix, content = file
    path = folder / f"patched.{suffix}"
    path.write_bytes(content)
    fixed = textrepair("fix", path).stdout_bytes
    patch = textrepair("fix", path, "--diff").stdout_bytes
    if patch:
        done = subprocess.run(
            ["git", "apply", "-p0", "--unsafe-paths", "--unidiff-zero", "-"], input=patch, cwd="/", capture_output=True
        )
        assert done.returncode == 0, (done.stderr, patch)
    assert path.read_bytes() == fixed


@settings(deadline=None, max_examples=EXAMPLES // 2)
@given(st.binary(max_size=300), st.sampled_from(["txt", "md", "html", "rst", "docx"]))
def test_any_bytes_are_read_or_refused_and_never_harmed(folder: Path, content: bytes, suffix: str) -> None:
    path = folder / f"bytes.{suffix}"
    path.write_bytes(content)
    result = textrepair("fix", path)
    assert path.read_bytes() == content
    if result.exit_code == 0:
        assert result.stdout_bytes == content
    else:
        assert result.exit_code == 2
        (line,) = result.stderr.splitlines()
        assert line.startswith(f"textrepair: {path}: ")


@settings(deadline=None, max_examples=EXAMPLES // 4)
@given(files(), st.sampled_from(["github", "sarif", "rdjson", "junit", "text"]))
def test_every_format_prints_any_text(folder: Path, file: tuple[str, bytes], format_: str) -> None:
    suffix, content = file
    path = folder / f"printed.{suffix}"
    path.write_bytes(content)
    result = textrepair("check", path, "--format", format_)
    assert result.exit_code in (0, 1)
    assert ("\x1b" not in result.stdout and "\u202e" not in result.stdout) or format_ not in ("text",)
    if format_ in ("sarif", "rdjson"):
        json.loads(result.stdout)
