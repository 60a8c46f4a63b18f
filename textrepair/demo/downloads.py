"""What a visitor can take home."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import PurePath

from textrepair.demo import word
from textrepair.demo.session import Session
from textrepair.editorial.documents import AUTHOR, WordDocument
from textrepair.render.html import page
from textrepair.render.unified import unified_diff

KINDS = {"article": "Article", "word": "Word, tracked", "diff": "Diff", "html": "HTML", "json": "JSON"}
"""The kinds of files, and what their buttons are called."""


@dataclass(frozen=True)
class Download:
    """A file for the visitor: its name and its bytes."""

    name: str
    content: bytes


def download(session: Session, kind: str) -> Download:
    """The restored article in one of `KINDS`.

    Raises:
        InputError: a replacement cannot be written in the encoding of the article.
        KeyError: there is no such kind.
    """
    article, repair = session.article, session.decided
    name = PurePath(article.name)
    if kind == "article":
        return Download(f"{name.stem}-restored{name.suffix}", article.restored(repair, accept=True))
    if kind == "word":
        is_word = isinstance(article, WordDocument)
        content = article.restored(repair) if is_word else word.tracked(repair, AUTHOR, datetime.now(timezone.utc))
        return Download(f"{name.stem}-tracked.docx", content)
    if kind == "diff":
        return Download(f"{name.stem}.diff", _bytes(unified_diff(article.located(repair), article.name)))
    if kind == "html":
        return Download(f"{name.stem}-report.html", _bytes(page([(article.name, repair)], article.name)))
    if kind == "json":
        shown = json.dumps(article.located(repair).to_object(article.name), ensure_ascii=False, indent=1)
        return Download(f"{name.stem}.json", _bytes(shown))
    raise KeyError(kind)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")
