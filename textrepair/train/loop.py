"""The training loop: a budget of minutes, checkpoints from which a killed run goes on, bf16 where the CPU has it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import nn
from transformers import PreTrainedModel
from transformers.models.bert.modeling_bert import BertCrossAttention, BertSelfAttention

from textrepair.train.batches import IGNORED, Batch


@dataclass(frozen=True)
class Settings:
    """How a run is trained.

    Attributes:
        minutes: budget of training time, over all resumptions.
        learning_rate: its peak; reached after `warmup` steps, held, and brought down over the last `decay` of the
            budget (warm-up, stable, decay: the budget can be extended without starting over).
        checkpoint_minutes: how often the state is written.
    """

    minutes: float
    learning_rate: float
    warmup: int = 300
    decay: float = 0.3
    weight_decay: float = 0.01
    clip: float = 1.0
    checkpoint_minutes: float = 5.0


def detector_loss(model: PreTrainedModel, batch: Batch) -> torch.Tensor:
    """Cross-entropy over O, B, I."""
    return model(**batch).loss


def rewriter_loss(model: PreTrainedModel, batch: Batch) -> torch.Tensor:
    """Cross-entropy over the pieces of all originals; the output layer runs on those positions only.

    The encoder has a loss of its own: at each span, through the decoder's output layer, it names the first piece of
    the original.  Without it the decoder ignores the encoder for a hundred thousand spans, since the states of an
    encoder trained for sentence similarity all look alike and attention finds nothing to hold on to.
    """
    encoded = model.encoder(
        input_ids=batch["input_ids"], attention_mask=batch["attention_mask"], token_type_ids=batch["token_type_ids"]
    )
    decoded = model.decoder.bert(
        input_ids=batch["decoder_input_ids"],
        position_ids=batch["decoder_position_ids"],
        attention_mask=batch["decoder_attention_mask"],
        encoder_hidden_states=encoded.last_hidden_state,
        encoder_attention_mask=batch["cross_attention_mask"],
        use_cache=False,
    ).last_hidden_state
    used, marked = batch["labels"] != IGNORED, batch["encoder_labels"] != IGNORED
    states = torch.cat([decoded[used], encoded.last_hidden_state[marked]])
    labels = torch.cat([batch["labels"][used], batch["encoder_labels"][marked]])
    losses = nn.functional.cross_entropy(model.decoder.cls(states).float(), labels, reduction="none")
    return losses[: int(used.sum())].mean() + losses[int(used.sum()) :].mean()


class Run:
    """A run in a folder: `model/` (transformers format), `state.pt`, `log.jsonl`."""

    def __init__(self, folder: Path, model: PreTrainedModel, settings: Settings) -> None:
        self.folder, self.model, self.settings = folder, model, settings
        for module in model.modules():
            if isinstance(module, (BertSelfAttention, BertCrossAttention)):
                module.dropout.p = 0.0  # with dropout inside, attention goes the slow way on a CPU
        decayed = [p for p in model.parameters() if p.ndim > 1]
        other = [p for p in model.parameters() if p.ndim <= 1]
        self.optimizer = torch.optim.AdamW(
            [{"params": decayed, "weight_decay": settings.weight_decay}, {"params": other, "weight_decay": 0.0}],
            lr=settings.learning_rate,
            betas=(0.9, 0.98),
            fused=True,
        )
        self.step, self.seconds, self.examples = 0, 0.0, 0
        folder.mkdir(parents=True, exist_ok=True)
        self._restore()

    def _restore(self) -> None:
        state = self.folder / "state.pt"
        if state.exists():
            saved = torch.load(state, weights_only=True)
            self.model.load_state_dict(saved["model"])
            self.optimizer.load_state_dict(saved["optimizer"])
            self.step, self.seconds, self.examples = saved["step"], saved["seconds"], saved["examples"]

    def checkpoint(self) -> None:
        """Write the state; a kill at any moment leaves the old or the new one whole."""
        temporary = self.folder / "state.tmp"
        torch.save(
            {
                "model": self.model.state_dict(),
                "optimizer": self.optimizer.state_dict(),
                "step": self.step,
                "seconds": self.seconds,
                "examples": self.examples,
            },
            temporary,
        )
        temporary.replace(self.folder / "state.pt")

    def rate(self) -> float:
        """The learning rate now."""
        s = self.settings
        left = max(0.0, 1 - self.seconds / (60 * s.minutes))
        return s.learning_rate * min(1.0, (self.step + 1) / s.warmup, 0.02 + left / s.decay)

    def _log(self, losses: list[torch.Tensor], speed: float) -> dict[str, float]:
        figures = {
            "step": self.step,
            "loss": round(torch.stack(losses).mean().item(), 4),
            "rate": round(self.rate(), 7),
            "windows_per_second": round(speed, 2),
            "windows": self.examples,
            "minutes": round(self.seconds / 60, 2),
            "minutes_left": round(max(0.0, self.settings.minutes - self.seconds / 60), 1),
        }
        with (self.folder / "log.jsonl").open("a") as log:
            log.write(json.dumps(figures) + "\n")
        return figures

    def train(
        self,
        batches: Iterator[Batch],
        loss_of: Callable[[PreTrainedModel, Batch], torch.Tensor],
        report: Callable[[dict[str, float]], None],
        every: int = 50,
    ) -> None:
        """Train until the budget is spent, then write the model.

        Args:
            batches: an endless stream.
            loss_of: the loss of a batch.
            report: called every `every` steps and at the end with step, loss, windows per second and minutes.
        """
        s = self.settings
        self.model.train()
        (self.folder / "settings.json").write_text(json.dumps(asdict(s), indent=1) + "\n")
        losses: list[torch.Tensor] = []
        last_saved = mark = time.monotonic()
        seen = 0
        # On a CPU without AVX-512 the products of bf16 matrices are emulated, a hundred times slower than in float.
        bf16 = torch.ops.mkldnn._is_mkldnn_bf16_supported()
        while self.seconds < 60 * s.minutes:
            started = time.monotonic()
            batch = next(batches)
            for group in self.optimizer.param_groups:
                group["lr"] = self.rate()
            with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
                loss = loss_of(self.model, batch)
            loss.backward()
            nn.utils.clip_grad_norm_(self.model.parameters(), s.clip)
            self.optimizer.step()
            self.optimizer.zero_grad(set_to_none=True)
            losses.append(loss.detach())
            self.step += 1
            seen += len(batch["input_ids"])
            self.examples += len(batch["input_ids"])
            now = time.monotonic()
            self.seconds += now - started
            if self.step % every == 0 or self.seconds >= 60 * s.minutes:
                report(self._log(losses, seen / (now - mark)))
                losses.clear()
                mark, seen = now, 0
            if now - last_saved > 60 * s.checkpoint_minutes:
                self.checkpoint()
                last_saved = now
        self.checkpoint()
        self.model.save_pretrained(self.folder / "model")
