"""A repair that says how far it is."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass

from textrepair.detector import Detector, Word
from textrepair.repairer import ROUNDS, Repairer
from textrepair.results import Repair, Span
from textrepair.rewriter import Rewrite, Rewriter
from textrepair.windows import Window


@dataclass(frozen=True)
class Stage:
    """What a repair is doing.

    Attributes:
        doing: in words.
        done: the share of the work that is behind it (0..1).
    """

    doing: str
    done: float


Report = Callable[[Stage], None]

# Reading takes about as long as rewriting does, and the rounds after the first rewrite next to nothing.
_READ = (0.05, 0.7, 0.85)
_REWRITE = (0.35, 0.8, 0.95)


def repair_in_stages(repairer: Repairer, text: str) -> Iterator[Stage | Repair]:
    """Repair a text by the very calls that the command makes, and tell each stage when it begins.

    Yields:
        Stages, then the repair.
    """
    told: queue.Queue[Stage | Repair | BaseException] = queue.Queue()

    def work() -> None:
        try:
            watched = copy(repairer)
            watched.detector = _WatchedDetector(repairer.detector, told.put)
            watched.rewriter = _WatchedRewriter(repairer.rewriter, told.put)
            told.put(watched.repair(text))
        except BaseException as error:
            told.put(error)

    threading.Thread(target=work, daemon=True).start()
    while True:
        news = told.get()
        if isinstance(news, BaseException):
            raise news
        yield news
        if isinstance(news, Repair):
            return


class _WatchedDetector(Detector):
    """A detector that reports when it is asked."""

    def __init__(self, inner: Detector, report: Report) -> None:
        self._inner, self._report = inner, report
        self.tokenizer = inner.tokenizer
        self._asked = 0

    def detect(self, windows: list[Window]) -> list[list[Word]]:
        doing = "Checking the restored text" if self._asked else "Reading the article"
        self._report(Stage(doing, _READ[min(self._asked, ROUNDS - 1)]))
        self._asked += 1
        return self._inner.detect(windows)


class _WatchedRewriter:
    """A rewriter that reports when it is asked."""

    def __init__(self, inner: Rewriter, report: Report) -> None:
        self._inner, self._report = inner, report
        self._asked = 0

    def rewrite(self, text: str, windows: list[Window], spans: list[list[Span]]) -> list[list[Rewrite]]:
        number = sum(map(len, spans))
        doing = f"Restoring {number} {'passage' if number == 1 else 'passages'}"
        self._report(Stage(doing, _REWRITE[min(self._asked, ROUNDS - 1)]))
        self._asked += 1
        return self._inner.rewrite(text, windows, spans)
