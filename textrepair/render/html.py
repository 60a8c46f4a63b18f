"""Repairs as one self-contained page for a browser."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from textrepair.render.paragraphs import Paragraph, Piece, paragraphs
from textrepair.render.visible import for_page
from textrepair.render.wording import (
    SPUN,
    counted,
    edit_counts,
    flagged_count,
    percent,
    shown_original,
    shown_replacement,
    verdict,
)
from textrepair.results import Edit, Repair, Sentence

DENSE = 250
"""Sentences; more leave no room between the bars of their scores."""

KEY = (
    '<p class="key">'
    '<span><span class="word edit old"><del>word</del></span>replaced by the spinner</span>'
    '<span><span class="word edit new"><ins>word</ins></span>restored</span>'
    '<span><span class="word unsure">word</span>has a proposal, not applied</span>'
    "</p>"
)
"""What the marks in the text mean."""


def page(repairs: Sequence[tuple[str, Repair]], title: str) -> str:
    """One HTML page that shows repairs, original and restored text in two columns.

    Args:
        repairs: names (paths) and repairs of the articles, in the order in which they are shown.
        title: the heading of the page.
    """
    # The name of a single article is its heading; it is not said twice.
    single = len(repairs) == 1 and repairs[0][0] == title
    articles = (line for n, (name, repair) in enumerate(repairs, 1) for line in _article(f"a{n}", name, repair, single))
    note = '<div class="note" id="note" hidden></div>'
    return document(title, _masthead(repairs, title, single), articles, note, asset("page.js"))


def document(title: str, masthead: Iterable[str], main: Iterable[str], note: str = "", script: str = "") -> str:
    """An HTML document that loads nothing: style and script are in it, and its policy forbids everything else.

    Args:
        title: the name of the document.
        masthead: the lines of its heading.
        main: the lines of its content.
        note: an element behind them.
        script: what it runs.
    """
    style = "".join(asset(f"{name}.css") for name in ("palette", "article", "page"))
    runs = f"script-src '{_digest(script)}'; " if script else ""
    policy = f"default-src 'none'; style-src '{_digest(style)}'; {runs}base-uri 'none'; form-action 'none'"
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            f"<title>{for_page(title)}</title>",
            f"<style>{style}</style>",
            "</head>",
            "<body>",
            *masthead,
            "<main>",
            *main,
            "</main>",
            '<footer class="colophon">Made by textrepair. The percentages are estimates; the last word is the '
            "editor’s.</footer>",  # noqa: RUF001
            *([note] if note else []),
            *([f"<script>{script}</script>"] if script else []),
            "</body>",
            "</html>",
            "",
        ]
    )


def asset(name: str) -> str:
    """The content of a style sheet or script of this package."""
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _digest(content: str) -> str:
    """The source expression that lets a content security policy accept this inline style or script."""
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode("utf-8")).digest()).decode("ascii")


def _masthead(repairs: Sequence[tuple[str, Repair]], title: str, single: bool) -> Iterator[str]:
    yield f'<header class="masthead"><h1>{for_page(title)}</h1>'
    if single:
        yield f"{_facts(repairs[0][1])}</header>"
        return
    spun = sum(repair.notice is None and repair.score >= SPUN for _, repair in repairs)
    looks = "looks" if spun == 1 else "look"
    yield f'<p class="facts">{counted(len(repairs), "article")}, {spun or "none"} {looks} spun</p></header>'
    if len(repairs) > 1:
        yield '<ol class="contents">'
        for n, (name, repair) in enumerate(repairs, 1):
            edits = "" if repair.notice else edit_counts(repair)
            yield f'<li><a href="#a{n}">{for_page(name)}</a>{_verdict(repair, "span")}<span>{edits}</span></li>'
        yield "</ol>"


def _verdict(repair: Repair, tag: str) -> str:
    if repair.notice:
        return f"<{tag}>skipped</{tag}>"
    look = "spun" if repair.score >= SPUN else "clean"
    return f'<{tag} class="{look}">{for_page(verdict(repair.score))}</{tag}>'


def _facts(repair: Repair) -> str:
    if repair.notice:
        return f'<p class="facts"><strong>skipped</strong><span>{for_page(repair.notice)}</span></p>'
    facts = (edit_counts(repair), flagged_count(repair))
    return f'<p class="facts">{_verdict(repair, "strong")}{"".join(f"<span>{fact}</span>" for fact in facts)}</p>'


def _article(key: str, name: str, repair: Repair, single: bool) -> Iterator[str]:
    yield f'<article id="{key}">'
    if not single:
        yield f"<header><h2>{for_page(name)}</h2>{_facts(repair)}</header>"
    if repair.sentences and not repair.notice:
        yield from strip(key, repair.sentences)
    if repair.edits:
        yield KEY
    yield from columns(key, repair)
    if repair.edits:
        yield from _edits(key, repair.edits)
    yield "</article>"


def columns(key: str, repair: Repair) -> Iterator[str]:
    """Original and restored text side by side, paragraph by paragraph; each change is linked with its partner.

    Args:
        key: begins the ids on the page.  Edit `n` is `{key}-e{n}-o` in the original and `{key}-e{n}-r` in the restored
            text, and is described by an element `{key}-e{n}-n`, which the page has to have.
        repair: what to show.
    """
    yield '<div class="columns">'
    if repair.edits:
        yield '<div class="pair heads"><h3>Original</h3><h3>Restored</h3></div>'
    named: set[int] = set()
    for paragraph in paragraphs(repair):
        original = "".join(_original(key, repair, paragraph, named))
        if not repair.edits:
            yield f'<div class="pair one"><p class="original">{original}</p></div>'
            continue
        changed = any(piece.edit is not None and repair.edits[piece.edit].applied for piece in paragraph)
        restored = "".join(_restored(key, repair, piece) for piece in paragraph)
        yield f'<div class="pair {"changed" if changed else "same"}">'
        yield f'<p class="original">{original}</p><p class="restored">{restored}</p></div>'
    yield "</div>"


def strip(key: str, sentences: Sequence[Sentence]) -> Iterator[str]:
    """The scores of the sentences as a row of bars, each a link to its sentence in `columns`."""
    yield '<p class="strip-name">How spun each sentence looks</p>'
    dense = " dense" if len(sentences) > DENSE else ""
    # The bars are no stops for the Tab key: hundreds of them would stand before the text.
    yield f'<nav class="strip{dense}" aria-label="How spun each sentence looks">'
    for n, sentence in enumerate(sentences):
        height = f"h{round(10 * min(1.0, max(0.0, sentence.score)))}" + " flagged" * sentence.flagged
        said = for_page(f"Sentence {n + 1}: {percent(sentence.score)}" + ", flagged" * sentence.flagged)
        yield f'<a class="{height}" href="#{key}-s{n}" title="{said}" aria-label="{said}" tabindex="-1"></a>'
    yield "</nav>"


def _original(key: str, repair: Repair, paragraph: Paragraph, named: set[int]) -> Iterator[str]:
    """The original of a paragraph; each sentence is an element with an id, the first time that it appears."""
    for number, pieces in groupby(paragraph, key=lambda piece: piece.sentence):
        content = "".join(_old(key, repair, piece) for piece in pieces)
        if number is None or number in named:
            yield content
        else:
            named.add(number)
            yield f'<span class="sentence" id="{key}-s{number}">{content}</span>'


def _old(key: str, repair: Repair, piece: Piece) -> str:
    text = for_page(piece.original)
    if piece.edit is None:
        return text
    text = text if text.strip() else ""  # the style sheet marks an empty place, but could not mark a space
    name = f"{key}-e{piece.edit}"
    if repair.edits[piece.edit].applied:
        return _link(name, "o", "r", "old", f"<del>{text}</del>")
    return _link(name, "o", "n", "unsure", text or "‸")


def _restored(key: str, repair: Repair, piece: Piece) -> str:
    text = for_page(piece.restored)
    if piece.edit is None or not repair.edits[piece.edit].applied:
        return text
    return _link(f"{key}-e{piece.edit}", "r", "o", "new", f"<ins>{text if text.strip() else ''}</ins>")


def _link(name: str, here: str, there: str, kind: str, content: str) -> str:
    """An edit as a link to its partner (o: original, r: restored, n: entry in the list), described by its entry."""
    return (
        f'<a class="edit {kind}" id="{name}-{here}" href="#{name}-{there}" data-edit="{name}" '
        f'aria-describedby="{name}-n">{content}</a>'
    )


def _edits(key: str, edits: Sequence[Edit]) -> Iterator[str]:
    yield f'<details class="edits"><summary>All {counted(len(edits), "edit")}</summary><ol>'
    for n, edit in enumerate(edits):
        change = "change" if edit.applied else "change open"
        old, new = for_page(shown_original(edit)), for_page(shown_replacement(edit))
        sure = for_page(percent(edit.score)).replace(" ", "&nbsp;")
        yield f'<li id="{key}-e{n}-n" tabindex="-1"><span class="{change}"><del>{old}</del> → <ins>{new}</ins></span>'
        yield f'<span class="sure">{sure} sure, {"applied" if edit.applied else "not applied"}</span>'
        if edit.alternatives:
            yield f'<span class="others">Other wordings: {", ".join(for_page(a) for a in edit.alternatives)}</span>'
        yield "</li>"
    yield "</ol></details>"
