"""Rescoring: a language model reads the restored text and has its say on wordings that are still in doubt.

The scorer knows what spinners print; the model knows what people write.  It reads each part of the article once, as
restored so far, and scores the wordings in doubt as branches off it: first by what stands before them, and those that
still are in doubt then by what follows, too.  A weighted sum of the scorer's log-odds and the model's gains over what
stands there (log-linear interpolation) gives the new chances.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from textrepair.evidence import Calibration, Floats
from textrepair.features import OF_WORDING
from textrepair.language_model import Branch, LanguageModel
from textrepair.proposals import Change, Option, as_edit, likely_changes
from textrepair.splicing import splice

PART = 1300
"""Characters of a part of an article that the model reads at once, besides the sentence before it."""

FOLLOWING = 4
"""Words after a wording that are scored with it, the second time."""

MOST = 15.0
"""Nats of a gain that count; beyond them it says nothing more."""

EVIDENCE = 7 + OF_WORDING
"""Columns of `evidence`."""

_WORD = re.compile(r"\s*\S+")


@dataclass(frozen=True)
class Doubt:
    """Spans are in doubt if their best chance lies between `low` and `high`; `wordings` of each are scored."""

    low: float
    high: float
    wordings: int

    def about(self, option: Option) -> bool:
        """Whether a span is in doubt."""
        return self.low < option.score < self.high


BEFORE, AROUND = Doubt(0.1, 0.95, 3), Doubt(0.2, 0.8, 3)
"""What is in doubt when the model has read nothing yet, and when it has read what comes before."""


class Rescorer:
    """Gives the language model its say.

    Args:
        model: the language model.
        calibration: its `before` and `around` weigh what the model says.
    """

    def __init__(self, model: LanguageModel, calibration: Calibration) -> None:
        self.model = model
        self._before, self._around = calibration.before, calibration.around

    def rescored(self, text: str, sentences: Sequence[tuple[int, int]], options: Sequence[Option]) -> list[Option]:
        """The options with the chances that they have after rescoring, in the same order.

        Args:
            text: the article.
            sentences: half-open ranges of its sentences, in order.
            options: the likeliest wordings of its suspicious spans, which may overlap.
        """
        found = list(options)
        for part, doubted in parts(self.model, text, sentences, options):
            for doubt, following, weights in ((BEFORE, 0, self._before), (AROUND, FOLLOWING, self._around)):
                doubted = [n for n in doubted if doubt.about(found[n])]
                offered = [found[n].best(doubt.wordings) for n in doubted]
                for n, best, gains in zip(doubted, offered, part.gains(offered, following), strict=True):
                    found[n] = weighed(found[n], evidence(options[n], best, gains), weights)
        return found


def parts(
    model: LanguageModel, text: str, sentences: Sequence[tuple[int, int]], options: Sequence[Option]
) -> Iterator[tuple[Part, list[int]]]:
    """The parts of an article that hold spans in doubt, and the indices of those spans in `options`.

    Arguments as for `Rescorer.rescored`.
    """
    changes = likely_changes(text, options)
    doubted = sorted((n for n, o in enumerate(options) if BEFORE.about(o)), key=lambda n: options[n].span.start)
    for context, start, end in _ranges(sentences):
        first, last = (bisect_left(doubted, at, key=lambda n: options[n].span.start) for at in (start, end))
        inside = [n for n in doubted[first:last] if options[n].span.end <= end]
        if inside:
            first, last = (bisect_left(changes, (at, at, "")) for at in (context, end))
            yield Part(model, text, context, end, [c for c in changes[first:last] if c[1] <= end]), inside


def _ranges(sentences: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Runs of whole sentences of about `PART` characters: start of the sentence before, start, end."""
    first = 0
    for n, (_, end) in enumerate(sentences):
        if n + 1 == len(sentences) or sentences[n + 1][1] - sentences[first][0] > PART:
            yield sentences[max(0, first - 1)][0], sentences[first][0], end
            first = n + 1


