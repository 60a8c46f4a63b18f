"""Whole runs with scripted models; as a program, a run for the tests that kill it."""

from __future__ import annotations

import gzip
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
import scripted

pytest.importorskip("datatrove")

import pyarrow as pa
from pyarrow import parquet

from textrepair.batch.job import Place, Settings, run
from textrepair.batch.summary import Summary
from textrepair.errors import InputError, TextrepairError
from textrepair.results import Repair, Sentence

SPUN = "Neither facet is anticipated to return to an settlement. Officials mentioned that the navy workouts overseas."
CLEAN = "The committee met on Tuesday to discuss the budget. Most members agreed that the roof needs work."


class Model:
    """The scripted models, which fail on the word `explode`, die on `die`, and take `TEXTREPAIR_DELAY` seconds."""

    def __init__(self, folder: str | None) -> None:
        self.repairer = scripted.repairer()
        self.delay = float(os.environ.get("TEXTREPAIR_DELAY", "0"))

    def repair(self, text: str) -> Repair:
        time.sleep(self.delay)
        if "explode" in text:
            raise RuntimeError("boom")
        if "die" in text:
            os.kill(os.getpid(), signal.SIGKILL)
        return self.repairer.repair(text)

    def score(self, texts: Sequence[str]) -> list[tuple[float, tuple[Sentence, ...]]]:
        return [(r.score, r.sentences) for r in map(self.repair, texts)]


def write_corpus(folder: Path, files: int, size: int, seed: int = 1) -> list[str]:
    """Write files of documents, some of them bad; returns the ids of the good ones."""
    rng = random.Random(seed)
    ids = []
    folder.mkdir(parents=True)
    for n in range(files):
        lines = []
        for _ in range(size):
            if rng.random() < 0.05:
                lines.append(rng.choice(['{"text": "cut', "[]", '{"text": ""}']))
                continue
            ids.append(f"d{len(ids)}")
            lines.append(json.dumps({"id": ids[-1], "text": rng.choice([SPUN, CLEAN])}))
        content = "".join(f"{line}\n" for line in lines).encode()
        name = f"{n:03d}.jsonl"
        if n % 2:
            (folder / f"{name}.gz").write_bytes(gzip.compress(content))
        else:
            (folder / name).write_bytes(content)
    return ids


def read_rows(path: Path) -> list[dict[str, object]]:
    content = path.read_bytes()
    return [json.loads(line) for line in (gzip.decompress(content) if path.suffix == ".gz" else content).splitlines()]


def written(folder: Path) -> list[dict[str, object]]:
    return [row for path in sorted(folder.rglob("*.*")) for row in read_rows(path)]


def run_here(source: Path, target: Path, workers: int = 2, **settings: object) -> Summary:
    summary = run(str(source), str(target), Settings(**settings), Place(workers=workers), Model)  # type: ignore[arg-type]
    assert summary
    return summary


def test_documents_problems_and_summary(tmp_path, capsys) -> None:
    ids = write_corpus(tmp_path / "in" / "sub", 3, 20)
    (tmp_path / "in" / "bad.jsonl").write_text('{"text": "x", "id": "b"}\n\n{"text": "please explode"}\n{"body": 1}\n')
    (tmp_path / "in" / "README.md").write_text("about")
    summary = run_here(tmp_path / "in", tmp_path / "out", workers=5)
    assert capsys.readouterr().err.splitlines()[:2] == [
        "textrepair: files of other kinds are left out: 1 (README.md)",
        "textrepair: the input has fewer files than there are workers (4); split it to use more",
    ]
    rows = written(tmp_path / "out" / "documents")
    assert sorted(r["id"] for r in rows) == sorted([*ids, "b"])
    for row in rows:
        assert list(row)[-4:] == ["spun_score", "spun_sentences", "restored", "edits"]
        assert (row["restored"] != row["text"]) == (row["text"] == SPUN)
    documents = tmp_path / "out" / "documents"
    names = sorted(str(p.relative_to(documents)) for p in documents.rglob("*.*"))
    assert names == ["bad.jsonl", "sub/000.jsonl", "sub/001.jsonl.gz", "sub/002.jsonl"]
    assert read_rows(tmp_path / "out" / "problems" / "bad.jsonl.jsonl") == [
        {"file": "bad.jsonl", "line": 3, "problem": "failed", "detail": "RuntimeError: boom"},
        {"file": "bad.jsonl", "line": 4, "problem": "no column 'text'", "detail": "columns: body"},
    ]
    assert summary.documents == len(ids) + 1
    assert sum(summary.problems.values()) == len(written(tmp_path / "out" / "problems")) == 60 - len(ids) + 2
    assert summary.edits == sum(e["applied"] for r in rows for e in r["edits"])  # type: ignore[attr-defined]
    assert json.loads((tmp_path / "out" / "summary.json").read_text())["scores"] == list(summary.scores)
    assert not (tmp_path / "out" / "partial").exists()

    # The same command again repeats nothing and says the same; with other settings or files it refuses.
    before = {p: state_of(p) for p in documents.rglob("*.*")}
    assert run_here(tmp_path / "in", tmp_path / "out") == summary
    assert {p: state_of(p) for p in documents.rglob("*.*")} == before
    with pytest.raises(InputError, match=r"another run \(--score-only changed\)"):
        run_here(tmp_path / "in", tmp_path / "out", score_only=True)
    (tmp_path / "in" / "more.jsonl").write_text("{}\n")
    with pytest.raises(InputError, match=r"another run \(input changed\)"):
        run_here(tmp_path / "in", tmp_path / "out")


