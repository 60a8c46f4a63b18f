"""The two steps, in datatrove pipelines of others."""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence

import numpy as np
import pytest
import scripted
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("datatrove")

from datatrove.data import Document
from datatrove.executor.local import LocalPipelineExecutor
from datatrove.pipeline.base import PipelineStep

from textrepair.batch import RepairStep, SpunFilter, steps
from textrepair.batch.steps import Screened, load_repairer, load_screened
from textrepair.errors import ModelError
from textrepair.first_look import BITS, FirstLook, features
from textrepair.results import Repair, Sentence

SPUN = "Neither facet is anticipated to return to an settlement. Officials mentioned that the navy workouts overseas."
CLEAN = "The committee met on Tuesday to discuss the budget. Most members agreed that the roof needs work."


class Model:
    """The scripted models, which fail on the word `explode`; counts its instances."""

    loaded = 0

    def __init__(self, folder: str | None) -> None:
        type(self).loaded += 1
        self.repairer = scripted.repairer()
        self.batches: list[int] = []

    def repair(self, text: str) -> Repair:
        if "explode" in text:
            raise RuntimeError("boom")
        return self.repairer.repair(text)

    def score(self, texts: Sequence[str]) -> list[tuple[float, tuple[Sentence, ...]]]:
        if any("explode" in t for t in texts):
            raise RuntimeError("boom")
        return self.repairer.score(texts)


def documents(*texts: str) -> list[Document]:
    return [Document(text=t, id=str(n), metadata={"url": f"u{n}"}) for n, t in enumerate(texts)]


def test_repair_step_annotates_and_leaves_the_rest_alone() -> None:
    spun, clean = RepairStep(load=Model).run(documents(SPUN, CLEAN))
    assert spun.text == SPUN
    assert spun.metadata["url"] == "u0"
    assert spun.metadata["restored"].startswith("Neither side is expected to return to an agreement. ")
    assert spun.metadata["spun_score"] > 0.5 > clean.metadata["spun_score"]
    (start, end, score), _ = spun.metadata["spun_sentences"]
    assert SPUN[start:end] == "Neither facet is anticipated to return to an settlement."
    assert 0 < score <= 1
    first = spun.metadata["edits"][0]
    assert (first["original"], first["replacement"], first["applied"]) == ("facet", "side", True)
    assert SPUN[first["start"] : first["end"]] == "facet"
    assert clean.metadata["restored"] == CLEAN
    assert clean.metadata["spun_sentences"] == clean.metadata["edits"] == []
    json.dumps(spun.metadata)


def test_score_only_has_the_scores_of_the_whole_repair() -> None:
    (whole,), (short,) = (RepairStep(score_only=o, load=Model).run(documents(SPUN)) for o in (False, True))
    for column in ("spun_score", "spun_sentences"):
        assert short.metadata[column] == whole.metadata[column]
    assert not {"restored", "edits"} & set(short.metadata)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([SPUN, CLEAN, CLEAN * 3, "", "explode"]), max_size=9), st.integers(1, 5), st.booleans())
def test_batches_change_neither_order_nor_findings(texts: list[str], size: int, score_only: bool) -> None:
    step = RepairStep(score_only=score_only, batch_size=size, load=Model)
    found = list(step.run(documents(*texts)))
    assert [(d.id, d.text) for d in found] == [(str(n), t) for n, t in enumerate(texts)]
    for document in found:
        if document.text == "explode":
            assert document.metadata["spun_problem"] == "failed"
            assert document.metadata["spun_problem_detail"] == "RuntimeError: boom"
            assert "spun_score" not in document.metadata
        else:
            assert (document.metadata["spun_score"] > 0.5) == (document.text == SPUN)


def test_a_worker_loads_the_model_once_and_only_when_there_is_a_document() -> None:
    Model.loaded = 0

    def load(folder: str | None) -> Model:
        return Model(folder)

    step = RepairStep(load=load)
    assert list(step.run(iter(()))) == []
    assert Model.loaded == 0
    for _ in range(3):  # datatrove copies the steps for every task
        list(copy.deepcopy(step).run(documents(CLEAN)))
    assert Model.loaded == 1


def first_look(threshold: float = 0.0) -> FirstLook:
    """A first look that knows the words that only `SPUN` has, and passes everything else."""
    weights = np.full(2**BITS, -1, dtype=np.float16)
    weights[np.setdiff1d(features(SPUN), features(CLEAN))] = 9
    return FirstLook(weights, threshold)


