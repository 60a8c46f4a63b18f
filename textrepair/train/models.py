"""Building the two models from a pretrained BERT-style encoder."""

from __future__ import annotations

import copy
from pathlib import Path

import torch
from torch import nn
from transformers import (
    AutoModel,
    BertConfig,
    BertForTokenClassification,
    BertLMHeadModel,
    BertModel,
    EncoderDecoderConfig,
    EncoderDecoderModel,
)

from textrepair.tokenization import CASE_TYPES
from textrepair.train.vocabulary import SPECIAL

LABELS = ("O", "B", "I")
REWRITER_TYPES = 2 * CASE_TYPES
"""Case types outside and inside marked spans."""


def _inherit(old: nn.Embedding, rows: list[int]) -> torch.Tensor:
    weight = old.weight.detach()[torch.tensor(rows)].clone()
    # The unused pieces of a pretrained vocabulary all lie in one spot, but the decoder finds a span by its marker:
    # the markers get places of their own, spread like those of words.
    spread, centre = weight.std(dim=0), weight.mean(dim=0)
    for index in range(SPECIAL.index("[keep]"), len(SPECIAL)):
        weight[index] = centre + spread * torch.randn(weight.shape[1])
    return weight


def _resized(base: Path, inherit: list[int], types: int) -> BertModel:
    """The encoder of `base` with another vocabulary and `types` token types."""
    encoder = AutoModel.from_pretrained(base, add_pooling_layer=False)
    encoder.config.vocab_size, encoder.config.type_vocab_size = len(inherit), types
    embeddings = encoder.embeddings
    words, old_types = _inherit(embeddings.word_embeddings, inherit), embeddings.token_type_embeddings.weight.detach()
    embeddings.word_embeddings = nn.Embedding.from_pretrained(words, freeze=False, padding_idx=0)
    # Every new type begins as the one the encoder was trained with, a little apart so that they can part ways.
    spread = 0.02 * torch.randn(types, old_types.shape[1])
    spread[0] = 0
    embeddings.token_type_embeddings = nn.Embedding.from_pretrained(old_types[:1] + spread, freeze=False)
    return encoder


def build_detector(base: Path, inherit: list[int]) -> BertForTokenClassification:
    """A token classifier (O, B, I) on the encoder of `base`."""
    encoder = _resized(base, inherit, CASE_TYPES)
    config = copy.deepcopy(encoder.config)
    config.id2label = dict(enumerate(LABELS))
    config.label2id = {label: index for index, label in enumerate(LABELS)}
    model = BertForTokenClassification(config)
    model.bert.load_state_dict(encoder.state_dict())
    return model


def build_rewriter(base: Path, inherit: list[int], decoder_layers: tuple[int, ...] = (1, 3, 5)) -> EncoderDecoderModel:
    """An encoder-decoder whose halves both begin as the encoder of `base`.

    The decoder takes the given layers; its cross-attention begins as a copy of their self-attention, which finds
    equal words before any training.
    """
    encoder = _resized(base, inherit, REWRITER_TYPES)
    settings = encoder.config.to_dict()
    config = BertConfig(
        **{
            **settings,
            "num_hidden_layers": len(decoder_layers),
            "type_vocab_size": 1,
            "is_decoder": True,
            "add_cross_attention": True,
            "tie_word_embeddings": True,
        }
    )
    decoder = BertLMHeadModel(config)
    state = encoder.embeddings.state_dict()
    state["token_type_embeddings.weight"] = state["token_type_embeddings.weight"][:1]
    decoder.bert.embeddings.load_state_dict(state, strict=False)
    for new, old in zip(decoder.bert.encoder.layer, decoder_layers, strict=True):
        layer = encoder.encoder.layer[old]
        new.attention.load_state_dict(layer.attention.state_dict())
        new.crossattention.load_state_dict(layer.attention.state_dict())
        new.intermediate.load_state_dict(layer.intermediate.state_dict())
        new.output.load_state_dict(layer.output.state_dict())
    nn.init.eye_(decoder.cls.predictions.transform.dense.weight)
    decoder.tie_weights()
    model = EncoderDecoderModel(
        EncoderDecoderConfig.from_encoder_decoder_configs(encoder.config, decoder.config), encoder, decoder
    )
    model.config.pad_token_id = model.generation_config.pad_token_id = 0
    model.generation_config.eos_token_id = SPECIAL.index("[SEP]")
    model.generation_config.decoder_start_token_id = SPECIAL.index("[span1]")
    return model
