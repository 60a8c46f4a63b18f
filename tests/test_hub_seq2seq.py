"""Any seq2seq model as the rewriter: a tiny T5 and a tiny BART, fresh and fine-tuned on a few sentences."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import KNOWN, word_tokenizer
from tiny_models import fine_tune, tiny_bart, tiny_t5, transformers

from textrepair.candidates import Candidates
from textrepair.cli import main
from textrepair.errors import ModelError
from textrepair.hub import Markup, Seq2SeqRewriter
from textrepair.hub.markup import SPANS
from textrepair.repairer import Repairer
from textrepair.results import Span
from textrepair.sentences import split_sentences
from textrepair.windows import Window, windows_of

SPUN = "Neither facet is anticipated to return to an settlement. The navy said so on Sunday."
CLEAN = "Neither side is expected to return to an agreement. The navy said so on Sunday."
ORIGINALS = {"facet": "side", "anticipated": "expected", "settlement": "agreement", "navy": None}
MAKERS = {"t5": tiny_t5, "bart": tiny_bart}


def spans_of(text: str, words: list[str]) -> list[Span]:
    return [Span(text.index(word), text.index(word) + len(word), 0.9) for word in words]


def windows(text: str) -> list[Window]:
    return windows_of(text, split_sentences(text), word_tokenizer([*KNOWN, *KNOWN.values()]))


@pytest.fixture(scope="module", params=list(MAKERS))
def fresh(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return MAKERS[request.param](tmp_path_factory.mktemp(f"fresh-{request.param}"))


@pytest.fixture(scope="module", params=list(MAKERS))
def tuned(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Knows `SPUN`, with all its spans marked and with the first one alone, as the first round and a later one ask."""
    folder = MAKERS[request.param](tmp_path_factory.mktemp(f"tuned-{request.param}"))
    markup = Markup.for_tokenizer(transformers.AutoTokenizer.from_pretrained(folder))
    spans = [(s.start, s.end, ORIGINALS[SPUN[s.start : s.end]]) for s in spans_of(SPUN, list(ORIGINALS))]
    fine_tune(folder, [pair for part in (spans, spans[:3], spans[:1]) for pair in markup.pairs(SPUN, part)])
    return folder


def test_fine_tuned_model_restores_and_keeps(tuned: Path) -> None:
    rewriter = Seq2SeqRewriter.from_pretrained(tuned)
    (rewrites,) = rewriter.rewrite(SPUN, windows(SPUN), [spans_of(SPUN, list(ORIGINALS))])
    assert [r.wordings[0].text for r in rewrites[:3]] == ["side", "expected", "agreement"]
    for rewrite in rewrites[:3]:
        logs = [w.log_probability for w in rewrite.wordings]
        assert logs == sorted(logs, reverse=True)
        assert -0.5 < logs[0] <= 0
        assert rewrite.keep < -1
        assert len({w.text.casefold() for w in rewrite.wordings}) == len(rewrite.wordings)
    assert -0.5 < rewrites[3].keep <= 0
    assert all(w.log_probability < rewrites[3].keep for w in rewrites[3].wordings)


def test_lexicon_is_asked_what_is_known(tuned: Path) -> None:
    rewriter = Seq2SeqRewriter.from_pretrained(tuned)
    rewriter.candidates = Candidates(b"facet\tside\taspect\n")
    ((facet, anticipated, _),) = rewriter.rewrite(SPUN, windows(SPUN), [spans_of(SPUN, list(ORIGINALS)[:3])])
    assert facet.wordings[0].rank == 0
    assert anticipated.wordings[0].rank is None


