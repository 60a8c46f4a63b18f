"""Bad input: one line on standard error, exit code 2, and every file as it was."""

import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import scripted_repairer

from textrepair import files
from textrepair.cli import main, options
from textrepair.resources import models_dir

SPUN = "Neither facet is anticipated to reach a settlement. The navy was instructed to leave.\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(options, "repairer", lambda *_: scripted_repairer())
    monkeypatch.setattr(files, "LARGEST", 2**20)
    monkeypatch.chdir(tmp_path)
    Path("article.txt").write_text(SPUN)
    Path("latin.txt").write_bytes(b"A caf\xe9.")
    Path("binary.txt").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    Path("large.txt").write_text("x" * (2**20 + 1))
    Path("loop.txt").symlink_to("loop.txt")
    Path("damaged.docx").write_bytes(b"PK\x03\x04 and so on")
    Path("folder").mkdir()
    with zipfile.ZipFile("other.docx", "w") as archive:
        archive.writestr("x.txt", "no Word document")
    return tmp_path


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def fails(folder: Path, *arguments: str) -> str:
    """The one line on standard error."""
    before = contents(folder)
    result: Result = CliRunner().invoke(main, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert contents(folder) == before
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    return line.removeprefix("textrepair: ")


@pytest.mark.parametrize("command", [("check",), ("fix",), ("fix", "--write"), ("fix", "--interactive"), ("diff",)])
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("missing.txt", "no such file or directory"),
        ("latin.txt", "not UTF-8 (byte 5)"),
        ("binary.txt", "a binary file"),
        ("large.txt", "larger than 1 MiB"),
        ("loop.txt", "no such file or directory"),
        ("damaged.docx", "not a Word document, or a damaged one"),
        ("other.docx", "not a Word document"),
    ],
)
def test_an_input_that_cannot_be_read(folder: Path, command: tuple[str, ...], name: str, reason: str) -> None:
    assert fails(folder, *command, name) == f"{name}: {reason}"


@pytest.mark.parametrize(
    "arguments",
    [
        ("fix", "article.txt", "-o", "folder"),
        ("fix", "article.txt", "-o", "none/restored.txt"),
        ("diff", "article.txt", "--html", "none/page.html"),
        ("check", "article.txt", "--baseline", "none/known.json"),
        ("check", "article.txt", "--baseline", "binary.txt"),
        ("fix", "article.txt", "--baseline", "missing.json"),
        ("check", "article.txt", "--accept-file", "missing.txt"),
        ("report", "article.txt", "-o", "binary.txt"),
        ("spin", "missing.txt"),
        ("spin", "folder"),
    ],
)
def test_a_file_beside_the_article_that_cannot_be_used(folder: Path, arguments: tuple[str, ...]) -> None:
    culprit = arguments[-1].split("/")[0]
    assert fails(folder, *arguments).startswith(culprit)


@pytest.mark.parametrize("spoiled", ["missing", "empty", "garbage"])
@pytest.mark.parametrize(
    "name",
    [
        "detector/model.onnx",
        "detector/tokenizer.json",
        "rewriter/encoder.onnx",
        "rewriter/decoder.onnx",
        "rewriter/tokenizer.json",
        "calibration.json",
        "ngrams.bin",
    ],
)
def test_a_broken_model_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, spoiled: str) -> None:
    monkeypatch.chdir(tmp_path)
    Path("article.txt").write_text(SPUN)
    for path in models_dir().rglob("*"):
        here = Path("models", path.relative_to(models_dir()))
        if path.is_dir():
            here.mkdir(parents=True, exist_ok=True)
        elif path.suffix != ".safetensors":
            here.parent.mkdir(exist_ok=True)
            here.symlink_to(path)
    broken = Path("models", name)
    broken.unlink()
    if spoiled != "missing":
        broken.write_bytes(b"" if spoiled == "empty" else b"[\x00\xff")
    for command in ("check", "fix", "diff"):
        assert f"models/{name}" in fails(tmp_path, command, "article.txt", "--model", "models")


def test_a_model_folder_that_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("article.txt").write_text(SPUN)
    Path("empty").mkdir()
    assert fails(tmp_path, "check", "article.txt", "--model", "empty") == "empty/detector: no folder"
