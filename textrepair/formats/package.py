"""Open Packaging Conventions: the zip file that a Word document is, opened with care."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping

from lxml import etree

from textrepair.errors import InputError

MOST_MEMBERS = 10_000
LARGEST = 200 * 1024 * 1024
"""Bytes of all members together, unpacked."""
HIGHEST_RATIO = 200
"""Unpacked size to packed size of the file; XML packs to a tenth, a zip bomb to a thousandth."""

_CONTENT_TYPES = "[Content_Types].xml"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"


class Package:
    """The members of a package.

    Args:
        content: the bytes of the file.

    Raises:
        InputError: it is no such package, is encrypted, or too large.
    """

    def __init__(self, content: bytes) -> None:
        self.content = content
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                self._members = archive.infolist()
                self._check()
                self._data = {info.filename: archive.read(info) for info in self._members}
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError):
            raise InputError("not a Word document, or a damaged one") from None
        if _CONTENT_TYPES not in self._data:
            raise InputError("not a Word document")

    def _check(self) -> None:
        """Refuse what would take much memory, before anything is unpacked; `zipfile` holds members to their sizes."""
        if len(self._members) > MOST_MEMBERS or len({m.filename for m in self._members}) < len(self._members):
            raise InputError("not a Word document, or a damaged one")
        if any(member.flag_bits & 1 for member in self._members):
            raise InputError("protected by a password")
        size = sum(member.file_size for member in self._members)
        if size > LARGEST or size > HIGHEST_RATIO * len(self.content):
            raise InputError(f"unpacks to {size // 1024 // 1024} MiB")

    def parts(self, *types: str) -> list[str]:
        """Names of the parts whose content type ends with one of `types`, in this order."""
        found = [
            (n, override.get("PartName", "").lstrip("/"))
            for override in parse_xml(self._data[_CONTENT_TYPES]).iter(f"{_TYPES}Override")
            for n, wanted in enumerate(types)
            if override.get("ContentType", "").endswith(wanted)
        ]
        return [name for _, name in sorted(found) if name in self._data]

    def xml(self, name: str) -> etree._Element:
        """The root element of a part."""
        return parse_xml(self._data[name])

    def replaced(self, changed: Mapping[str, etree._Element]) -> bytes:
        """The package with some parts changed; all others are the same, byte for byte."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for info in self._members:
                root = changed.get(info.filename)
                data = self._data[info.filename]
                if root is not None:
                    data = etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True)
                archive.writestr(info, data, info.compress_type)
        return out.getvalue()


def parse_xml(content: bytes) -> etree._Element:
    """Parse XML without entities, document types or anything from outside.

    Raises:
        InputError: it is not well-formed, has a document type, or is nested too deeply.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        raise InputError("not a Word document, or a damaged one") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise InputError("not a Word document: it declares a document type")
    return root
