"""The command as a process, and what cases in files cannot show; see also `cases/cli`."""

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from textrepair.cli import console, main, options
from textrepair.formats.docx import DocxDocument
from textrepair.repairer import Repairer

SCRIPTED = Path(__file__).with_name("scripted.py")
SPUN = "Neither facet is anticipated to reach a settlement. The navy was instructed to leave.\n"
FIXED = "Neither side is expected to reach an agreement. The military was told to leave.\n"

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
DOCX = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/'
    'vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>',
    "word/document.xml": f'<w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>{SPUN.strip()}</w:t></w:r></w:p>'
    "</w:body></w:document>",
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, repairer: Repairer, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(options, "repairer", lambda *_: repairer)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def textrepair(*arguments: str) -> Result:
    result = CliRunner().invoke(main, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def process(*arguments: str, **options: object) -> "subprocess.CompletedProcess[bytes]":
    """The command as a process of its own, with the stand-in models."""
    environment = {**os.environ, "PYTHONPATH": str(SCRIPTED.parent.parent)}
    command = [sys.executable, str(SCRIPTED), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, check=False, **options)  # type: ignore[call-overload,no-any-return]


def docx() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in DOCX.items():
            archive.writestr(name, content)
    return out.getvalue()


def text_of(path: Path) -> str:
    return DocxDocument.open(path.read_bytes()).prose.text


def test_help_waits_for_nothing() -> None:
    code = (
        "import sys\nfrom textrepair.cli import main\nmain(['--help'], standalone_mode=False)\n"
        "print(*(m for m in ('numpy', 'rich', 'onnxruntime', 'lxml', 'pathspec', 'tree_sitter') if m in sys.modules))"
    )
    printed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=SCRIPTED.parent.parent
    ).stdout
    assert "check" in printed and printed.splitlines()[-1] == ""


def test_standard_input_and_output_are_bytes() -> None:
    content = b"\xef\xbb\xbf" + SPUN.replace("\n", "\r\n").encode() + "caf\u00e9 — no line end".encode()
    done = process("fix", "-", "--no-cache", input=content)
    assert done.stdout == content.replace(SPUN.strip().encode(), FIXED.strip().encode())
    assert (done.stderr, done.returncode) == (b"", 0)


def test_jobs_change_nothing_but_the_time(folder: Path) -> None:
    for n in range(4):
        (folder / f"{n}.md").write_text(f"# {n}\n\n*{SPUN.strip()}*\n")
    (folder / "odd.txt").write_bytes(b"\xff")
    one, several = (process("check", ".", "--format", "json", "--no-cache", "-j", jobs) for jobs in ("1", "3"))
    assert len(one.stdout.splitlines()) == 4
    assert (one.stdout, one.stderr, one.returncode) == (several.stdout, several.stderr, several.returncode)
    assert one.returncode == 2
    assert process("fix", ".", "--write", "-j", "2").returncode == 2
    assert (folder / "3.md").read_text() == f"# 3\n\n*{FIXED.strip()}*\n"


