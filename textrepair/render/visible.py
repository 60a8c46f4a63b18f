"""Input text made fit to be shown: nothing in it may steer the terminal or the browser that shows it."""

from __future__ import annotations

import re
from html import escape

BREAK = re.compile(r"\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
"""What ends a line in a text."""

_WRAP = re.compile(rf"(?:{BREAK.pattern})[ \t]*")
_C1_AND_SURROGATES = re.compile(r"[\x7f-\x9f\ud800-\udfff]")
# Marks that change the order in which the text around them is shown ("Trojan Source", CVE-2021-42574), and
# characters that show nothing and can carry hidden text.
_HIDING = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\uffff\U000e0000-\U000e007f]")
_C0 = re.compile(r"[\x00-\x08\x0e-\x1f]")


def for_terminal(text: str, encoding: str) -> str:
    """`text` on one line, control characters replaced by visible signs.

    Args:
        text: any string.
        encoding: of the terminal; characters that it lacks become question marks.
    """
    text = _WRAP.sub(" ", text).replace("\t", "    ")
    # An escape sequence loses its ESC and stays otherwise readable, so that what was hidden in the text is seen.
    text = _C0.sub(lambda found: chr(0x2400 + ord(found[0])), text)
    text = _HIDING.sub("\ufffd", _C1_AND_SURROGATES.sub("\ufffd", text))
    return text.encode(encoding, "replace").decode(encoding)


def for_page(text: str) -> str:
    """`text` on one line, escaped for HTML and for quoted attributes, control characters replaced by U+FFFD."""
    text = _WRAP.sub(" ", text)
    return escape(_HIDING.sub("\ufffd", _C1_AND_SURROGATES.sub("\ufffd", _C0.sub("\ufffd", text))))
