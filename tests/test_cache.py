"""The cache: a repair comes back as it was, or not at all."""

import os
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from repairs import repairs

from textrepair.editorial.cache import KEPT, Cache
from textrepair.editorial.config import Settings
from textrepair.editorial.engine import Engine
from textrepair.repairer import Repairer
from textrepair.results import Repair

SPUN = "Neither facet is anticipated to reach a settlement."


def entries(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@settings(deadline=None, max_examples=50)
@given(repairs(), st.none() | st.floats(0, 1))
def test_a_repair_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, repair: Repair, threshold: float | None
) -> None:
    folder = tmp_path_factory.mktemp("cache")
    Cache(folder, []).put(repair, threshold)
    assert Cache(folder, []).get(repair.text, threshold) == repair
    assert Cache(folder, []).get(repair.text + ".", threshold) is None
    assert Cache(folder, []).get(repair.text, 0.123) is None


@settings(deadline=None, max_examples=50)
@given(repairs(), st.data())
def test_a_damaged_entry_is_none(tmp_path_factory: pytest.TempPathFactory, repair: Repair, data: st.DataObject) -> None:
    folder = tmp_path_factory.mktemp("cache")
    cache = Cache(folder, [])
    cache.put(repair, None)
    (entry,) = entries(folder)
    content = bytearray(entry.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    if data.draw(st.booleans()):
        content = content[:at]
    else:
        content[at] ^= data.draw(st.integers(1, 255))
    entry.write_bytes(content)
    assert cache.get(repair.text, None) is None
    cache.put(repair, None)
    assert cache.get(repair.text, None) == repair


def test_other_models_have_other_entries(tmp_path: Path, repairer: Repairer) -> None:
    models = tmp_path / "models"
    (models / "detector").mkdir(parents=True)
    weights = models / "detector" / "model.onnx"
    weights.write_bytes(b"one")
    repair = repairer.repair(SPUN)
    Cache(tmp_path / "cache", [models]).put(repair, None)
    assert Cache(tmp_path / "cache", [models]).get(SPUN, None) == repair
    times = weights.stat()
    weights.write_bytes(b"two")  # of the same size, and at the same time
    os.utime(weights, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert Cache(tmp_path / "cache", [models]).get(SPUN, None) is None


def test_a_folder_that_cannot_be_is_no_error(tmp_path: Path, repairer: Repairer) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = Cache(tmp_path / "file" / "cache", [])
    cache.put(repairer.repair(SPUN), None)
    assert cache.get(SPUN, None) is None


def test_old_entries_are_removed_and_asked_for_ones_kept(tmp_path: Path, repairer: Repairer) -> None:
    cache = Cache(tmp_path, [])
    old, asked = (repairer.repair(text) for text in ("The navy left.", SPUN))
    for repair in (old, asked):
        cache.put(repair, None)
    for entry in entries(tmp_path):
        os.utime(entry, (0, time.time() - KEPT - 60))
    assert cache.get(asked.text, None)
    for n in range(300):  # a new folder of entries is the moment for it
        cache.put(repairer.repair(f"{n}."), None)
    assert cache.get(asked.text, None)
    assert cache.get(old.text, None) is None


class Counting:
    """Makes a repairer, and counts how often it was asked to."""

    def __init__(self, repairer: Repairer) -> None:
        self.repairer, self.loads, self.repairs = repairer, 0, 0

    def __call__(self, *_: object) -> "Counting":
        self.loads += 1
        return self

    def repair(self, text: str, threshold: float | None) -> Repair:
        self.repairs += 1
        return self.repairer.repair(text, threshold)


def test_models_are_loaded_once_and_only_if_needed(repairer: Repairer) -> None:
    first, second, third = (Counting(repairer) for _ in range(3))
    for make, caching, loads, made in ((first, True, 1, 2), (second, True, 0, 0), (third, False, 1, 4)):
        engine = Engine(make, caching)  # type: ignore[arg-type]
        for text in (SPUN, "The navy left.", SPUN, SPUN):
            assert engine.repair(text, Settings()) == repairer.repair(text)
        assert (make.loads, make.repairs) == (loads, made)


def test_a_rewriter_on_the_hub_is_not_cached(repairer: Repairer) -> None:
    for _ in range(2):
        make = Counting(repairer)
        Engine(make).repair(SPUN, Settings(rewriter="owner/model"))  # type: ignore[arg-type]
        assert make.repairs == 1
