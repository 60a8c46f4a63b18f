"""A smaller vocabulary for a pretrained encoder: the word pieces that a corpus uses, and the project's own pieces.

Two thirds of a general vocabulary are other scripts and rare pieces.  Dropping them halves the embeddings, which are
half of a small model, and the output layer of the rewriter, which is half of its work.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tokenizers import Tokenizer

from textrepair.tokenization import MAX_SPANS

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[keep]", *(f"[span{n}]" for n in range(1, MAX_SPANS + 1))]


def _is_basic(piece: str) -> bool:
    """Single printable ASCII characters, so that any word can still be spelled."""
    body = piece.removeprefix("##")
    return len(body) == 1 and body.isascii()


def shrink_tokenizer(base: Path, texts: Iterable[str], size: int, target: Path) -> list[int]:
    """Write a `tokenizer.json` with the `size` most used pieces of `texts`.

    Args:
        base: a BERT-style (WordPiece) `tokenizer.json`.
        texts: clean text to count pieces on.
        size: pieces to keep, special and single-letter ones included.
        target: the file to write.

    Returns:
        For each new index the index in the base vocabulary whose embedding it inherits.
    """
    tokenizer = Tokenizer.from_file(str(base))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    counts: Counter[int] = Counter()
    batch: list[str] = []

    def count() -> None:
        for encoding in tokenizer.encode_batch(batch, add_special_tokens=False):
            counts.update(encoding.ids)
        batch.clear()

    for text in texts:
        batch.append(text)
        if len(batch) == 512:
            count()
    count()
    vocabulary = tokenizer.get_vocab()
    kept = list(SPECIAL)
    kept += sorted(p for p in vocabulary if _is_basic(p) and p not in SPECIAL)
    have = set(kept)
    by_use = sorted(vocabulary, key=lambda p: (-counts[vocabulary[p]], p))
    kept += [p for p in by_use if p not in have and not p.startswith("[unused")][: size - len(kept)]

    spec = json.loads(base.read_text(encoding="utf-8"))
    spec["model"]["vocab"] = {piece: index for index, piece in enumerate(kept)}
    template = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    spec["added_tokens"] = [{"id": index, "content": piece, **template} for index, piece in enumerate(SPECIAL)]
    spec["truncation"] = spec["padding"] = None
    for piece, entry in spec["post_processor"].get("special_tokens", {}).items():
        entry["ids"] = [kept.index(piece)]
    for key in ("sep", "cls"):
        if key in spec["post_processor"]:
            spec["post_processor"][key][1] = kept.index(spec["post_processor"][key][0])
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(spec, ensure_ascii=False), encoding="utf-8")
    # The project's own pieces begin as copies of the unused ones.
    fallback = [i for p, i in vocabulary.items() if p.startswith("[unused")] or [vocabulary["[MASK]"]]
    return [vocabulary.get(piece, fallback[n % len(fallback)]) for n, piece in enumerate(kept)]
