"""The Hugging Face Hub: models by name, and any encoder-decoder in the place of the shipped rewriter.

Running such a model needs the extra `hub` (torch, transformers).
"""

from __future__ import annotations

from textrepair.hub.markup import Markup
from textrepair.hub.seq2seq import Seq2SeqRewriter
from textrepair.pretrained import resolve

__all__ = ["Markup", "Seq2SeqRewriter", "resolve"]
