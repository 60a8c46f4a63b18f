"""One JSON object for each article, one a line: schema 1, see `textrepair.results.RepairObject`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from textrepair.editorial.engine import Outcome, Repaired


def lines(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """A line for each article that could be read."""
    for outcome in outcomes:
        if isinstance(outcome, Repaired):
            yield json.dumps(outcome.located.to_object(outcome.name), ensure_ascii=False)
