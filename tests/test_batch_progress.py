"""Progress of a run: what workers report, and what is shown of it."""

from __future__ import annotations

import copy
import io
import json
import re
import time

import pytest

pytest.importorskip("datatrove")

from datatrove.data import Document
from datatrove.io import DataFolder
from test_batch_job import CLEAN, Model

from textrepair.batch import progress
from textrepair.batch.progress import Display, ProgressStep
from textrepair.batch.steps import RepairStep


@pytest.fixture
def folder(tmp_path) -> DataFolder:
    return DataFolder(str(tmp_path))


def test_a_worker_reports_the_sum_of_its_tasks_in_one_file(folder, monkeypatch) -> None:
    monkeypatch.setattr(progress, "_before", progress.Counter())
    reads = RepairStep(score_only=True, load=Model)
    pipeline = reads, ProgressStep(folder, reads)
    for count in (3, 2):
        first, second = copy.deepcopy(pipeline)
        documents = [Document(text=CLEAN, id=str(n)) for n in range(count)]
        assert list(second.run(first.run(documents))) == documents
    (name,) = folder.list_files("progress")
    counts = json.loads(folder.cat_file(name))
    assert counts == {"documents": 5, "sentences": 10, "words": 5 * len(CLEAN.split())}


def test_display_without_a_terminal_prints_a_line_now_and_then(folder, monkeypatch) -> None:
    monkeypatch.setattr(progress, "QUIET_INTERVAL", 0.01)
    with folder.open("progress/old.json", "w") as file:
        file.write('{"documents": 1000}')
    stream = io.StringIO()
    with Display(folder, 4, stream):
        for name, content in (("a", '{"documents": 30, "words": 900}'), ("b", '{"documents": 12}'), ("c", '{"docu')):
            with folder.open(f"progress/{name}.json", "w") as file:
                file.write(content)
        folder.open("logs/completions/00000", "w").close()
        while "1 of 4 files, 42 documents" not in stream.getvalue():
            time.sleep(0.01)
    assert "1,000" not in stream.getvalue()
    last = stream.getvalue().splitlines()[-1]
    assert re.fullmatch(r"1 of 4 files, 42 documents, [\d,]+ a second \(0 sentences, [\d,]+ words\)", last)


def test_display_on_a_terminal_leaves_nothing_behind(folder, monkeypatch) -> None:
    monkeypatch.setattr(progress, "INTERVAL", 0.01)
    monkeypatch.setenv("TERM", "xterm")

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    stream = Terminal()
    with Display(folder, 4, stream):
        folder.open("logs/completions/00000", "w").close()
        while "1 of 4 files" not in stream.getvalue():
            time.sleep(0.01)
    assert stream.getvalue().rstrip().endswith("\x1b[2K")
