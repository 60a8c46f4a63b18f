"""Any encoder-decoder of the Hugging Face Hub as the rewriter."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from textrepair.candidates import Candidates
from textrepair.errors import InputError, ModelError
from textrepair.hub.markup import SPANS, Markup
from textrepair.pretrained import Pretrained, resolve
from textrepair.resources import models_dir
from textrepair.results import Span
from textrepair.rewriter import Rewrite, Wording
from textrepair.windows import Window, by_length

BEAMS = 6
"""Hypotheses of the search, all of which are read."""

ROOM = 6
"""Tokens that the original of a span may take more than the span itself."""

BATCH = 512
"""Tokens, padding included, that go through the encoder at once; the decoder sees `BEAMS` times as many rows."""

Answer = list[tuple[int, float]]
"""Tokens with their log-probabilities."""


class Seq2SeqRewriter(Pretrained):
    """Proposes originals by any model that `transformers.AutoModelForSeq2SeqLM` loads: T5, BART and their kin.

    The model has to be fine-tuned on pairs made by `textrepair.hub.Markup.pairs`, whose module describes the format.
    Of an answer in another format nothing is taken, and the spans are left alone.

    Args:
        model: an encoder-decoder of `transformers`.
        tokenizer: its tokenizer.
        candidates: knows which wordings are originals according to the lexicon.

    Example:
        >>> repairer = Repairer.from_pretrained()
        >>> repairer.rewriter = Seq2SeqRewriter.from_pretrained("owner/model", revision="v1")
    """

    def __init__(self, model: Any, tokenizer: Any, candidates: Candidates | None = None) -> None:
        self.model, self.tokenizer = model.eval(), tokenizer
        self.candidates = candidates or Candidates(b"")
        self.markup = Markup.for_tokenizer(tokenizer)
        settings = model.generation_config
        start = settings.decoder_start_token_id
        self._start = settings.bos_token_id if start is None else start
        if self._start is None:
            raise ModelError("the model does not say which token its decoder starts from")
        ends = settings.eos_token_id if isinstance(settings.eos_token_id, list) else [settings.eos_token_id]
        self._ends = {tokenizer.eos_token_id, *ends}
        self._no_text = {tokenizer.pad_token_id, tokenizer.bos_token_id, self._start} - self._ends
        self._longest = min(tokenizer.model_max_length, getattr(model.config, "max_position_embeddings", None) or 512)

    @classmethod
    def from_pretrained(cls, name: str | Path, revision: str | None = None) -> Seq2SeqRewriter:
        """Load a model and its tokenizer.

        Args:
            name: a folder or a Hub id, see `textrepair.hub.resolve`.
            revision: branch, tag or commit on the Hub.

        Raises:
            ModelError: the extra `hub` is not installed, or there is no such model, or it is of another kind.
        """
        folder = resolve(name, revision=revision)
        try:
            import torch
            from transformers import AutoModelForSeq2SeqLM, AutoTokenizer
        except ImportError as error:
            raise ModelError(f"{name}: needs torch and transformers (pip install 'textrepair[hub]')") from error
        try:
            with _quiet():
                model = AutoModelForSeq2SeqLM.from_pretrained(
                    folder, use_safetensors=True, local_files_only=True, dtype=torch.float32
                )
                tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        except Exception as error:  # a broken model fails in as many ways as there are libraries that read it
            reason = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise ModelError(f"{name}: no usable seq2seq model: {reason}") from error
        if "[span1]" in tokenizer.get_vocab():
            raise ModelError(f"{name}: textrepair's own rewriter, which comes with its folder of models (--model)")
        shipped = models_dir() / "rewriter" / "candidates.tsv"
        made = cls(model, tokenizer, Candidates.from_file(shipped) if shipped.is_file() else None)
        made.folder = folder
        return made

    def save_pretrained(self, folder: str | Path) -> None:
        """Write model and tokenizer, in the format of `transformers`."""
        try:
            with _quiet():
                self.model.save_pretrained(folder)
                self.tokenizer.save_pretrained(folder)
        except OSError as error:
            raise InputError(f"{folder}: {error.strerror}") from None

    def rewrite(self, text: str, windows: list[Window], spans: list[list[Span]]) -> list[list[Rewrite]]:
        """One `Rewrite` for each span of each window, in order; without wordings where the answer has none."""
        jobs = [
            (n, spans[n][first : first + SPANS])
            for n in range(len(windows))
            for first in range(0, len(spans[n]), SPANS)
        ]
        pairs = [
            pair
            for window, found in zip(windows, spans, strict=True)
            for pair in self.markup.pairs(
                text[window.start : window.end],
                [(s.start - window.start, s.end - window.start, None) for s in found],
            )
        ]
        answers: list[list[Rewrite]] = [[] for _ in jobs]
        for batch in by_length(jobs, [len(ids) for ids in self._encode([source for source, _ in pairs])], BATCH):
            for j, rows in zip(batch, self._search([pairs[j] for j in batch]), strict=True):
                answers[j] = self._read(rows, [text[s.start : s.end] for s in jobs[j][1]])
        results: list[list[Rewrite]] = [[] for _ in windows]
        for (n, _), answer in zip(jobs, answers, strict=True):
            results[n] += answer
        return results

    def _encode(self, texts: list[str]) -> list[list[int]]:
        if not texts:
            return []
        encoded: list[list[int]] = self.tokenizer(texts, truncation=True, max_length=self._longest)["input_ids"]
        return encoded

    def _search(self, pairs: list[tuple[str, str]]) -> list[list[Answer]]:
        """For each source its answers, likeliest first, and the answer that keeps all spans."""
        import torch
        from transformers.modeling_outputs import BaseModelOutput

        device = self.model.device
        keeps = self._encode([target for _, target in pairs])
        sources = {"input_ids": self._encode([source for source, _ in pairs])}
        inputs = self.tokenizer.pad(sources, return_tensors="pt").to(device)
        mask = inputs["attention_mask"]
        answers: list[list[Answer]] = []
        with torch.inference_mode(), _quiet():
            states = self.model.get_encoder()(input_ids=inputs["input_ids"], attention_mask=mask).last_hidden_state
            found = self.model.generate(
                encoder_outputs=BaseModelOutput(last_hidden_state=states.clone()),
                attention_mask=mask,
                num_beams=BEAMS,
                num_return_sequences=BEAMS,
                do_sample=False,
                length_penalty=0.0,
                no_repeat_ngram_size=0,
                min_length=0,
                max_length=None,
                max_new_tokens=min(self._longest - 1, max(map(len, keeps)) + ROOM * SPANS),
            )
            # The search reports what its settings (forced tokens, penalties) made of the probabilities; these are the
            # model's own.
            for n, keep in enumerate(keeps):
                rows = [*found[n * BEAMS : (n + 1) * BEAMS], torch.tensor([self._start, *keep], device=device)]
                tokens = torch.nn.utils.rnn.pad_sequence(rows, True, self.tokenizer.pad_token_id)
                logits = self.model(
                    encoder_outputs=BaseModelOutput(last_hidden_state=states[n : n + 1].expand(len(rows), -1, -1)),
                    attention_mask=mask[n : n + 1].expand(len(rows), -1),
                    decoder_input_ids=tokens[:, :-1],
                ).logits
                logs = logits.float().log_softmax(-1).gather(2, tokens[:, 1:, None])[:, :, 0]
                answers.append(
                    [
                        list(zip(row, row_logs, strict=True))
                        for row, row_logs in zip(tokens[:, 1:].tolist(), logs.tolist(), strict=True)
                    ]
                )
        return answers

    def _read(self, answers: list[Answer], originals: list[str]) -> list[Rewrite]:
        """The rewrites of the spans `originals`, from all answers to them together."""
        found: list[dict[str, Wording]] = [{} for _ in originals]
        for answer in answers:
            seen = set()
            for number, text, log in self._wordings(answer):
                if number in seen or number >= len(originals):
                    continue
                seen.add(number)
                if text and not any(special in text for special in self.tokenizer.all_special_tokens):
                    listed = self.candidates.originals(" ".join(originals[number].split()))
                    rank = next((n for n, o in enumerate(listed) if o.casefold() == text.casefold()), None)
                    # The likeliest answer goes first: with the likeliest originals of the spans before this one.
                    found[number].setdefault(text.casefold(), Wording(text, log, rank))
        rewrites = []
        for wordings, original in zip(found, originals, strict=True):
            kept = wordings.pop(" ".join(original.split()).casefold(), None)
            ranked = sorted(wordings.values(), key=lambda w: (-w.log_probability, w.text))
            rewrites.append(Rewrite(tuple(ranked), kept.log_probability if kept else -math.inf))
        return rewrites

    def _wordings(self, answer: Answer) -> Iterator[tuple[int, str, float]]:
        """Span number, wording and log-probability of whatever follows a marker in an answer.

        The probability includes that of the marker that comes next, which says that the wording is complete.
        """
        end = next((n for n, (token, _) in enumerate(answer) if token in self._ends), None)
        written = [(token, log) for token, log in answer[:end] if token not in self._no_text]
        logs = [log for _, log in written] + ([] if end is None else [answer[end][1]])
        tokens = [token for token, _ in written]
        texts = [self.tokenizer.decode(tokens[:n], clean_up_tokenization_spaces=False) for n in range(len(tokens) + 1)]
        markers = [len(self.markup.parse(text)) for text in texts]
        parsed = self.markup.parse(texts[-1])
        for turn, (number, wording) in enumerate(parsed[:-1] if end is None else parsed, 1):
            yield number, wording, sum(log for log, before in zip(logs, markers, strict=False) if before == turn)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep progress bars and hints of `transformers` off the terminal of an editor."""
    from transformers.utils import logging

    verbosity, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if bars:
            logging.enable_progress_bar()
