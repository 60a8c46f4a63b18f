import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textrepair.render.html import page
from textrepair.results import Edit, Repair, Sentence, apply_edits

TEXT = "Storm on the coast\n\nThe tempest thrashed the pier. Nobody was damage.\n\nBoats stay in harbour until Friday."


def build(text: str, *changes: tuple[str, str, bool], others: tuple[str, ...] = ()) -> Repair:
    """A repair of the first occurrence of each wording, with one sentence a line."""
    edits = tuple(
        Edit(text.index(old), text.index(old) + len(old), old, new, 0.93, applied, others)
        for old, new, applied in changes
    )
    sentences = tuple(Sentence(m.start(), m.end(), 0.876, bool(edits)) for m in re.finditer(r"\S[^\n]*", text))
    return Repair(text, apply_edits(text, edits), edits, sentences, 0.97 if edits else 0.02)


REPAIR = build(
    TEXT, ("tempest", "storm", True), ("thrashed", "hit", False), ("damage", "hurt", True), others=("gale", "wind")
)

# Elements that have no end tag.
VOID = {"meta"}


class Tree(HTMLParser):
    """Reads a page strictly: every element is closed in order, and no id is given twice."""

    def __init__(self, document: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.elements: list[tuple[str, dict[str, str | None], str]] = []  # tag, attributes, classes of its ancestors
        self.texts: dict[str, str] = {}
        self.said = ""
        self.feed(document)
        self.close()
        assert not self.open
        ids = [a["id"] for _, a, _ in self.elements if "id" in a]
        assert len(ids) == len(set(ids))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(attrs) == len(dict(attrs))
        self.elements.append((tag, dict(attrs), " ".join(a.get("class") or "" for _, a in self.open)))
        if tag not in VOID:
            self.open.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        for _, attributes in self.open:
            if name := attributes.get("id"):
                self.texts[name] = self.texts.get(name, "") + data
        if not {"style", "script"} & {tag for tag, _ in self.open}:
            self.said += data

    def with_class(self, name: str) -> list[dict[str, str | None]]:
        return [a for _, a, _ in self.elements if name in (a.get("class") or "").split()]


def test_head_of_the_page() -> None:
    tree = Tree(page([("news/coast.txt", REPAIR)], "news/coast.txt"))
    assert [tag for tag, _, _ in tree.elements].count("h1") == 1
    assert tree.said.count("news/coast.txt") == 2, "in the title and in the heading"
    for words in ("looks spun (97 %)", "2 edits applied, 1 more proposed", "3 of 3 sentences flagged"):
        assert words in tree.said


def test_every_applied_edit_is_linked_with_its_partner() -> None:
    tree = Tree(page([("coast.txt", REPAIR), ("again.txt", REPAIR)], "Two"))
    linked = {a["id"]: (a, ancestors) for tag, a, ancestors in tree.elements if tag == "a" and "data-edit" in a}
    for article in ("a1", "a2"):
        for n, edit in enumerate(REPAIR.edits):
            name = f"{article}-e{n}"
            old, where = linked[f"{name}-o"]
            assert "original" in where.split()
            assert tree.texts[f"{name}-o"] == edit.original
            assert old["aria-describedby"] == f"{name}-n"
            assert tree.texts[f"{name}-n"].startswith(f"{edit.original} → {edit.replacement}")
            if edit.applied:
                new, where = linked[f"{name}-r"]
                assert "restored" in where.split()
                assert tree.texts[f"{name}-r"] == edit.replacement
                assert (old["href"], new["href"]) == (f"#{name}-r", f"#{name}-o")
                assert old["data-edit"] == new["data-edit"]
            else:
                assert f"{name}-r" not in linked
                assert "unsure" in (old["class"] or "")
                assert old["href"] == f"#{name}-n"


def test_notes_give_confidence_and_other_wordings() -> None:
    tree = Tree(page([("coast.txt", REPAIR)], "coast.txt"))
    assert (
        tree.texts["a1-e0-n"].replace("\xa0", " ")
        == "tempest → storm\n93 % sure, applied\nOther wordings: gale, wind\n"
    )
    assert "93\xa0% sure, not applied" in tree.texts["a1-e1-n"]


def test_one_bar_for_each_sentence() -> None:
    tree = Tree(page([("coast.txt", REPAIR)], "coast.txt"))
    bars = [a for tag, a, ancestors in tree.elements if tag == "a" and "strip" in ancestors.split()]
    assert [bar["title"] for bar in bars] == [f"Sentence {n}: 88 %, flagged" for n in (1, 2, 3)]
    assert all((bar["href"] or "")[1:] in tree.texts for bar in bars)
    assert bars[0]["class"] == "h9 flagged"


def test_an_article_without_edits_is_shown_once() -> None:
    tree = Tree(page([("coast.txt", build(TEXT))], "coast.txt"))
    assert len(tree.with_class("original")) == 3
    assert not tree.with_class("restored")
    assert "looks clean (2 %)" in tree.said


def test_a_skipped_article_says_why() -> None:
    repair = Repair("Rien.", "Rien.", (), (), 0.0, "not English (looks like 'fr')")
    tree = Tree(page([("rien.txt", repair), ("coast.txt", REPAIR)], "Today"))
    assert "not English (looks like 'fr')" in tree.said
    assert "looks clean" not in tree.said
    assert "2 articles, 1 looks spun" in tree.said


def test_the_page_loads_nothing() -> None:
    document = page([("coast.txt", REPAIR)], "coast.txt")
    assert not re.search(r"https?:|//[a-z]|\bsrc=|url\(|@import|<link|<img|<iframe|<base|<object", document)
    tree = Tree(document)
    policy = next(a["content"] for _, a, _ in tree.elements if a.get("http-equiv") == "Content-Security-Policy")
    assert policy
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert not [a for _, a, _ in tree.elements if "style" in a or any(name.startswith("on") for name in a)]


HOSTILE = '<script>alert("1")</script> the tempest & <img src=x onerror=alert(2)> \x00\x1b[31m \ud800 \u202e came.'


def test_input_is_text_and_nothing_else() -> None:
    repair = build(HOSTILE, ("tempest", '"><script>alert(3)</script>', True), others=("</span><script>",))
    document = page([('<b onclick="x">.txt', repair)], "</title><script>alert(4)</script>")
    tree = Tree(document)
    assert [tag for tag, _, _ in tree.elements].count("script") == 1
    assert not [tag for tag, _, _ in tree.elements if tag in ("b", "img")]
    assert '<script>alert("1")</script> the tempest & <img src=x onerror=alert(2)> ��[31m � � came.' in tree.said
    document.encode("utf-8")


WORDS = st.text(st.sampled_from("ab<>&\"' \n\r\x00\x1b\u202e\ud800") | st.characters(), max_size=30)


@st.composite
def repairs(draw: st.DrawFn) -> Repair:
    text = draw(WORDS)
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    edits = tuple(
        Edit(
            s,
            e,
            text[s:e],
            draw(WORDS),
            draw(st.floats(0, 1)),
            draw(st.booleans()),
            tuple(draw(st.lists(WORDS, max_size=2))),
        )
        for s, e in zip(cuts[::2], cuts[1::2], strict=False)
    )
    marks = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    sentences = tuple(
        Sentence(s, e, draw(st.floats(0, 1)), draw(st.booleans()))
        for s, e in zip(marks[::2], marks[1::2], strict=False)
    )
    notice = draw(st.none() | WORDS)
    return Repair(text, apply_edits(text, edits), edits, sentences, draw(st.floats(0, 1)), notice)


ALLOWED = {
    *("html", "head", "meta", "title", "style", "body", "header", "main", "article", "footer", "script"),
    *("h1", "h2", "h3", "nav", "div", "p", "span", "strong", "a", "del", "ins", "ol", "li", "details", "summary"),
}


@settings(deadline=None)
@given(st.lists(st.tuples(WORDS, repairs()), max_size=2), WORDS)
def test_any_repair_gives_a_well_formed_page(articles: list[tuple[str, Repair]], title: str) -> None:
    document = page(articles, title)
    document.encode("utf-8")
    tree = Tree(document)
    assert {tag for tag, _, _ in tree.elements} <= ALLOWED
    assert [tag for tag, _, _ in tree.elements].count("script") == 1
    for n, (_, repair) in enumerate(articles, 1):
        old = {a["data-edit"] for tag, a, where in tree.elements if "data-edit" in a and "original" in where.split()}
        new = {a["data-edit"] for tag, a, where in tree.elements if "data-edit" in a and "restored" in where.split()}
        assert old >= {f"a{n}-e{k}" for k in range(len(repair.edits))}
        assert {e for e in new if (e or "").startswith(f"a{n}-")} == {
            f"a{n}-e{k}" for k, edit in enumerate(repair.edits) if edit.applied
        }


@pytest.mark.skipif(not shutil.which("chromium"), reason="needs a browser")
def test_a_browser_accepts_style_and_script(tmp_path: Path) -> None:
    """The hashes of the policy are right: otherwise the browser would refuse both, and say so."""
    path = tmp_path / "page.html"
    path.write_text(page([("coast.txt", REPAIR)], "coast.txt"), encoding="utf-8")
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--dump-dom"]
    done = subprocess.run([*command, f"file://{path}"], capture_output=True, text=True, check=True, timeout=120)
    assert 'id="note"' in done.stdout
    assert "CONSOLE" not in done.stderr
