"""textrepair finds words that a program replaced by synonyms, and restores them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textrepair.repairer import Repairer
    from textrepair.results import Edit, Repair, Sentence

__all__ = ["Edit", "Repair", "Repairer", "Sentence"]


def __getattr__(name: str) -> object:
    """Import on first use, so that `textrepair --help` does not wait for numpy."""
    if name == "Repairer":
        from textrepair.repairer import Repairer

        return Repairer
    if name in __all__:
        from textrepair import results

        return getattr(results, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
