"""Bytes that a user has to install."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import textrepair
from textrepair.evaluate.processes import ProgramError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def folder_size(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())


def distributions_size(*names: str, python: Path | None = None) -> int:
    """Bytes of installed packages and of all that they require.

    Args:
        names: the packages.
        python: the virtual environment that they are in; by default the running one.

    Raises:
        ProgramError: one is not installed.
    """
    path = [str(p) for p in python.glob("lib/python*/site-packages")] if python else None
    found: dict[str, metadata.Distribution] = {}
    for name in names:
        _collect(name, path, found)
    return sum(_bytes(d) for d in found.values())


def textrepair_size() -> int:
    """Bytes of this package as its wheel installs it, and of all that it requires."""
    code = Path(textrepair.__file__).parent
    required: dict[str, metadata.Distribution] = {}
    _collect_required(metadata.distribution("textrepair"), None, required)
    return _code_size(code) + _shipped_size(code.parent) + sum(_bytes(d) for d in required.values())


def _code_size(code: Path) -> int:
    return sum(p.stat().st_size for p in code.rglob("*") if p.is_file() and "__pycache__" not in p.parts)


def _shipped_size(root: Path) -> int:
    """Models and data that a checkout keeps beside the package and a wheel puts into it."""
    project = root / "pyproject.toml"
    if not project.is_file():
        return 0
    build = tomllib.loads(project.read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    paths = [root / source for source in build["force-include"]]
    return sum(folder_size(p) if p.is_dir() else p.stat().st_size for p in paths)


def _collect(name: str, path: list[str] | None, found: dict[str, metadata.Distribution]) -> None:
    key = re.sub(r"[-_.]+", "-", name).lower()
    if key in found:
        return
    distribution = next(iter(metadata.distributions(name=name, path=path or sys.path)), None)
    if distribution is None:
        raise ProgramError(f"{name} is not installed")
    found[key] = distribution
    _collect_required(distribution, path, found)


def _collect_required(
    distribution: metadata.Distribution, path: list[str] | None, found: dict[str, metadata.Distribution]
) -> None:
    for name in _plain_requirements(distribution):
        try:
            _collect(name, path, found)
        except ProgramError:
            continue  # wanted on another system or version of Python only


def _plain_requirements(distribution: metadata.Distribution) -> Iterator[str]:
    """Names of what a package requires without its extras."""
    for line in distribution.requires or []:
        match = re.match(r"[\w.-]+", line)
        if match and "extra ==" not in line:
            yield match.group()


def _bytes(distribution: metadata.Distribution) -> int:
    paths = [Path(str(file.locate())) for file in distribution.files or []]
    return sum(p.stat().st_size for p in paths if p.is_file() and p.suffix != ".pyc")
