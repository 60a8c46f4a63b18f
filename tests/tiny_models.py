"""Models small enough to be made in a test: random weights, vocabularies of a few sentences, no network.

Importing this module skips the importing test where torch or transformers is not installed.
"""

from __future__ import annotations

import io
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tokenizers import (
    ByteLevelBPETokenizer,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)

from textrepair.evidence import Calibration
from textrepair.features import FEATURES
from textrepair.first_look import BITS, FirstLook
from textrepair.scorer import Scorer
from textrepair.train.ngrams import count as count_ngrams
from textrepair.train.vocabulary import shrink_tokenizer

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

TEXTS = (
    "Neither side is expected to return to an agreement before the end of the week, officials said on Sunday.",
    "The military said that its exercises near the foreign border would begin on Monday and last for two weeks.",
    "Neither facet is anticipated to return to an settlement, the navy instructed reporters overseas.",
    "However, a spokesman told reporters that the talks were difficult but useful, and that they would go on.",
)
"""What the tiny vocabularies are made from; other text falls into letters or bytes."""


def tiny_t5(folder: Path) -> Path:
    """A T5 with random weights and a sentencepiece vocabulary, as `spiece.model` and nothing else of a tokenizer."""
    import sentencepiece

    vocabulary = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(TEXTS),
        model_writer=vocabulary,
        vocab_size=160,
        hard_vocab_limit=False,
        pad_id=0,
        eos_id=1,
        unk_id=2,
        bos_id=-1,
        minloglevel=2,
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "spiece.model").write_bytes(vocabulary.getvalue())
    pieces = sentencepiece.SentencePieceProcessor(model_proto=vocabulary.getvalue()).vocab_size()
    config = transformers.T5Config(
        vocab_size=pieces + 100,
        d_model=48,
        d_kv=12,
        d_ff=96,
        num_layers=2,
        num_heads=4,
        dropout_rate=0.0,
        decoder_start_token_id=0,
    )
    torch.manual_seed(0)
    transformers.T5ForConditionalGeneration(config).save_pretrained(folder)
    return folder


def byte_level(special: list[str]) -> ByteLevelBPETokenizer:
    """A byte-level vocabulary, its special pieces first."""
    tokenizer = ByteLevelBPETokenizer()
    tokenizer.train_from_iterator(TEXTS, vocab_size=420, min_frequency=1, special_tokens=special, show_progress=False)
    return tokenizer


def tiny_bart(folder: Path) -> Path:
    """A BART with random weights and a byte-level vocabulary, as `vocab.json` and `merges.txt`."""
    tokenizer = byte_level(["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save_model(str(folder))
    config = transformers.BartConfig(
        vocab_size=tokenizer.get_vocab_size(),
        max_position_embeddings=256,
        d_model=48,
        encoder_layers=2,
        decoder_layers=2,
        encoder_ffn_dim=96,
        decoder_ffn_dim=96,
        encoder_attention_heads=4,
        decoder_attention_heads=4,
        dropout=0.0,
    )
    torch.manual_seed(0)
    transformers.BartForConditionalGeneration(config).save_pretrained(folder)
    return folder


def fine_tune(folder: Path, pairs: Sequence[tuple[str, str]], steps: int = 200) -> None:
    """Teach the seq2seq model in `folder` some (source, target) pairs by heart, as a user would teach it many."""
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    model = transformers.AutoModelForSeq2SeqLM.from_pretrained(folder).train()
    sources, targets = zip(*pairs, strict=True)
    batch = tokenizer(list(sources), text_target=list(targets), padding=True, return_tensors="pt")
    batch["labels"][batch["labels"] == tokenizer.pad_token_id] = -100
    batch.pop("token_type_ids", None)
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3)
    for _ in range(steps):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        if loss < 0.01:
            break
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def tiny_base(folder: Path) -> Path:
    """A BERT encoder with random weights and its WordPiece `tokenizer.json`: what training starts from."""
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[unused0]"]
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    trainer = trainers.WordPieceTrainer(vocab_size=300, special_tokens=special, show_progress=False)
    tokenizer.train_from_iterator(TEXTS, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", special.index("[CLS]")), ("[SEP]", special.index("[SEP]"))]
    )
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    config = transformers.BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=96,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        max_position_embeddings=160,
    )
    torch.manual_seed(0)
    transformers.BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    return folder


def tiny_detector(base: Path, tokenizer: Path) -> Any:
    """A detector with random weights on the encoder `base`; its vocabulary is written to the file `tokenizer`."""
    from textrepair.train.models import build_detector

    inherited = shrink_tokenizer(base / "tokenizer.json", TEXTS, 240, tokenizer)
    torch.manual_seed(1)
    model = build_detector(base, inherited)
    with torch.no_grad():  # random classifiers are all but indifferent; this one has opinions
        model.classifier.weight.mul_(40)
    return model


def tiny_rewriter(base: Path, tokenizer: Path) -> Any:
    """A rewriter with random weights, likewise."""
    from textrepair.train.models import build_rewriter

    inherited = shrink_tokenizer(base / "tokenizer.json", TEXTS, 240, tokenizer)
    torch.manual_seed(2)
    return build_rewriter(base, inherited, decoder_layers=(0, 1))


def tiny_language_model(folder: Path) -> Path:
    """A Llama with random weights and a byte-level vocabulary, as transformers saves them."""
    end = "<|endoftext|>"
    tokenizer = byte_level([end])
    whole = transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer._tokenizer, eos_token=end)
    whole.save_pretrained(folder)
    config = transformers.LlamaConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=64,
        intermediate_size=96,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        tie_word_embeddings=True,
    )
    torch.manual_seed(3)
    model = transformers.LlamaForCausalLM(config)
    with torch.no_grad():  # random words are all but equally likely; this one has preferences
        model.lm_head.weight.mul_(20)
    model.save_pretrained(folder)
    return folder


def tiny_models(folder: Path) -> Path:
    """A complete folder of models, exported as the shipped ones are."""
    from textrepair.train.export import export_detector, export_rewriter
    from textrepair.train.language_model import export_language_model, load

    with tempfile.TemporaryDirectory() as scratch, warnings.catch_warnings():
        base, tokenizer = tiny_base(Path(scratch)), Path(scratch) / "small.json"
        warnings.simplefilter("ignore")  # the exporter of torch warns about itself
        export_detector(tiny_detector(base, tokenizer), tokenizer, folder / "detector")
        export_rewriter(tiny_rewriter(base, tokenizer), tokenizer, folder / "rewriter")
        export_language_model(*load(str(tiny_language_model(Path(scratch) / "lm"))), folder / "language_model")
    count_ngrams(TEXTS * 4, folder / "ngrams.bin")
    (folder / "rewriter" / "candidates.tsv").write_text("facet\tside\nnavy\tmilitary\n", encoding="utf-8")
    Calibration().save(folder / "calibration.json")
    FirstLook(np.zeros(2**BITS, dtype=np.float16), 0.0).save(folder / FirstLook.FILE)
    lead = np.zeros((FEATURES, 1))
    lead[17] = 4.0  # nats by which a wording beats leaving the span alone
    Scorer(np.zeros(FEATURES), np.ones(FEATURES), [(lead, np.zeros(1))]).save(folder / "scorer.npz")
    return folder
