"""Serves the demo with a stand-in for the models, which knows the substitutions of a few articles and no others.

    python tests/demo_stand_in.py [SECONDS]

Prints the address.  SECONDS is how long each call of a model takes.  In the articles below `{spun|original|other|…}`
stands for a substitution, and only its first wording is in the text.
"""

from __future__ import annotations

import re
import sys
import time
import zlib
from collections.abc import Sequence

from conftest import word_tokenizer

from textrepair.demo.articles import Example
from textrepair.detector import Word
from textrepair.evidence import Calibration
from textrepair.repairer import Repairer
from textrepair.results import Span
from textrepair.rewriter import Rewrite, Wording
from textrepair.windows import Window

FERRY = """\
Ferry {laborers|workers|employees} call off strike after night of {discussions|talks|negotiations|conversations}

Ferry {group of workers|crews|staff} on the northern coast went {lower back|back|again} to work on Tuesday after their \
{trade union|union} and the port {expert|authority|specialist} reached an {settlement|agreement|accord|deal} shortly \
{earlier than|before|ahead of} dawn, {finishing|ending|closing} the longest {walkout|strike} on the route {in view \
that|since|because} 1994. The boats had not sailed since March 12.

Neither {facet|side|aspect|party} {turned into|was|became} {inclined|willing|ready} to {expose|reveal|disclose} the \
{phrases|terms|conditions|words} in {complete|full}. But two {human beings|people|persons} who {have been|were} in the \
room {stated|said} the {settlement|agreement|deal} {consists of|includes|contains} a pay {upward push|rise|increase} \
of 4.5 percent over two years and a {assure|promise|guarantee} that no {vessel|ship|boat} will sail with {much less \
than|fewer than|less than} nine crew.

“We {were given|got|received} what we {got here|came|arrived} for,” {stated|said} Marta Ellingsen, who {leads|heads} \
the union branch in the town. “It {must now not|should not|must not} have taken eleven days and a \
{freezing|cold|chilly} {vehicle parking space|car park|parking lot}.” She thanked the baker across the street.

About 14,000 {vacationers|passengers|travellers} a day use the {crossing|route}, and {neighborhood|local|nearby} \
{groups|companies|businesses} had {cautioned|warned|advised} that they could {run out|run short} of {clean|fresh} \
{meals|food} {with the aid of|by|through} the {quit|end|close} of the week. The first {boat|ferry} left at 6:10 a.m., \
40 minutes {overdue|late|delayed}, with {extra|more|additional} {trucks|lorries} than {vehicles|cars} on board.

The {authorities|government|administration}, which {possesses|owns|holds} 60 percent of the operator, {declined to \
remark|declined to comment|refused to comment}. Its {delivery minister|transport minister|shipping minister} had \
{formerly|previously|once} {referred to|called|named} the strike “a {present|gift} to the bridge {foyer|lobby|hall}”.
"""

RATES = """\
Central bank {maintains|keeps|holds} {hobby|interest|pastime} {quotes|rates|charges} on hold as \
{expenses|prices|costs} {calm|cool|settle}

The central {financial institution|bank|lender} left its {benchmark|key} {hobby|interest} {fee|rate|charge} unchanged \
at 3.25 percent on Thursday, {announcing|saying|declaring} that {inflation|price growth} {turned into|was|became} \
{shifting|moving|heading} in the {proper|right|correct} {path|direction|course} {however|but|yet} {no longer|not} \
{rapid|fast|quick} {sufficient|enough|adequate}.

{Purchaser|Consumer|Buyer} {expenses|prices|costs} rose 2.6 percent in the {yr|year} to October, down from 3.1 percent \
a month {in advance|earlier|before}. {Power|Energy|Strength} {payments|bills|invoices} {fell|dropped}, {at the same \
time as|while|as} {the price|the cost|the value} of {offerings|services} {saved|kept|stored} {mountain climbing|\
climbing|rising}.

“The {closing|last|final} {mile|stretch} is the {toughest|hardest|most difficult},” the governor \
{advised|told|informed} {newshounds|reporters|journalists}. “We {might|would|could} \
{alternatively|rather|instead} {circulate|move|go} {overdue|late} than {circulate|move|go} two times.”

Economists {had predicted|had expected|had foreseen} the {choice|decision|option}. {Inventory|Stock|Supply} \
{markets|exchanges} {slightly|barely|hardly} moved, and the {foreign money|currency|money} {won|gained|earned} 0.2 \
percent {towards|against} the dollar.
"""

