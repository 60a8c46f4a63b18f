"""Golden cases of the command line, one file each in `cases/cli`.

A case is a list of sections, each headed by a line that begins with `=== `:
    file NAME: a file of the case;  commit: everything goes into git;  stdin: input of the next run;
    run ARGUMENTS: a run of textrepair, whose `stdout`, `stderr` and `exit` (0) and files afterwards (`after NAME`)
    follow.  What stands before the first section says what the case is about.
`TEXTREPAIR_UPDATE_CASES=1 pytest tests/test_cli_cases.py` writes what is printed now into the cases; read the diff.
"""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from textrepair.cli import main, options
from textrepair.repairer import Repairer

CASES = sorted((Path(__file__).parent / "cases" / "cli").glob("*.case"))

Section = tuple[str, str, str]  # kind, argument, content


def sections(case: str) -> Iterator[Section]:
    for part in ("\n" + case).split("\n=== ")[1:]:
        head, _, content = part.partition("\n")
        kind, _, argument = head.partition(" ")
        yield kind, argument, content + "\n" if content and not content.endswith("\n") else content


def commit(folder: Path) -> None:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    for arguments in (["init", "-q"], ["add", "-A"], [*identity, "commit", "-q", "-m", "before"]):
        subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


def run(case: list[Section], folder: Path) -> list[Section]:
    """The sections as they are now."""
    found: list[Section] = []
    stdin = None
    for kind, argument, content in case:
        if kind in ("file", "commit", "stdin", "run"):
            found.append((kind, argument, content))
        if kind == "file":
            (folder / argument).parent.mkdir(parents=True, exist_ok=True)
            (folder / argument).write_text(content, newline="")
        elif kind == "commit":
            commit(folder)
        elif kind == "stdin":
            stdin = content
        elif kind == "after":
            found.append((kind, argument, (folder / argument).read_text()))
        elif kind == "run":
            result = CliRunner(env={"COLUMNS": "100"}).invoke(
                main, shlex.split(argument), input=stdin or "", prog_name="textrepair"
            )
            assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
            outputs = (("stdout", result.stdout), ("stderr", result.stderr), ("exit", str(result.exit_code)))
            for name, output in outputs:
                output = output.replace(str(folder), "DIR")
                if name == "exit":
                    found.append((name, output, ""))
                elif output:
                    found.append((name, "", output if output.endswith("\n") else output + "\n"))
            stdin = None
    return found


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path, repairer: Repairer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(options, "repairer", lambda *_: repairer)
    monkeypatch.chdir(tmp_path)
    text = path.read_text()
    now = run(list(sections(text)), tmp_path)
    shown = "".join(f"=== {kind} {argument}".rstrip() + "\n" + content for kind, argument, content in now)
    expected = text[text.index("=== ") :]
    if os.environ.get("TEXTREPAIR_UPDATE_CASES"):
        path.write_text(text[: text.index("=== ")] + shown)
    else:
        assert shown == expected
