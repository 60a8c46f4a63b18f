"""From trained models to the files that the run-time path reads: int8 ONNX graphs, tokenizer, candidates."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn
from transformers import BertForTokenClassification, EncoderDecoderModel

from textrepair.spin.lexicon import Lexicon

OPSET = 18
CANDIDATES = 16
"""Originals kept for a spun form; the likeliest first."""

FAINT = 0.2
"""Share of the likeliest original's weight under which an original is left out: it misleads more than it helps."""


class _Logits(nn.Module):
    def __init__(self, model: BertForTokenClassification) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor) -> Any:
        return self.model(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids).logits


class _States(nn.Module):
    def __init__(self, model: EncoderDecoderModel) -> None:
        super().__init__()
        self.encoder = model.encoder

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor) -> Any:
        return self.encoder(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state


class _LogProbabilities(nn.Module):
    def __init__(self, model: EncoderDecoderModel) -> None:
        super().__init__()
        self.decoder = model.decoder

    def forward(
        self,
        input_ids: torch.Tensor,
        position_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        encoder_hidden_states: torch.Tensor,
        encoder_attention_mask: torch.Tensor,
        wanted: torch.Tensor,
    ) -> Any:
        """Log-probabilities of the next piece at the flat places `wanted`, shape (wanted, vocabulary)."""
        states = self.decoder.bert(
            input_ids=input_ids,
            position_ids=position_ids,
            attention_mask=attention_mask,
            encoder_hidden_states=encoder_hidden_states,
            encoder_attention_mask=encoder_attention_mask,
            use_cache=False,
        ).last_hidden_state
        return torch.log_softmax(self.decoder.cls(states.flatten(0, 1)[wanted]), dim=-1)


def _export(module: nn.Module, inputs: dict[str, torch.Tensor], axes: dict[str, dict[int, str]], target: Path) -> None:
    module.eval()
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "float.onnx"
        torch.onnx.export(
            module,
            tuple(inputs.values()),
            str(whole),
            input_names=list(inputs),
            output_names=["output"],
            dynamic_axes=axes,
            opset_version=OPSET,
            dynamo=False,
        )
        # One scale for each output channel: with one for the whole matrix, hidden states move visibly (cosine 0.95).
        # Seven bits, since the sums of eight overflow on CPUs without VNNI.
        quantize_dynamic(whole, target, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)


_TEXT_AXES = {name: {0: "batch", 1: "pieces"} for name in ("input_ids", "attention_mask", "token_type_ids", "output")}


def _text_inputs() -> dict[str, torch.Tensor]:
    ids = torch.tensor([[2, 60, 61, 62, 3], [2, 63, 64, 3, 0]])
    return {"input_ids": ids, "attention_mask": (ids != 0).long(), "token_type_ids": torch.zeros_like(ids)}


def export_detector(model: BertForTokenClassification, tokenizer: Path, target: Path) -> None:
    """Write `model.onnx` (int8), half-precision safetensors and the tokenizer."""
    target.mkdir(parents=True, exist_ok=True)
    model.float().eval().config._attn_implementation = "eager"
    _export(_Logits(model), _text_inputs(), _TEXT_AXES, target / "model.onnx")
    _save(model, tokenizer, target)


def export_rewriter(model: EncoderDecoderModel, tokenizer: Path, target: Path) -> None:
    """Write `encoder.onnx` and `decoder.onnx` (int8), half-precision safetensors and the tokenizer."""
    target.mkdir(parents=True, exist_ok=True)
    model.float().eval()
    for part in (model, model.encoder, model.decoder):
        part.config._attn_implementation = "eager"
    _export(_States(model), _text_inputs(), _TEXT_AXES, target / "encoder.onnx")
    ids = torch.tensor([[6, 70, 7, 71], [6, 72, 73, 0]])
    mask = torch.tril(torch.ones(4, 4, dtype=torch.bool)).expand(2, 1, 4, 4)
    inputs = {
        "input_ids": ids,
        "position_ids": torch.tensor([[0, 1, 0, 1], [0, 1, 2, 0]]),
        "attention_mask": mask.clone(),
        "encoder_hidden_states": torch.randn(2, 5, model.encoder.config.hidden_size),
        "encoder_attention_mask": torch.ones(2, 1, 4, 5, dtype=torch.bool),
        "wanted": torch.tensor([1, 3, 6]),
    }
    axes = {
        "input_ids": {0: "batch", 1: "length"},
        "position_ids": {0: "batch", 1: "length"},
        "attention_mask": {0: "batch", 2: "length", 3: "length"},
        "encoder_hidden_states": {0: "batch", 1: "pieces"},
        "encoder_attention_mask": {0: "batch", 2: "length", 3: "pieces"},
        "wanted": {0: "wanted"},
        "output": {0: "wanted"},
    }
    _export(_LogProbabilities(model), inputs, axes, target / "decoder.onnx")
    _save(model, tokenizer, target)


def _save(model: BertForTokenClassification | EncoderDecoderModel, tokenizer: Path, target: Path) -> None:
    model.half().save_pretrained(target)
    model.float()
    if tokenizer != target / "tokenizer.json":
        shutil.copyfile(tokenizer, target / "tokenizer.json")
    (target / "tokenizer_config.json").write_text(
        json.dumps(
            {
                "tokenizer_class": "PreTrainedTokenizerFast",
                "do_lower_case": True,
                "model_max_length": 512,
                "pad_token": "[PAD]",
                "unk_token": "[UNK]",
                "cls_token": "[CLS]",
                "sep_token": "[SEP]",
                "mask_token": "[MASK]",
            },
            indent=1,
        )
        + "\n"
    )


def write_candidates(lexicons: Iterable[Lexicon], target: Path) -> int:
    """Turn lexicons round into the sorted file that `candidates.Candidates` searches; returns its number of lines."""
    table: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for lexicon in lexicons:
        for head, form, weight in lexicon.pairs():
            originals = table[form.lower()]
            originals[head] = max(originals[head], weight)
    lines = []
    for form, originals in table.items():
        least = FAINT * max(originals.values())
        kept = sorted((o for o in originals if originals[o] >= least), key=lambda o: (-originals[o], o))
        lines.append((form.encode(), "\t".join(kept[:CANDIDATES])))
    lines.sort()
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(b"".join(form + b"\t" + originals.encode() + b"\n" for form, originals in lines))
    return len(lines)
