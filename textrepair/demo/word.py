"""A repair as a new Word document, for text that did not come as one."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime, timezone
from itertools import count
from xml.sax.saxutils import escape

from textrepair.render.paragraphs import Piece, paragraphs
from textrepair.render.visible import BREAK
from textrepair.results import Repair

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_FILES = {
    "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_MAIN}"/></Types>',
    "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}" Target="word/document.xml"/></Relationships>',
}
_FORBIDDEN = re.compile("[^\t\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def tracked(repair: Repair, author: str, date: datetime) -> bytes:
    """A .docx file with the text of a repair, paragraph by paragraph, and its applied edits as tracked changes.

    Args:
        repair: of a plain text.
        author: who made the changes.
        date: when.
    """
    numbers = map(str, count(1))
    stamp = date.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")

    def mark(kind: str, text: str) -> str:
        who = f'w:id="{next(numbers)}" w:author="{escape(author)}" w:date="{stamp}"'
        return f"<w:{kind} {who}>{_run(text, 'delText' if kind == 'del' else 't')}</w:{kind}>" if text else ""

    def content(piece: Piece) -> Iterator[str]:
        if piece.original == piece.restored:
            yield _run(piece.original, "t")
        else:
            yield mark("del", piece.original) + mark("ins", piece.restored)

    body = "".join(
        f"<w:p>{''.join(part for piece in paragraph for part in content(piece))}</w:p>"
        for paragraph in paragraphs(repair)
    )
    document = f'{_HEAD}<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>'
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in {**_FILES, "word/document.xml": document}.items():
            package.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _run(text: str, element: str) -> str:
    shown = escape(_FORBIDDEN.sub("", BREAK.sub(" ", text)))
    return f'<w:r><w:{element} xml:space="preserve">{shown}</w:{element}></w:r>'
