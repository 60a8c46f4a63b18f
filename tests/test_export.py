"""The exported folders: plain transformers classes load them, and the ONNX graphs say what the torch models say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny_models import TEXTS, tiny_models, torch, transformers

from textrepair.detector import Detector
from textrepair.repairer import Repairer
from textrepair.results import Span
from textrepair.rewriter import OnnxRewriter, mark, piece_spans, prompt
from textrepair.sentences import split_sentences
from textrepair.sessions import open_session
from textrepair.tokenization import PieceTokenizer
from textrepair.windows import windows_of

TEXT = TEXTS[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_models(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module")
def tokenizer(folder: Path) -> PieceTokenizer:
    return PieceTokenizer.from_file(folder / "detector" / "tokenizer.json")


def test_token_classification_pipeline(folder: Path) -> None:
    tagger = transformers.pipeline("token-classification", model=str(folder / "detector"), ignore_labels=[])
    found = tagger(TEXT)
    assert {label["entity"] for label in found} <= {"O", "B", "I"}
    assert "".join(TEXT[label["start"] : label["end"]] for label in found) == TEXT.replace(" ", "")


ROOT = Path(__file__).resolve().parents[1]
SNIPPETS = [
    pytest.param(block, id=f"{path}-{n}")
    for path in ("README.md", "models/detector/README.md", "models/rewriter/README.md")
    for n, block in enumerate(re.findall(r"```python\n(.*?)```", (ROOT / path).read_text(encoding="utf-8"), re.S))
    if "transformers" in block
]


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_snippets_of_readme_and_cards(snippet: str, folder: Path, tmp_path: Path, monkeypatch: Any) -> None:
    (tmp_path / "models").symlink_to(folder)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(compile(snippet, "snippet", "exec"), names)
    if "tagger" in names:
        assert {piece["entity"] for piece in names["tagger"](TEXT)} <= {"B", "I"}
    else:
        answer, start = names["answer"][0].tolist(), names["start"]
        assert answer[: len(start)] == start
        assert len(answer) > len(start)


def test_there_are_snippets_for_both_models() -> None:
    assert [("pipeline(" in p.values[0], "generate(" in p.values[0]) for p in SNIPPETS] == [
        *[(True, False), (False, True)] * 2
    ]


def test_detector_graph_agrees_with_torch(folder: Path, tokenizer: PieceTokenizer) -> None:
    model = transformers.AutoModelForTokenClassification.from_pretrained(folder / "detector", dtype=torch.float32)
    assert model.config.id2label == {0: "O", 1: "B", 2: "I"}
    detector = Detector.from_pretrained(folder / "detector", threads=1)
    windows = windows_of(TEXT, split_sentences(TEXT), tokenizer)
    (words,) = detector.detect(windows)
    assert [TEXT[w.start : w.end] for w in words][:4] == ["Neither", "facet", "is", "anticipated"]

    pieces = windows[0].pieces
    ids = torch.tensor([[tokenizer.cls, *pieces.ids, tokenizer.sep]])
    with torch.inference_mode():
        logits = model(input_ids=ids, token_type_ids=torch.tensor([[0, *pieces.types, 0]])).logits[0, 1:-1].numpy()
    inside = np.logaddexp(logits[:, 1], logits[:, 2]) - logits[:, 0]
    heads = [n for n, head in enumerate(pieces.heads) if head]
    wanted = np.maximum.reduceat(inside, heads)
    got = np.array([w.substituted for w in words])
    assert np.abs(wanted).max() > 1
    assert np.abs(got - wanted).max() < 0.03 * np.abs(wanted).max()


def test_rewriter_graphs_agree_with_torch(folder: Path, tokenizer: PieceTokenizer) -> None:
    model = transformers.AutoModelForSeq2SeqLM.from_pretrained(folder / "rewriter", dtype=torch.float32)
    assert isinstance(model, transformers.EncoderDecoderModel)
    (pieces,) = tokenizer.encode([TEXT])
    spans = piece_spans([(TEXT.index(word), TEXT.index(word) + len(word)) for word in ("facet", "anticipated")], pieces)
    ids, types = mark(pieces, spans, tokenizer)
    first, last = spans[1]
    start = prompt(tokenizer.markers[1], pieces.ids[first:last], tokenizer)
    place = ids.index(start[0])
    seen = np.zeros((1, len(ids)), dtype=bool)
    seen[0, place : place + len(start) - 1] = True
    answer = model.generate(
        encoder_outputs=model.encoder(input_ids=torch.tensor([ids]), token_type_ids=torch.tensor([types])),
        attention_mask=torch.from_numpy(seen),
        decoder_input_ids=torch.tensor([start]),
        decoder_start_token_id=start[0],  # else `generate` puts one more token before the prompt
        eos_token_id=tokenizer.sep,
        max_new_tokens=4,
        do_sample=False,
        output_logits=True,
        return_dict_in_generate=True,
    )
    assert answer.sequences[0, : len(start)].tolist() == start
    written = answer.sequences[0, len(start) :].tolist()
    wanted = torch.stack(answer.logits)[:, 0].float().log_softmax(-1).numpy()

    encoder = open_session(folder / "rewriter" / "encoder.onnx", 1)
    decoder = open_session(folder / "rewriter" / "decoder.onnx", 1)
    inputs = np.array([ids])
    (states,) = encoder.run(
        None, {"input_ids": inputs, "attention_mask": np.ones_like(inputs), "token_type_ids": np.array([types])}
    )
    sequence = np.array([[*start, *written[:-1]]])
    size = sequence.shape[1]
    (logs,) = decoder.run(
        None,
        {
            "input_ids": sequence,
            "position_ids": np.arange(size)[None],
            "attention_mask": np.tril(np.ones((size, size), dtype=bool))[None, None],
            "encoder_hidden_states": states,
            "encoder_attention_mask": np.broadcast_to(seen[:, None, None], (1, 1, size, len(ids))),
            "wanted": np.arange(len(start) - 1, size),
        },
    )
    assert wanted.std() > 0.05
    assert np.abs(logs - wanted).max() < 0.1 * wanted.std()


def test_rewriter_reads_spans_side_by_side_as_one_by_one(folder: Path, tokenizer: PieceTokenizer) -> None:
    rewriter = OnnxRewriter.from_pretrained(folder / "rewriter", threads=1)
    windows = windows_of(TEXT, split_sentences(TEXT), tokenizer)
    spans = [Span(TEXT.index(word), TEXT.index(word) + len(word), 0.9) for word in ("facet", "navy")]
    ((facet, navy),) = rewriter.rewrite(TEXT, windows, [spans])
    assert "side" in {w.text for w in facet.wordings if w.rank is not None}
    assert "military" in {w.text for w in navy.wordings if w.rank is not None}


def test_repairer_runs_on_the_exported_folder(folder: Path) -> None:
    repair = Repairer.from_pretrained(folder).repair(" ".join(TEXTS))
    assert [s.end for s in repair.sentences][-1] == len(repair.text)
