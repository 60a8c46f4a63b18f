"""Evaluation articles: spun text whose substitutions and originals are known, and clean text.

Hand-spun articles are written with their substitutions inline::

    Neither [[facet|side]] is [[anticipated|expected]] to come to an agreement, [[~though|although]] …

The first wording is the spun one, the second the original, any further ones are accepted too; a tilde marks a synonym
that no reader would notice.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from textrepair.resources import eval_dir, training_dir, tuning_dir
from textrepair.spin.dialect import Dialect, load_dialects
from textrepair.spin.engine import Persona, Spun, join, spin
from textrepair.spin.lexicon import load
from textrepair.splicing import splice

_SUBSTITUTION = re.compile(r"\[\[(~?)([^\[\]|]+)\|([^\[\]]+)\]\]")


@dataclass(frozen=True)
class Gold:
    """A known substitution.

    Attributes:
        start, end: range of the spun wording in the text.
        wordings: accepted originals, best first.
        harmless: whether a reader would not notice it.
    """

    start: int
    end: int
    wordings: tuple[str, ...]
    harmless: bool = False


@dataclass(frozen=True)
class Article:
    """A spun article with its substitutions in order; a clean one has none."""

    name: str
    dialect: str
    text: str
    gold: tuple[Gold, ...]

    @property
    def original(self) -> str:
        """The text before it was spun."""
        return splice(self.text, ((g.start, g.end, g.wordings[0]) for g in self.gold))

    def noticeable(self, start: int, end: int) -> bool:
        """Whether a range meets a substitution that a reader would notice."""
        return any(g.start < end and start < g.end and not g.harmless for g in self.gold)


def parse_inline(name: str, dialect: str, source: str) -> Article:
    """An article from its inline notation.

    Raises:
        ValueError: brackets are left over, as after a slip of the pen.
    """
    out: list[str] = []
    gold: list[Gold] = []
    at = length = 0
    for match in _SUBSTITUTION.finditer(source):
        before = source[at : match.start()]
        out += [before, match.group(2)]
        start = length + len(before)
        length = start + len(match.group(2))
        gold.append(Gold(start, length, tuple(match.group(3).split("|")), match.group(1) == "~"))
        at = match.end()
    text = "".join([*out, source[at:]])
    if "[[" in text or "]]" in text:
        raise ValueError(f"{name}: unbalanced brackets")
    return Article(name, dialect, text, tuple(gold))


def hand_spun(folder: Path | None = None) -> list[Article]:
    """The articles of `data/eval/spun`, written and spun by hand; `NN-dialect-topic.txt`."""
    return [
        parse_inline(path.stem, path.stem.split("-")[1].upper(), path.read_text(encoding="utf-8"))
        for path in sorted(((folder or eval_dir()) / "spun").glob("*.txt"))
    ]


def hand_tuning() -> list[Article]:
    """The articles of `data/tuning`, written and spun by hand, too, that scores are calibrated on."""
    return hand_spun(tuning_dir())


def hand_training() -> list[Article]:
    """The articles of `data/training`, written and spun by hand, too, that the models are trained on."""
    return hand_spun(training_dir())


def clean(folder: Path | None = None) -> list[Article]:
    """The articles of `data/eval/clean`."""
    return [
        Article(path.stem, "clean", path.read_text(encoding="utf-8"), ())
        for path in sorted(((folder or eval_dir()) / "clean").glob("*.txt"))
    ]


def machine_spun(
    articles: Sequence[tuple[str, list[str]]], dialects: Sequence[Dialect], seed: int, clean_sentences: float = 0.15
) -> Iterator[Article]:
    """Clean articles (name, sentences), each spun by a spinner of the next of `dialects` that no training met."""
    rng = random.Random(seed)
    loaded = cache(load)
    for n, (name, sentences) in enumerate(articles):
        dialect = dialects[n % len(dialects)]
        persona = Persona(loaded(dialect.lexicon), dialect, rng.getrandbits(32))
        parts = [Spun(s, ()) if rng.random() < clean_sentences else spin(s, persona, rng) for s in sentences]
        spun = join(parts)
        yield Article(
            name, dialect.name, spun.text, tuple(Gold(s.start, s.end, (s.original,)) for s in spun.substitutions)
        )


def held_out(corpus: Path, count: int, seed: int = 20) -> list[Article]:
    """`count` articles of a corpus that training never sees, one half spun dialect by dialect, the other clean."""
    from textrepair.train.corpus import is_held_out, prepare

    rows = prepare(corpus).filter(lambda row: is_held_out(row["id"])).shuffle(seed=seed)
    chosen = [
        (f"{row['source']}-{row['id']}", row["sentences"][:30]) for row in rows if 6 <= len(row["sentences"]) <= 120
    ][:count]
    half = len(chosen) // 2
    spun = list(machine_spun(chosen[:half], list(load_dialects().dialects.values()), seed))
    return spun + [Article(name, "clean", " ".join(sentences), ()) for name, sentences in chosen[half:]]


def to_object(article: Article) -> dict[str, object]:
    """An article as one line of `articles.jsonl`."""
    return {
        "id": article.name,
        "dialect": article.dialect,
        "topic": article.name.split("-", 1 if article.dialect == "clean" else 2)[-1],
        "text": article.text,
        "original": article.original,
        "edits": [
            {
                "start": g.start,
                "end": g.end,
                "spun": article.text[g.start : g.end],
                "gold": list(g.wordings),
                "harmless": g.harmless,
            }
            for g in article.gold
        ],
    }


def write_dataset() -> Iterator[Path]:
    """Write the articles as `articles.jsonl` beside them, for those who load `data/` as a dataset."""
    evaluation = [*hand_spun(), *clean()]
    for folder, articles in (
        (eval_dir(), evaluation),
        (tuning_dir(), hand_tuning()),
        (training_dir(), hand_training()),
    ):
        target = folder / "articles.jsonl"
        lines = [json.dumps(to_object(a), ensure_ascii=False) for a in articles]
        target.write_text("\n".join(lines) + "\n", encoding="utf-8")
        yield target


if __name__ == "__main__":
    print(*write_dataset(), sep="\n")
