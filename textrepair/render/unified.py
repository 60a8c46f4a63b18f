"""A repair as a patch."""

from __future__ import annotations

import difflib
import os
import re

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
    name = _file_name(path)
    diff = difflib.unified_diff(_lines(repair.text), _lines(repair.restored), name, name)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in diff)


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
