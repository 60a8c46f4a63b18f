"""What the page shows of a session, as HTML.  Everything that comes from an article goes through `for_page`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from textrepair.demo.articles import LARGEST_FILE, MOST_CHARACTERS, Example
from textrepair.demo.downloads import KINDS
from textrepair.demo.progress import Stage
from textrepair.demo.session import Session, wordings
from textrepair.render.html import KEY, columns, strip
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
from textrepair.results import Edit

PAGE = "a"
"""Begins the ids of the elements that belong to the article."""

MASTHEAD = (
    '<header class="masthead"><h1>textrepair</h1>'
    "<p>Finds the words that a program replaced by synonyms, and restores the article.</p></header>"
)

LIMITS = (
    f'<p class="limits" id="limits">English text of up to {MOST_CHARACTERS:,} characters, or a .txt, .md, .html or '
    f".docx file of up to {LARGEST_FILE // 1024 // 1024} MB. It is held in memory while you work on it; nothing is "
    "stored, logged or sent to anyone else.</p>"
)

DOWNLOADS = (
    '<div class="downloads"><p id="downloads">Download</p><ul aria-labelledby="downloads">'
    + "".join(f'<li><button type="button" data-kind="{kind}">{name}</button></li>' for kind, name in KINDS.items())
    + "</ul></div>"
)

COLOPHON = '<footer class="colophon"><p>The percentages are estimates; the last word is the editor’s.</p></footer>'  # noqa: RUF001


UNSURE = "Nothing is changed by itself in an article that looks clean. You can still take up single proposals below."


def sources(examples: list[Example]) -> str:
    """The examples and the way to open a file."""
    buttons = "".join(
        f'<li><button type="button" data-example="{n}">{for_page(example.label)}</button></li>'
        for n, example in enumerate(examples)
    )
    shelf = f'<p id="examples">Examples</p><ul aria-labelledby="examples">{buttons}</ul>' if examples else ""
    return (
        f'<div class="sources">{shelf}<label class="file"><input type="file" accept=".txt,.md,.html,.docx">'
        "<span>Open a file</span></label></div>"
    )


def threshold(session: Session) -> str:
    """The slider that decides how sure an edit must be; words in its place where it would decide nothing."""
    if not session.adjustable:
        return f'<p class="threshold">{UNSURE}</p>' if session.repair.edits else ""
    at = session.calibrated_percent if session.percent is None else session.percent
    return (
        '<div class="threshold"><label for="threshold">Apply edits that are at least '
        f'<output id="percent" for="threshold">{at} %</output> sure</label>'
        f'<input type="range" id="threshold" min="0" max="100" step="1" value="{at}" '
        f'aria-valuetext="{at} percent"></div>'
    )


def waiting() -> str:
    """The status of a visitor whose turn has not come."""
    return stage(Stage("Waiting for a free turn", 0.0))


def stage(now: Stage) -> str:
    """The status while an article is read."""
    return (
        f'<p class="stage">{for_page(now.doing)}…</p>'
        f'<progress max="100" value="{round(100 * now.done)}" aria-label="Progress"></progress>'
    )


def problem(message: str) -> str:
    """The status when something cannot be done; `message` in the words of an error."""
    return f'<p class="problem" role="alert">{for_page(message[:1].upper() + message[1:])}.</p>'


def remark(message: str) -> str:
    """The status when something was done."""
    return f"<p>{for_page(message)}</p>"


def summary(session: Session) -> str:
    """The verdict, the figures and the scores of the sentences."""
    repair = session.decided
    if repair.notice:
        return _verdict("", "left as it is", [repair.notice])
    facts = [edit_counts(repair), flagged_count(repair)]
    if session.dialect:
        facts.append(f"looks like dialect {session.dialect.name} ({percent(session.dialect.chance)})")
    said = _verdict("spun" if repair.score >= SPUN else "clean", verdict(repair.score), facts)
    return "\n".join([said, *strip(PAGE, repair.sentences)])


def _verdict(look: str, words: str, facts: list[str]) -> str:
    said = for_page(words[0].upper() + words[1:])
    figures = "".join(f"<span>{for_page(fact)}</span>" for fact in facts)
    return f'<h2 id="verdict" class="{look}" tabindex="-1">{said}</h2><p class="facts" role="status">{figures}</p>'


def article(session: Session) -> str:
    """Both texts, and the edits to choose from."""
    repair = session.decided
    if not repair.edits:
        return "\n".join(columns(PAGE, repair))
    return "\n".join([KEY, *columns(PAGE, repair), *_edits(session)])


def _edits(session: Session) -> Iterator[str]:
    edits = session.repair.edits
    yield f'<section class="edits" aria-labelledby="edits"><h2 id="edits">{counted(len(edits), "edit")}</h2>'
    yield '<p class="hint">Choose another wording, or keep the original: the restored text follows.</p><ol>'
    for number, edit in enumerate(edits):
        applied = session.decided.edits[number].applied
        chosen = session.choices.get(number, int(applied))
        yield f'<li id="{PAGE}-e{number}-n" tabindex="-1"><fieldset class="{"applied" if chosen else "open"}">'
        yield f'<legend><del>{for_page(shown_original(edit))}</del><span class="sure">{_sure(edit)}</span></legend>'
        for choice in (*range(1, len(wordings(edit))), 0):
            checked = " checked" if choice == chosen else ""
            yield (
                f'<label class="{"choice" if choice else "choice keep"}">'
                f'<input type="radio" name="{PAGE}-e{number}" value="{choice}" data-number="{number}"{checked}>'
                f"<span>{_wording(edit, choice)}</span></label>"
            )
        yield "</fieldset></li>"
    yield "</ol></section>"


def _sure(edit: Edit) -> str:
    return for_page(percent(edit.score)).replace(" ", "&nbsp;") + " sure"


def _wording(edit: Edit, choice: int) -> str:
    if choice == 0:
        return "keep original"
    return for_page(shown_replacement(replace(edit, replacement=wordings(edit)[choice])))
