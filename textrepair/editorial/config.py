"""Settings: defaults, what a project's configuration says, and what the command line says on top.

The configuration of a file is the nearest `textrepair.toml`, or `pyproject.toml` with a table `[tool.textrepair]`, in
its folder or one above.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from textrepair import files
from textrepair.errors import ConfigError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

QUOTES = ("fix", "keep")
"""What to do inside direct quotations."""


@dataclass(frozen=True)
class Settings:
    """What can be set for a project.

    Attributes:
        accept: words, phrases and names that are never changed.
        accept_file: file with more of them, one a line; a line that begins with `#` is a comment.
        encoding: of the articles.
        exclude: patterns of files to leave out, as in a .gitignore, relative to the folder of the configuration.
        fail_over: article score over which `check` fails (0..1); None to fail on any finding.
        fast: whether to do without the language model.
        model: folder or Hub id of the models; None for the shipped ones.
        quotes: `keep` to leave direct quotations alone, else `fix`.
        rewriter: folder or Hub id of another rewriter.
        threshold: edit score from which an edit is applied (0..1); None for the calibrated one.
    """

    accept: tuple[str, ...] = ()
    accept_file: str | None = None
    encoding: str = "utf-8"
    exclude: tuple[str, ...] = ()
    fail_over: float | None = None
    fast: bool = False
    model: str | None = None
    quotes: str = "fix"
    rewriter: str | None = None
    threshold: float | None = None


KEYS = tuple(field.name.replace("_", "-") for field in fields(Settings))
"""The keys of the configuration, sorted."""


@dataclass(frozen=True)
class Config:
    """The configuration in force for a folder.

    Attributes:
        settings: all of them, defaults included.
        path: the file that they come from; None if there is none.
        given: the keys that the file sets.
    """

    settings: Settings
    path: Path | None = None
    given: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        """What patterns in the configuration are relative to."""
        return self.path.parent if self.path else Path.cwd()

    def overridden(self, flags: Mapping[str, Any]) -> Config:
        """The same with the settings that the command line gives, by attribute name; None where it gives none."""
        return replace(self, settings=replace(self.settings, **{k: v for k, v in flags.items() if v is not None}))

    def origin(self, key: str) -> str:
        """Where the value of a key comes from: `FILE:LINE` or `default`."""
        if self.path is None or key not in self.given:
            return "default"
        text = self.path.read_text(encoding="utf-8")
        return f"{self.path}:{_line(text, (*_table(self.path), key))}"


def config_for(path: Path) -> Config:
    """The configuration of a file or folder, which need not exist.

    Raises:
        ConfigError: the nearest configuration has an error; the message names its file and line.
    """
    path = files.absolute(path)
    for folder in (path, *path.parents) if path.is_dir() else path.parents:
        for name in ("textrepair.toml", "pyproject.toml"):
            config = _load(folder / name)
            if config:
                return config
    return Config(Settings())


def _table(path: Path) -> tuple[str, ...]:
    return ("tool", "textrepair") if path.name == "pyproject.toml" else ()


def _load(path: Path) -> Config | None:
    """The configuration in a file; None if the file is missing or a pyproject.toml of other tools."""
    try:
        text = path.read_bytes().decode("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ConfigError(f"{path}: {(error.strerror or str(error)).lower()}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: not UTF-8") from None
    try:
        table: object = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        if path.name == "pyproject.toml" and "textrepair" not in text:
            return None  # somebody else's to repair
        raise ConfigError(f"{path}: {_lower(str(error))}") from None
    names = _table(path)
    for name in names:
        table = table.get(name) if isinstance(table, dict) else None
        if table is None:
            return None
    if not isinstance(table, dict):
        raise ConfigError(f"{path}:{_line(text, names)}: [tool.textrepair] must be a table")
    values: dict[str, Any] = {}
    for key, value in table.items():
        try:
            values[key.replace("-", "_")] = _checked(key, value, path.parent)
        except ValueError as error:
            raise ConfigError(f"{path}:{_line(text, (*names, key))}: {error}") from None
    return Config(Settings(**values), path, tuple(table))


def _checked(key: str, value: object, folder: Path) -> object:
    """The value as `Settings` holds it.

    Raises:
        ValueError: the key is unknown, or the value is not of its type.
    """
    if key in ("accept", "exclude"):
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise ValueError(f"{key} must be a list of strings")
        return tuple(value)
    if key in ("fail-over", "threshold"):
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
            raise ValueError(f"{key} must be a number from 0 to 1")
        return float(value)
    if key == "fast":
        if not isinstance(value, bool):
            raise ValueError("fast must be true or false")
        return value
    if key == "quotes":
        if value not in QUOTES:
            raise ValueError(f"{key} must be one of {', '.join(map(repr, QUOTES))}")
        return value
    if key in KEYS:
        if not isinstance(value, str):
            raise ValueError(f"{key} must be a string")
        if key == "encoding":
            check_encoding(value)
        # Paths are relative to the configuration; a model that is no folder beside it is one on the Hub.
        is_path = key == "accept-file" or (key in ("model", "rewriter") and (folder / value).is_dir())
        return str(folder / value) if is_path else value
    raise ValueError(f"unknown key '{key}'{_suggestion(key)}")


def check_encoding(name: str) -> None:
    """Raise a ValueError unless `name` is a text encoding that Python knows."""
    try:
        "".encode(name)
    except LookupError:
        raise ValueError(f"unknown encoding '{name}'") from None


def _suggestion(key: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(key.replace("_", "-"), KEYS, 1)
    return f"; did you mean '{near[0]}'?" if near else f"; known keys: {', '.join(KEYS)}"


def _line(text: str, names: tuple[str, ...]) -> int:
    """The line, from 1, where the TOML statement begins that sets the key `names`.

    The parser tells no places, but it tells where a prefix of the file is whole: the statement follows the longest
    one in which the key is not yet set.
    """
    lines = text.split("\n")
    before = 0
    for n in range(1, len(lines) + 1):
        try:
            table: object = tomllib.loads("\n".join(lines[:n]))
        except tomllib.TOMLDecodeError:
            continue
        for name in names:
            table = table.get(name) if isinstance(table, dict) else None
        if table is not None:
            return before + 1
        before = n
    return before + 1


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]
