"""A repair that says how far it is."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from itertools import count
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
            watched.detector = _watched(repairer.detector, "detect", _reading(told.put))
            watched.rewriter = _watched(repairer.rewriter, "rewrite", _restoring(told.put))
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


def _watched(model: M, method: str, tell: Callable[..., None]) -> M:
    """The model, but `tell` gets the arguments of each call of a method before it is made.

    It stays a model of its class: what a repairer does depends on which one it has.
    """
    told, call = copy(model), getattr(model, method)

    def watch(*arguments: Any) -> Any:
        tell(*arguments)
        return call(*arguments)

    setattr(told, method, watch)
    return told


def _reading(report: Report) -> Callable[..., None]:
    rounds = count()

    def tell(windows: list[Window]) -> None:
        n = next(rounds)
        report(Stage("Checking the restored text" if n else "Reading the article", _READ[min(n, ROUNDS - 1)]))

    return tell


def _restoring(report: Report) -> Callable[..., None]:
    rounds = count()

    def tell(text: str, windows: list[Window], spans: list[list[Span]]) -> None:
        number = sum(map(len, spans))
        doing = f"Restoring {number} {'passage' if number == 1 else 'passages'}"
        report(Stage(doing, _REWRITE[min(next(rounds), ROUNDS - 1)]))

    return tell
