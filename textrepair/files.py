"""Reading and writing files without ever harming one."""

from __future__ import annotations

import contextlib
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
        encoding: how it was decoded.
    """

    name: str
    text: str
    content: bytes
    bom: bool
    encoding: str = "utf-8"

    def encode(self, text: str) -> bytes:
        """The bytes of a changed text, in the form of the input.

        Raises:
            InputError: the encoding of the input lacks a character of `text`.
        """
        try:
            return (_BOM if self.bom else b"") + text.encode(self.encoding)
        except UnicodeEncodeError as error:
            lacking = text[error.start : error.end]
            raise InputError(f"{self.name}: {lacking!r} cannot be written in {self.encoding}") from None


def decode(content: bytes, name: str, encoding: str = "utf-8") -> Source:
    """Decode a text; no encoding is guessed.

    Raises:
        InputError: too large, binary, or not in this encoding.
    """
    if len(content) > LARGEST:
        raise InputError(f"{name}: larger than {LARGEST // 1024 // 1024} MiB")
    if encoding.lower().replace("_", "-") not in ("utf-8", "utf8"):
        return _decode_other(content, name, encoding)
    bom = content.startswith(_BOM)
    body = content[len(_BOM) :] if bom else content
    if b"\0" in body[:8192]:
        raise InputError(f"{name}: a binary file")
    try:
        return Source(name, body.decode("utf-8"), content, bom)
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: not UTF-8 (byte {error.start + len(content) - len(body)})") from None


def _decode_other(content: bytes, name: str, encoding: str) -> Source:
    try:
        text = content.decode(encoding)
        same = text.encode(encoding) == content
    except UnicodeError:
        same = False
    if not same:
        # Some codecs read what they would not write again; such a file could not be kept byte for byte.
        raise InputError(f"{name}: not {encoding}")
    return Source(name, text, content, False, encoding)


def read_bytes(path: Path) -> bytes:
    """The bytes of a file, or of a pipe that a shell gives as a path.

    Raises:
        InputError: it cannot be read, or is too large.
    """
    try:
        if path.is_dir():
            raise InputError(f"{path}: a directory")
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise InputError(f"{path}: {_reason(error)}") from None
    if len(content) > LARGEST:
        raise InputError(f"{path}: larger than {LARGEST // 1024 // 1024} MiB")
    return content


def read(path: Path, encoding: str = "utf-8") -> Source:
    """Read a text file.

    Raises:
        InputError: it cannot be read, is too large, or is no text in this encoding.
    """
    return decode(read_bytes(path), str(path), encoding)


def absolute(path: Path) -> Path:
    """`path` from the root, without `..`; links are not followed, since a link belongs to the folder it lies in."""
    return Path(os.path.normpath(path.absolute()))


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
        if target.is_symlink():
            raise InputError(f"{path}: a link that leads back to itself")
        if target.exists() and not target.is_file():
            # A pipe or a device is written to; putting a file in its place would be harm.
            with target.open("wb") as out:
                out.write(content)
            return
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:100]}.", suffix=".textrepair")
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        if target.exists():
            status = target.stat()
            if not os.access(target, os.W_OK):
                raise InputError(f"{path}: not writable")
            _own(temporary, status)
            Path(temporary).chmod(status.st_mode & 0o7777)
            if expected is not None and target.read_bytes() != expected:
                raise InputError(f"{path}: changed while it was being repaired; left as it is")
        else:
            if expected is not None:
                raise InputError(f"{path}: removed while it was being repaired")
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


def _own(path: str, status: os.stat_result) -> None:
    """Give a file the owner and group of another, as far as the user may."""
    if not hasattr(os, "chown"):
        return
    with contextlib.suppress(PermissionError):
        os.chown(path, -1, status.st_gid)
        os.chown(path, status.st_uid, -1)


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
