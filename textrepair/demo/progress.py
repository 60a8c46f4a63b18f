"""A repair that says how far it is."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from typing import Any, TypeVar

from textrepair.repairer import ROUNDS, Repairer
from textrepair.results import Repair, Span
from textrepair.windows import Window

M = TypeVar("M")


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

# The language model takes half of the time, and the rounds after the first next to nothing.
_READ = (0.05, 0.85, 0.92)
_REWRITE = (0.1, 0.88, 0.95)
_WEIGH = (0.45, 0.9, 0.97)
_WEIGHED = (0.85, 0.92, 0.99)


def repair_in_stages(repairer: Repairer, text: str) -> Iterator[Stage | Repair]:
    """Repair a text by the very calls that the command makes, and tell each stage when it begins.

    Yields:
        Stages, then the repair.
    """
    told: queue.Queue[Stage | Repair | BaseException] = queue.Queue()

    def work() -> None:
        try:
            watched, rounds = copy(repairer), _Rounds()
            watched.detector = _watched(repairer.detector, "detect", told.put, rounds.reading)
            watched.rewriter = _watched(repairer.rewriter, "rewrite", told.put, rounds.restoring)
            if repairer.language_model:
                watched.language_model = _watched(repairer.language_model, "read", told.put, rounds.weighing)
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


def _watched(model: M, method: str, report: Report, stage: Callable[..., Stage]) -> M:
    """The model, but each call of a method is reported before it is made.

    It stays a model of its class: what a repairer does depends on which one it has.

    Args:
        model: what to watch; it is left as it is.
        method: name of the method.
        report: gets the stages.
        stage: makes a stage of the arguments of a call.
    """
    watched, call = copy(model), getattr(model, method)

    def watch(*arguments: Any) -> Any:
        report(stage(*arguments))
        return call(*arguments)

    setattr(watched, method, watch)
    return watched


class _Rounds:
    """Counts the rounds of a repair: each begins with one reading, and rewrites as often as spans overlap."""

    def __init__(self) -> None:
        self._round, self._part = -1, 0

    def reading(self, _windows: list[Window]) -> Stage:
        self._round, self._part = self._round + 1, 0
        doing = "Checking the restored text" if self._round else "Reading the article"
        return Stage(doing, _READ[min(self._round, ROUNDS - 1)])

    def restoring(self, _text: str, _windows: list[Window], spans: list[list[Span]]) -> Stage:
        number = sum(map(len, spans))
        doing = f"Restoring {number} {'passage' if number == 1 else 'passages'}"
        return Stage(doing, _REWRITE[min(self._round, ROUNDS - 1)])

    def weighing(self, _part: str) -> Stage:
        n = min(self._round, ROUNDS - 1)
        # How many parts there will be is not known: each takes a quarter of the way that is left.
        left = (_WEIGHED[n] - _WEIGH[n]) * 0.75**self._part
        self._part += 1
        return Stage("Weighing wordings in doubt", _WEIGHED[n] - left)