def test_filter_writes_the_rejected_with_their_reason(tmp_path) -> None:
    parquet.write_table(pa.table({"body": [SPUN, CLEAN, None, "explode", SPUN], "n": range(5)}), tmp_path / "a.parquet")
    settings = {"text_column": "body", "threshold": 0.5, "score_only": True}
    summary = run_here(tmp_path / "a.parquet", tmp_path / "out", **settings)
    kept, rejected = (parquet.read_table(tmp_path / "out" / f / "a.parquet") for f in ("documents", "rejected"))
    assert kept.column_names == ["body", "n", "spun_score", "spun_sentences"]
    assert kept.column("n").to_pylist() == [1]
    assert rejected.column_names == [*kept.column_names, "filter_reason"]
    assert rejected.column("n").to_pylist() == [0, 4]
    assert rejected.column("filter_reason").to_pylist() == ["spun", "spun"]
    assert [(r["line"], r["problem"]) for r in written(tmp_path / "out" / "problems")] == [(3, "empty"), (4, "failed")]
    assert (summary.documents, summary.rejected, summary.edits) == (3, 2, 0)


def test_output_that_holds_something_else_is_left_alone(tmp_path) -> None:
    write_corpus(tmp_path / "in", 1, 3)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match="not empty"):
        run_here(tmp_path / "in", tmp_path / "out")
    with pytest.raises(InputError, match="a file"):
        run_here(tmp_path / "in", tmp_path / "out" / "thesis.txt")
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["thesis.txt"]


def missing_model(folder: str | None) -> Model:
    raise TextrepairError("no model there")


def test_model_that_cannot_be_loaded_is_one_clear_error(tmp_path, capfd) -> None:
    write_corpus(tmp_path / "in", 3, 3)
    with pytest.raises(TextrepairError, match=r"^no model there$"):
        run(str(tmp_path / "in"), str(tmp_path / "out"), Settings(), Place(workers=1), missing_model)
    assert "Traceback" not in capfd.readouterr().err


def test_file_that_fails_is_tried_again_and_keeps_no_other_from_being_read(tmp_path) -> None:
    ids = write_corpus(tmp_path / "in", 3, 5)
    with pytest.raises(TextrepairError, match="no model there"):
        run(str(tmp_path / "in"), str(tmp_path / "out"), Settings(), Place(workers=1), missing_model)
    blocked = tmp_path / "out" / "documents" / "000.jsonl" / "thesis"
    blocked.mkdir(parents=True)  # in the way of the output, and not ours to delete
    with pytest.raises(InputError, match="1 of 3 files failed, the first by: IsADirectoryError"):
        run_here(tmp_path / "in", tmp_path / "out")
    assert len(list((tmp_path / "out" / "logs" / "completions").iterdir())) == 2
    blocked.rmdir()
    blocked.parent.rmdir()
    run_here(tmp_path / "in", tmp_path / "out")
    assert sorted(r["id"] for r in written(tmp_path / "out" / "documents")) == sorted(ids)  # type: ignore[type-var]