@pytest.mark.parametrize("score_only", [False, True])
def test_what_passes_the_first_look_is_not_read_by_the_model(score_only: bool) -> None:
    class Sees(Model):
        """Fails on all that is not `SPUN`."""

        def repair(self, text: str) -> Repair:
            assert text == SPUN
            return super().repair(text)

        def score(self, texts: Sequence[str]) -> list[tuple[float, tuple[Sentence, ...]]]:
            assert set(texts) == {SPUN}
            return super().score(texts)

    def load(folder: str | None) -> Screened:
        return Screened(Sees(folder), first_look())

    step = RepairStep(score_only=score_only, load=load)
    bad = Document(text="", id="3", metadata={"spun_problem": "empty"})
    clean, spun, _ = step.run([*documents(CLEAN, SPUN), bad])
    assert clean.metadata == {"url": "u0", "spun_score": 0.0, "spun_sentences": []} | (
        {} if score_only else {"restored": CLEAN, "edits": []}
    )
    assert spun.metadata["spun_score"] > 0.5
    assert bad.metadata == {"spun_problem": "empty"}
    counts = {key: value.total for key, value in step.stats.stats.items()}
    assert (counts["passed"], counts["sentences"], counts["words"]) == (1, 4, len(f"{CLEAN} {SPUN}".split()))
    assert counts["score_00"] == 1


def test_the_first_look_lies_with_the_models(tmp_path, monkeypatch) -> None:
    def load(name: str | None, fast: bool) -> object:
        assert fast
        repairer = scripted.repairer()
        repairer.folder = tmp_path
        return repairer

    monkeypatch.setattr(steps, "load_repairer", load)
    assert not isinstance(load_screened(None), Screened)
    first_look(-2.0).save(tmp_path / FirstLook.FILE)
    found = load_screened(None)
    assert isinstance(found, Screened)
    assert found.look.threshold == -2.0
    (tmp_path / FirstLook.FILE).write_bytes(b"broken")
    with pytest.raises(ModelError):
        load_screened(None)


def test_filter_drops_what_scores_too_high_and_keeps_what_cannot_be_read() -> None:
    step = SpunFilter(0.5, batch_size=2, load=Model)
    assert [d.text for d in step.run(documents(SPUN, CLEAN, "explode", SPUN))] == [CLEAN, "explode"]
    assert step.filter(Document(text=SPUN, id="1")) == (False, "spun")
    assert step.filter(Document(text=CLEAN, id="1")) is True
    assert step.stats.stats["dropped_spun"].total == 2


def test_filter_threshold_is_exclusive_for_the_kept() -> None:
    (document,) = RepairStep(score_only=True, load=Model).run(documents(SPUN))
    score = document.metadata["spun_score"]
    assert SpunFilter(score, load=Model).filter(documents(SPUN)[0]) == (False, "spun")
    assert SpunFilter(score + 0.0001, load=Model).filter(documents(SPUN)[0]) is True


def test_steps_work_in_a_pipeline_with_the_steps_of_datatrove(tmp_path) -> None:
    pytest.importorskip("orjson")
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter

    (tmp_path / "in").mkdir()
    rows = [{"text": t, "id": str(n)} for n, t in enumerate([SPUN, CLEAN])]
    (tmp_path / "in" / "a.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows))
    pipeline: list[PipelineStep] = [
        JsonlReader(str(tmp_path / "in")),
        SpunFilter(0.5, JsonlWriter(str(tmp_path / "dropped"), compression=None), restore=True, load=Model),
        JsonlWriter(str(tmp_path / "out"), compression=None),
    ]
    LocalPipelineExecutor(pipeline, logging_dir=str(tmp_path / "logs"), workers=1).run()
    (kept,) = map(json.loads, (tmp_path / "out" / "00000.jsonl").read_text().splitlines())
    (dropped,) = map(json.loads, (tmp_path / "dropped" / "00000.jsonl").read_text().splitlines())
    assert kept["text"] == CLEAN
    assert dropped["metadata"]["filter_reason"] == "spun"
    assert dropped["metadata"]["restored"].startswith("Neither side")


def test_a_missing_model_is_an_error_and_no_problem_of_a_document(tmp_path) -> None:
    with pytest.raises(ModelError):
        list(RepairStep(model=str(tmp_path), load=load_repairer).run(documents(CLEAN)))
