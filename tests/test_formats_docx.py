"""Word documents, made here from their parts."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from datetime import datetime, timezone
from pathlib import Path

import pytest
from lxml import etree

from textrepair.errors import InputError
from textrepair.formats import package
from textrepair.formats.docx import DocxDocument
from textrepair.results import Edit

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
WHEN = datetime(2024, 5, 17, 9, 30, tzinfo=timezone.utc)
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def part(body: str, root: str = "document") -> bytes:
    inner = f"<w:body>{body}</w:body>" if root == "document" else body
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:{root} xmlns:w="{W}">{inner}</w:{root}>'.encode()


def docx(body: str, footnotes: str | None = None, more: dict[str, bytes] | None = None) -> bytes:
    """The smallest package that Word takes for a document."""
    override = '<Override PartName="/word/{0}.xml" ContentType="' + _TYPE + '.{1}+xml"/>'
    relation = '<Relationship Id="r{0}" Type="' + _RELATION + '/{0}" Target="{1}"/>'
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    types = override.format("document", "document.main") + override.format("styles", "styles")
    related = relation.format("styles", "styles.xml")
    members = {"word/document.xml": part(body), "word/styles.xml": part("", "styles")}
    if footnotes is not None:
        types += override.format("footnotes", "footnotes")
        related += relation.format("footnotes", "footnotes.xml")
        members["word/footnotes.xml"] = part(footnotes, "footnotes")
    uri = "http://schemas.openxmlformats.org/package/2006"
    rels = "application/vnd.openxmlformats-package.relationships+xml"
    types += f'<Default Extension="rels" ContentType="{rels}"/>'
    start = relation.format("officeDocument", "word/document.xml")
    members = {
        "[Content_Types].xml": f'{head}<Types xmlns="{uri}/content-types">{types}</Types>'.encode(),
        "_rels/.rels": f'{head}<Relationships xmlns="{uri}/relationships">{start}</Relationships>'.encode(),
        "word/_rels/document.xml.rels": f'{head}<Relationships xmlns="{uri}/relationships">'
        f"{related}</Relationships>".encode(),
        **members,
        **(more or {}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def run(text: str, properties: str = "") -> str:
    look = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*runs: str) -> str:
    return f"<w:p>{''.join(runs)}</w:p>"


def drawing(content: str, kind: str = "drawing") -> str:
    """A run with a text box, as LibreOffice or an old Word writes it."""
    shape = f'<x:shape xmlns:x="urn:x"><w:txbxContent>{content}</w:txbxContent></x:shape>'
    return f"<w:r><w:{kind}>{shape}</w:{kind}></w:r>"


def both_ways(content: str, fallback: str | None = None) -> str:
    """A run with a text box as Word writes it: for itself, and once more for programs that know no such boxes."""
    inner = [drawing(content), drawing(content if fallback is None else fallback, "pict")]
    choice, other = (box.removeprefix("<w:r>").removesuffix("</w:r>") for box in inner)
    return (
        '<w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f'<mc:Choice Requires="wps">{choice}</mc:Choice><mc:Fallback>{other}</mc:Fallback></mc:AlternateContent></w:r>'
    )


def edits(text: str, *pairs: tuple[str, str]) -> list[Edit]:
    """Edits of the first occurrences of stretches of `text`."""
    return [Edit(at := text.index(old), at + len(old), old, new, 0.9, True) for old, new in pairs]


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def xml(content: bytes, name: str = "word/document.xml") -> str:
    """A part as text, without its declaration."""
    return re.sub(r"^<\?xml.*?\?>\s*", "", members(content)[name].decode())


def with_all_changes(content: bytes, accept: bool) -> bytes:
    """The document after all tracked changes have been accepted or rejected, as a word processor does it."""
    root = etree.fromstring(members(content)["word/document.xml"])
    for kind, kept in (("ins", accept), ("del", not accept)):
        for change in list(root.iter(f"{{{W}}}{kind}")):
            parent = change.getparent()
            at = parent.index(change)
            parent[at : at + 1] = list(change) if kept else []
    for deleted in root.iter(f"{{{W}}}delText"):
        deleted.tag = f"{{{W}}}t"
    changed = dict(members(content), **{"word/document.xml": etree.tostring(root)})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in changed.items():
            archive.writestr(name, data)
    return out.getvalue()


def resolved(content: bytes, accept: bool) -> str:
    """The prose after all tracked changes have been accepted or rejected."""
    return DocxDocument.open(with_all_changes(content, accept)).prose.text


def test_reads_paragraphs_tables_and_footnotes() -> None:
    table = f"<w:tbl><w:tr><w:tc>{paragraph(run('One.'))}</w:tc><w:tc>{paragraph(run('Two.'))}</w:tc></w:tr></w:tbl>"
    content = docx(
        paragraph(run("A "), run("bold", "<w:b/>"), run(" move.")) + table,
        footnotes=f'<w:footnote w:id="2">{paragraph(run("A note."))}</w:footnote>',
    )
    assert DocxDocument.open(content).prose.text == "A bold move.\n\nOne.\n\nTwo.\n\nA note."


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ('<w:ins w:id="1" w:author="x">' + run("Pending") + "</w:ins>" + run(" text."), "Pending text."),
        ('<w:del w:id="1" w:author="x"><w:r><w:delText>Gone</w:delText></w:r></w:del>' + run("Text."), "Text."),
        (
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>'
            '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
            + run("12")
            + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
            + run(" pages."),
            "12 pages.",
        ),
        (run("Run ") + run("ls", '<w:rStyle w:val="HTMLCode"/>') + run("."), "Run `…`."),
        (run("Seen.") + run("Hidden.", "<w:vanish/>"), "Seen."),
        ('<w:pPr><w:pStyle w:val="SourceCode"/></w:pPr>' + run("x = 1"), ""),
        ('<w:hyperlink w:anchor="a">' + run("A link") + "</w:hyperlink>" + run("."), "A link."),
        ("<w:r><w:t>One</w:t><w:tab/><w:t>two</w:t><w:br/><w:t>three</w:t></w:r>", "One\ttwo\nthree"),
        (run("Some ") + drawing(paragraph(run("Box."))) + run("text."), "Some text.\n\nBox."),
        (run("Text.") + drawing(paragraph(run("A")) + paragraph(run("b"))), "Text.\n\nA\n\nb"),
        (run("Text.") + drawing(paragraph(run("Box.")), "pict"), "Text.\n\nBox."),
        ('<w:ins w:id="1" w:author="x">' + drawing(paragraph(run("Box."))) + "</w:ins>" + run("Text."), "Text."),
        (both_ways(paragraph(run("Box."))) + run("Text."), "Text.\n\nBox."),
        (both_ways(paragraph(run("Box.")), "") + run("Text."), "Text.\n\nBox."),
        (both_ways("", paragraph(run("Box."))) + run("Text."), "Text."),
        (both_ways(paragraph(run("A box.")), paragraph(run("B box."))) + run("Text."), "Text."),
        (
            both_ways(paragraph(run("Outer."), both_ways(paragraph(run("Inner."))))) + run("Text."),
            "Text.\n\nOuter.\n\nInner.",
        ),
    ],
)
def test_reads_what_a_reader_sees(inner: str, text: str) -> None:
    assert DocxDocument.open(docx(paragraph(inner))).prose.text == text


def test_a_tracked_change_splits_the_run_and_keeps_its_look() -> None:
    document = DocxDocument.open(docx(paragraph(run("Neither facet gave in.", "<w:b/><w:sz w:val='28'/>"))))
    out = xml(document.tracked(edits(document.prose.text, ("facet", "side")), "A & B", WHEN))
    look = '<w:rPr><w:b/><w:sz w:val="28"/></w:rPr>'
    by = 'w:author="A &amp; B" w:date="2024-05-17T09:30:00Z"'
    assert out == (
        f'<w:document xmlns:w="{W}"><w:body><w:p>'
        f'<w:r>{look}<w:t xml:space="preserve">Neither </w:t></w:r>'
        f'<w:del w:id="1" {by}><w:r>{look}<w:delText xml:space="preserve">facet</w:delText></w:r></w:del>'
        f'<w:ins w:id="2" {by}><w:r>{look}<w:t xml:space="preserve">side</w:t></w:r></w:ins>'
        f'<w:r>{look}<w:t xml:space="preserve"> gave in.</w:t></w:r>'
        "</w:p></w:body></w:document>"
    )


def test_accepting_and_rejecting() -> None:
    body = (
        paragraph(run("Neither fa"), run("cet", '<w:lang w:val="en"/>'), run(" is "), run("anticipated", "<w:i/>"))
        + paragraph('<w:hyperlink w:anchor="a">' + run("An settlement") + "</w:hyperlink>", run(" was reached."))
        + paragraph("<w:r><w:t>The navy</w:t><w:tab/><w:t>workouts went on.</w:t></w:r>")
    )
    document = DocxDocument.open(docx(body))
    text = document.prose.text
    made = edits(
        text,
        ("facet", "side"),
        ("anticipated", "expected"),
        ("An settlement", "A deal"),
        ("navy", "military"),
        ("workouts", "exercises"),
    )
    assert document.prose.placeable(made) == made
    tracked = document.tracked(made, "textrepair", WHEN)
    expected = "Neither side is expected\n\nA deal was reached.\n\nThe military\texercises went on."
    assert resolved(tracked, accept=True) == expected
    assert resolved(tracked, accept=False) == text
    accepted = document.accepted(made)
    assert DocxDocument.open(accepted).prose.text == expected
    assert "<w:ins" not in xml(accepted)


def test_an_edit_across_looks() -> None:
    content = docx(paragraph(run("They "), run("put", "<w:b/>"), run(" an end", "<w:i/>"), run(" to it.")))
    document = DocxDocument.open(content)
    made = edits(document.prose.text, ("put an end", "stopped"))
    assert document.prose.placeable(made) == made
    assert run("stopped", "<w:i/>") in xml(document.accepted(made))
    assert resolved(document.tracked(made, "x", WHEN), accept=True) == "They stopped to it."


def test_an_edit_that_would_empty_a_link() -> None:
    link = '<w:hyperlink w:anchor="{0}">{1}</w:hyperlink>'
    content = docx(paragraph(link.format("a", run("put")), run(" an "), link.format("b", run("end"))))
    document = DocxDocument.open(content)
    made = edits(document.prose.text, ("put an end", "stopped"))
    assert not document.prose.placeable(made)[0].applied
    assert document.tracked(made, "x", WHEN) == document.accepted(made) == content


@pytest.mark.parametrize("accept", [True, False])
def test_a_text_box_says_the_same_in_both_forms(accept: bool) -> None:
    box = paragraph(run("Neither fa"), run("cet", "<w:b/>"), run(" is ")) + paragraph(run("anticipated to."))
    document = DocxDocument.open(docx(paragraph(run("The "), both_ways(box), run("navy left."))))
    text = document.prose.text
    made = edits(text, ("navy", "military"), ("facet", "side"), ("anticipated", "expected"))
    assert document.prose.placeable(made) == made
    expected = "The military left.\n\nNeither side is \n\nexpected to."
    tracked = document.tracked(made, "x", WHEN)
    changes = re.findall(r'<w:(?:ins|del) w:id="(\d+)"', xml(tracked))
    assert sorted(map(int, changes)) == list(range(1, len(changes) + 1))
    for out in (document.accepted(made), with_all_changes(tracked, accept=True)):
        choice, fallback = (
            "".join(re.findall(r"<w:t [^>]*>([^<]*)", form))
            for form in re.findall(r"<mc:(?:Choice|Fallback).*?</mc:(?:Choice|Fallback)>", xml(out))
        )
        assert choice == fallback == "Neither side is expected to."
    assert resolved(tracked, accept) == (expected if accept else text)


def test_change_ids_are_new() -> None:
    pending = '<w:ins w:id="41" w:author="x">' + run("Yes. ") + "</w:ins>"
    document = DocxDocument.open(docx(paragraph(pending, run("One facet."))))
    out = xml(document.tracked(edits(document.prose.text, ("facet", "side")), "x", WHEN))
    assert re.findall(r'w:id="(\d+)"', out) == ["41", "42", "43"]


def test_all_other_members_are_kept_byte_for_byte() -> None:
    note = f'<w:footnote w:id="2">{paragraph(run("An odd facet."))}</w:footnote>'
    content = docx(paragraph(run("Text.")), note, {"word/media/image1.png": bytes(range(256)) * 50, "docProps/x": b""})
    document = DocxDocument.open(content)
    out = document.tracked(edits(document.prose.text, ("facet", "side")), "x", WHEN)
    before, after = members(content), members(out)
    assert list(before) == list(after)
    assert {name for name in before if before[name] != after[name]} == {"word/footnotes.xml"}


def test_without_edits_the_file_is_the_same() -> None:
    content = docx(paragraph(run("Text.")))
    document = DocxDocument.open(content)
    assert document.tracked([], "x", WHEN) == document.accepted([]) == content


def test_namespace_prefixes_survive() -> None:
    content = docx(
        '<w:p xmlns:w14="urn:x" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        f'mc:Ignorable="w14" w14:paraId="1">{run("A facet.")}</w:p>'
    )
    document = DocxDocument.open(content)
    out = xml(document.accepted(edits(document.prose.text, ("facet", "side"))))
    assert 'mc:Ignorable="w14" w14:paraId="1"' in out
    assert 'xmlns:w14="urn:x"' in out


def test_characters_that_xml_forbids_are_dropped() -> None:
    document = DocxDocument.open(docx(paragraph(run("A facet."))))
    made = edits(document.prose.text, ("facet", "s\x00i\x1bde\ufffe"))
    assert DocxDocument.open(document.accepted(made)).prose.text == "A side."
    document.tracked(made, "na\x00me", WHEN)


@pytest.mark.parametrize("content", [b"", b"PK", b"no zip at all", docx("")[:-30], docx("")[40:]])
def test_damaged(content: bytes) -> None:
    with pytest.raises(InputError):
        DocxDocument.open(content)


def test_a_zip_of_something_else() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "a")
    with pytest.raises(InputError, match="not a Word document"):
        DocxDocument.open(out.getvalue())


def test_a_zip_bomb() -> None:
    with pytest.raises(InputError, match="unpacks to 128 MiB"):
        DocxDocument.open(docx("", more={"word/media/bomb": bytes(128 * 1024 * 1024)}))


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    content = docx("", more={"docProps/random": bytes(2000)})
    monkeypatch.setattr(package, "LARGEST", 1000)
    with pytest.raises(InputError, match="unpacks to"):
        DocxDocument.open(content)
    monkeypatch.undo()
    monkeypatch.setattr(package, "MOST_MEMBERS", 3)
    with pytest.raises(InputError):
        DocxDocument.open(content)


@pytest.mark.parametrize(
    "document",
    [
        b'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><d>&b;</d>',
        b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>',
        b'<!DOCTYPE d SYSTEM "http://127.0.0.1:9/x.dtd"><d/>',
        b"<w:document",
        b"<a>" * 100_000,
        "<é>".encode("utf-16"),
    ],
)
def test_hostile_xml(document: bytes) -> None:
    with pytest.raises(InputError):
        DocxDocument.open(docx("", more={"word/document.xml": document}))


soffice = shutil.which("soffice")


@pytest.mark.skipif(not soffice, reason="LibreOffice is not installed")
def test_libreoffice_opens_the_result(tmp_path: Path) -> None:
    body = paragraph(run("Neither "), run("facet", "<w:b/>"), run(" is anticipated to give in."))
    note = f'<w:footnote w:id="2">{paragraph(run("The navy workouts."))}</w:footnote>'
    body += paragraph(run("A note"), '<w:r><w:footnoteReference w:id="2"/></w:r>')
    document = DocxDocument.open(docx(body, note))
    made = edits(document.prose.text, ("facet", "side"), ("anticipated", "expected"), ("navy workouts", "exercises"))
    (tmp_path / "tracked.docx").write_bytes(document.tracked(made, "Jo Éditeur", WHEN))
    (tmp_path / "accepted.docx").write_bytes(document.accepted(made))
    home = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [soffice or "", home, "--headless", "--convert-to", "fodt", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "tracked.docx"), str(tmp_path / "accepted.docx")], check=True, timeout=300)
    tracked = (tmp_path / "tracked.fodt").read_text("utf-8")
    assert len(re.findall("<text:insertion>", tracked)) == 3
    assert len(re.findall("<text:deletion>", tracked)) == 3
    assert tracked.count("<dc:creator>Jo Éditeur</dc:creator>") >= 6
    assert tracked.count("<dc:date>2024-05-17T09:30:00") >= 6
    accepted = re.sub(r"<[^>]*>", "", (tmp_path / "accepted.fodt").read_text("utf-8"))
    assert "Neither side is expected to give in." in accepted
    assert "The exercises." in accepted
