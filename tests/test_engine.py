"""Runs over many articles: in order, in several processes, and past failures."""

import os
from pathlib import Path

import pytest
import scripted

from textrepair.editorial import engine
from textrepair.editorial.config import Config, Settings
from textrepair.editorial.discovery import Input
from textrepair.editorial.engine import Engine, Failed, Repaired, Task, run
from textrepair.editorial.policy import Policy
from textrepair.errors import ModelError
from textrepair.repairer import Repairer

SPUN = "Neither facet is anticipated to reach a settlement. The navy was instructed to leave."
KINDS = {
    "a.txt": SPUN,
    "b.md": f"# Head\n\n*{SPUN}*\n",
    "c.html": f"<p>{SPUN} &amp; so on</p>",
    "d.rst": f"{SPUN} **now**\n",
}


def task(path: Path, kind: str = "text") -> Task:
    return Task(Input(path, str(path), kind, Config(Settings())), Policy())


@pytest.fixture
def tasks(tmp_path: Path) -> list[Task]:
    kinds = {".txt": "text", ".md": "markdown", ".html": "html", ".rst": "rst"}
    for name, text in KINDS.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "odd.txt").write_bytes(b"\xff")
    found = [task(tmp_path / name, kinds[Path(name).suffix]) for name in KINDS]
    return [*found[:2], task(tmp_path / "missing.txt"), task(tmp_path / "odd.txt"), *found[2:]]


def test_several_processes_give_what_one_gives_in_order(tasks: list[Task], monkeypatch: pytest.MonkeyPatch) -> None:
    # The processes find the stand-in by the name of its module.
    one = list(run(tasks, scripted.repairer, jobs=1, caching=False))
    several = list(run(tasks, scripted.repairer, jobs=3, caching=False))
    assert [o.name for o in several] == [t.input.name for t in tasks]
    for left, right in zip(one, several, strict=True):
        if isinstance(left, Repaired):
            assert isinstance(right, Repaired)
            assert left.repair == right.repair and left.located == right.located
            assert left.repair.changed
            assert left.document.restored(left.repair) == right.document.restored(right.repair)
        else:
            assert left == right
    assert [isinstance(o, Failed) for o in one] == [False, False, True, True, False, False]


def dying(
    model: str | None = None, rewriter: str | None = None, fast: bool = False, threads: int | None = None
) -> Repairer:
    os._exit(3)


def failing(
    model: str | None = None, rewriter: str | None = None, fast: bool = False, threads: int | None = None
) -> Repairer:
    raise ModelError("no models")


def test_a_process_that_dies_is_a_failure_of_its_article(tasks: list[Task]) -> None:
    outcomes = list(run(tasks, dying, jobs=2, caching=False))
    assert len(outcomes) == len(tasks)
    assert all(isinstance(o, Failed) for o in outcomes)
    assert any("died" in o.error for o in outcomes if isinstance(o, Failed))


@pytest.mark.parametrize("jobs", [1, 2])
def test_without_models_there_is_no_run(tasks: list[Task], jobs: int) -> None:
    with pytest.raises(ModelError, match="no models"):
        list(run(tasks, failing, jobs=jobs, caching=False))


class Broken:
    def repair(self, text: str, threshold: float | None) -> object:
        if "b.md" in text or "Head" in text:
            raise RecursionError("too deep")
        return scripted.repairer().repair(text, threshold)


def test_a_mistake_of_ours_costs_one_article(tasks: list[Task]) -> None:
    outcomes = list(run(tasks, lambda *_: Broken(), caching=False))  # type: ignore[arg-type,return-value]
    errors = [o.error for o in outcomes if isinstance(o, Failed)]
    assert len(errors) == 3
    assert "b.md: internal error at test_engine.py:" in errors[0] and "RecursionError: too deep" in errors[0]


def test_each_article_has_the_models_of_its_settings(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(SPUN)
    asked: list[tuple[str | None, str | None]] = []

    def make(model: str | None, rewriter: str | None, fast: bool) -> Repairer:
        assert not fast
        asked.append((model, rewriter))
        return scripted.repairer()

    made = Engine(make, caching=False)
    for settings in (Settings(), Settings(model="x"), Settings(), Settings(model="x", rewriter="y")):
        path = tmp_path / "a.txt"
        made.outcome(Task(Input(path, "a.txt", "text", Config(settings)), Policy()))
    assert asked == [(None, None), ("x", None), ("x", "y")]


def test_the_module_needs_no_models_to_be_imported() -> None:
    assert not hasattr(engine, "numpy")
