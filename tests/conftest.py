"""Stand-ins for the models: a detector and a rewriter that know a short list of substitutions, in memory."""

from __future__ import annotations

import os
from collections.abc import Sequence

import pytest
from hypothesis import settings
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from textrepair.detector import Word
from textrepair.evidence import Calibration
from textrepair.repairer import Repairer
from textrepair.results import Span
from textrepair.rewriter import Rewrite, Wording
from textrepair.tokenization import PieceTokenizer
from textrepair.train.vocabulary import SPECIAL
from textrepair.windows import Window

# How long an example takes says more about the machine than about the program.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

EXAMPLES = int(os.environ.get("TEXTREPAIR_EXAMPLES", "200"))
"""For properties of every format; `make nightly` takes more."""

KNOWN = {
    "facet": "side",
    "anticipated": "expected",
    "settlement": "agreement",
    "mentioned": "said",
    "navy": "military",
    "workouts": "exercises",
    "overseas": "foreign",
    "instructed": "told",
    "however": "but",
    "troublesome": "difficult",
}


class ScriptedDetector:
    """Suspects the spun words of `known` and nothing else."""

    def __init__(self, tokenizer: PieceTokenizer, known: dict[str, str]) -> None:
        self.tokenizer, self.known = tokenizer, known
        self.text = ""

    def detect(self, windows: Sequence[Window]) -> list[list[Word]]:
        found = []
        for window in windows:
            words = []
            for head, (start, end), piece in zip(
                window.pieces.heads, window.pieces.offsets, window.pieces.ids, strict=True
            ):
                if head:
                    surface = self.tokenizer.decode([piece])
                    words.append(
                        Word(window.start + start, window.start + end, 9.0 if surface in self.known else -9.0, 0.9)
                    )
            found.append(words)
        return found


class ScriptedRewriter:
    """Knows the originals of `known`, with a made-up second choice."""

    def __init__(self, known: dict[str, str]) -> None:
        self.known = known

    def rewrite(self, text: str, windows: Sequence[Window], spans: Sequence[Sequence[Span]]) -> list[list[Rewrite]]:
        return [
            [
                Rewrite((Wording(self.known[text[s.start : s.end].lower()], -0.1, 0), Wording("thing", -4.0, 1)), -6.0)
                for s in found
            ]
            for found in spans
        ]


def word_tokenizer(words: Sequence[str]) -> PieceTokenizer:
    """A tokenizer whose pieces are whole words; all others are unknown."""
    vocabulary = {piece: n for n, piece in enumerate([*SPECIAL, *dict.fromkeys(words)])}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return PieceTokenizer(tokenizer)


def scripted_repairer() -> Repairer:
    """A repairer that restores the words of `KNOWN`, and is equally sure of every edit."""
    detector = ScriptedDetector(word_tokenizer([*KNOWN, *KNOWN.values()]), KNOWN)
    return Repairer(detector, ScriptedRewriter(KNOWN), Calibration(article=(0.0, 1.0)))  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def repairer() -> Repairer:
    """A repairer that restores the words of `KNOWN`."""
    return scripted_repairer()


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test leaves what a stand-in said in the user's cache, nor in that of another test."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
