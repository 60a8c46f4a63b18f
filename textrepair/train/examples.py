"""Training examples: articles spun anew each time they are met, cut into windows of consecutive sentences.

A window holds as many sentences as fit into `WINDOW` pieces, so that both models see a sentence's neighbours: one
spinner works on a whole article, and what it did next door is evidence.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from datasets import Dataset

from textrepair.evaluate.articles import Article
from textrepair.rewriter import mark, piece_spans, prompt
from textrepair.sentences import split_sentences
from textrepair.spin.dialect import Dialects
from textrepair.spin.engine import Persona, Spun, Substitution, join, spin
from textrepair.spin.lexicon import load
from textrepair.tokenization import CASE_TYPES, MAX_SPANS, Pieces, PieceTokenizer
from textrepair.windows import WINDOW


@dataclass
class DetectorExample:
    """Piece ids, case types and BIO labels (0 O, 1 B, 2 I) of one window, special pieces included."""

    ids: list[int]
    types: list[int]
    labels: list[int]


@dataclass
class RewriterExample:
    """A window with marked spans and, for each of them, the decoder's prompt and the answer it is to give.

    `types` are case types, `CASE_TYPES` higher inside a span.
    """

    ids: list[int]
    types: list[int]
    targets: list[tuple[list[int], list[int]]]


class SpunArticles:
    """An endless stream of windows of spun and clean text.

    Args:
        corpus: clean articles (see `corpus.prepare`).
        dialects: what spinners there are.
        clean_articles: share of articles left as they are; genuine uses of spun forms are the hard negatives.
        clean_sentences: share of sentences that a spinner leaves alone.
        hand: articles spun by hand, and how often one of them, or its original, is drawn in place of one of the corpus.
    """

    def __init__(
        self,
        corpus: Dataset,
        dialects: Dialects,
        rng: random.Random,
        clean_articles: float = 0.3,
        clean_sentences: float = 0.2,
        hand: tuple[Sequence[Article], float] = ((), 0.0),
    ) -> None:
        self.corpus, self.dialects, self.rng = corpus, dialects, rng
        self.clean_articles, self.clean_sentences = clean_articles, clean_sentences
        self.hand, self.hand_share = hand
        self._load = cache(load)

    def persona(self) -> Persona:
        """A spinner of a dialect drawn by frequency, with a dictionary and habits of its own."""
        dialect = self.dialects.draw(self.rng)
        rate = self.rng.choice((0.5, 0.8, 1.0, 1.0, 1.2, 1.5))
        return Persona(self._load(dialect.lexicon), dialect, self.rng.getrandbits(32), rate)

    def windows(self, tokenizer: PieceTokenizer, limit: int = WINDOW) -> Iterator[tuple[Spun, Pieces]]:
        """Windows of spun (or clean) text with their pieces."""
        rng = self.rng
        while True:
            if self.hand and rng.random() < self.hand_share:
                # The originals are read as often: who writes such articles must not become the sign that they are spun.
                article = rng.choice(self.hand)
                whole = Spun(article.original, ()) if rng.random() < 0.5 else _spun(article)
                yield from self._pack(list(_sentences(whole)), tokenizer, limit)
                continue
            sentences = self.corpus[rng.randrange(len(self.corpus))]["sentences"]
            # Long documents would crowd out the short ones, and with them whole registers.
            if len(sentences) > 40:
                first = rng.randrange(len(sentences) - 39)
                sentences = sentences[first : first + 40]
            spun = [Spun(s, ()) for s in sentences]
            if rng.random() >= self.clean_articles:
                persona = self.persona()
                again = self.persona() if rng.random() < 0.06 else None  # a page spun twice, by two tools
                for n, sentence in enumerate(sentences):
                    if rng.random() >= self.clean_sentences:
                        spun[n] = spin(sentence, again if again and rng.random() < 0.5 else persona, rng)
            yield from self._pack(spun, tokenizer, limit)

    def _pack(self, spun: list[Spun], tokenizer: PieceTokenizer, limit: int) -> Iterator[tuple[Spun, Pieces]]:
        sizes = [len(p) for p in tokenizer.encode([s.text for s in spun])]
        at = 0
        while at < len(spun):
            # Now and then a sentence stands alone, as a headline or a search result does.
            room = sizes[at] if self.rng.random() < 0.08 else limit
            end, used = at, 0
            while end < len(spun) and used + sizes[end] <= room:
                used += sizes[end]
                end += 1
            if end > at:
                window = join(spun[at:end])
                yield window, tokenizer.encode([window.text])[0]
            at = max(end, at + 1)


def _spun(article: Article) -> Spun:
    return Spun(article.text, tuple(Substitution(g.start, g.end, g.wordings[0]) for g in article.gold))


def _sentences(whole: Spun) -> Iterator[Spun]:
    """The sentences of a text with the substitutions that lie in them."""
    for start, end in split_sentences(whole.text):
        inside = (s for s in whole.substitutions if start <= s.start and s.end <= end)
        moved = tuple(Substitution(s.start - start, s.end - start, s.original) for s in inside)
        yield Spun(whole.text[start:end], moved)


def _forget_case(rng: random.Random) -> bool:
    """Some text comes in one case; neither model may lean on capitals alone."""
    return rng.random() < 0.08


def detector_example(window: Spun, pieces: Pieces, tokenizer: PieceTokenizer, rng: random.Random) -> DetectorExample:
    """BIO labels over the pieces of a window."""
    labels = [0] * len(pieces)
    spans = iter(window.substitutions)
    span = next(spans, None)
    for n, (start, end) in enumerate(pieces.offsets):
        while span and span.end <= start:
            span = next(spans, None)
        if span and span.start < end:
            labels[n] = 1 if n == 0 or pieces.offsets[n - 1][0] < span.start else 2
    types = [0] * len(pieces) if _forget_case(rng) else pieces.types
    return DetectorExample([tokenizer.cls, *pieces.ids, tokenizer.sep], [0, *types, 0], [0, *labels, 0])


def rewriter_example(
    window: Spun, pieces: Pieces, tokenizer: PieceTokenizer, rng: random.Random, suspicious: frozenset[str]
) -> RewriterExample | None:
    """The substitutions of a window marked, and some good words with them, whose answer is to keep them.

    Args:
        suspicious: lower-case words that spinners print; a detector will mark genuine uses of them most often.
    """
    ranges: list[tuple[int, int, str | None]] = []
    for s in window.substitutions:
        if rng.random() < 0.03:
            continue  # a detector misses some, and then the neighbours are read beside a spun word
        start, end, original = s.start, s.end, s.original
        if rng.random() < 0.06:
            # A detector misjudges where a span ends; the answer then repeats the word that was fine.
            space = window.text.find(" ", end + 1)
            extra = window.text[end:space] if space > 0 else ""
            if extra.startswith(" ") and extra[1:].isalpha():
                end, original = space, original + extra
        ranges.append((start, end, original))
    taken = [False] * len(pieces)
    for first, last in piece_spans([(s.start, s.end) for s in window.substitutions], pieces):
        taken[first:last] = [True] * (last - first)
    ranges = [r for n, r in enumerate(ranges) if n == 0 or r[0] >= ranges[n - 1][1]]
    texts = tokenizer.encode([original or "" for _, _, original in ranges])
    marked = [
        (first, last, encoded.ids)
        for (first, last), encoded in zip(piece_spans([r[:2] for r in ranges], pieces), texts, strict=True)
        if last > first
    ]
    for first, last, _ in marked:
        taken[first:last] = [True] * (last - first)
    n = 0
    while n < len(pieces):
        last = n + 1
        while last < len(pieces) and not pieces.heads[last]:
            last += 1
        word = window.text[pieces.offsets[n][0] : pieces.offsets[last - 1][1]]
        if not any(taken[n:last]) and word[0].isalpha():
            odds = 0.07 if word.lower() in suspicious else 0.015
            if rng.random() < odds:
                marked.append((n, last, [tokenizer.keep]))
        n = last
    if not marked:
        return None
    marked = sorted(marked)[:MAX_SPANS]
    ids, types = mark(pieces, [(first, last) for first, last, _ in marked], tokenizer)
    if _forget_case(rng):
        types = [CASE_TYPES if t >= CASE_TYPES else 0 for t in types]
    targets = [
        (prompt(marker, pieces.ids[first:last], tokenizer), [*target, tokenizer.sep])
        for marker, (first, last, target) in zip(tokenizer.markers, marked, strict=False)
    ]
    return RewriterExample(ids, types, targets)


def infilling_example(pieces: Pieces, tokenizer: PieceTokenizer, rng: random.Random) -> RewriterExample:
    """Clean text with stretches hidden behind a mask or a random word, to be written back.

    It teaches the rewriter what people write, beside what spinners make of it.
    """
    starts = [n for n, head in enumerate(pieces.heads) if head] + [len(pieces)]
    spans: list[tuple[int, int]] = []
    n = 0
    while n < len(starts) - 1 and len(spans) < MAX_SPANS:
        size = rng.choices((1, 2, 3), (0.75, 0.18, 0.07))[0]
        if rng.random() < 0.17 and n + size < len(starts):
            spans.append((starts[n], starts[n + size]))
            n += size
        n += 1
    ids, types, targets, at = [tokenizer.cls], [0], [], 0
    for marker, (first, last) in zip(tokenizer.markers, spans, strict=False):
        at_random = rng.randrange(len(pieces))
        filler = tokenizer.mask if rng.random() < 0.7 else pieces.ids[at_random]
        case = pieces.types[first] + CASE_TYPES
        ids += [*pieces.ids[at:first], marker, filler]
        types += [*pieces.types[at:first], case, case]
        targets.append((prompt(marker, [filler], tokenizer), [*pieces.ids[first:last], tokenizer.sep]))
        at = last
    return RewriterExample([*ids, *pieces.ids[at:], tokenizer.sep], [*types, *pieces.types[at:], 0], targets)
