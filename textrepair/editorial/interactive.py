"""A walk through the edits of an article, each accepted or rejected by a person, as with `git add -p`."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from textrepair.casing import agreeing, article_before
from textrepair.editorial.policy import with_edits
from textrepair.findings import findings
from textrepair.render.visible import for_terminal
from textrepair.render.wording import percent, shown_original, shown_replacement
from textrepair.results import Edit, Repair, Sentence, apply_edits

CONTEXT = 200
"""Characters of the paragraph shown before the sentence and after it."""

_ANSWERS = {
    "y": "apply this edit",
    "n": "leave these words as they are",
    "a": "choose another wording",
    "e": "type a wording of your own",
    "d": "leave the rest of this article as it is",
    "q": "stop here; what was applied so far is kept",
}

Ask = Callable[[str], str]
"""Shows a prompt and returns the line that was typed; raises EOFError when there is none."""


class Walk:
    """Asks a person about edits.

    Args:
        console: where they are shown.
        ask: where the answers come from.

    Attributes:
        stopped: whether the person wants to see no more.
    """

    def __init__(self, console: Console, ask: Ask) -> None:
        self._console, self._ask = console, ask
        self.stopped = False

    def through(self, repair: Repair, name: str) -> Repair:
        """The repair with those edits applied that the person wants; what is left undecided is not applied."""
        sentences = {e: f.sentence for f in findings(repair) for e in f.edits}
        decided: list[Edit] = []
        answer = ""
        for n, edit in enumerate(repair.edits, 1):
            if answer not in ("d", "q"):
                self._show(repair, decided, edit, sentences[edit], f"{name}: edit {n} of {len(repair.edits)}")
                answer, chosen = self._decision(edit)
                edit = _agreeing(repair.text, chosen, decided) if chosen != edit else edit
            decided.append(replace(edit, applied=answer == "y"))
        self.stopped = answer == "q"
        return with_edits(repair, decided)

    def _decision(self, edit: Edit) -> tuple[str, Edit]:
        """`y`, `n`, `d` or `q`, and the edit with the wording that was chosen."""
        answers = [a for a in _ANSWERS if a != "a" or edit.alternatives]
        while True:
            try:
                answer = self._ask(f"Apply this edit [{','.join(answers)},?]? ").strip().lower()[:1]
                if answer in ("a", "e") and answer in answers:
                    wording = self._choice(edit.alternatives) if answer == "a" else self._typed()
                    if wording is not None:
                        return "y", replace(edit, replacement=wording)
                elif answer in answers:
                    return answer, edit
                else:
                    for key in answers:
                        self._print(f"{key} - {_ANSWERS[key]}")
            except EOFError:
                return "q", edit

    def _choice(self, wordings: Sequence[str]) -> str | None:
        for n, wording in enumerate(wordings, 1):
            self._print(f"{n} - {wording}")
        number = self._ask(f"Which one [1-{len(wordings)}]? ").strip()
        return wordings[int(number) - 1] if number in map(str, range(1, len(wordings) + 1)) else None

    def _typed(self) -> str | None:
        wording = self._ask("Write instead: ").strip()
        if any(unicodedata.category(c) in ("Cc", "Cs") for c in wording):
            self._print("That holds characters that cannot be shown.")
            return None
        return wording or None

    def _print(self, text: str | Text, indent: int = 0) -> None:
        shown = Text(self._safe(text)) if isinstance(text, str) else text
        if self._console.is_terminal:
            self._console.print(Padding(shown, (0, 0, 0, indent), expand=False), overflow="fold")
        else:
            self._console.print(Text(" " * indent).append_text(shown), soft_wrap=True)

    def _safe(self, text: str) -> str:
        return for_terminal(text, self._console.encoding)

    def _show(self, repair: Repair, decided: Sequence[Edit], edit: Edit, sentence: Sentence, title: str) -> None:
        """Show an edit in its sentence, with what was decided before it."""
        before = apply_edits(repair.text[: edit.start], tuple(decided))
        start = len(apply_edits(repair.text[: sentence.start], tuple(e for e in decided if e.end <= sentence.start)))
        end = max(sentence.end, edit.end)
        view = Text()
        view.append(self._safe(before[max(0, start - CONTEXT) : start].rpartition("\n\n")[2].lstrip()), "dim")
        view.append(self._safe(before[start:]))
        view.append(self._safe(f"[-{edit.original}-]"), "red")
        view.append(self._safe(f"{{+{edit.replacement}+}}"), "green")
        view.append(self._safe(repair.text[edit.end : end]))
        view.append(self._safe(repair.text[end : end + CONTEXT].partition("\n\n")[0].rstrip()), "dim")
        line = f"{shown_original(edit)} -> {shown_replacement(edit)} ({percent(edit.score)} sure)"
        others = f"  or: {', '.join(edit.alternatives)}" if edit.alternatives else ""
        self._print("")
        self._print(title)
        self._print(view, 4)
        self._print(line + others, 4)


def _agreeing(text: str, edit: Edit, decided: Sequence[Edit]) -> Edit:
    """An edit with another wording than was proposed, with the `a` or `an` before it as that wording asks for it."""
    article = article_before(text, edit.start)
    if not article or agreeing(article.group(1), edit.replacement) == article.group(1):
        return edit
    start = edit.start - len(article.group(0))
    if decided and decided[-1].end > start:
        return edit
    wording = agreeing(article.group(1), edit.replacement) + article.group(2) + edit.replacement
    return replace(edit, start=start, original=text[start : edit.end], replacement=wording)
