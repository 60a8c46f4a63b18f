"""A baseline: the findings of a day, so that later only new ones are reported.

A finding is known by the wording of its sentence, not by its line, so that it stays known when text around it changes,
and becomes new when somebody rewrites the sentence.  The edits in a sentence do not count: what is proposed depends on
the sentences around it as well.
"""

from __future__ import annotations

import hashlib
import json
import os
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from textrepair import files
from textrepair.editorial.engine import Outcome, Repaired
from textrepair.editorial.policy import restricted
from textrepair.errors import InputError
from textrepair.findings import Finding, findings
from textrepair.results import Edit, Repair, Sentence

SCHEMA = 1
"""Version of the file."""


class Baseline:
    """Findings on record.

    Args:
        path: the file; other paths in it are relative to its folder.
        known: how often each finding occurs in each article.
    """

    def __init__(self, path: Path, known: dict[str, Counter[str]] | None = None) -> None:
        self.path, self._known = path, known or {}

    @classmethod
    def read(cls, path: Path) -> Baseline:
        """The baseline in a file.

        Raises:
            InputError: it cannot be read, or is no baseline.
        """
        try:
            raw = json.loads(files.read(path).text)
            if raw["schema"] != SCHEMA:
                raise InputError(f"{path}: a baseline of another version of textrepair")
            known = {name: Counter({str(k): int(n) for k, n in keys.items()}) for name, keys in raw["findings"].items()}
        except (ValueError, KeyError, TypeError, AttributeError):
            raise InputError(f"{path}: not a baseline of textrepair") from None
        return cls(path, known)

    def record(self, article: Path, repair: Repair) -> None:
        """Put the findings of an article on record, in place of what was known of it."""
        keys = Counter(_key(repair, finding) for finding in findings(repair))
        self._known.pop(self._name(article), None)
        if keys:
            self._known[self._name(article)] = keys

    def write(self) -> None:
        """Write the file; articles that are gone are left out.

        Raises:
            InputError: it cannot be written.
        """
        folder = self.path.parent
        known = {name: dict(sorted(k.items())) for name, k in sorted(self._known.items()) if (folder / name).exists()}
        content = json.dumps({"schema": SCHEMA, "findings": known}, indent=1, ensure_ascii=False)
        files.write(self.path, (content + "\n").encode("utf-8", "surrogateescape"))

    @property
    def size(self) -> int:
        """How many findings are on record."""
        return sum(sum(keys.values()) for keys in self._known.values())

    def new_in(self, article: Path, repair: Repair) -> Repair:
        """The repair with only those findings that are not on record."""
        left = Counter(self._known.get(self._name(article), ()))
        new: set[Edit | Sentence] = set()
        for finding in findings(repair):
            key = _key(repair, finding)
            if left[key] > 0:
                left[key] -= 1
            else:
                new |= {finding.sentence, *finding.edits}
        return restricted(repair, new.__contains__, new.__contains__)

    def compared(self, outcomes: Iterable[Outcome], record: bool = False) -> Iterator[Outcome]:
        """The outcomes with only those findings that are not on record.

        Args:
            outcomes: of any articles.
            record: whether to put their findings on record first.
        """
        for outcome in outcomes:
            if isinstance(outcome, Repaired):
                if record:
                    self.record(outcome.input.place, outcome.repair)
                outcome = replace(outcome, repair=self.new_in(outcome.input.place, outcome.repair))
            yield outcome

    def _name(self, article: Path) -> str:
        return Path(os.path.relpath(article, self.path.parent)).as_posix()


def _key(repair: Repair, finding: Finding) -> str:
    return fingerprint(repair.text[finding.sentence.start : finding.sentence.end])


def fingerprint(*texts: str) -> str:
    """What texts are known by, whatever white space is between their words."""
    normal = [" ".join(unicodedata.normalize("NFC", text).split()) for text in texts]
    return hashlib.sha256(json.dumps(normal).encode()).hexdigest()[:16]
