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
from textrepair.rescoring import AROUND, BEFORE, FOLLOWING, evidence, parts, weighed
from textrepair.sentences import split_sentences
from textrepair.train.choices import Choice, fit_linear

RIDGE = 1e-3

Weights = tuple[float, ...]


@dataclass(frozen=True)
class Doubted:
    """A span in doubt.

    Attributes:
        option: the span and its wordings, as the scorer sees them.
        rows: `rescoring.evidence` about the likeliest of them, what follows included; shape (wordings, 4).
        right: which of these are right; shape (wordings,).
    """

    option: Option
    rows: Floats
    right: NDArray[np.bool_]

    def decided(self, before: Weights, around: Weights) -> Option:
        """The option after both readings, as `Rescorer.rescored` has it."""
        option = weighed(self.option, self.rows, before)
        if not AROUND.about(option):
            return option
        heard = dict(zip(self.option.wordings, self.rows, strict=False))
        best = [w for w in option.wordings[: AROUND.wordings] if w in heard]
        if best != list(option.wordings[: len(best)]):
            return option  # one that has not been heard is among them: too rare to hear it for this
        return weighed(option, np.array([heard[w] for w in best]), around)


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
            yield n, Doubted(options[n], evidence(options[n], best, gains), np.array(labels))


def fit_rescoring(spans: Sequence[Doubted]) -> tuple[Weights, Weights]:
    """`Calibration.before` and `Calibration.around`."""
    before = _fit([Choice(s.rows * (1, 1, 0, 1), s.right) for s in spans])
    still = [s for s in spans if AROUND.about(weighed(s.option, s.rows, before))]
    return before, _fit([Choice(s.rows, s.right) for s in still or spans])


def _fit(choices: Sequence[Choice]) -> Weights:
    return tuple(round(float(w), 3) for w in fit_linear(choices, (1.0, 0.0, 0.0, 0.0), RIDGE))
