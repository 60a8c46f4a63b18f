"""From the paths on a command line to the articles to read."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pathspec import GitIgnoreSpec

from textrepair import files, formats
from textrepair.editorial.config import Config, config_for

STDIN = Path("-")
"""Stands for standard input."""


@dataclass(frozen=True)
class Input:
    """An article to read.

    Attributes:
        path: the file; `-` for standard input.
        name: what it is called in output.
        kind: its format, a name that `formats.parse` knows.
        config: its configuration.
    """

    path: Path
    name: str
    kind: str
    config: Config

    @property
    def place(self) -> Path:
        """Where it lies; for standard input, where its name says."""
        return Path(self.name) if self.path == STDIN else self.path


@dataclass(frozen=True)
class Skipped:
    """A file that is left out, and why.

    Attributes:
        name: its path.
        reason: in a few words.
        named: whether the user named the file itself, and not a folder or pattern that holds it.
    """

    name: str
    reason: str
    named: bool


@dataclass(frozen=True)
class Missing:
    """A path at which nothing can be read.

    Attributes:
        name: the path.
        error: what is wrong, in one line that names it.
    """

    name: str
    error: str


class Discovery:
    """Finds articles.

    Args:
        exclude: patterns of files to leave out, as in a .gitignore, relative to the current folder; they count for
            files that the user names too, since pre-commit names every file.
        kind: the format of all inputs; None to tell it from each name.
        stdin_name: the name that standard input stands for.
    """

    def __init__(self, exclude: Sequence[str] = (), kind: str | None = None, stdin_name: str | None = None) -> None:
        self._exclude = GitIgnoreSpec.from_lines(exclude)
        self._kind, self._stdin_name = kind, stdin_name
        self._projects: dict[Path, tuple[Config, GitIgnoreSpec]] = {}
        self._ignores: dict[Path, GitIgnoreSpec | None] = {}

    def find(self, paths: Sequence[Path]) -> Iterator[Input | Skipped | Missing]:
        """The articles at `paths`, each once: files, folders (searched), patterns with `*`, `?`, `[` and `**`, `-`.

        Searching a folder follows no links to folders, leaves out hidden files and folders, and what .gitignore
        files tell git to ignore.  A path that does not exist is an error in its place.

        Raises:
            ConfigError: a configuration file has an error.
        """
        seen: set[str] = set()
        for path in paths:
            for file, named in self._files(path):
                if isinstance(file, Missing):
                    yield file
                    continue
                real = os.path.realpath(file)
                if real not in seen:
                    seen.add(real)
                    yield self._input(file, named)

    def _files(self, path: Path) -> Iterator[tuple[Path | Missing, bool]]:
        if path == STDIN:
            yield path, True
        elif path.is_dir():
            yield from ((file, False) for file in self._walk(path))
        elif os.path.lexists(path) or not glob.has_magic(str(path)):
            yield (path if path.exists() else Missing(shown(path), f"{path}: no such file or directory")), True
        else:
            found = sorted(map(Path, glob.glob(str(path), recursive=True)))  # noqa: PTH207 (it takes absolute patterns)
            if not found:
                yield Missing(shown(path), f"{path}: no file matches"), True
            for match in found:
                if match.is_dir():
                    # `**` matches the folders and all that they hold; the files come by themselves.
                    if not path.name.endswith("**"):
                        yield from ((file, False) for file in self._walk(match))
                elif not self._ignored(match):
                    yield match, False

    def _walk(self, folder: Path) -> Iterator[Path | Missing]:
        try:
            with os.scandir(folder) as entries:
                found = sorted(entries, key=lambda e: (e.is_dir(follow_symlinks=False), e.name))
        except OSError as error:
            yield Missing(shown(folder), f"{folder}: {(error.strerror or str(error)).lower()}")
            return
        for entry in found:
            path = folder / entry.name
            if entry.is_dir(follow_symlinks=False):
                hidden = entry.name.startswith(".") or entry.name == "node_modules"
                if not hidden and not self._ignored(path) and not self._excluded(path):
                    yield from self._walk(path)
            elif not entry.name.startswith(".") and path.is_file() and not self._ignored(path):
                yield path

    def _input(self, path: Path, named: bool) -> Input | Skipped:
        place = path if path != STDIN else Path(self._stdin_name or "<stdin>")
        name = shown(place)
        # Standard input without a name is as good as a text.
        kind = self._kind or (formats.detect(name) if self._stdin_name or path != STDIN else "text")
        if self._excluded(place):
            return Skipped(name, "excluded", named)
        if kind is None:
            return Skipped(name, "unknown type (--as names one)", named)
        return Input(path, name, kind, self._project(place)[0])

    def _project(self, path: Path) -> tuple[Config, GitIgnoreSpec]:
        """The configuration of a file and the patterns that it excludes."""
        folder = files.absolute(path).parent
        if folder not in self._projects:
            config = config_for(folder)
            self._projects[folder] = config, GitIgnoreSpec.from_lines(config.settings.exclude)
        return self._projects[folder]

    def _excluded(self, path: Path) -> bool:
        config, patterns = self._project(path)
        absolute = files.absolute(path)
        return bool(_verdict(self._exclude, absolute, Path.cwd()) or _verdict(patterns, absolute, config.folder))

    def _ignored(self, path: Path) -> bool:
        """Whether .gitignore files, from the root of the repository down, tell git to ignore `path`."""
        absolute = files.absolute(path)
        for folder in absolute.parents:
            spec = self._ignore_file(folder)
            verdict = _verdict(spec, absolute, folder) if spec else None
            if verdict is not None:
                return verdict
            if (folder / ".git").exists():
                return False
        return False

    def _ignore_file(self, folder: Path) -> GitIgnoreSpec | None:
        if folder not in self._ignores:
            try:
                lines = (folder / ".gitignore").read_text(encoding="utf-8", errors="replace").splitlines()
                self._ignores[folder] = GitIgnoreSpec.from_lines(lines)
            except OSError:
                self._ignores[folder] = None
        return self._ignores[folder]


def shown(path: Path) -> str:
    """The name of a file in output; what is not UTF-8 in it becomes U+FFFD."""
    return os.fsencode(path).decode("utf-8", "replace")


def _verdict(spec: GitIgnoreSpec, path: Path, base: Path) -> bool | None:
    """True if the patterns take `path`, False if they take it back (`!`), None if they are silent."""
    try:
        relative = path.relative_to(base).as_posix()
    except ValueError:
        return None
    return spec.check_file(relative + "/" * path.is_dir()).include
