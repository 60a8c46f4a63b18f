"""Reading and writing files without ever harming one."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from textrepair.errors import InputError

LARGEST = 20 * 1024 * 1024
"""Bytes; a larger file is no article, and is refused before it is read."""

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Source:
    """A decoded input and all that is needed to write it back.

    Attributes:
        name: its path as the user gave it, `<stdin>` for standard input.
        text: its text, without a byte order mark, line ends as they were.
        content: its bytes.
        bom: whether it began with a byte order mark.
    """

    name: str
    text: str
    content: bytes
    bom: bool

    def encode(self, text: str) -> bytes:
        """The bytes of a changed text, in the form of the input."""
        return (_BOM if self.bom else b"") + text.encode("utf-8")


def decode(content: bytes, name: str) -> Source:
    """Decode UTF-8; no other encoding is guessed.

    Raises:
        InputError: too large, binary, or not UTF-8.
    """
    if len(content) > LARGEST:
        raise InputError(f"{name}: larger than {LARGEST // 1024 // 1024} MiB")
    bom = content.startswith(_BOM)
    body = content[len(_BOM) :] if bom else content
    if b"\0" in body[:8192]:
        raise InputError(f"{name}: a binary file")
    try:
        return Source(name, body.decode("utf-8"), content, bom)
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: not UTF-8 (byte {error.start + len(content) - len(body)})") from None


def read(path: Path) -> Source:
    """Read a text file.

    Raises:
        InputError: it cannot be read, is no regular file, or is no UTF-8 text.
    """
    name = str(path)
    try:
        if path.is_dir():
            raise InputError(f"{name}: a directory")
        if path.exists() and path.stat().st_size > LARGEST:
            raise InputError(f"{name}: larger than {LARGEST // 1024 // 1024} MiB")
        return decode(path.read_bytes(), name)
    except OSError as error:
        raise InputError(f"{name}: {_reason(error)}") from None


def write(path: Path, content: bytes, expected: bytes | None = None) -> None:
    """Replace or create a file in one step: at any moment it holds the old content or the new, whole.

    Args:
        path: the file; a symbolic link is followed, and stays a link.
        content: its new bytes.
        expected: the bytes it must still hold; None to overwrite whatever is there.

    Raises:
        InputError: it cannot be written, or changed meanwhile.
    """
    target = Path(os.path.realpath(path))
    temporary = None
    try:
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".textrepair")
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        if target.exists():
            status = target.stat()
            if not os.access(target, os.W_OK):
                raise InputError(f"{path}: not writable")
            if expected is not None and target.read_bytes() != expected:
                raise InputError(f"{path}: changed while it was being repaired; left as it is")
            Path(temporary).chmod(status.st_mode & 0o7777)
            if hasattr(os, "chown") and os.geteuid() == 0:
                os.chown(temporary, status.st_uid, status.st_gid)
        else:
            mask = os.umask(0)
            os.umask(mask)
            Path(temporary).chmod(0o666 & ~mask)
        Path(temporary).replace(target)
        temporary = None
    except OSError as error:
        raise InputError(f"{path}: {_reason(error)}") from None
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