def evidence(prior: Option, best: Option, gains: Floats) -> Floats:
    """The evidence about each wording of `best`; shape (wordings, `EVIDENCE`).

    That is its log-odds in `prior` against none being right, the gain of itself, the gain of what follows, 1, what is
    negative of either gain, how far both gains together lie behind the best of the others, and its features.
    """
    chances = dict(zip(prior.wordings, prior.chances, strict=True))
    none = max(1 - sum(prior.chances), 1e-6)
    own = np.log([max(chances[wording], 1e-6) / none for wording in best.wordings])
    total = gains.sum(axis=1)
    nothing = np.zeros(OF_WORDING)
    features = [prior.features.get(wording, nothing) for wording in best.wordings]
    ones = np.ones(len(own))
    return np.column_stack([own, gains, ones, np.minimum(gains, 0), total - total.max(), np.array(features)])


def weighed(option: Option, rows: Floats, weights: Sequence[float]) -> Option:
    """An option after its first wordings got new evidence; the others share the fate of "none is right".

    Args:
        option: the span, likeliest wordings first.
        rows: `evidence` about the first of them.
        weights: of the columns; those that it has no weights for do not count.
    """
    odds = np.exp(np.clip(rows[:, : len(weights)] @ np.array(weights), -30, 30))
    none, scored = 1 / (1 + odds.sum()), len(odds)
    rest = np.array(option.chances[scored:]) * none / max(1 - sum(option.chances[:scored]), 1e-6)
    ranked = sorted(zip([*(odds * none), *rest], option.wordings, strict=True), key=lambda item: -item[0])
    return replace(option, wordings=tuple(w for _, w in ranked), chances=tuple(float(c) for c, _ in ranked))


class Part:
    """A part of an article that the model reads at once, restored as far as it is known by now.

    Args:
        model: reads it.
        text: the article.
        start, end: the part's half-open range.
        changes: the likeliest changes to it, in order, not overlapping; all of them inside.
    """

    def __init__(self, model: LanguageModel, text: str, start: int, end: int, changes: Sequence[Change]) -> None:
        self._text, self._start, self._changes = text, start, changes
        self._trunk = splice(text, changes, start, end)
        self._tree = model.read(self._trunk)

    def gains(self, options: Sequence[Option], following: int) -> list[Floats]:
        """How many nats likelier than what stands there the model finds each wording, and what follows it.

        Args:
            options: spans of the part with their wordings.
            following: words after a wording that count.

        Returns:
            An array of shape (wordings, 2) for each of `options`.
        """
        plans = [self._branches(option, following) for option in options]
        scores = self._tree.score([branch for plan in plans for branch in plan])
        ends = np.cumsum([len(plan) for plan in plans])
        own = [scores[end - len(plan) : end] for plan, end in zip(plans, ends, strict=True)]
        return [np.clip(found[1:] - found[0], -MOST, MOST) for found in own]

    def _branches(self, option: Option, following: int) -> list[Branch]:
        """What stands in a span, and after it each of its wordings.

        A branch leaves the trunk where the first of them changes anything, and comes back where all of them, and all
        likely changes that they touch, are over.
        """
        text, span = self._text, option.span
        edits = [as_edit(text, replace(option, wordings=(w,), chances=(1.0,)), True) for w in option.wordings]
        start, end = min([span.start, *(e.start for e in edits)]), span.end
        for first, last, _ in self._changes:
            if first < end and start < last:
                start, end = min(start, first), max(end, last)
        bodies = [text[start:end], *(text[start : e.start] + e.replacement + text[e.end : end] for e in edits)]
        after = "".join(m.group() for m in islice(_WORD.finditer(self._trunk, self._place(end)), following))
        return [Branch(self._place(start), body, after) for body in bodies]

    def _place(self, at: int) -> int:
        """The place in the trunk of a place in the article that lies inside no change."""
        return at - self._start + sum(len(new) - (last - first) for first, last, new in self._changes if last <= at)
