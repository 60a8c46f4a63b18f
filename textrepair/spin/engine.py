"""The corruption model: one pass over a text that replaces words by what a spinner would print for them."""

from __future__ import annotations

import random
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from textrepair.casing import match_case, starts_sentence
from textrepair.protected import overlaps, protected_ranges
from textrepair.spin import habits
from textrepair.spin.dialect import Dialect
from textrepair.spin.lexicon import Form, Lexicon
from textrepair.splicing import splice

_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W\d_]+(?:[-'’][^\W\d_]+)*")  # noqa: RUF001
_POSSESSIVE = re.compile(r"['’]s?$")  # noqa: RUF001


@dataclass(frozen=True)
class Substitution:
    """A replaced stretch: `spun_text[start:end]` stands where the clean text had `original`."""

    start: int
    end: int
    original: str


@dataclass(frozen=True)
class Spun:
    """Spun text and its substitutions in order; undoing all of them gives the clean text, character for character."""

    text: str
    substitutions: tuple[Substitution, ...]

    def restore(self) -> str:
        """The clean text."""
        return splice(self.text, ((s.start, s.end, s.original) for s in self.substitutions))


def join(parts: Sequence[Spun]) -> Spun:
    """Sentences as one text, a space between them."""
    substitutions, length = [], 0
    for part in parts:
        substitutions += [Substitution(s.start + length, s.end + length, s.original) for s in part.substitutions]
        length += len(part.text) + 1
    return Spun(" ".join(part.text for part in parts), tuple(substitutions))


def _unit(seed: int, key: str, salt: int) -> float:
    """A number in 0..1 that depends only on its arguments (and, unlike `hash`, not on the process)."""
    mixed = (zlib.crc32(key.encode(), seed & 0xFFFFFFFF) + salt * 0x9E3779B9) & 0xFFFFFFFF
    mixed ^= mixed >> 16
    mixed = mixed * 0x85EBCA6B & 0xFFFFFFFF
    mixed ^= mixed >> 13
    mixed = mixed * 0xC2B2AE35 & 0xFFFFFFFF
    mixed ^= mixed >> 16
    return mixed / 0x1_0000_0000


def kind(original: str, form: str) -> str:
    """The shape of a substitution: `1-1`, `1-n` (the spun side is longer), `n-1` or `n-n`, in words."""
    return ("n" if " " in original else "1") + "-" + ("n" if " " in form else "1")


class Persona:
    """One spinner at work: a dialect with its habits fixed by a seed.

    A spinner's dictionary holds some words and not others, and turns an original into one to three forms that
    recur in every article.  The seed decides both, so two personas of a dialect are two spinners alike.
    """

    def __init__(self, lexicon: Lexicon, dialect: Dialect, seed: int, rate: float = 1.0) -> None:
        self.lexicon, self.dialect, self.seed, self.rate = lexicon, dialect, seed, rate
        self._habits: dict[tuple[str, bool], tuple[float, list[str], list[float]] | None] = {}

    def habit(self, head: str, cased: bool) -> tuple[float, list[str], list[float]] | None:
        """(rate, forms, cumulative weights) of a head, or None where this spinner leaves it alone."""
        key = head, cased
        if key not in self._habits:
            table = self.lexicon.cased if cased else self.lexicon.forms
            self._habits[key] = self._make_habit(head, cased, table.get(head, ()))
        return self._habits[key]

    def _make_habit(self, head: str, cased: bool, forms: Sequence[Form]) -> tuple[float, list[str], list[float]] | None:
        if not forms:
            return None
        dialect = self.dialect
        if _unit(self.seed, head, 0) >= min(0.97, self.rate * dialect.share_of(head, cased)):
            return None
        weighted = [(form, form.weight * dialect.kinds[kind(head, form.text)]) for form in forms]
        wanted = 1 + (_unit(self.seed, head, 1) > 0.5) + (_unit(self.seed, head, 2) > 0.65)
        chosen: list[Form] = []
        for turn in range(min(wanted, len(weighted))):
            total = sum(weight for _, weight in weighted)
            if total <= 0:
                break
            mark = _unit(self.seed, head, 3 + turn) * total
            for index, (form, weight) in enumerate(weighted):
                mark -= weight
                if mark < 0 or index == len(weighted) - 1:
                    chosen.append(form)
                    del weighted[index]
                    break
        if not chosen:
            return None
        rate = dialect.steadiness + (1 - dialect.steadiness) * _unit(self.seed, head, 9)
        return rate, [form.text for form in chosen], list(accumulate((1.0, 0.35, 0.2)[: len(chosen)]))


def spin(text: str, persona: Persona, rng: random.Random) -> Spun:
    """Replace words of `text` as `persona` does; `rng` decides occurrence by occurrence."""
    guarded = protected_ranges(text)
    words = [m for m in _WORD.finditer(text) if not overlaps(m.start(), m.end(), guarded)]
    out: list[str] = []
    done: list[Substitution] = []
    at = length = 0
    for start, end, form in _replacements(text, words, persona, rng):
        original = text[start:end]
        form = match_case(form, original, starts_sentence(text, start))
        if form == original:
            continue
        out += [text[at:start], form]
        length += start - at
        done.append(Substitution(length, length + len(form), original))
        length += len(form)
        at = end
    return Spun("".join([*out, text[at:]]), tuple(done))


def _replacements(
    text: str, words: list[re.Match[str]], persona: Persona, rng: random.Random
) -> Iterator[tuple[int, int, str]]:
    """(start, end, form) of each replacement, longest heads first."""
    surfaces = [m.group() for m in words]
    lowered = [s.lower().replace("’", "'") for s in surfaces]  # noqa: RUF001
    longest = persona.lexicon.longest
    i = 0
    while i < len(words):
        step = 1
        reach = longest.get(lowered[i], 1)
        for size in range(min(reach, len(words) - i), 1, -1):
            last = words[i + size - 1]
            start, end = words[i].start(), last.end()
            if (
                text.count(" ", start, end) != size - 1
                or end - start != sum(map(len, surfaces[i : i + size])) + size - 1
            ):
                continue
            surface = text[start:end]
            form = habits.special(surface, persona.dialect, rng) or _draw(
                persona, rng, surface, " ".join(lowered[i : i + size])
            )
            if form:
                yield start, end, form
                step = size
                break
        else:
            yield from _single(words[i], lowered[i], persona, rng)
        i += step


def _single(word: re.Match[str], lowered: str, persona: Persona, rng: random.Random) -> Iterator[tuple[int, int, str]]:
    surface, start = word.group(), word.start()
    special = habits.special(surface, persona.dialect, rng)
    form = special or _draw(persona, rng, surface, lowered)
    if form:
        yield start, word.end(), form
        return
    ending = _POSSESSIVE.search(surface)
    if ending and ending.start():
        form = _draw(persona, rng, surface[: ending.start()], lowered[: ending.start()])
        if form:
            yield start, start + ending.start(), form
    elif "-" in surface and rng.random() < persona.dialect.compounds:
        at = start
        for part in surface.split("-"):
            form = _draw(persona, rng, part, part.lower())
            if form:
                yield at, at + len(part), form
                return
            at += len(part) + 1


def _draw(persona: Persona, rng: random.Random, surface: str, lowered: str) -> str | None:
    habit = persona.habit(surface, True) if surface != lowered else None
    habit = habit or persona.habit(lowered, False)
    if habit is None:
        return None
    rate, forms, cumulative = habit
    # A capital inside a sentence is a name more often than not; dialects differ in how often they break names.
    if surface[0].isupper() and surface != lowered and rng.random() > persona.dialect.names:
        return None
    if rng.random() >= rate:
        return None
    return rng.choices(forms, cum_weights=cumulative)[0] if len(forms) > 1 else forms[0]