def test_command_line(tuned: Path, repairer: Repairer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = Repairer(repairer.detector, repairer.rewriter, repairer.calibration)
    monkeypatch.setattr(Repairer, "from_pretrained", lambda *_, **__: fresh)
    article = tmp_path / "article.txt"
    article.write_text(SPUN.replace("navy", "crew"), encoding="utf-8")
    result = CliRunner().invoke(main, ["fix", str(article), "--rewriter", str(tuned)], catch_exceptions=False)
    assert (result.exit_code, result.stdout) == (0, CLEAN.replace("navy", "crew"))
    assert isinstance(fresh.rewriter, Seq2SeqRewriter)
    assert "\r" not in result.stderr  # no progress bars


def test_untrained_model_says_nothing_of_use(fresh: Path) -> None:
    rewriter = Seq2SeqRewriter.from_pretrained(fresh)
    spans = spans_of(SPUN, list(ORIGINALS))
    (rewrites,) = rewriter.rewrite(SPUN, windows(SPUN), [spans])
    assert len(rewrites) == len(spans)
    for rewrite in rewrites:
        assert all(w.text and w.rank is None for w in rewrite.wordings)
        assert math.isfinite(rewrite.keep)


def test_many_windows_and_spans(fresh: Path) -> None:
    text = " ".join([SPUN] * 12)
    found = windows(text)
    assert len(found) > 1
    spans = []
    for window in found:
        part = text[window.start : window.end]
        starts = [n for n in range(len(part)) if part.startswith(("facet", "navy"), n)]
        spans.append([Span(window.start + n, window.start + n + 4, 0.9) for n in starts])
    assert max(map(len, spans)) > SPANS
    spans[-1] = []
    rewriter = Seq2SeqRewriter.from_pretrained(fresh)
    assert [len(r) for r in rewriter.rewrite(text, found, spans)] == [len(s) for s in spans]
    assert rewriter.rewrite(text, [], []) == []


def test_same_answer_alone_and_in_company(tuned: Path) -> None:
    rewriter = Seq2SeqRewriter.from_pretrained(tuned)
    found, spans = windows(SPUN), spans_of(SPUN, list(ORIGINALS))
    ((alone,),) = rewriter.rewrite(SPUN, found, [spans[:1]])
    (company,) = rewriter.rewrite(SPUN, found * 2, [spans[:1], spans])[0]
    assert company.wordings[0].text == alone.wordings[0].text
    assert company.wordings[0].log_probability == pytest.approx(alone.wordings[0].log_probability, abs=1e-3)


class Scripted(Seq2SeqRewriter):
    """Reads answers given as text: the tokenizer's pieces, each with log-probability -1."""

    def answer(self, text: str, complete: bool = True) -> list[tuple[int, float]]:
        tokens = self.tokenizer(text, add_special_tokens=False)["input_ids"]
        return [(token, -1.0) for token in [*tokens, *([self.tokenizer.eos_token_id] if complete else [])]]


@pytest.fixture(scope="module")
def scripted(tmp_path_factory: pytest.TempPathFactory) -> Scripted:
    return Scripted.from_pretrained(tiny_t5(tmp_path_factory.mktemp("scripted")))  # type: ignore[return-value]


def test_log_probability_is_that_of_the_wording_and_its_end(scripted: Scripted) -> None:
    answer = [(token, -(2.0**n)) for n, (token, _) in enumerate(scripted.answer("<extra_id_0> a<extra_id_1> b"))]
    pieces = scripted.tokenizer.convert_ids_to_tokens([token for token, _ in answer])
    assert pieces == ["<extra_id_0>", "▁a", "<extra_id_1>", "▁b", "</s>"] or pieces == [
        "<extra_id_0>",
        "▁",
        "a",
        "<extra_id_1>",
        "▁",
        "b",
        "</s>",
    ]
    first, last = pieces.index("<extra_id_1>"), len(pieces) - 1
    assert list(scripted._wordings(answer)) == [
        (0, "a", -sum(2.0**n for n in range(1, first + 1))),
        (1, "b", -sum(2.0**n for n in range(first + 1, last + 1))),
    ]


@pytest.mark.parametrize(
    ("text", "complete", "wordings"),
    [
        ("<extra_id_0> side <extra_id_1> expected <extra_id_2>", True, [["side"], ["expected"]]),
        ("<extra_id_0> side <extra_id_1> expected", True, [["side"], ["expected"]]),
        ("<extra_id_0> side <extra_id_1> expected", False, [["side"], []]),
        ("<extra_id_1> expected <extra_id_7> side", True, [[], ["expected"]]),
        ("<extra_id_0> side <extra_id_0> agreement", True, [["side"], []]),
        ("<extra_id_0> <extra_id_1> <extra_id_2>", True, [[], []]),
        ("<extra_id_0> 漢 <extra_id_0> side", True, [[], []]),
        ("side, expected", True, [[], []]),
        ("", True, [[], []]),
    ],
)
def test_reading_answers(scripted: Scripted, text: str, complete: bool, wordings: list[list[str]]) -> None:
    rewrites = scripted._read([scripted.answer(text, complete)], ["facet", "anticipated"])
    assert [[w.text for w in r.wordings] for r in rewrites] == wordings


def test_answers_add_up(scripted: Scripted) -> None:
    answers = ["<extra_id_0> said", "<extra_id_0> Said", "<extra_id_0> agreement week", "<extra_id_0> side"]
    (rewrite,) = scripted._read([scripted.answer(text) for text in answers], ["Side"])
    assert [w.text for w in rewrite.wordings] == ["said", "agreement week"]
    assert math.isfinite(rewrite.keep)


def test_save_and_load(fresh: Path, tmp_path: Path) -> None:
    rewriter = Seq2SeqRewriter.from_pretrained(fresh)
    rewriter.save_pretrained(tmp_path / "saved")
    again = Seq2SeqRewriter.from_pretrained(tmp_path / "saved")
    spans = [spans_of(SPUN, ["facet"])]
    assert again.rewrite(SPUN, windows(SPUN), spans) == rewriter.rewrite(SPUN, windows(SPUN), spans)


@pytest.mark.parametrize("content", [None, "{", '{"model_type": "bert"}', '{"model_type": "t5"}'])
def test_a_broken_folder_is_one_line(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "config.json").write_text(content, encoding="utf-8")
    article = tmp_path / "article.txt"
    article.write_text(SPUN, encoding="utf-8")
    with pytest.raises(ModelError) as raised:
        Seq2SeqRewriter.from_pretrained(tmp_path)
    assert str(raised.value).startswith(f"{tmp_path}: no usable seq2seq model: ")
    assert "\n" not in str(raised.value)


def test_pickled_weights_are_refused(fresh: Path, tmp_path: Path) -> None:
    import shutil

    import torch

    folder = tmp_path / "pickled"
    shutil.copytree(fresh, folder)
    (folder / "model.safetensors").unlink()
    model = transformers.AutoModelForSeq2SeqLM.from_pretrained(fresh)
    torch.save(model.state_dict(), folder / "pytorch_model.bin")
    with pytest.raises(ModelError, match="no usable seq2seq model"):
        Seq2SeqRewriter.from_pretrained(folder)
