"""The lexicon turned round: for a spun wording, the originals it may stand for."""

from __future__ import annotations

from pathlib import Path

from textrepair.errors import ModelError


class Candidates:
    """Look-up in a sorted text file of lines `spun<TAB>original<TAB>original...`, likeliest original first.

    The file is read as it is and searched by bisection, so that a run that needs a hundred of its hundred thousand
    lines does not parse the others.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content

    @classmethod
    def from_file(cls, path: Path) -> Candidates:
        """Read a file written by `textrepair.train.export`.

        Raises:
            ModelError: the file is missing.
        """
        try:
            return cls(path.read_bytes())
        except OSError as error:
            raise ModelError(f"no list of candidates at {path}") from error

    def originals(self, spun: str) -> list[str]:
        """What `spun` (in any case, words separated by single spaces) may stand for; empty if it is not known."""
        key = spun.lower().encode() + b"\t"
        content = self._content
        low, high = 0, len(content)
        while low < high:  # low and high are starts of lines; the answer, if any, begins in low..high
            start = content.rfind(b"\n", low, (low + high) // 2) + 1 or low
            end = content.find(b"\n", start) + 1 or len(content)
            if content.startswith(key, start):
                return content[start + len(key) : end].decode().rstrip("\n").split("\t")
            if content[start:end] < key:
                low = end
            else:
                high = start
        return []
