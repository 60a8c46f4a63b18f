"""Word documents: their prose, and edits written as tracked changes or for good.

Read are the paragraphs of the body (tables included), footnotes, endnotes, headers and footers, and of the text boxes
in them, each after the paragraph that it is anchored to.  Left alone are field results, formulas, hidden text, text in
a style for code, and what other tracked changes insert or delete.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from itertools import count

from lxml import etree

from textrepair.formats.assembly import CODE, Assembly
from textrepair.formats.package import Package
from textrepair.formats.prose import Prose
from textrepair.results import Edit

_PARTS = (
    ".document.main+xml",
    ".document.macroEnabled.main+xml",
    ".footnotes+xml",
    ".endnotes+xml",
    ".header+xml",
    ".footer+xml",
)
_PROPERTIES = frozenset({"pPr", "rPr", "sdtPr", "tblPr", "trPr", "tcPr", "sectPr"})
_LEFT_OUT = _PROPERTIES | {"del", "moveFrom", "instrText", "object", "ruby"}
_DRAWINGS = frozenset({"drawing", "pict", "AlternateContent"})
_FIXED = frozenset({"ins", "moveTo", "fldSimple"})
_UNSEEN = frozenset({"lang", "noProof", "rPrChange"})
_CODE_STYLE = re.compile(r"code|preformatted|verbatim", re.IGNORECASE)
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"

Cut = tuple[int, int, str]
"""A change of the text of an element: its range, and what takes its place."""

Cuts = Mapping[etree._Element, Sequence[Cut]]


@dataclass(frozen=True)
class _Found:
    """Something met while reading a part.

    Attributes:
        kind: `text` of an element that can be changed, `context` that cannot, or the end of a `block`.
        text: the text, for a block what stands between this and the next.
        elements: those that hold the text: one, or one in each of the forms in which Word writes a text box.
        look: what the characters look like and where they belong; a change goes from one to another word by word.
        wrapped: whether the text is that of a link.
    """

    kind: str
    text: str
    elements: tuple[etree._Element, ...] = ()
    look: object = None
    wrapped: bool = False


@dataclass(frozen=True)
class _Place:
    """Where the text of an element stands in the line of all texts that are read.

    Attributes:
        start: its first character there.
        part: the part that holds the element.
        number: how many such elements of the part come before it.
    """

    start: int
    part: str
    number: int


class DocxDocument:
    """A Word document.

    Attributes:
        prose: its text; the source that its pieces and edits speak of is the line of all texts that are read.

    Example:
        >>> document = DocxDocument.open(content)
        >>> edits = document.prose.placeable(repairer.repair(document.prose.text).edits)
        >>> document.tracked(edits, "textrepair", datetime.now(timezone.utc))
    """

    def __init__(self, package: Package) -> None:
        self._package = package
        self._places: list[_Place] = []
        self.prose = self._read()
        self._starts = [place.start for place in self._places]

    @classmethod
    def open(cls, content: bytes) -> DocxDocument:
        """Read the bytes of a .docx file.

        Raises:
            InputError: it is no Word document, is damaged, protected by a password, or too large when unpacked.
        """
        return cls(Package(content))

    def tracked(self, edits: Iterable[Edit], author: str, date: datetime) -> bytes:
        """The document with the applied edits as tracked changes, which an editor accepts or rejects one by one.

        Args:
            edits: edits of the prose, in order, not overlapping.
            author: who made the changes.
            date: when.
        """
        numbers = count(1 + max(map(self._highest_id, {place.part for place in self._places}), default=0))
        stamp = date.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")

        def mark(kind: str, run: etree._Element) -> etree._Element:
            namespace = _namespace(run)
            made = etree.Element(namespace + kind)
            made.set(namespace + "id", str(next(numbers)))
            made.set(namespace + "author", _FORBIDDEN.sub("", author))
            made.set(namespace + "date", stamp)
            made.append(run)
            return made

        return self._changed(edits, lambda run, cuts: _track(run, cuts, mark))

    def accepted(self, edits: Iterable[Edit]) -> bytes:
        """The document with the applied edits made for good."""
        return self._changed(edits, lambda _, cuts: _accept(cuts))

    def _read(self) -> Prose:
        source: list[str] = []
        length = 0
        steps: list[tuple[_Found, int]] = []
        for part in self._package.parts(*_PARTS):
            look = None
            number = 0
            for found in _contents(self._package.xml(part)):
                steps.append((found, length))
                if found.kind != "text":
                    continue
                if found.look != look:
                    source.append("\0")
                    length += 1
                    look = found.look
                    steps[-1] = found, length
                self._places.append(_Place(length, part, number))
                source.append(found.text)
                length += len(found.text)
                number += 1
            steps.append((_Found("block", "\n\n"), length))
        assembly = Assembly("".join(source), lambda text: _FORBIDDEN.sub("", text))
        for found, start in steps:
            assembly.wrapped = found.wrapped
            if found.kind == "text":
                assembly.text(start, start + len(found.text))
            elif found.kind == "context":
                assembly.context(found.text)
            else:
                assembly.block(found.text)
        return assembly.prose()

    def _highest_id(self, part: str) -> int:
        root = self._package.xml(part)
        ids = (element.get(_namespace(root) + "id", "") for element in root.iter(etree.Element))
        return max((int(n) for n in ids if n.isascii() and n.isdigit()), default=0)

    def _cuts(self, edits: Iterable[Edit]) -> dict[str, dict[int, list[Cut]]]:
        """The changes of elements, by part and by number."""
        cuts: dict[str, dict[int, list[Cut]]] = defaultdict(lambda: defaultdict(list))
        for edit in self.prose.source_edits(edits):
            at = edit.start
            for n in range(bisect_right(self._starts, edit.start) - 1, len(self._places)):
                place = self._places[n]
                following = self._starts[n + 1] if n + 1 < len(self._places) else edit.end
                last = edit.end <= following
                # What takes the place of a text in several elements goes where the last of it stood.
                end = edit.end if last else following
                cuts[place.part][place.number].append(
                    (at - place.start, end - place.start, edit.replacement if last else "")
                )
                if last:
                    break
                at = end
        return cuts

    def _changed(self, edits: Iterable[Edit], change: Callable[[etree._Element, Cuts], None]) -> bytes:
        changed = {}
        for part, cuts in self._cuts(edits).items():
            root = changed[part] = self._package.xml(part)
            texts = [found.elements for found in _contents(root) if found.kind == "text"]
            runs: dict[etree._Element, dict[etree._Element, list[Cut]]] = defaultdict(dict)
            for number, cut in cuts.items():
                for element in texts[number]:
                    if (run := element.getparent()) is not None:
                        runs[run][element] = cut
            for run, of_run in runs.items():
                change(run, of_run)
        return self._package.replaced(changed) if changed else self._package.content


def _contents(root: etree._Element) -> Iterator[_Found]:
    """What a part holds, in reading order."""
    namespace = _namespace(root)
    walk = etree.iterwalk(root, events=("start", "end"))
    fields = fixed = links = 0
    code = False
    drawings: list[etree._Element] = []
    for event, element in walk:
        name = _name(element, namespace)
        if event == "end":
            fixed -= name in _FIXED
            links -= name == "hyperlink"
            if name == "p":
                yield _Found("block", "\n\n")
                for drawing in drawings:
                    yield from _boxed(drawing, namespace)
                drawings.clear()
            continue
        fixed += name in _FIXED
        links += name == "hyperlink"
        if name == "p":
            code = False
            yield _Found("block", "\n\n")
            if _styled_as_code(element.find(f"{namespace}pPr"), namespace + "pStyle"):
                walk.skip_subtree()
        elif name == "r":
            properties = element.find(f"{namespace}rPr")
            if properties is not None and properties.find(f"{namespace}vanish") is not None:
                walk.skip_subtree()
            elif _styled_as_code(properties, namespace + "rStyle"):
                if not code:
                    yield _Found("context", CODE)
                code = True
                walk.skip_subtree()
            else:
                code = False
        elif name == "fldChar":
            fields += {"begin": 1, "end": -1}.get(element.get(f"{namespace}fldCharType", ""), 0)
        elif name == "t" and element.text:
            if fields > 0 or fixed:
                yield _Found("context", element.text)
            else:
                yield _Found("text", element.text, (element,), _look(element, namespace), links > 0)
        elif name in ("br", "cr"):
            yield _Found("block", "\n")
        elif name in ("tab", "noBreakHyphen"):
            yield _Found("context", "\t" if name == "tab" else "\N{NON-BREAKING HYPHEN}")
        elif name == "oMath":
            yield _Found("context", CODE)
            walk.skip_subtree()
        elif name in _DRAWINGS:
            if not (fields > 0 or fixed):
                drawings.append(element)
            walk.skip_subtree()
        elif name in _LEFT_OUT:
            walk.skip_subtree()


def _boxed(drawing: etree._Element, namespace: str) -> Iterator[_Found]:
    """What the text boxes in a drawing hold."""
    walk = etree.iterwalk(drawing, events=("start",))
    for _, element in walk:
        name = _name(element, namespace)
        if name == "txbxContent":
            yield from _contents(element)
            walk.skip_subtree()
        elif name == "AlternateContent":
            yield from _alternatives(element, namespace)
            walk.skip_subtree()


def _alternatives(content: etree._Element, namespace: str) -> Iterator[_Found]:
    """What text boxes hold that are written in several forms, of which a reader sees the first that it understands.

    Forms that say different things, and could only be made to differ more, are left alone.
    """
    first, *others = [list(_boxed(form, namespace)) for form in content.iterchildren(etree.Element)] or [[]]
    forms = [first, *filter(None, others)]  # a form without text is a picture of it
    said = [[(found.kind, found.text) for found in form] for form in forms]
    if said.count(said[0]) == len(said):
        for same in zip(*forms, strict=True):
            yield replace(same[0], elements=tuple(element for found in same for element in found.elements))


def _name(element: etree._Element, namespace: str) -> str:
    """The name of an element of Word or of its neighbours (formulas, compatibility), without the namespace."""
    tag = element.tag
    if not isinstance(tag, str):
        return ""
    foreign = not tag.startswith(namespace)
    name = tag.rpartition("}")[2]
    return name if not foreign or name in ("oMath", "AlternateContent") else ""


def _namespace(element: etree._Element) -> str:
    """The namespace of an element, in braces: the two editions of the standard have one each."""
    return str(element.tag).rpartition("}")[0] + "}"


def _styled_as_code(properties: etree._Element | None, style: str) -> bool:
    named = properties.find(style) if properties is not None else None
    return named is not None and bool(_CODE_STYLE.search(named.get(_namespace(named) + "val", "")))


def _look(text: etree._Element, namespace: str) -> object:
    """What tells apart the runs between which a change would be seen."""
    run = text.getparent()
    if run is None:
        return None
    properties = run.find(f"{namespace}rPr")
    seen = [p for p in properties if _name(p, namespace) not in _UNSEEN] if properties is not None else []
    return run.getparent(), tuple(etree.tostring(p, with_tail=False) for p in seen)


def _accept(cuts: Cuts) -> None:
    """Make changes of the text of a run."""
    for element, of_element in cuts.items():
        text, at = element.text or "", 0
        kept = []
        for start, end, words in of_element:
            kept += [text[at:start], words]
            at = end
        element.text = "".join([*kept, text[at:]])
        element.set(_SPACE, "preserve")


def _track(run: etree._Element, cuts: Cuts, mark: Callable[[str, etree._Element], etree._Element]) -> None:
    """Split a run at changes of its text, and mark these as deletions and insertions."""
    namespace = _namespace(run)
    empty = deepcopy(run)
    for child in list(empty):
        if child.tag != f"{namespace}rPr":
            empty.remove(child)
    bare = len(empty)
    parts = [deepcopy(empty)]

    def add(text: str, tag: str = "t", kind: str | None = None) -> None:
        """Add text, to the last run or, marked, as one of its own."""
        if not text:
            return
        into = deepcopy(empty) if kind else parts[-1]
        element = etree.SubElement(into, namespace + tag)
        element.text = text
        element.set(_SPACE, "preserve")
        if kind:
            parts.extend((mark(kind, into), deepcopy(empty)))

    for child in list(run)[bare:]:
        text, at = child.text or "", 0
        for start, end, words in cuts.get(child, ()):
            add(text[at:start])
            add(text[start:end], "delText", "del")
            add(words, kind="ins")
            at = end
        if child in cuts:
            add(text[at:])
        else:
            parts[-1].append(child)
    parent = run.getparent()
    if parent is not None:
        place = parent.index(run)
        parent[place : place + 1] = [p for p in parts if len(p) > bare or p.tag != run.tag]