def test_worker_that_is_killed_ends_the_run_with_an_error(tmp_path) -> None:
    ids = write_corpus(tmp_path / "in", 2, 5)
    deadly = tmp_path / "in" / "zzz.jsonl"
    deadly.write_text('{"text": "You will die.", "id": "z"}\n')
    with pytest.raises(InputError, match="a worker was killed"):
        run_here(tmp_path / "in", tmp_path / "out", workers=1)
    assert sorted(r["id"] for r in written(tmp_path / "out" / "documents")) == sorted(ids)  # type: ignore[type-var]


def start(source: Path, target: Path, delay: float) -> subprocess.Popen[bytes]:
    here = str(Path(__file__).parent)
    path = os.pathsep.join([here, str(Path(here).parent), os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen(
        [sys.executable, __file__, str(source), str(target)],
        start_new_session=True,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path, "TEXTREPAIR_DELAY": str(delay)},
    )


@pytest.mark.parametrize(
    ("files", "size", "kills", "delay"),
    [
        (8, 100, 4, 0.001),
        pytest.param(
            40,
            500,
            25,
            0.001,
            marks=pytest.mark.skipif("TEXTREPAIR_SLOW" not in os.environ, reason="takes minutes: set TEXTREPAIR_SLOW"),
        ),
    ],
)
def test_kills_at_random_moments_lose_nothing_and_repeat_nothing(
    tmp_path, files: int, size: int, kills: int, delay: float
) -> None:
    ids = write_corpus(tmp_path / "in", files, size)
    documents, marks = tmp_path / "out" / "documents", tmp_path / "out" / "logs" / "completions"
    rng = random.Random(files)
    finished: dict[Path, tuple[int, int]] = {}

    def check() -> None:
        for path in documents.rglob("*.*"):
            expected = [line for line in read_lines(tmp_path / "in" / path.name) if b'"id"' in line]
            assert [r["id"] for r in read_rows(path)] == [json.loads(line)["id"] for line in expected], path
        for path, state in finished.items():
            assert state_of(path) == state, path
        names = sorted(p.name for p in (tmp_path / "in").iterdir())
        for mark in marks.glob("*"):
            path = documents / names[int(mark.name)]
            finished[path] = state_of(path)

    for n in range(kills):
        process = start(tmp_path / "in", tmp_path / "out", delay)
        partial = tmp_path / "out" / "partial"
        at_work = {p.name for p in partial.glob("*")} if partial.exists() else set()
        while process.poll() is None and not {p.name for p in partial.glob("*")} - at_work:
            time.sleep(0.01)
        time.sleep(rng.random() * delay * size * 2)
        if process.poll() is None:
            if n % 2:
                process.kill()  # the main process alone: its workers have to end by themselves
            else:
                os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=300)
        check()
    process = start(tmp_path / "in", tmp_path / "out", 0)
    _, errors = process.communicate()
    assert process.returncode == 0, errors.decode()
    check()
    assert len(finished) == files
    assert sorted(r["id"] for r in written(documents)) == sorted(ids)  # type: ignore[type-var]
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert summary["documents"] == len(ids)
    assert sum(summary["problems"].values()) == len(written(tmp_path / "out" / "problems")) == files * size - len(ids)
    assert not (tmp_path / "out" / "partial").exists()


def state_of(path: Path) -> tuple[int, int]:
    return path.stat().st_ino, path.stat().st_mtime_ns


def read_lines(path: Path) -> list[bytes]:
    content = path.read_bytes()
    return (gzip.decompress(content) if path.suffix == ".gz" else content).splitlines()


@pytest.mark.skipif(
    signal.getsignal(signal.SIGINT) == signal.SIG_IGN, reason="started in the background, where SIGINT is ignored"
)
def test_interrupt_from_the_keyboard_ends_all_processes(tmp_path) -> None:
    write_corpus(tmp_path / "in", 4, 50)
    process = start(tmp_path / "in", tmp_path / "out", 1)
    while process.poll() is None and not list((tmp_path / "out").glob("logs/logs/*")):
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    # Standard error is at its end only when no process is left that could write to it.
    _, errors = process.communicate(timeout=45)
    assert process.returncode != 0
    assert errors.decode().count("Traceback") <= 1
    assert not (tmp_path / "out" / "documents").exists()


if __name__ == "__main__":
    from test_batch_job import Model as Importable  # not `__main__.Model`, which no worker could import

    run(sys.argv[1], sys.argv[2], Settings(), Place(workers=2), Importable)
