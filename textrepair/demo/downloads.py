"""What a visitor can take home."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import PurePath

from textrepair.demo.session import Session
from textrepair.render.html import page
from textrepair.render.unified import unified_diff

KINDS = {"text": "Article", "docx": "Word", "diff": "Diff", "html": "HTML", "json": "JSON"}
"""The kinds of files and what their buttons are called."""


@dataclass(frozen=True)
class Download:
    """A file for the visitor: its name, its media type and its bytes."""

    name: str
    media_type: str
    content: bytes


def download(session: Session, kind: str) -> Download:
    """The restored article in one of `KINDS`.

    Raises:
        KeyError: there is no such kind.
    """
    document, repair = session.document, session.decided
    name = PurePath(document.name)
    if kind == "text":
        return Download(f"{name.stem}-restored{name.suffix}", "text/plain", document.restored(repair))
    if kind == "diff":
        diff = unified_diff(document.located(repair), document.name)
        return Download(f"{name.stem}.diff", "text/x-diff", diff.encode("utf-8", "replace"))
    if kind == "html":
        report = page([(document.name, repair)], document.name)
        return Download(f"{name.stem}-report.html", "text/html", report.encode("utf-8"))
    if kind == "json":
        shown = json.dumps(document.located(repair).to_object(document.name), ensure_ascii=False, indent=1)
        return Download(f"{name.stem}.json", "application/json", shown.encode("utf-8", "replace"))
    raise KeyError(kind)
