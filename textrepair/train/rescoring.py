"""Fits the weights of rescoring: how much the language model counts beside the scorer, from spans whose originals are
known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from textrepair.evidence import Floats
from textrepair.language_model import LanguageModel
from textrepair.proposals import Option
from textrepair.rescoring import AROUND, BEFORE, EVIDENCE, FOLLOWING, evidence, parts, weighed
from textrepair.sentences import split_sentences
from textrepair.train.choices import Choice, fit_linear

RIDGE = 1e-3

Weights = tuple[float, ...]


@dataclass(frozen=True)
class Doubted:
    """A span in doubt.

    Attributes:
        option: the span and its wordings, as the scorer sees them.
        best: the likeliest of them.
        gains: what the model says of these, and of what follows them; shape (wordings, 2).
        right: which of these are right; shape (wordings,).
    """

    option: Option
    best: Option
    gains: Floats
    right: NDArray[np.bool_]

    @property
    def before(self) -> Floats:
        """`rescoring.evidence` when the model has read what comes before; shape (wordings, `EVIDENCE`)."""
        return evidence(self.option, self.best, self.gains * (1, 0))

    @property
    def around(self) -> Floats:
        """The same when it has read what follows, too."""
        return evidence(self.option, self.best, self.gains)

    def decided(self, before: Weights, around: Weights) -> Option:
        """The option after both readings, as `Rescorer.rescored` has it."""
        option = weighed(self.option, self.before, before)
        if not AROUND.about(option):
            return option
        heard = dict(zip(self.best.wordings, self.gains, strict=True))
        best = option.best(AROUND.wordings)
        if not heard.keys() >= set(best.wordings):
            return option  # one that has not been heard is among them: too rare to hear it for this
        return weighed(option, evidence(self.option, best, np.array([heard[w] for w in best.wordings])), around)


def doubted(
    model: LanguageModel, text: str, options: Sequence[Option], right: Callable[[Option], bool]
) -> Iterator[tuple[int, Doubted]]:
    """The spans of an article that are in doubt, with their indices in `options`.

    Args:
        model: reads the article.
        text: the article.
        options: its suspicious spans, as the scorer sees them.
        right: whether the likeliest wording of an option is right.
    """
    for part, inside in parts(model, text, split_sentences(text), options):
        offered = [options[n].best(BEFORE.wordings) for n in inside]
        for n, best, gains in zip(inside, offered, part.gains(offered, FOLLOWING), strict=True):
            labels = [right(Option(best.span, (wording,), (1.0,))) for wording in best.wordings]
            yield n, Doubted(options[n], best, gains, np.array(labels))


def fit_rescoring(spans: Sequence[Doubted]) -> tuple[Weights, Weights]:
    """`Calibration.before` and `Calibration.around`."""
    before = _fit([Choice(s.before, s.right) for s in spans])
    still = [s for s in spans if AROUND.about(weighed(s.option, s.before, before))]
    return before, _fit([Choice(s.around, s.right) for s in still or spans])


def _fit(choices: Sequence[Choice]) -> Weights:
    start = [1.0] + [0.0] * (EVIDENCE - 1)
    return tuple(round(float(w), 3) for w in fit_linear(choices, start, RIDGE))
