"""Spans as the run-time path finds them, so that the rewriter is trained on what it will be asked."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from textrepair.detector import Detector
from textrepair.evidence import Calibration, weigh
from textrepair.protected import protected_ranges
from textrepair.results import Span
from textrepair.spans import find_spans
from textrepair.tokenization import Pieces
from textrepair.windows import Window


class SpanFinder:
    """A detector, what the lexicon knows, and a calibration, asked about one window at a time.

    Args:
        detector: the one that the rewriter will work with.
        knows: whether spinners are known to print a wording (lower case, single spaces).
        calibration: of the detector.
    """

    def __init__(self, detector: Detector, knows: Callable[[str], bool], calibration: Calibration) -> None:
        self._detector, self._knows, self._calibration = detector, knows, calibration

    def spans(self, text: str, pieces: Pieces) -> list[Span]:
        """The suspicious spans of a window's text, in order; the window stands for its article."""
        (words,) = self._detector.detect([Window(0, len(text), pieces)])
        evidence = weigh(np.array([w.substituted for w in words]), self._calibration)
        threshold = self._calibration.span
        return find_spans(text, words, list(evidence.words), protected_ranges(text), threshold, self._knows)
