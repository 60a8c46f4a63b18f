"""The files of a corpus: what INPUT stands for."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from glob import has_magic

from datatrove.io import DataFolder
from fsspec import AbstractFileSystem
from fsspec.core import url_to_fs

from textrepair.errors import InputError

_KINDS = {
    "jsonl": (".jsonl", ".ndjson", ".json"),
    "parquet": (".parquet",),
    "warc": (".warc", ".wet"),
}
_COMPRESSIONS = (".gz", ".zst")


@dataclass(frozen=True)
class Corpus:
    """Files of one kind.

    Attributes:
        folder: where they are.
        names: their names relative to the folder, sorted; the task of a file is its place here.
        sizes: their sizes in bytes, where the file system knows them.
        kind: `jsonl`, `parquet` or `warc`.
        others: files in the folder that are of no known kind.
    """

    folder: DataFolder
    names: tuple[str, ...]
    sizes: tuple[int | None, ...]
    kind: str
    others: tuple[str, ...]

    @classmethod
    def find(cls, source: str, output: DataFolder) -> Corpus:
        """The files that a path or an fsspec URL stands for: a file, a folder with all below it, or a pattern.

        Whatever lies in the output folder is no input.

        Raises:
            InputError: there are none, they are of several kinds, or the place cannot be reached.
        """
        fs, path = open_place(source)
        try:
            if fs.isfile(path):
                root = fs._parent(path)
                found = {path: fs.info(path)}
            elif fs.isdir(path):
                root = path
                found = fs.find(path, detail=True)
            elif has_magic(path):
                root = path[: path.index(next(c for c in path if c in "*?["))].rpartition("/")[0]
                found = fs.glob(path, detail=True)
            else:
                raise InputError(f"{source}: no such file or folder")
        except OSError as error:
            raise InputError(f"{source}: {error.strerror or error}") from None
        if output.fs == fs:
            found = {name: info for name, info in found.items() if not name.startswith(f"{output.path}/")}
        files = {
            name[len(root) :].lstrip("/"): info.get("size") for name, info in found.items() if info["type"] == "file"
        }
        kinds: dict[str, list[str]] = {}
        for name in sorted(files):
            kinds.setdefault(_kind(name), []).append(name)
        others = kinds.pop("", [])
        if not kinds:
            raise InputError(f"{source}: no JSON Lines, Parquet or WARC file there")
        if len(kinds) > 1:
            mixed = ", ".join(names[0] for names in kinds.values())
            raise InputError(f"{source}: several kinds of files ({mixed}); choose one by a pattern such as '*.parquet'")
        ((kind, names),) = kinds.items()
        if odd := [n for n in names if n != n.strip() or "\n" in n]:
            raise InputError(f"{source}: rename {odd[0]!r}; line breaks and outer blanks in file names do not work")
        return cls(DataFolder(root, fs=fs), tuple(names), tuple(files[n] for n in names), kind, tuple(others))

    @property
    def fingerprint(self) -> str:
        """A digest of names and sizes, to see whether the corpus is still the same."""
        listing = json.dumps([self.names, self.sizes])
        return hashlib.sha256(listing.encode()).hexdigest()


def open_place(url: str) -> tuple[AbstractFileSystem, str]:
    """The file system and the path in it that a path or an fsspec URL stands for.

    Raises:
        InputError: nobody knows that kind of URL, or its package is not installed.
    """
    try:
        fs, path = url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise InputError(f"{url}: {error}") from None
    return fs, path


def _kind(name: str) -> str:
    stem = name.lower()
    for ending in _COMPRESSIONS:
        stem = stem.removesuffix(ending)
    return next((kind for kind, endings in _KINDS.items() if stem.endswith(endings)), "")
