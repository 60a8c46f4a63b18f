"""The lexicon in one file of JSON lines, for those who load `data/` as a dataset, whose files have to be of one kind.

python -m textrepair.spin.dataset
"""

from __future__ import annotations

import json
from pathlib import Path

from textrepair.resources import lexicon_dir
from textrepair.spin.lexicon import read_rows


def write_dataset(target: Path | None = None) -> Path:
    """Write `data/lexicon.jsonl`: a row of a lexicon file on each line, with the name of that file."""
    target = target or lexicon_dir().parent / "lexicon.jsonl"
    lines = [
        json.dumps({"file": path.stem, "head": row.head, "pos": row.pos, "forms": row.forms}, ensure_ascii=False)
        for path in sorted(lexicon_dir().glob("*.tsv"))
        for row in read_rows(path)
    ]
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return target


if __name__ == "__main__":
    print(write_dataset())
