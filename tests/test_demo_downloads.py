import io
import json
import subprocess
import zipfile
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from test_render_html import build

from textrepair.demo import word
from textrepair.demo.articles import opened, pasted
from textrepair.demo.downloads import KINDS, download
from textrepair.demo.session import Session
from textrepair.editorial.documents import Document
from textrepair.evidence import Calibration
from textrepair.results import Repair

TEXT = "The tempest thrashed the pier.\n\nNobody was damage, <all> said."
CHANGES = (("tempest", "storm", True), ("thrashed", "hit", False), ("damage", "hurt", True))
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)


def session_of(article: Document) -> Session:
    return Session(article, build(article.prose.text, *CHANGES, others=("gale",)), Calibration())


def texts(content: bytes) -> tuple[list[str], list[str]]:
    """Original and restored paragraphs of a Word document with tracked changes."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        root = etree.fromstring(package.read("word/document.xml"))
    old, new = [], []
    for paragraph in root.iter(f"{W}p"):
        pieces: list[tuple[Any, str]] = [(e, e.text or "") for e in paragraph.iter(f"{W}t", f"{W}delText")]
        inserted = {id(e) for mark in paragraph.iter(f"{W}ins") for e in mark.iter()}
        old.append("".join(text for e, text in pieces if id(e) not in inserted))
        new.append("".join(text for e, text in pieces if e.tag == f"{W}t"))
    return old, new


def test_the_article_follows_the_choices() -> None:
    session = session_of(pasted(TEXT)).choose(0, 2).choose(2, 0)
    made = download(session, "article")
    assert made.name == "article-restored.txt"
    assert made.content.decode() == TEXT.replace("tempest", "gale")


def test_an_article_comes_back_in_its_own_form() -> None:
    source = "\ufeff# The *tempest*\r\n\r\nIt thrashed the pier; nobody was damage.\r\n".encode()
    made = download(session_of(opened("news/storm.md", source)), "article")
    assert made.name == "storm-restored.md"
    assert made.content == source.replace(b"tempest", b"storm").replace(b"damage", b"hurt")


def test_the_diff_applies(tmp_path: Path) -> None:
    (tmp_path / "article.txt").write_text(TEXT, encoding="utf-8")
    patch = download(session_of(pasted(TEXT)), "diff").content
    subprocess.run(["git", "apply", "-p0", "-"], input=patch, cwd=tmp_path, check=True)
    assert (tmp_path / "article.txt").read_text(encoding="utf-8").startswith("The storm thrashed")


def test_json_is_the_schema_of_the_command() -> None:
    session = session_of(pasted(TEXT))
    made = json.loads(download(session, "json").content)
    assert made == json.loads(json.dumps(session.decided.to_object("article.txt")))
    assert made["schema"] == 1


def test_the_report_is_a_page() -> None:
    made = download(session_of(pasted(TEXT)), "html")
    assert made.name == "article-report.html"
    assert made.content.startswith(b"<!DOCTYPE html>")


def test_a_text_becomes_a_word_document_with_tracked_changes() -> None:
    made = download(session_of(pasted(TEXT)), "word")
    assert made.name == "article-tracked.docx"
    old, new = texts(made.content)
    assert old == ["The tempest thrashed the pier.", "Nobody was damage, <all> said."]
    assert new == ["The storm thrashed the pier.", "Nobody was hurt, <all> said."]


def test_a_word_document_keeps_its_own_form() -> None:
    plain = word.tracked(build(TEXT), "someone", NOW)
    session = session_of(opened("story.docx", plain))
    assert session.article.prose.text == TEXT
    tracked, accepted = download(session, "word"), download(session, "article")
    assert (tracked.name, accepted.name) == ("story-tracked.docx", "story-restored.docx")
    assert texts(tracked.content)[1][0] == "The storm thrashed the pier."
    assert texts(tracked.content)[0][0] == "The tempest thrashed the pier."
    assert texts(accepted.content) == (texts(tracked.content)[1],) * 2


def test_only_known_kinds() -> None:
    session = session_of(pasted(TEXT))
    assert len({download(session, kind).name for kind in KINDS}) == len(KINDS)
    with pytest.raises(KeyError):
        download(session, "exe")


@given(st.text(st.characters(exclude_categories=("Cs",))), st.text(st.characters(exclude_categories=("Cs",))))
def test_any_text_makes_a_readable_word_document(before: str, after: str) -> None:
    repair: Repair = build(f"{before} tempest {after}", ("tempest", "<storm>&", True))
    old, new = texts(word.tracked(repair, "a <name>", NOW))
    assert "<storm>&" in "".join(new)
    assert "tempest" in "".join(old)