MATCH = """\
Late {purpose|goal|aim} sends {traffic|visitors|guests} through to the {very last|final|last}

A {header|headed goal} in the 93rd minute {took|carried|brought} Rovers into their first cup {very last|final|last} \
for 31 years on Saturday {night time|night|evening}, and {despatched|sent|shipped} 6,000 {enthusiasts|fans|supporters} \
{domestic|home|house} {making a song|singing|chanting}.

The {hosts|home side} had {overwhelmed|dominated|crushed} the first {1/2|half} with out {locating|finding} the \
{internet|net|web}. Their {instruct|coach|train} {blamed|faulted} {worn-out|tired|weary} legs. “We {performed|played|\
acted} {3|three} {video games|games|matches} in eight days,” he {stated|said}. “That {isn't always|is not} an excuse. \
It is a {truth|fact|reality}.”
"""

CLEAN = """\
Library reopens after two years

The town library opened its doors again on Monday after a renovation that lasted twice as long as planned. Children \
queued from eight in the morning, and the first book to leave the building was about sharks.

The mayor cut a ribbon, made a short speech and borrowed a cookbook. The old reading room, closed for a leak in the \
roof, has new lamps and the same creaking floor.
"""

_MARK = re.compile(r"\{([^{}]+)\}")


def _plain(marked: str) -> str:
    return _MARK.sub(lambda found: found[1].split("|")[0], marked).strip()


KNOWN = {
    spun.lower(): tuple(originals)
    for spun, *originals in (mark.split("|") for text in (FERRY, RATES, MATCH) for mark in _MARK.findall(text))
}

EXAMPLES = [
    Example("Ferry strike", _plain(FERRY)),
    Example("Interest rates", _plain(RATES)),
    Example("Cup match", _plain(MATCH)),
    Example("Not spun", CLEAN),
]


def _unit(text: str) -> float:
    """A number in 0..1 that depends on the text alone."""
    return zlib.crc32(text.encode()) % 1000 / 1000


class PhraseDetector:
    """Suspects the spun wordings of `KNOWN`, some more than others."""

    def __init__(self, seconds: float) -> None:
        words = [word for spun in KNOWN for word in re.findall(r"\w+|[^\w\s]", spun)]
        self.tokenizer, self.seconds = word_tokenizer(words), seconds
        self.longest = max(len(spun.split()) for spun in KNOWN)

    def detect(self, windows: Sequence[Window]) -> list[list[Word]]:
        time.sleep(self.seconds)
        return [self._words(window) for window in windows]

    def _words(self, window: Window) -> list[Word]:
        surfaces = [self.tokenizer.decode([piece]) for piece in window.pieces.ids]
        words, at = [], 0
        while at < len(surfaces):
            size, spun = self._phrase(surfaces[at:])
            for n in range(size):
                start, end = window.pieces.offsets[at + n]
                odds = 1.0 + 6.0 * _unit(spun) if spun else -7.0
                words.append(Word(window.start + start, window.start + end, odds, 0.1 if n else 0.9))
            at += size
        return words

    def _phrase(self, surfaces: list[str]) -> tuple[int, str]:
        """Number of words and wording of the longest known phrase that the words begin with."""
        for size in range(min(self.longest, len(surfaces)), 0, -1):
            spun = " ".join(surfaces[:size])
            if spun in KNOWN:
                return size, spun
        return 1, ""


class PhraseRewriter:
    """Knows the originals of `KNOWN`, some more surely than others."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def rewrite(self, text: str, windows: Sequence[Window], spans: Sequence[Sequence[Span]]) -> list[list[Rewrite]]:
        time.sleep(2 * self.seconds)
        return [[self._rewrite(" ".join(text[s.start : s.end].lower().split())) for s in found] for found in spans]

    def _rewrite(self, spun: str) -> Rewrite:
        best = -0.02 - 2.6 * _unit(spun + "!") ** 3
        wordings = [Wording(o, best - 3.0 * n, n) for n, o in enumerate(KNOWN.get(spun, ()))]
        return Rewrite(tuple(wordings), -6.0)


def stand_in(seconds: float = 0.0) -> Repairer:
    """A repairer that restores the examples."""
    calibration = Calibration(article=(1.0, 1.2))
    return Repairer(PhraseDetector(seconds), PhraseRewriter(seconds), calibration)  # type: ignore[arg-type]


if __name__ == "__main__":
    from textrepair.demo.app import launch

    page = launch(stand_in(float(sys.argv[1]) if len(sys.argv) > 1 else 0.0), EXAMPLES)
    print(page.local_url, flush=True)
    page.block_thread()
