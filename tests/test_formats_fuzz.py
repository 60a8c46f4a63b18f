"""The kept corpus of the fuzz target (`make fuzz`), without the fuzzing."""

from pathlib import Path

import pytest
from fuzz.formats import CORPUS, check

from textrepair.formats import KINDS


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*/*")), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_corpus(path: Path) -> None:
    check(path.read_bytes(), path.parent.name)


def test_every_format_has_a_corpus() -> None:
    assert {folder.name for folder in CORPUS.iterdir()} == set(KINDS)
