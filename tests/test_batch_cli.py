"""`textrepair batch` as a command, and its summary."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

pytest.importorskip("datatrove")

from textrepair.batch import job
from textrepair.batch.summary import BINS, Summary
from textrepair.cli.batch import command
from textrepair.errors import InputError, TextrepairError

SUMMARY = Summary(
    documents=12_003,
    passed=11_000,
    rejected=2,
    sentences=1,
    flagged=1,
    words=1_000_000,
    edits=0,
    seconds=100.0,
    scores=(12_000, *[0] * (BINS - 3), 1, 2),
    problems={"empty": 3, "broken line": 1},
)


def call(monkeypatch, *arguments: str, summary: Summary | None = SUMMARY) -> tuple[object, list[object]]:
    calls: list[object] = []

    def run(*given: object) -> Summary | None:
        calls.append(given)
        return summary

    monkeypatch.setattr(job, "run", run)
    return CliRunner().invoke(command, arguments), calls


def test_options_reach_the_run(monkeypatch, tmp_path) -> None:
    arguments = [
        "in",
        "out",
        "--text-column",
        "body",
        "--filter",
        "0.8",
        "--score-only",
        "--thorough",
        "--workers",
        "3",
    ]
    cluster = ["--executor", "slurm", "--slurm", "partition=cpu", "--slurm", "comment=a=b"]
    result, calls = call(monkeypatch, *arguments, *cluster, "--model", str(tmp_path))
    assert result.exit_code == 0, result.output  # type: ignore[attr-defined]
    settings = job.Settings("body", 0.8, True, True, str(tmp_path))
    assert calls == [("in", "out", settings, job.Place("slurm", 3, {"partition": "cpu", "comment": "a=b"}))]


def test_defaults(monkeypatch) -> None:
    _, calls = call(monkeypatch, "in", "out")
    assert calls == [("in", "out", job.Settings(), job.Place())]


@pytest.mark.parametrize("arguments", [("--filter", "1.5"), ("--workers", "0"), ("--slurm", "x"), ("--executor", "x")])
def test_mistakes_are_usage_errors(monkeypatch, arguments: tuple[str, ...]) -> None:
    result, calls = call(monkeypatch, "in", "out", *arguments)
    assert (result.exit_code, calls) == (2, [])  # type: ignore[attr-defined]


def test_summary_in_text(monkeypatch) -> None:
    result, _ = call(monkeypatch, "in", "out")
    lines = result.stdout.splitlines()  # type: ignore[attr-defined]
    assert lines[:8] == [
        "12,003 documents, 1 sentence, 1,000,000 words",
        "11,000 documents obviously clean at first look",
        "1 flagged sentence",
        "12,001 documents kept, 2 rejected as spun",
        "4 could not be read: empty (3), broken line (1)",
        "120 documents, 0.0 sentences, 10,000 words a second and worker",
        "",
        "Scores of the documents (0 clean, 1 spun)",
    ]
    assert lines[8] == "  0.00 to 0.05        12,000 " + "█" * 50
    assert lines[9] == "  0.05 to 0.10             0"
    assert lines[-1] == "  0.95 to 1.00             2 ▏"
    assert "out/problems" in result.stderr  # type: ignore[attr-defined]


def test_not_one_document_is_an_error(monkeypatch) -> None:
    nothing = Summary(0, 0, 0, 0, 0, 0, 0, 0.0, (0,) * BINS, {"empty": 3})
    result, _ = call(monkeypatch, "in", "out", summary=nothing)
    assert isinstance(result.exception, InputError)  # type: ignore[attr-defined]
    assert "0 documents" in result.stdout  # type: ignore[attr-defined]


def test_handed_to_slurm(monkeypatch) -> None:
    result, _ = call(monkeypatch, "in", "out", summary=None)
    assert "out/logs/launch_script.slurm" in result.stdout  # type: ignore[attr-defined]


def test_without_the_extra_it_says_what_to_install(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "textrepair.batch.job", None)
    result = CliRunner().invoke(command, ["in", "out"])
    assert isinstance(result.exception, TextrepairError)
    assert "pip install 'textrepair[batch]'" in str(result.exception)


def test_picture() -> None:
    pytest.importorskip("matplotlib")
    picture = SUMMARY.to_png()
    assert picture
    assert picture.startswith(b"\x89PNG")


def test_help_waits_for_no_heavy_import() -> None:
    code = "import sys, textrepair.cli.batch; sys.exit('datatrove' in sys.modules or 'numpy' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parent.parent)
