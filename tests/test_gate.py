"""The recorded quality is not lost, and the comparison notices what is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from textrepair.evaluate import gate
from textrepair.repairer import Repairer

RECORD = Path(__file__).parent / "data" / "quality.json"


def test_the_shipped_models_are_as_good_as_recorded():
    measured = gate.measure(Repairer.from_pretrained())
    recorded = json.loads(RECORD.read_text(encoding="utf-8"))
    assert recorded.keys() == measured.keys()
    assert gate.worse(measured, recorded) == []


@pytest.mark.parametrize(
    ("name", "change"),
    [("f0.5", -0.03), ("precision", -0.03), ("recall", -0.03), ("clean_edits_per_1000_words", 1.0)],
)
def test_a_figure_that_got_worse_is_named(name: str, change: float):
    record = {"precision": 0.8, "recall": 0.5, "f0.5": 0.7, "clean_edits_per_1000_words": 1.0}
    (line,) = gate.worse({**record, name: record[name] + change}, record)
    assert line.startswith(name)


def test_better_figures_and_rounding_pass():
    record = {"precision": 0.8, "recall": 0.5, "f0.5": 0.7, "clean_edits_per_1000_words": 1.0}
    measured = {"precision": 0.79, "recall": 0.6, "f0.5": 0.69, "clean_edits_per_1000_words": 0.0}
    assert gate.worse(measured, record) == []