def test_a_reader_that_goes_away_is_no_error(folder: Path) -> None:
    for n in range(30):
        (folder / f"{n}.txt").write_text(SPUN * 20)
    command = f"{sys.executable} {SCRIPTED} check . --no-cache --format json | head -n 1"
    environment = {**os.environ, "PYTHONPATH": str(SCRIPTED.parent.parent)}
    done = subprocess.run(["bash", "-c", command], env=environment, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["path"] == "0.txt"
    assert done.stderr == ""


def test_output_is_utf_8_whatever_the_terminal_is(folder: Path) -> None:
    (folder / "ü.txt").write_text("Ü — " + SPUN)
    for format_ in ("json", "github", "sarif", "rdjson", "junit"):
        environment = {**os.environ, "PYTHONPATH": str(SCRIPTED.parent.parent), "PYTHONIOENCODING": "ascii"}
        command = [sys.executable, str(SCRIPTED), "check", "ü.txt", "--format", format_]
        done = subprocess.run(command, env=environment, capture_output=True, check=False)
        assert done.returncode == 1, done.stderr
        assert "ü.txt" in done.stdout.decode("utf-8") or "%C3%BC.txt" in done.stdout.decode("utf-8")


@pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes only there")
def test_a_file_name_that_is_no_text(folder: Path) -> None:
    name = os.fsdecode(b"odd\xff\x1b[31m.txt")
    (folder / name).write_text(SPUN)
    for format_ in ("text", "json", "github", "sarif", "rdjson", "junit"):
        result = textrepair("check", ".", "--format", format_)
        assert result.exit_code == 1
        assert "\x1b" not in result.stdout + result.stderr or format_ in ("github",)
    assert textrepair("fix", ".", "--write").exit_code == 0
    assert (folder / name).read_text() == FIXED


def test_a_word_document_gets_tracked_changes(folder: Path) -> None:
    path = folder / "a.docx"
    path.write_bytes(docx())
    check = textrepair("check", "a.docx")
    assert check.exit_code == 1 and "facet -> side" in check.stdout
    assert textrepair("fix", "a.docx", "--write").exit_code == 0
    with zipfile.ZipFile(path) as archive:
        xml = archive.read("word/document.xml").decode()
    assert xml.count("<w:ins ") == xml.count("<w:del ") > 0
    assert 'w:author="textrepair"' in xml
    once = path.read_bytes()
    assert textrepair("fix", "a.docx", "--write").exit_code == 0
    assert path.read_bytes() == once


def test_a_word_document_can_be_edited_for_good(folder: Path) -> None:
    path = folder / "a.docx"
    path.write_bytes(docx())
    assert textrepair("fix", "a.docx", "--write", "--accept").exit_code == 0
    assert text_of(path).strip() == FIXED.strip()
    path.write_bytes(docx()[:-50])
    result = textrepair("fix", "a.docx", "--write")
    assert (result.exit_code, result.stderr) == (2, "textrepair: a.docx: not a Word document, or a damaged one\n")


def test_interactive_for_a_word_document_in_other_hands(folder: Path) -> None:
    path = folder / "a.docx"
    path.write_bytes(docx())
    result = CliRunner().invoke(main, ["fix", "a.docx", "-i", "--accept"], input="n\ne\nlikely\nd\n")
    assert result.exit_code == 0, result.output
    assert text_of(path).strip() == SPUN.strip().replace("anticipated", "likely")


def test_what_is_typed_is_text_and_not_markup(folder: Path) -> None:
    (folder / "a.html").write_text("<p>The navy left.</p>")
    CliRunner().invoke(main, ["fix", "a.html", "-i"], input="e\n<b> & co\n")
    assert (folder / "a.html").read_text() == "<p>The &lt;b&gt; &amp; co left.</p>"


def test_an_interrupt_stops_everything(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    (folder / "a.txt").write_text(SPUN)
    monkeypatch.setattr(options, "repairer", interrupted)
    result = textrepair("fix", "a.txt", "--write", "--no-cache")
    assert (result.exit_code, result.stderr) == (130, "textrepair: interrupted\n")
    assert (folder / "a.txt").read_text() == SPUN


class Terminal(io.StringIO):
    encoding = "utf-8"  # type: ignore[assignment]

    def isatty(self) -> bool:
        return True


def test_a_long_run_shows_how_far_it_is_and_leaves_nothing_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(console, "PATIENCE", -1)
    for item in console.with_progress(["a", "b", "c"], 3):
        terminal.write(f"[{item}]")
    bars = list(terminal.getvalue().split("\r\x1b[K"))
    assert bars == [f"[a]{'#' * 10}{'.' * 20} 1 of 3", f"[b]{'#' * 20}{'.' * 10} 2 of 3", "[c]"]


@pytest.mark.parametrize("patience", [3600, -1])
def test_a_short_run_and_a_log_get_no_bar(patience: float, monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = Terminal() if patience > 0 else io.StringIO()
    monkeypatch.setattr(sys, "stderr", stderr)
    monkeypatch.setattr(console, "PATIENCE", patience)
    assert list(console.with_progress(["a", "b"], 2)) == ["a", "b"]
    assert stderr.getvalue() == ""


def test_a_page_of_several_articles(folder: Path) -> None:
    (folder / "a.txt").write_text(SPUN)
    (folder / "b.txt").write_text(SPUN)
    result = textrepair("diff", ".", "--html", "page.html")
    assert (result.exit_code, result.stderr) == (0, "page.html written\n")
    page = (folder / "page.html").read_text()
    assert "2 articles" in page and page.count("<article ") == 2
    assert textrepair("diff", "missing.txt", "--html", "none.html").exit_code == 2
    assert not (folder / "none.html").exists()


def test_the_cache_is_used_unless_it_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "a.txt").write_text(SPUN)
    first = textrepair("check", "a.txt", "--format", "json").stdout

    def forbidden(*_: object) -> None:
        raise AssertionError("the models were asked for")

    monkeypatch.setattr(options, "repairer", forbidden)
    assert textrepair("check", "a.txt", "--format", "json").stdout == first
    assert "internal error" in textrepair("check", "a.txt", "--no-cache").stderr


def test_a_patch_of_a_file_in_another_encoding(folder: Path) -> None:
    path = folder / "ü.txt"
    path.write_bytes(("Café. " + SPUN).encode("latin-1"))
    (folder / "patch").write_bytes(textrepair("fix", "ü.txt", "--diff", "--encoding", "latin-1").stdout_bytes)
    subprocess.run(["git", "apply", "-p0", "patch"], check=True)
    assert path.read_bytes() == ("Café. " + FIXED).encode("latin-1")
