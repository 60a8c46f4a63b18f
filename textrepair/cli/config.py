"""`textrepair config`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from textrepair.cli import options


@click.command()
@click.argument("path", metavar="[PATH]", type=click.Path(path_type=Path), default=".")
@options.settings
def command(path: Path, flags: Mapping[str, Any]) -> None:
    """Print the settings in force for a file or folder, and where each comes from."""
    from textrepair.editorial.config import KEYS, config_for

    config = config_for(path).overridden(flags)
    shown = {}
    for key in KEYS:
        name = key.replace("-", "_")
        value = getattr(config.settings, name)
        # A setting without a value cannot be written in TOML; it is shown as what it would be in a comment.
        line = f"# {key} =" if value is None else f"{key} = {json.dumps(value, ensure_ascii=False)}"
        shown[line] = "command line" if flags.get(name) is not None else config.origin(key)
    width = min(60, max(map(len, shown)))
    for line, origin in shown.items():
        click.echo(f"{line:<{width}}  # {origin}")
