"""A repair as a patch."""

from __future__ import annotations

import difflib
import os
import re
from itertools import groupby
from typing import Any

from textrepair.results import Repair

_NEEDS_QUOTES = re.compile(r'[\x00-\x1f\x7f"\\\ud800-\udfff]')
_ESCAPES = {7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r", 34: '"', 92: "\\"}


def unified_diff(repair: Repair, path: str) -> str:
    """The changes as a unified diff with three lines of context, for `patch -p0` and `git apply -p0`.

    Args:
        repair: what to show.
        path: the file that the patch is for, relative to where it will be applied.

    Returns:
        The patch, line ends inside it as in the input; empty if nothing changed.
    """
    if not repair.changed:
        return ""
    name = _file_name(path)
    old, new = _lines(repair.text), _lines(repair.restored)
    out = [f"--- {name}\n", f"+++ {name}\n"]
    for group in _Matcher(old, new).get_grouped_opcodes(3):
        (_, old_start, _, new_start, _), (_, _, old_end, _, new_end) = group[0], group[-1]
        out.append(f"@@ -{_range(old_start, old_end)} +{_range(new_start, new_end)} @@\n")
        for kind, i, i_end, j, j_end in group:
            if kind == "equal":
                out += [" " + line for line in old[i:i_end]]
            else:
                out += ["-" + line for line in old[i:i_end]] + ["+" + line for line in new[j:j_end]]
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in out)


class _Matcher(difflib.SequenceMatcher[str]):
    """Tells which lines became which."""

    def __init__(self, old: list[str], new: list[str]) -> None:
        super().__init__(None, old, new)
        self._pairs = list(zip(old, new, strict=True)) if len(old) == len(new) else None

    def get_opcodes(self) -> list[Any]:
        """As the base class, but line by line where both texts have as many lines.

        Edits of words keep the lines, so that the answer is known.  From 200 lines on, difflib ignores lines that are
        frequent, as blank ones are, and would see a long article as one single change.
        """
        if self._pairs is None:
            return super().get_opcodes()
        codes, at = [], 0
        for same, run in groupby(old == new for old, new in self._pairs):
            end = at + len(list(run))
            codes.append(("equal" if same else "replace", at, end, at, end))
            at = end
        return codes


def _range(start: int, end: int) -> str:
    """A range of lines, from 0, as a patch writes it."""
    count = end - start
    return str(start + 1) if count == 1 else f"{start + bool(count)},{count}"


def _lines(text: str) -> list[str]:
    """Lines with their ends.  Unlike `str.splitlines` only a line feed ends one, since patch and git see it so."""
    lines = [line + "\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _file_name(path: str) -> str:
    """`path` as git writes it into a patch: in quotes if odd, and with a tab behind it if it has a space."""
    if not _NEEDS_QUOTES.search(path):
        # Without the tab, patch would take what follows the space for a date.
        return path + "\t" if " " in path else path
    # `fsencode` gives back the bytes of a name that is not UTF-8.
    return '"' + "".join(_quoted(byte) for byte in os.fsencode(path)) + '"'


def _quoted(byte: int) -> str:
    if byte in _ESCAPES:
        return "\\" + _ESCAPES[byte]
    return chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}"
