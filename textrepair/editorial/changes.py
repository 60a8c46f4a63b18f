"""Which lines of which files changed since a revision, as git tells it."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
from pathlib import Path

from textrepair.editorial.ranges import Ranges
from textrepair.errors import InputError

_HUNK = re.compile(rb"^@@ -\S+ \+(\d+)(?:,(\d+))? @@", re.MULTILINE)
# Whatever the user has configured, the output is plain and has a hunk for each stretch of changed lines.
_PLAIN = ("--no-color", "--no-ext-diff", "--no-textconv", "--no-relative", "--find-renames")

Lines = list[tuple[int, int]]
"""Half-open ranges of lines, counted from 0, in order."""


class Changes:
    """What changed in the work tree since it left a revision; in a file that git does not track, everything did.

    Args:
        revision: as git understands it.  Where the current branch and the revision have gone different ways, changes
            count from their last common commit, so that what happened on the other way does not.
    """

    def __init__(self, revision: str) -> None:
        self.revision = revision
        self._repositories: dict[Path, _Repository] = {}

    def lines(self, path: Path) -> Lines | None:
        """The changed lines of a file; None if all of it is new.

        Raises:
            InputError: the file is in no git repository, or the repository does not know the revision.
        """
        file = Path(os.path.realpath(path))
        root = next((folder for folder in file.parents if (folder / ".git").exists()), None)
        if root is None:
            raise InputError(f"{path}: in no git repository")
        if root not in self._repositories:
            self._repositories[root] = _Repository(root, self.revision)
        return self._repositories[root].lines(file)


def stretches(text: str, lines: Lines) -> Ranges:
    """Lines of a text, as ranges of its characters."""
    starts = [0, *(m.end() for m in re.finditer("\n", text)), len(text)]
    last = len(starts) - 1
    return Ranges((starts[min(first, last)], starts[min(end, last)]) for first, end in lines)


class _Repository:
    """The changes in one work tree."""

    def __init__(self, root: Path, revision: str) -> None:
        self.root = root
        try:
            commit = _git(root, "rev-parse", "--verify", "--end-of-options", revision + "^{commit}").decode().strip()
        except InputError:
            raise InputError(f"{root}: git knows no revision '{revision}' there") from None
        with contextlib.suppress(InputError):  # no common commit, or none that a shallow clone has
            commit = _git(root, "merge-base", commit, "HEAD").decode().strip()
        self._commit = commit
        self._tracked = set(_git(root, "ls-files", "-z").split(b"\0"))
        self._changed = self._names()

    def _names(self) -> dict[bytes, bytes | None]:
        """The changed files, each with its former name where it has one."""
        fields = iter(_git(self.root, "diff", "--name-status", "-z", *_PLAIN, self._commit, "--").split(b"\0"))
        changed: dict[bytes, bytes | None] = {}
        for status in fields:
            if status[:1] in (b"R", b"C"):
                former = next(fields)
                changed[next(fields)] = former
            elif status:
                changed[next(fields)] = None
        return changed

    def lines(self, file: Path) -> Lines | None:
        name = os.fsencode(file.relative_to(self.root).as_posix())
        if name not in self._tracked:
            return None
        if name not in self._changed:
            return []
        former = self._changed[name]
        names = [os.fsdecode(n) for n in (former, name) if n]
        options = ("--unified=0", "--inter-hunk-context=0", "--text", *_PLAIN)
        diff = _git(self.root, "--literal-pathspecs", "diff", *options, self._commit, "--", *names)
        hunks = ((int(m[1]) - 1, int(m[2] or b"1")) for m in _HUNK.finditer(diff))
        return [(first, first + count) for first, count in hunks if count]


def _git(folder: Path, *arguments: str) -> bytes:
    """What git prints.

    Raises:
        InputError: git is missing, or fails; the message is git's first line.
    """
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, check=False)
    except OSError as error:
        raise InputError(f"git: {(error.strerror or str(error)).lower()}") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["failed"]
        raise InputError(f"git: {said[0].removeprefix('fatal: ')}")
    return done.stdout
